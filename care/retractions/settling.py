"""What follows when a reply was taken back, or was not: the message says so, and its case owes an answer again."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from care.cases import clocks, lifecycle, obligations, public_loop
from care.cases.merging import home_of
from care.cases.outgoing import MOST_BOUNCED
from care.cases.waiting_since import waiting_since
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.clocks import ResponseClock
from care.documents.conversations import Direction, Message, RetractionState, Visibility
from care.documents.obligations import ObligationKind
from care.retractions.events import MessageRetracted, RetractionFailed
from core.clock import now
from core.records import change, fresh

_LOOKED_AT: Final = 200
_LONGEST_REASON: Final = 500


async def end_retraction(message: Message, *, error: str | None = None) -> Message:
    """Note that a reply is gone, or why it stays; the first word counts. Can run twice."""

    def rule(current: Message) -> None:
        retraction = current.retraction
        if retraction is None or retraction.state is not RetractionState.RETRACTING:
            return
        state = RetractionState.RETRACTED if error is None else RetractionState.FAILED
        told = {"state": state, "ended_at": now(), "error": error[:_LONGEST_REASON] if error is not None else None}
        current.retraction = retraction.model_copy(update=told)
        if error is None:
            gone = MessageRetracted(case_id=current.case_id, message_id=current.id)
            current.record(gone, actor=retraction.asked_by)
        else:  # nobody's doing: who asked is told of it too
            current.record(RetractionFailed(case_id=current.case_id, message_id=current.id))

    message = await change(message, rule)
    await settle_retracted(message)
    return message


async def settle_retracted(message: Message) -> None:
    """Let a case owe what a reply that was taken back had given, once; a closed case stays closed. Can run twice."""
    found = await Case.get(message.case_id) if message.is_retracted else None
    if found is None:
        return
    case = await home_of(found)
    waits = await waiting_since((one, {}) for one in case.led)
    rule = _taking_back(message, waits, answered=await _is_answered_otherwise(case))
    await change(await fresh(case), rule)


def _taking_back(message: Message, waits: datetime | None, *, answered: bool) -> Callable[[Case], None]:
    def rule(case: Case) -> None:
        if message.id in case.bounced:
            return
        case.bounced = [*case.bounced, message.id][-MOST_BOUNCED:]
        if case.status is CaseStatus.CLOSED:
            return
        at = now()
        public_loop.open_again(case, message.id)
        if any(owed.message_id == message.id and owed.kind is ObligationKind.CONTACT_DETAILS for owed in case.owed):
            obligations.withdraw(case, message.id)
            lifecycle.stop_waiting(case, at)
        if not answered:
            case.cycle.replied_at = None
        if waits is not None:
            _owe_since(case, waits, at)
        lifecycle.project(case, touched_at=at)

    return rule


def _owe_since(case: Case, waits: datetime, at: datetime) -> None:
    """Owe an answer to who waits: the clock that was met since then runs again with its old due time."""
    case.answered_at = None
    if case.status is CaseStatus.RESOLVED:
        lifecycle.go_on(case, at)
    for name in ("first_response", "next_response"):
        clock: ResponseClock = getattr(case, name)
        if clock.met_at is not None and clock.due_at is not None and clock.met_at >= waits:
            setattr(case, name, clocks.reopened(clock, clock.due_at))
            return
    lifecycle.await_next_response(case, at)


async def _is_answered_otherwise(case: Case) -> bool:
    """Tell whether the customer still has an answer of ours in this cycle."""
    said = {"case_id": case.id, "created_at": {"$gte": case.cycle.started_at}}
    found = await Message.find(said).sort("created_at", "_id").limit(_LOOKED_AT).to_list()
    ours = [one for one in found if one.direction is Direction.OUTBOUND and one.visibility is not Visibility.INTERNAL]
    return any(one.sent_at is not None and not one.is_retracted and not one.holding for one in ours)
