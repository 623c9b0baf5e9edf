"""What the company owes a customer: started by a request for contact details, done by whoever used them."""

from datetime import datetime, timedelta

from care.documents.cases import Case, Obligation, ObligationKind
from care.events import ObligationStarted
from core.ids import derived_id

USE_CONTACT_DETAILS = timedelta(hours=24)
"""How soon the company must have used what it asked the customer for."""


def obligation_id(message_id: str) -> str:
    """Give the id of the obligation that a message starts."""
    return derived_id("obl", message_id)


def start_contact_details(case: Case, message_id: str, at: datetime, *, actor: str) -> Obligation:
    """Owe the customer, who was asked for contact details, that they are used."""
    obligation = Obligation(
        id=obligation_id(message_id),
        kind=ObligationKind.CONTACT_DETAILS,
        started_at=at,
        due_at=at + USE_CONTACT_DETAILS,
        message_id=message_id,
    )
    case.obligations = [*case.obligations, obligation]
    case.record(ObligationStarted(case_id=case.id, obligation_id=obligation.id), actor=actor)
    return obligation


def withdraw(case: Case, message_id: str) -> None:
    """Owe nothing for a question that never reached the customer; what was done already stays on record."""
    gone = obligation_id(message_id)
    case.obligations = [owed for owed in case.obligations if owed.id != gone or owed.fulfilled_at is not None]
