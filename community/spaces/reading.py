"""The only way to read spaces for a person, and to ask whether somebody may write in one.

Content that can stand in a space is a `community.documents.SpaceContent`. Its gate joins `readable_in_spaces(actor)` of
`community.visibility`; what is written anew asks `writable_space` (pages: `page_space`) and takes what
`community.spaces.content.put_in` sets.
"""

from collections.abc import Sequence
from typing import Final

from auth.actor import Actor, ActorKind, Permission
from community.documents import Member
from community.drafts import may_be_id
from community.spaces.documents import Space, SpaceRole
from community.spaces.errors import SpaceArchived
from community.spaces.policies import may_moderate, may_moderate_content, may_write_content, may_write_pages, role_in
from community.visibility import PREFIX, spaces_in_reach
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Gate, InOrAbsent, both, to_mongo
from core.paging import Order, Position, Slice, Window, read_slice, take_slice
from core.paging import count as count_rows

_SORTED: Final = Order((("sort_name", 1),))


def visible_spaces(actor: Actor) -> Gate:
    """Say which spaces somebody may know of: all but the secret ones, and of these their own."""
    if actor.kind is ActorKind.SYSTEM:
        return PRESENT
    if not actor.may(Permission.QUESTION_READ) and not actor.may(Permission.WIKI_READ):
        return NOTHING
    return both(PRESENT, InOrAbsent("secret_id", spaces_in_reach(actor)))


async def spaces_by_ids(actor: Actor, space_ids: Sequence[str]) -> dict[str, Space]:
    """Give those of the spaces that the actor may know of."""
    readable = [space_id for space_id in dict.fromkeys(space_ids) if may_be_id(space_id, PREFIX)]
    if not readable:
        return {}
    found = await Space.find({"_id": {"$in": readable}, **to_mongo(visible_spaces(actor))}).to_list()
    return {space.id: space for space in found}


async def require_space(actor: Actor, space_id: str) -> Space:
    """Give a space; NotFound when there is none for this actor."""
    space = (await spaces_by_ids(actor, [space_id])).get(space_id)
    if space is None:
        raise NotFound("There is no such space.", path=("space_id",))
    return space


async def space_with_slug(actor: Actor, slug: str) -> Space | None:
    """Give the space of a short name; where a secret one has the same, that of the public one goes first."""
    found = await Space.find({"slug": slug, **to_mongo(visible_spaces(actor))}).limit(_MOST_NAMESAKES).to_list()
    return min(found, key=lambda space: (space.public_slug is None, space.created_at, space.id), default=None)


_MOST_NAMESAKES: Final = 100
"""Secret spaces of one short name."""


async def list_spaces(actor: Actor, window: Window, *, archived: bool = False, only_mine: bool = False) -> Slice[Space]:
    """Give a window of the spaces in use, or of the archived ones, by name; with `only_mine` those the actor is in."""
    return await read_slice(Space, _standing(actor, archived=archived, only_mine=only_mine), _SORTED, window)


async def count_spaces(actor: Actor, *, archived: bool = False, only_mine: bool = False) -> int:
    """Count what `list_spaces` lists."""
    return await count_rows(Space, _standing(actor, archived=archived, only_mine=only_mine))


def window_of_members(found: Sequence[Member], window: Window) -> Slice[Member]:
    """Give a window of who is in a space, by name: those of its members that the actor was given, however many spaces."""
    ordered = sorted(found, key=lambda member: (member.sort_name, member.id))
    return take_slice(ordered, [Position((member.sort_name, member.id)) for member in ordered], window)


async def writable_space(actor: Actor, space_id: str | None, *, path: str = "space_id") -> Space | None:
    """Give the space in which something new is to stand; None: in none.

    Raises NotFound, Forbidden for who may not read there, SpaceArchived; `path` is the field of the input that leads to
    the space.
    """
    if space_id is None:
        return None
    try:
        space = await require_space(actor, space_id)
        may_write_content(actor, space).enforce()
    except (NotFound, SpaceArchived) as refusal:
        raise type(refusal)(refusal.message, path=(path,)) from None
    return space


async def page_space(actor: Actor, space_id: str | None, *, path: str = "space_id") -> Space | None:
    """Give the space in which a page is written; None: in none. Raises as `writable_space`, and by the rule for pages."""
    space = await writable_space(actor, space_id, path=path)
    if space is not None:
        may_write_pages(actor, space).enforce()
    return space


async def moderates(actor: Actor, space_id: str | None) -> bool:
    """Tell whether the actor looks after the space in which something stands; of what is in none: by `question:moderate`.

    In a space it is its owners and moderators, and who has `question:moderate` and may read there.
    """
    if space_id is None:
        return actor.may(Permission.QUESTION_MODERATE)
    space = (await spaces_by_ids(actor, [space_id])).get(space_id)
    return space is not None and bool(may_moderate_content(actor, space))


async def looks_after_space(actor: Actor, space_id: str | None) -> bool:
    """Tell whether the actor owns or moderates a space; of what stands in none nobody does."""
    if space_id is None:
        return False
    space = (await spaces_by_ids(actor, [space_id])).get(space_id)
    return space is not None and bool(may_moderate(actor, space))


async def owns_space(actor: Actor, space_id: str | None) -> bool:
    """Tell whether the actor is an owner of a space; of what stands in none nobody is."""
    if space_id is None:
        return False
    space = (await spaces_by_ids(actor, [space_id])).get(space_id)
    return space is not None and role_in(actor, space) is SpaceRole.OWNER


def _standing(actor: Actor, *, archived: bool, only_mine: bool) -> dict[str, object]:
    query: dict[str, object] = {"archived": archived, **to_mongo(visible_spaces(actor))}
    if only_mine:
        query["_id"] = {"$in": list(spaces_in_reach(actor))}
    return query
