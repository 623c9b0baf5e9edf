"""What MongoDB keeps of points: the rules, and for each member and day what others accepted of them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class PointCause(StrEnum):
    """What others did by which they accepted a member's work; there is none for mere activity, and none for speed."""

    ACCEPTED_ANSWER = "ACCEPTED_ANSWER"
    CONSULTATION_ACCEPTED = "CONSULTATION_ACCEPTED"
    HELPFUL_VOTE = "HELPFUL_VOTE"
    VERIFIED_PAGE = "VERIFIED_PAGE"
    APPROVED_REPLY = "APPROVED_REPLY"
    KUDOS = "KUDOS"


class PointRule(BaseModel):
    """What one cause is worth, how often it counts on one day, and how often of those for the same other person."""

    cause: PointCause
    points: int
    most_a_day: int
    most_from_one: int


class PointRules(Record):
    """The company's rules; there is one set, and what was earned keeps the terms of its day."""

    rules: list[PointRule]

    class Settings:
        name = "point_rules"
        indexes: ClassVar = [PENDING_EVENTS]


class LedgerEntry(BaseModel):
    """That others accepted something of a member; once for each cause, and again or no longer as that holds."""

    key: str
    """Cause, source and, of votes, the voter: what makes it happen once. Never shown."""
    source_id: str
    giver: str
    """Who accepted, to count how often the same one did; who is anonymous is nobody in particular. Never shown."""
    at: datetime
    rule: PointRule
    rules_version: int
    space_id: str | None = None
    closed_space_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    withdrawn: bool = False
    """Whether it holds no longer."""
    counted: int = 0
    """The points that it counts for, within the day's limits."""


class PointDay(Record):
    """What others accepted of one member on one day; the id is derived from the two."""

    member_id: str
    day: str
    entries: list[LedgerEntry]
    total: int = 0

    class Settings:
        name = "point_days"
        indexes: ClassVar = [
            IndexModel([("entries.key", ASCENDING)], unique=True),
            IndexModel([("entries.source_id", ASCENDING)]),
            IndexModel([("member_id", ASCENDING), ("day", DESCENDING)]),
            IndexModel([("day", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
