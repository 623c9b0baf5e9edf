"""The policies of service levels in the order in which they are tried."""

from typing import Final

from care.documents.service_levels import ORDER_ID, SlaOrder, SlaPolicy
from care.ordered_policies import PolicyKind, read_ordered

SLA: Final = PolicyKind(SlaPolicy, SlaOrder, ORDER_ID)


async def read_policies() -> tuple[list[SlaPolicy], SlaOrder | None]:
    """Read all policies that are not archived, in the order in which they are tried, and the document of the order."""
    return await read_ordered(SLA)
