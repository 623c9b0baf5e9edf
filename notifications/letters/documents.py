"""What MongoDB keeps of e-mails to members and customers, and of what customers want by e-mail."""

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


class LetterTopic(StrEnum):
    """What customers are written to of."""

    REQUESTS = "REQUESTS"
    COMMUNITY = "COMMUNITY"


class Letter(Record):
    """One e-mail to one member or customer; the id is derived from whom and when, or from the one notification it tells of."""

    member_id: str | None = None
    frequency: MailFrequency | None = None
    """How the member wanted it; None for customers."""
    customer_id: str | None = None
    """Whose account in the portal it is to; None for members."""
    topic: LetterTopic | None = None
    """What the customer is told of, there exactly for customers."""
    due_at: datetime
    notification_ids: list[str] = Field(default_factory=list)
    """What it tells of: notifications of the member, or notices of the customer, at most a thousand."""
    state: LetterState = LetterState.WAITING
    handed_at: datetime | None = None
    """Set before the last word to the mail server, and taken back when the server said no: who finds it set, sends no more."""
    settled_at: datetime | None = None
    reason: str | None = None

    class Settings:
        name = "letters"
        indexes: ClassVar = [PENDING_EVENTS]


class LetterPreferences(Record):
    """What one customer wants by e-mail; until they say something, all of it."""

    customer_id: str
    requests: bool = True
    community: bool = True
    undeliverable_since: datetime | None = None
    """Since when e-mails to the account's address come back; none is sent any more."""
    undeliverable_address: str | None = None
    undeliverable_reason: str | None = None

    def wants(self, topic: LetterTopic, address: str) -> bool:
        """Tell whether the customer wants e-mails of a topic, and an address of theirs takes any."""
        wanted = self.requests if topic is LetterTopic.REQUESTS else self.community
        return wanted and self.undeliverable_address != address

    class Settings:
        name = "customer_letter_preferences"
        indexes: ClassVar = [PENDING_EVENTS]
