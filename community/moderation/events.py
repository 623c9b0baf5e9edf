"""What happens in moderation, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from community.events import QUESTION
from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationEvent(Event):
    """Something happened to a row of the queue."""

    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentReported(ModerationEvent):
    """Somebody reported something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationItemClaimed(ModerationEvent):
    """A moderator looks at something that was reported, or no longer does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentModerated(ModerationEvent):
    """A moderator decided about something that was reported; `number` counts the decisions about it."""

    decision: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalmEvent(Event):
    """A moderator slowed something down, locked it, or let it go on; `number` counts what was done there."""

    target_id: str
    act: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentCalmed(CalmEvent):
    """It was a page, a post or a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCalmed(CalmEvent):
    """It was a question."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
