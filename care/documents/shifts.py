"""What MongoDB keeps of who works when: shifts, rotations, leave, what must be covered, and what is handed over."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce, Record


class Shift(CreatedOnce):
    """A member works for some channels from an instant to another. One that `replaces` another takes its place."""

    member_id: str
    channel_ids: list[str]
    starts_at: datetime
    ends_at: datetime
    replaces: str | None = None
    """The id of a shift, perhaps one of a rotation, that this one takes the place of."""

    class Settings:
        name = "shifts"
        indexes: ClassVar = [
            IndexModel([("ends_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("replaces", ASCENDING)], unique=True, sparse=True),
            PENDING_EVENTS,
        ]


class DailyHours(BaseModel):
    """From when and for how long somebody works on a day of the week, by the wall clock of a zone."""

    starts: int
    """Minutes from midnight."""
    minutes: int
    """Up to 24 hours, so perhaps into the next day."""
    weekdays: list[int]
    """1 Monday to 7 Sunday: the days on which it starts."""


class Rotation(CreatedOnce):
    """Members take turns; each has so many days, and the first begins his turn on a date."""

    name: str
    channel_ids: list[str]
    member_ids: list[str]
    zone: str
    starts_on: str
    """The date of the first day, as ISO 8601 says it, in the zone."""
    ends_on: str | None = None
    """The last date, and then no more; None goes on for ever."""
    turn_days: int
    hours: DailyHours
    removed: bool = False
    """Whether it was taken out of the plan."""

    class Settings:
        name = "rotations"
        indexes: ClassVar = [IndexModel([("removed", ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]


class Leave(CreatedOnce):
    """A member is away from an instant to another: on no shift, whatever is planned."""

    member_id: str
    starts_at: datetime
    ends_at: datetime

    class Settings:
        name = "leaves"
        indexes: ClassVar = [IndexModel([("ends_at", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]


class ToldGap(BaseModel):
    """A stretch in which a channel lacks what it needs, of which the managers were told."""

    starts_at: datetime
    ends_at: datetime


class CoverageRule(Record):
    """What a channel needs at every instant; the id is the channel's under another prefix. No rule: one member."""

    channel_id: str
    least_members: int = 1
    skill_ids: list[str] = Field(default_factory=list)
    """Somebody on the shift must have one of them; empty: anybody will do."""
    told: list[ToldGap] = Field(default_factory=list)
    """What was told of and is still ahead, in order; what is covered meanwhile is told again if it is not any more."""

    class Settings:
        name = "coverage_rules"
        indexes: ClassVar = [PENDING_EVENTS]


class Handover(Record):
    """What who leaves a shift says to who comes; the id is the shift's under another prefix."""

    shift_id: str
    note: str
    author_id: str
    written_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None

    class Settings:
        name = "handovers"
        indexes: ClassVar = [PENDING_EVENTS]
