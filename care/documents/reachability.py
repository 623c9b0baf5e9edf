"""What MongoDB keeps of attempts to reach a customer that failed."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from care.documents.conversations import ContactKind


class UnreachedReason(StrEnum):
    """Why somebody was not reached: a message failed, they stayed silent, or a call or visit was in vain."""

    DELIVERY_FAILED = "DELIVERY_FAILED"
    NO_ANSWER = "NO_ANSWER"
    NOT_MET = "NOT_MET"


class ContactAttempt(BaseModel):
    """One attempt that failed; its id is the message's, or made of the case and cycle, so that it counts once."""

    id: str
    reason: UnreachedReason
    at: datetime
    case_id: str | None = None
    kind: ContactKind | None = None
    """By what a member tried, where it was a member."""
    by: str | None = None
    note: str | None = None
