"""Closing the public loop, purely: a complaint that began in public and was solved in private is answered in public too."""

from datetime import datetime, timedelta
from typing import Final

from care.documents.cases import Case
from care.documents.conversations import Visibility
from care.documents.obligations import Obligation, ObligationKind
from care.documents.under_way import Outgoing
from care.events import ObligationFulfilled, ObligationStarted
from core.ids import derived_id

CLOSE_WITHIN: Final = timedelta(hours=24)
"""How soon those who read the complaint are to read that it was solved."""


def answered(case: Case, entry: Outgoing, at: datetime, *, actor: str) -> None:
    """Note where the company answered; in public it keeps what it owed to the public."""
    if entry.visibility is Visibility.PRIVATE:
        case.answered_privately_at = at
        return
    case.answered_publicly_at = at
    for owed in case.owed:
        if owed.kind is ObligationKind.PUBLIC_CLOSING:
            owed.fulfilled_at, owed.fulfilled_by, owed.message_id = at, entry.author_id, entry.message_id
            case.record(ObligationFulfilled(case_id=case.id, obligation_id=owed.id), actor=actor)


def owe(case: Case, at: datetime, *, actor: str) -> None:
    """Owe the public the end of the story, once a cycle: the customer is satisfied, and the last answer was private."""
    private, public = case.answered_privately_at, case.answered_publicly_at
    if not case.in_public or private is None or (public is not None and public > private):
        return
    identifier = derived_id("obl", case.id, "public", str(case.cycle.number))
    if any(owed.kind is ObligationKind.PUBLIC_CLOSING for owed in case.owed) or _was_owed(case, identifier):
        return
    owed = Obligation(id=identifier, kind=ObligationKind.PUBLIC_CLOSING, started_at=at, due_at=at + CLOSE_WITHIN)
    case.obligations = [*case.obligations, owed]
    case.record(ObligationStarted(case_id=case.id, obligation_id=owed.id), actor=actor)


def open_again(case: Case, message_id: str) -> None:
    """Owe the public its answer again: the reply that was one never arrived."""
    for owed in case.obligations:
        if owed.kind is ObligationKind.PUBLIC_CLOSING and owed.message_id == message_id:
            owed.fulfilled_at = owed.fulfilled_by = owed.message_id = None


def _was_owed(case: Case, identifier: str) -> bool:
    return any(owed.id == identifier for owed in case.obligations)
