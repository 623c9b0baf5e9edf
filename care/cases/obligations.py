"""What the company owes a customer: started by a request for contact details, done by whoever used them."""

from datetime import datetime, timedelta

from auth.actor import Actor
from care.cases import lifecycle
from care.documents.cases import Case
from care.documents.obligations import Obligation, ObligationKind
from care.events import ObligationFulfilled, ObligationStarted
from care.policies import may_fulfil, require_right
from care.reading.cases import case_of_obligation
from care.written import remark_of
from core.clock import now
from core.errors import NotFound
from core.ids import derived_id
from core.records import change

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


def owes_contact_details(case: Case) -> bool:
    """Tell whether the company owes the use of contact details already."""
    return any(obligation.kind is ObligationKind.CONTACT_DETAILS for obligation in case.owed)


def withdraw(case: Case, message_id: str) -> None:
    """Owe nothing for a question that never reached the customer; what was done already stays on record."""
    gone = obligation_id(message_id)
    case.obligations = [owed for owed in case.obligations if owed.id != gone or owed.fulfilled_at is not None]


async def fulfil_obligation(
    actor: Actor, obligation_id: str, note: str | None = None, *, expected_version: int
) -> tuple[Case, Obligation]:
    """Mark what was owed as done, with a note; give the case and the obligation.

    Raises NotFound, AlreadyDone, Forbidden without `case:work`, InvalidInput for the note, Conflict.
    """
    found = await case_of_obligation(actor, obligation_id)
    if found is None:
        raise NotFound("There is no such obligation.", path=("obligation_id",))
    case, obligation = found
    require_right(may_fulfil(actor, case, obligation))
    remark = remark_of(note)

    def rule(current: Case) -> None:
        owed = next((owed for owed in current.obligations if owed.id == obligation_id), None)
        if owed is None:
            raise NotFound("There is no such obligation.", path=("obligation_id",))
        may_fulfil(actor, current, owed).enforce()
        owed.fulfilled_at, owed.fulfilled_by, owed.note = now(), actor.member, remark
        current.record(ObligationFulfilled(case_id=current.id, obligation_id=obligation_id), actor=actor.id)
        lifecycle.project(current, touched_at=owed.fulfilled_at)

    changed = await change(case, rule, expected_version=expected_version)
    return changed, next(owed for owed in changed.obligations if owed.id == obligation_id)
