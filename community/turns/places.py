"""Where something is written: what moderators can calm down, and who is not held by it."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from auth.actor import Actor, Permission
from community.calm import Calm
from community.documents import SpaceContent
from community.spaces.documents import Space
from community.spaces.policies import may_moderate_content


@runtime_checkable
class Place(Protocol):
    """A question, a page, a post or a space: can be slowed down and locked, with all that is written below it."""

    id: str
    calm: Calm | None


async def places_of(root: object) -> list[Place]:
    """Give a question, a page or a post and the space it stands in; of an idea, which can't be calmed down itself, its space."""
    space_id = root.space_id if isinstance(root, SpaceContent) else None
    return places_in(root, await Space.get(space_id) if space_id is not None else None)


def places_in(root: object, space: Space | None) -> list[Place]:
    """Give the same where the space that it stands in was read already."""
    own = [root] if isinstance(root, Place) else []
    return [*own, *([space] if space is not None else [])]


def is_free(actor: Actor, places: Sequence[Place]) -> bool:
    """Tell whether somebody moderates there, whom no limit, no slow mode and no lock holds."""
    space = next((place for place in places if isinstance(place, Space)), None)
    return bool(may_moderate_content(actor, space)) if space is not None else actor.may(Permission.QUESTION_MODERATE)
