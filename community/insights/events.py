"""What happens to insights, as facts."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.events import Event

INSIGHTS: Final = "INSIGHTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightEvent(Event):
    """Something happened to an insight."""

    topics: ClassVar[tuple[str, ...]] = (INSIGHTS,)

    insight_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightCreated(InsightEvent):
    """Somebody wrote down what they learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightEdited(InsightEvent):
    """An insight says something else, is for others, or nothing more is to come of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightEvidenceChanged(InsightEvent):
    """Something more shows an insight, or something no longer does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightMoved(InsightEvent):
    """An insight came to its next stage."""

    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightModerated(InsightEvent):
    """An insight was hidden or deleted by a moderator, or shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightDigestChanged(Event):
    """It was said how often a department gets a digest."""

    digest_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightDigestDue(Event):
    """Something was learned for a department since its last digest, and it is time for the next."""

    digest_id: str
