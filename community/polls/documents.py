"""What MongoDB keeps of polls and of the votes in them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from community.documents import Written
from core.clock import now
from core.records import PENDING_EVENTS, Record


class PollKind(StrEnum):
    """How many options a member may choose."""

    SINGLE = "SINGLE"
    MULTIPLE = "MULTIPLE"


class PollResults(StrEnum):
    """When members see how a poll goes."""

    ALWAYS = "ALWAYS"
    AFTER_VOTE = "AFTER_VOTE"
    AFTER_CLOSE = "AFTER_CLOSE"


class PollOption(BaseModel):
    """Something that can be chosen; its id is its number in the poll."""

    id: str
    text: str


class Poll(Written):
    """A poll in a question, a post or the talk of a space, read by who reads that; it never changes but for its end."""

    parent_id: str
    title: str
    options: list[PollOption] = Field(default_factory=list)
    kind: PollKind
    results: PollResults
    anonymous: bool
    """Whether nobody learns who chose what; then the votes name nobody."""
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    """When somebody ended it."""
    next_act_at: datetime | None = None
    """When the clocks look at it: it is told then that it is over."""

    @property
    def is_open(self) -> bool:
        """Tell whether votes are taken now."""
        return self.closed_at is None and (self.closes_at is None or self.closes_at > now())

    class Settings:
        name = "polls"
        indexes: ClassVar = [
            IndexModel([("parent_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class PollVote(Record):
    """What one member chose; the id is derived from poll and member, so that nobody votes twice. No options: withdrawn."""

    poll_id: str
    option_ids: list[str] = Field(default_factory=list)
    member_id: str | None = None
    """Who; absent in an anonymous poll."""

    class Settings:
        name = "poll_votes"
        indexes: ClassVar = [IndexModel([("poll_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]
