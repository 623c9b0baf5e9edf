"""What MongoDB keeps of segments: rules over customers, who fits them since when, and how well profiles fill them."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.channels import ChannelKind
from care.documents.customers import Lifecycle
from core.records import PENDING_EVENTS, CreatedOnce, Record


class SegmentRule(BaseModel):
    """Whom a segment is of: all that is told must hold; of a list one value is enough, an empty one says nothing."""

    lifecycles: list[Lifecycle] = Field(default_factory=list)
    locales: list[str] = Field(default_factory=list)
    platforms: list[ChannelKind] = Field(default_factory=list)
    cities: list[str] = Field(default_factory=list)
    interests: list[str] = Field(default_factory=list)
    crm_segments: list[str] = Field(default_factory=list)
    least_followers: int | None = None
    in_crm: bool | None = None
    has_email: bool | None = None
    has_phone: bool | None = None
    unreachable: bool | None = None
    heard_within_days: int | None = None
    silent_for_days: int | None = None

    @property
    def follows_time(self) -> bool:
        """Tell whether somebody can come or go without anything happening."""
        return self.heard_within_days is not None or self.silent_for_days is not None


class SegmentQuality(BaseModel):
    """How well the profiles of the members are filled, and how much of it somebody vouches for."""

    members: int = 0
    known_fields: int = 0
    """How many of the profile's fields are known, over all members."""
    accepted: int = 0
    """Members of whom a claim was accepted, or a member of the company wrote something down."""
    verified: int = 0
    """Members with an address or number that is known to be theirs."""
    disputed: int = 0
    """Members of whom a source says otherwise, not decided yet."""

    def plus(self, other: "SegmentQuality") -> "SegmentQuality":
        """Add what was counted of further members."""
        return SegmentQuality(**{name: getattr(self, name) + getattr(other, name) for name in type(self).model_fields})


class SegmentRun(BaseModel):
    """A look at all customers, one batch after the other, by the rule as it was at its begin."""

    number: int
    started_at: datetime
    after_id: str = ""
    quality: SegmentQuality = Field(default_factory=SegmentQuality)
    finished_at: datetime | None = None


class Segment(CreatedOnce):
    """A saved rule over customers; who fits it is a member as long as it is so."""

    name: str
    description: str | None = None
    rule: SegmentRule
    owner_id: str
    archived: bool = False
    run: SegmentRun
    """The last look at all customers."""
    next_act_at: datetime | None = None
    """When all customers are looked at again."""

    class Settings:
        name = "segments"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class Spell(BaseModel):
    """A time in which somebody was a member."""

    since: datetime
    until: datetime | None = None


class SegmentMembership(Record):
    """That a customer is, or was, in a segment; its id is derived from the two."""

    segment_id: str
    customer_id: str
    current: bool
    joined_at: datetime
    """When the last spell began."""
    spells: list[Spell] = Field(default_factory=list)
    """The oldest first; the last twenty."""

    class Settings:
        name = "segment_memberships"
        indexes: ClassVar = [
            IndexModel([("segment_id", ASCENDING), ("current", ASCENDING), ("joined_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("customer_id", ASCENDING), ("current", ASCENDING), ("joined_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class SegmentSnapshot(Record):
    """What a segment was on a day; its id is derived from the two, the last look of the day counts."""

    segment_id: str
    day: str
    """Such as `2026-11-26`, in UTC."""
    taken_at: datetime
    quality: SegmentQuality

    class Settings:
        name = "segment_snapshots"
        indexes: ClassVar = [IndexModel([("segment_id", ASCENDING), ("day", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]
