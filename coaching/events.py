"""What happens between newcomers and mentors, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from core.events import Event

DRAFT_REVIEWS = "DRAFT_REVIEWS"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReviewEvent(Event):
    """Something happened to a review of a held reply."""

    topics: ClassVar[tuple[str, ...]] = (DRAFT_REVIEWS,)

    review_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSubmitted(DraftReviewEvent):
    """A held reply was handed in, for the first time or again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHandedOn(DraftReviewEvent):
    """A reviewer did not decide in time, and it is the next one's turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEscalated(DraftReviewEvent):
    """No reviewer is left to ask: the managers are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSuperseded(DraftReviewEvent):
    """The clock ran short: the customer gets a holding reply while the draft still waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftApproved(DraftReviewEvent):
    """A mentor let a reply go, as it was or with other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReturned(DraftReviewEvent):
    """A mentor gave a reply back to its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWithdrawn(DraftReviewEvent):
    """The reply was taken back before it left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPolicyChanged(Event):
    """How long reviews may take was said anew."""

    policy_id: str
