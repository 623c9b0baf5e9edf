"""What happens to ideas, as facts."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.events import Event

IDEAS: Final = "IDEAS"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaEvent(Event):
    """Something happened to an idea."""

    topics: ClassVar[tuple[str, ...]] = (IDEAS,)
    node_field: ClassVar[str | None] = "idea_id"

    idea_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaSubmitted(IdeaEvent):
    """Somebody told of an idea."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaModerated(IdeaEvent):
    """An idea was hidden or deleted by a moderator, or shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaMoved(IdeaEvent):
    """An idea stands in another space, or in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaStatusSet(IdeaEvent):
    """The company said what becomes of an idea."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaMerged(IdeaEvent):
    """An idea was found to be the same as another."""

    into_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaLinked(IdeaEvent):
    """One more message of a customer speaks of an idea."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaVoted(IdeaEvent):
    """A vote for an idea was set or taken back."""
