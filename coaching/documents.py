"""What MongoDB keeps of coaching."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.channels import Environment
from core.records import PENDING_EVENTS, Record


class DraftReviewStatus(StrEnum):
    """Where a review stands; SUPERSEDED: the clock ran short and a holding reply took its place, it can still be decided on."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"


class PassageComment(BaseModel):
    """What a mentor says of the passage `body[start:end]`."""

    start: int
    end: int
    text: str


class ReviewTerms(BaseModel):
    """How long reviews may take, as the policy of a version said."""

    policy_version: int = 0
    review_minutes: int = 10
    """How long one reviewer has, unless the clock runs short before."""
    reserve_minutes: int = 5
    """What is kept of the clock for a holding reply."""


class ReviewPolicy(Record):
    """The company's terms of reviews; there is one policy, and reviews that run keep the terms that they began with."""

    review_minutes: int
    reserve_minutes: int

    class Settings:
        name = "review_policies"
        indexes: ClassVar = [PENDING_EVENTS]


class DraftReview(Record):
    """A held reply with its review; its id follows from the message's, so that there is one for each."""

    gate_fields: ClassVar[tuple[str, ...]] = ("author_id", "channel_id", "environment")

    message_id: str
    case_id: str
    channel_id: str
    environment: Environment = Environment.LIVE
    author_id: str
    body: str
    """The reply as it was handed in last; once approved, as it leaves."""
    status: DraftReviewStatus = DraftReviewStatus.PENDING
    terms: ReviewTerms = Field(default_factory=ReviewTerms)
    submitted_at: datetime
    reviewer_id: str | None = None
    """Whose turn it is; None while there is nobody to ask."""
    asked: list[str] = Field(default_factory=list)
    """Who has had a turn since it was handed in last."""
    turn_ends_at: datetime
    """When the turn goes to the next reviewer, or the clock runs short."""
    next_act_at: datetime | None = None
    escalated_at: datetime | None = None
    """When the managers were told that no reviewer decides."""
    superseded_at: datetime | None = None
    """When the clock ran short and a holding reply was due."""
    feedback: str | None = None
    comments: list[PassageComment] = Field(default_factory=list)
    alternatives: list[str] = Field(default_factory=list)
    decided_by: str | None = None
    decided_at: datetime | None = None
    released_by: str | None = None
    """The actor in whose name an approved reply is let go."""
    edited: bool = False
    """Whether the mentor changed the words before they left."""
    returns: int = 0
    """How often it was given back."""

    class Settings:
        name = "draft_reviews"
        indexes: ClassVar = [
            IndexModel([("environment", ASCENDING), ("status", ASCENDING), ("turn_ends_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("author_id", ASCENDING), ("status", ASCENDING), ("turn_ends_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("case_id", ASCENDING), ("submitted_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("case_id", ASCENDING), ("author_id", ASCENDING), ("submitted_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("reviewer_id", ASCENDING), ("status", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class SampleVerdict(StrEnum):
    """What a mentor says of a reply that has left."""

    GOOD = "GOOD"
    NEEDS_WORK = "NEEDS_WORK"


class Mark(BaseModel):
    """How far a reply meets a criterion of the quality form, 0 (not at all) to 4 (fully)."""

    key: str
    score: int


class SecondReview(BaseModel):
    """What a second reviewer found, who did not know what the first had found."""

    by: str
    at: datetime
    marks: list[Mark]
    feedback: str | None = None


class SampledReply(Record):
    """A reply that has left and that somebody is to look at; its id follows from the message's."""

    gate_fields: ClassVar[tuple[str, ...]] = ("author_id", "channel_id")

    message_id: str
    case_id: str
    channel_id: str
    author_id: str
    waiting: bool = True
    verdict: SampleVerdict | None = None
    feedback: str | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    form_number: int | None = None
    """The number of the quality form that the marks are by; None where none were given."""
    marks: list[Mark] = Field(default_factory=list)
    calibrating: bool = False
    """Whether a second reviewer is to mark it, who learns of the first marks only then."""
    second: SecondReview | None = None

    class Settings:
        name = "sampled_replies"
        indexes: ClassVar = [
            IndexModel([("calibrating", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("form_number", ASCENDING), ("second.at", ASCENDING)], sparse=True),
            IndexModel([("waiting", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("author_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
