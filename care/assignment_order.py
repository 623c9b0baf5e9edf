"""The policies of assignment in the order in which they are tried."""

from typing import Final

from care.documents.assignment import ORDER_ID, AssignmentOrder, AssignmentPolicy
from care.ordered_policies import PolicyKind, read_ordered

ASSIGNMENT: Final = PolicyKind(AssignmentPolicy, AssignmentOrder, ORDER_ID)


async def read_policies() -> tuple[list[AssignmentPolicy], AssignmentOrder | None]:
    """Read all policies that are not archived, in the order in which they are tried, and the document of the order."""
    return await read_ordered(ASSIGNMENT)
