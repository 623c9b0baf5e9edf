"""What MongoDB keeps of replies that somebody is still writing."""

from datetime import datetime
from typing import ClassVar

from core.records import PENDING_EVENTS, Record


class SavedDraft(Record):
    """One member's unsent words in one conversation; its id is derived from the two. Nobody else reads it."""

    member_id: str
    conversation_id: str
    body: str
    saved_at: datetime

    class Settings:
        name = "saved_drafts"
        indexes: ClassVar = [PENDING_EVENTS]
