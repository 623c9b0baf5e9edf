"""What MongoDB keeps of files that are being sent."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class StagedFile(CreatedOnce):
    """A file that somebody is about to send, or has sent: `content_id` is there once it is whole."""

    name: str
    owner_id: str
    expires_at: datetime
    """Until when it can be sent."""
    swept_at: datetime | None = None
    """When it is taken away unless something was made of it; absent once it was, and once it is gone."""
    attempts: list[str] = Field(default_factory=list)
    """The ids of all contents that were begun for it."""
    content_id: str | None = None
    size: int | None = None

    class Settings:
        name = "staged_files"
        indexes: ClassVar = [IndexModel([("swept_at", ASCENDING)], sparse=True), PENDING_EVENTS]
