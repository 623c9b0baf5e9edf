"""What MongoDB keeps of e-mails to members."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from core.records import PENDING_EVENTS, Record
from notifications.documents import MailFrequency


class LetterState(StrEnum):
    """How far an e-mail came."""

    WAITING = "WAITING"
    SENT = "SENT"
    UNCERTAIN = "UNCERTAIN"
    """Handed over, and nobody knows whether it was taken: it is not sent again."""
    FAILED = "FAILED"
    NEEDLESS = "NEEDLESS"


class Letter(Record):
    """One e-mail to one member; the id is derived from the member and the time, or from the one notification that it tells of."""

    member_id: str
    frequency: MailFrequency
    due_at: datetime
    notification_ids: list[str] = Field(default_factory=list)
    """What it tells of, at most a thousand."""
    state: LetterState = LetterState.WAITING
    handed_at: datetime | None = None
    """Set before the last word to the mail server, and taken back when the server said no: who finds it set, sends no more."""
    settled_at: datetime | None = None
    reason: str | None = None

    class Settings:
        name = "letters"
        indexes: ClassVar = [PENDING_EVENTS]
