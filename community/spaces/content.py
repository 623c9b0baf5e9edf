"""Letting content stand in a space: the two fields that say so, set together, and who may not read it there."""

from collections.abc import Iterable

from community.documents import SpaceContent
from community.spaces.documents import Space, SpaceVisibility


def put_in(content: SpaceContent, space: Space | None) -> None:
    """Let content stand in a space, or, with None, in none: for all staff."""
    content.space_id = space.id if space is not None else None
    content.closed_space_id = space.id if space is not None and space.visibility is not SpaceVisibility.OPEN else None


def outsiders(space: Space, member_ids: Iterable[str]) -> list[str]:
    """Give those of the members who may not read what is in a space: of an open one nobody."""
    if space.visibility is SpaceVisibility.OPEN:
        return []
    return [one for one in member_ids if space.role_of(one) is None]


async def insiders(closed_space_id: str | None, member_ids: Iterable[str]) -> list[str]:
    """Give those of the members who may read what stands in a closed space, or, with None, all of them."""
    if closed_space_id is None:
        return list(member_ids)
    space = await Space.get(closed_space_id)
    return [one for one in member_ids if space is not None and space.role_of(one) is not None]
