"""What MongoDB keeps of who is at a case just now."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class PresenceActivity(StrEnum):
    """What somebody does at a case."""

    VIEWING = "VIEWING"
    REPLYING = "REPLYING"


class CasePresence(Record):
    """One member at one case; its id is derived from the two."""

    case_id: str
    member_id: str
    activity: PresenceActivity
    since: datetime
    """Since when they do this."""
    seen_at: datetime
    """When their client last said so."""
    expires_at: datetime | None = None
    """Until when it counts; None: they left, or fell silent."""

    class Settings:
        name = "case_presences"
        indexes: ClassVar = [
            IndexModel([("case_id", ASCENDING), ("expires_at", ASCENDING)]),
            IndexModel([("expires_at", ASCENDING)], sparse=True),
            IndexModel([("seen_at", ASCENDING)]),
            PENDING_EVENTS,
        ]
