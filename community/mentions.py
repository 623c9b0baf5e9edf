"""Mentions: which members a text names by `@handle`, and whom to suggest while somebody types one."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.documents import Member, Moderated
from community.handles import handle_of, handles_in
from community.moderation.contents import REPORTABLE, authors_of, place_of, root_of
from community.spaces.documents import SpaceVisibility
from community.spaces.reading import spaces_by_ids
from core.gates import PRESENT, to_mongo
from core.ids import prefix_of

MOST_SUGGESTED: Final = 10
_MOST_LOOKED_AT: Final = 50
_PRESENT: Final = to_mongo(PRESENT)


def mentions_in(content: Moderated, body: str) -> list[str]:
    """Give the handles that a piece of content mentions, in their order; what customers write mentions nobody."""
    written_by_members = all(prefix_of(one) == "mem" for one in authors_of(content))
    return handles_in(body) if written_by_members else []


async def members_by_handles(actor: Actor, handles: Sequence[str]) -> dict[str, Member]:
    """Give those of the mentioned members that there are and that the actor may read."""
    wanted = list(dict.fromkeys(handles))
    if not wanted or not actor.may(Permission.MEMBER_READ):
        return {}
    found = await Member.find({"handle": {"$in": wanted}, **_PRESENT}).to_list()
    return {member.handle: member for member in found if member.handle is not None}


async def suggest_mentions(actor: Actor, typed: str, near_id: str | None = None) -> list[Member]:
    """Give the members whom somebody may mean that begins to type a handle or a name, those whose handle begins so first.

    Near a piece of content, or in a space, only those who may read there; nobody where the actor may not read themselves.
    Raises Forbidden without `member:read`.
    """
    actor.require(Permission.MEMBER_READ)
    readers = await _readers(actor, near_id) if near_id is not None else None
    beginning = handle_of(typed.lstrip("@"))
    if not beginning:
        return []
    query: dict[str, Any] = {"handle_parts": {"$elemMatch": {"$gte": beginning, "$lt": f"{beginning}\uffff"}}, **_PRESENT}
    if readers is not None:
        query = {"_id": {"$in": readers}, **query}
    found = await Member.find(query).limit(_MOST_LOOKED_AT).to_list()
    found.sort(key=lambda one: (not (one.handle or "").startswith(beginning), one.sort_name, one.id))
    return found[:MOST_SUGGESTED]


async def _readers(actor: Actor, near_id: str) -> list[str] | None:
    """Give who may read in the closed space that something is or stands in; None: it is open to all members."""
    space_id: str | None = near_id
    if (known := REPORTABLE.get(prefix_of(near_id))) is not None:
        content = (await known.read(actor, [near_id])).get(near_id)
        if content is None:
            return []
        place = await place_of(root_of(content))
        space_id = place.space_id if place is not None else None
    if space_id is None:
        return None
    space = (await spaces_by_ids(actor, [space_id])).get(space_id)
    if space is not None and space.visibility is SpaceVisibility.OPEN:
        return None
    insiders = [one.member_id for one in space.members] if space is not None else []
    return insiders if actor.member_id in insiders else []
