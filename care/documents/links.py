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
    content_id: str | None = None
    """The public question or idea that it leads to, where it was made for that."""
    origin: str | None = None
    """Where its short address begins, as it was when the link was made."""
    created_by: str
    archived: bool = False

    @property
    def short_address(self) -> str | None:
        """Give the address that customers take; None where nobody knew it when the link was made."""
        return f"{self.origin}/l/{self.code}" if self.origin is not None else None

    class Settings:
        name = "tracked_links"
        indexes: ClassVar = [
            IndexModel([("code", ASCENDING)], unique=True),
            IndexModel([("archived", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("case_id", ASCENDING), ("archived", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
