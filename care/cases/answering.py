"""A customer who was answered in the very contact in which they spoke, purely."""

from datetime import datetime, timedelta

from care.cases import clocks
from care.cases.picking_up import pick_up
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.under_way import Incoming


def answer_within(case: Case, incoming: Incoming, now: datetime) -> None:
    """Meet the clock that runs when a call or a talk was answered within itself: at its end, and not later than now."""
    contact = incoming.contact
    if contact is None or not contact.answered:
        return
    said = clocks.said_at(incoming.sent_at, incoming.received_at)
    at = min(said + timedelta(seconds=contact.duration_seconds or 0), now)
    for name in ("first_response", "next_response"):
        setattr(case, name, clocks.met(getattr(case, name), at))
    case.cycle.replied_at = case.cycle.replied_at or at
    case.answered_at = max(case.answered_at or at, at)
    case.reached_at = max(case.reached_at or at, at)
    pick_up(case, contact.logged_by, at)
    if case.status is CaseStatus.NEW:
        case.status = CaseStatus.OPEN
