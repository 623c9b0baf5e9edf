"""The only way to read the queue and the log of moderation for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.drafts import may_be_id
from community.moderation.documents import ModerationAction, ModerationItem, ModerationStatus
from community.spaces.documents import Space, SpaceRole
from community.visibility import readable_in_spaces, spaces_in_reach
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Gate, In, both, to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows

LONGEST_WAITING_FIRST: Final = Order((("reported_at", 1),))
LATEST_FIRST: Final = Order((("created_at", -1),))


async def moderated_by(actor: Actor) -> Gate:
    """Say what of the queue and the log somebody reads.

    With `question:moderate` all but what stands in closed spaces of others; others what stands in spaces that they own
    or moderate.
    """
    if actor.may(Permission.QUESTION_MODERATE):
        return both(PRESENT, readable_in_spaces(actor))
    reach = list(spaces_in_reach(actor))
    if not reach or actor.member_id is None:
        return NOTHING
    spaces = await Space.find({"_id": {"$in": reach}}).to_list()
    own = tuple(space.id for space in spaces if space.role_of(actor.member_id) in {SpaceRole.OWNER, SpaceRole.MODERATOR})
    return both(PRESENT, In("space_id", own)) if own else NOTHING


async def items_by_ids(actor: Actor, item_ids: Sequence[str]) -> dict[str, ModerationItem]:
    """Give those of the rows of the queue that the actor may read."""
    readable = [item_id for item_id in dict.fromkeys(item_ids) if may_be_id(item_id, "mod")]
    if not readable:
        return {}
    found = await ModerationItem.find({"_id": {"$in": readable}, **to_mongo(_besides_id(await moderated_by(actor)))}).to_list()
    return {item.id: item for item in found}


async def require_item(actor: Actor, item_id: str) -> ModerationItem:
    """Give a row of the queue; NotFound when there is none for this actor."""
    item = (await items_by_ids(actor, [item_id])).get(item_id)
    if item is None:
        raise NotFound("There is no such item in your queue.", path=("item_id",))
    return item


async def list_items(actor: Actor, status: ModerationStatus, window: Window) -> Slice[ModerationItem]:
    """Give a window of the queue, what waits longest first."""
    return await read_slice(ModerationItem, await _queue(actor, status), LONGEST_WAITING_FIRST, window)


async def count_items(actor: Actor, status: ModerationStatus) -> int:
    """Count the same rows, up to 10,001."""
    return await count_rows(ModerationItem, await _queue(actor, status))


async def list_actions(actor: Actor, window: Window) -> Slice[ModerationAction]:
    """Give a window of what was decided, the latest first."""
    return await read_slice(ModerationAction, to_mongo(await moderated_by(actor)), LATEST_FIRST, window)


async def count_actions(actor: Actor) -> int:
    """Count the same decisions, up to 10,001."""
    return await count_rows(ModerationAction, to_mongo(await moderated_by(actor)))


async def actions_by_ids(actor: Actor, action_ids: Sequence[str]) -> dict[str, ModerationAction]:
    """Give those of the decisions that the actor may read."""
    readable = [action_id for action_id in dict.fromkeys(action_ids) if may_be_id(action_id, "mac")]
    if not readable:
        return {}
    query = {"_id": {"$in": readable}, **to_mongo(_besides_id(await moderated_by(actor)))}
    return {action.id: action for action in await ModerationAction.find(query).to_list()}


def _besides_id(gate: Gate) -> Gate:
    """Let nothing pass by a field of its own, for a filter that names ids already."""
    return In("space_id", ()) if gate == NOTHING else gate


async def _queue(actor: Actor, status: ModerationStatus) -> dict[str, Any]:
    return {"status": status.value, **to_mongo(await moderated_by(actor))}
