"""What MongoDB keeps of links whose clicks are counted."""

from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class TrackedLink(CreatedOnce):
    """A short address that leads to a page of the company's; clicks are counters of their own."""

    code: str
    name: str
    target: str
    """The page, with what tells web analytics where the visitor came from."""
    campaign: str | None = None
    case_id: str | None = None
    """The case in whose replies it is used, where it was made for one."""
    created_by: str
    archived: bool = False

    class Settings:
        name = "tracked_links"
        indexes: ClassVar = [
            IndexModel([("code", ASCENDING)], unique=True),
            IndexModel([("archived", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("case_id", ASCENDING), ("archived", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
