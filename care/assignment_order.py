"""The policies of assignment in the order in which they are tried."""

import asyncio
from typing import Final

from care.documents.assignment import ORDER_ID, AssignmentOrder, AssignmentPolicy

MOST_POLICIES: Final = 50


async def read_policies() -> tuple[list[AssignmentPolicy], AssignmentOrder | None]:
    """Read all policies that are not archived, in the order in which they are tried, and the document of the order."""
    found, order = await asyncio.gather(
        AssignmentPolicy.find({"archived": False}).sort("created_at", "_id").limit(MOST_POLICIES).to_list(),
        AssignmentOrder.get(ORDER_ID),
    )
    places = {policy_id: place for place, policy_id in enumerate(order.policy_ids if order else [])}
    return sorted(found, key=lambda policy: places.get(policy.id, len(places))), order
