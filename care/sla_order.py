"""The policies of service levels in the order in which they are tried."""

from typing import Final

from care.documents.service_levels import ORDER_ID, SlaOrder, SlaPolicy
from care.ordered_policies import PolicyKind, read_ordered
from care.service_levels.events import SlaPoliciesReordered, SlaPolicyChanged

SLA: Final = PolicyKind(
    SlaPolicy,
    SlaOrder,
    ORDER_ID,
    lambda policy_id: SlaPolicyChanged(policy_id=policy_id),
    lambda order_id: SlaPoliciesReordered(order_id=order_id),
)


async def read_policies() -> tuple[list[SlaPolicy], SlaOrder | None]:
    """Read all policies that are not archived, in the order in which they are tried, and the document of the order."""
    return await read_ordered(SLA)
