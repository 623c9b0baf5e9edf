"""What MongoDB keeps of exports of large parts of the wiki, which a worker writes."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class ExportState(StrEnum):
    """How far an export has come."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class WikiExport(CreatedOnce):
    """A page and all below it as Markdown files in a zip, for the one member who asked for it."""

    page_id: str
    title: str
    """Of the page when it was asked for."""
    member_id: str
    state: ExportState = ExportState.WAITING
    reason: str | None = None
    """Why it failed."""
    total: int | None = None
    """Pages to be written; None before they were counted."""
    written: int = 0
    size: int | None = None
    content_id: str
    finished_at: datetime | None = None
    expires_at: datetime | None = None
    """Until when the file is kept; absent once it is gone."""

    class Settings:
        name = "wiki_exports"
        indexes: ClassVar = [
            IndexModel([("member_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("expires_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
