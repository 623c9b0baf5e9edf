"""What of the content the spaces let somebody read: pure rules, which the gate of every kind of content joins."""

from typing import Any, Final

from auth.actor import Actor, ActorKind, Permission
from core.gates import EVERYTHING, PRESENT, Gate, InOrAbsent, both, to_mongo

PREFIX: Final = "spc"
"""That of the ids of spaces."""


def spaces_in_reach(actor: Actor) -> tuple[str, ...]:
    """Give the ids of the spaces that the actor is in, in a lasting order."""
    return tuple(sorted(one for one in actor.reach if one.startswith(f"{PREFIX}_")))


def readable_in_spaces(actor: Actor) -> Gate:
    """Say which content somebody may read as far as spaces go: what is in no closed one, and what is in theirs.

    To be joined with the gate of the kind (`both`), which says who may read such content at all.
    """
    return EVERYTHING if actor.kind is ActorKind.SYSTEM else InOrAbsent("closed_space_id", spaces_in_reach(actor))


PUBLISHERS: Final = Permission.QUESTION_PUBLISH.value
"""Stands in `kept_for` of customers' answers that wait, for all who have this permission."""
MODERATORS: Final = Permission.QUESTION_MODERATE.value
"""Stands in `kept_for` of hidden content for all who have this permission."""


def unhidden(actor: Actor) -> Gate:
    """Say which content somebody may read as far as moderation goes: what is not hidden, and what is kept for them."""
    if actor.kind is ActorKind.SYSTEM:
        return EVERYTHING
    own = actor.member_id or actor.customer_id
    roles = [one.value for one in (Permission.QUESTION_MODERATE, Permission.QUESTION_PUBLISH) if actor.may(one)]
    return InOrAbsent("kept_for", (*((own,) if own else ()), *roles))


def present_for(actor: Actor) -> dict[str, Any]:
    """Render what is neither deleted nor hidden from somebody, for what is read behind the gate of what it stands below."""
    return to_mongo(both(PRESENT, unhidden(actor)))


def reads_in(actor: Actor, closed_space_id: str | None) -> bool:
    """Tell the same of one piece of content that was read already."""
    return closed_space_id is None or closed_space_id in actor.reach or actor.kind is ActorKind.SYSTEM
