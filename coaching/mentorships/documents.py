"""What MongoDB keeps of mentorships: programmes, and who accompanies whom in them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class MentorshipStatus(StrEnum):
    """Where a mentorship stands; COMPLETED: it reached its end, ENDED: it was declined, taken back or broken off."""

    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    ENDED = "ENDED"


class MatchedBy(StrEnum):
    """How the two came together."""

    RULE = "RULE"
    ADMIN = "ADMIN"
    CHOICE = "CHOICE"


class MatchReasonKind(StrEnum):
    """What speaks for a mentor."""

    SKILLS = "SKILLS"
    LANGUAGES = "LANGUAGES"
    SHIFTS = "SHIFTS"
    LOAD = "LOAD"


class MatchReason(BaseModel):
    """One thing that speaks for a mentor, and how much."""

    kind: MatchReasonKind
    points: int
    detail: str


class Goal(BaseModel):
    """What the mentee wants to be able to do, and until when."""

    text: str
    due_at: datetime | None = None
    reached: bool = False


class MeetingStatus(StrEnum):
    """Where a meeting stands."""

    PLANNED = "PLANNED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"


class Meeting(BaseModel):
    """A conversation of the two."""

    id: str
    subject: str
    starts_at: datetime
    minutes: int
    planned_by: str
    status: MeetingStatus = MeetingStatus.PLANNED
    notes: str | None = None


class Feedback(BaseModel):
    """What one of the two says of how it goes."""

    author_id: str
    given_at: datetime
    text: str
    private: bool = False
    """Whether the other one must not read it."""


class MentorHandover(BaseModel):
    """When one mentor followed another, and what the next one was told."""

    from_id: str
    to_id: str
    note: str
    at: datetime


class MentorshipProgramme(CreatedOnce):
    """What mentorships are for: the level, the skills, and how many newcomers one mentor takes."""

    name: str
    summary: str
    level: int
    skill_ids: list[str] = Field(default_factory=list)
    mentees_per_mentor: int
    created_by: str
    closed: bool = False

    class Settings:
        name = "mentorship_programmes"
        indexes: ClassVar = [
            IndexModel([("closed", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class Mentorship(CreatedOnce):
    """A newcomer and their mentor."""

    programme_id: str
    level: int
    mentee_id: str
    mentor_id: str
    parties: list[str]
    """The two, for the list of what is one's own."""
    open_key: str | None = None
    """Programme and mentee while it is proposed or goes on: nobody has two at once in one programme."""
    status: MentorshipStatus
    matched_by: MatchedBy
    reasons: list[MatchReason] = Field(default_factory=list)
    proposed_by: str | None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str | None = None
    goals: list[Goal] = Field(default_factory=list)
    meetings: list[Meeting] = Field(default_factory=list)
    feedback: list[Feedback] = Field(default_factory=list)
    handovers: list[MentorHandover] = Field(default_factory=list)

    class Settings:
        name = "mentorships"
        indexes: ClassVar = [
            IndexModel([("open_key", ASCENDING)], unique=True, sparse=True),
            IndexModel([("mentor_id", ASCENDING), ("status", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("parties", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
