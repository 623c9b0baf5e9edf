"""What the company owes a customer, as the case keeps it."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel


class ObligationKind(StrEnum):
    """What the company owes the customer."""

    CONTACT_DETAILS = "CONTACT_DETAILS"
    FOLLOW_UP = "FOLLOW_UP"
    CALL_BACK = "CALL_BACK"
    PUBLIC_CLOSING = "PUBLIC_CLOSING"


class Obligation(BaseModel):
    """Something owed to the customer; a case with an open one can't be closed."""

    id: str
    kind: ObligationKind
    started_at: datetime
    due_at: datetime
    overdue_at: datetime | None = None
    """When it was found to be late."""
    fulfilled_at: datetime | None = None
    fulfilled_by: str | None = None
    note: str | None = None
    message_id: str | None = None
