"""What MongoDB keeps of badges: what each asks for, and who has them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel
from pymongo import ASCENDING, DESCENDING, IndexModel

from coaching.recognition.points_documents import PointCause
from core.records import PENDING_EVENTS, CreatedOnce, Record


class BadgeGrade(StrEnum):
    """How much a badge says."""

    BRONZE = "BRONZE"
    SILVER = "SILVER"
    GOLD = "GOLD"


class BadgeRequirement(BaseModel):
    """What others must have accepted: how often, how many different ones, on how many days."""

    causes: list[PointCause]
    times: int
    people: int = 1
    days: int = 1


class Badge(CreatedOnce):
    """Something that a member is known for; whoever meets all that it asks for has it, once."""

    name: str
    description: str
    grade: BadgeGrade
    requirements: list[BadgeRequirement]
    retired: bool = False

    class Settings:
        name = "badges"
        indexes: ClassVar = [
            IndexModel([("retired", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class AwardedBadge(Record):
    """That a member has a badge; the id is derived from the two, so that nobody has it twice."""

    member_id: str
    badge_id: str
    awarded_at: datetime

    class Settings:
        name = "awarded_badges"
        indexes: ClassVar = [
            IndexModel([("member_id", ASCENDING), ("awarded_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
