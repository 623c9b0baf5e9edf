"""What MongoDB keeps of leaderboards and rewards: who wants to be listed, what lists go by, and what can be had for it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce, Record


class LeaderboardMeasure(StrEnum):
    """What a leaderboard goes by; ANSWER_TIME only orders who is equal by the others, it never counts alone."""

    POINTS = "POINTS"
    ANSWERS = "ANSWERS"
    VOTES = "VOTES"
    PAGES = "PAGES"
    KUDOS = "KUDOS"
    ANSWER_TIME = "ANSWER_TIME"


class Leaderboard(CreatedOnce):
    """A list of those who want to be listed: by what, over how many days, where and in which field."""

    name: str
    measures: list[LeaderboardMeasure]
    days: int
    space_id: str | None = None
    skill_id: str | None = None
    closed: bool = False

    class Settings:
        name = "leaderboards"
        indexes: ClassVar = [
            IndexModel([("closed", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class LeaderboardChoice(Record):
    """Whether a member wants to be listed; the id is derived from the member. Who never said so is not."""

    member_id: str
    listed: bool

    class Settings:
        name = "leaderboard_choices"
        indexes: ClassVar = [IndexModel([("listed", ASCENDING)]), PENDING_EVENTS]


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class RewardClaim(BaseModel):
    """That a member wants a reward, and what was decided."""

    id: str
    member_id: str
    claimed_at: datetime
    points: int
    """What they had then."""
    status: ClaimStatus = ClaimStatus.REQUESTED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


class Reward(CreatedOnce):
    """What can be had for points or a badge; it holds its claims, so that no more are granted than there are."""

    name: str
    description: str
    least_points: int | None = None
    badge_id: str | None = None
    stock: int
    claims: list[RewardClaim] = Field(default_factory=list)
    closed: bool = False

    def left(self) -> int:
        """Give how many are neither granted nor asked for."""
        return self.stock - sum(claim.status is not ClaimStatus.REFUSED for claim in self.claims)

    class Settings:
        name = "rewards"
        indexes: ClassVar = [
            IndexModel([("closed", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
