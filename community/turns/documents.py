"""What MongoDB keeps of calming down: the limits of newcomers, and when each member that they hold for wrote what."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, Field

from core.records import PENDING_EVENTS, Record


class NewcomerLimits(Record):
    """Who is new, and how much they may write; there is one policy for the company, and 0 means that a part does not hold."""

    days: int = 0
    """Who joined less than so many days ago is new."""
    contributions: int = 0
    """Who has fewer accepted answers than this is new."""
    per_hour: int = 0
    per_day: int = 0

    class Settings:
        name = "newcomer_limits"
        indexes: ClassVar = [PENDING_EVENTS]


class Turn(BaseModel):
    """Something that a member wrote: a digest of its id, so that the same request again is no second one."""

    digest: str
    at: datetime


class Pace(Record):
    """What one member wrote lately where limits or slow mode hold; the id is derived from the member's."""

    turns: list[Turn] = Field(default_factory=list)
    """As a newcomer, within a day."""
    last_in: dict[str, Turn] = Field(default_factory=dict)
    """The last one by the id of what was slow then."""

    class Settings:
        name = "paces"
        indexes: ClassVar = [PENDING_EVENTS]
