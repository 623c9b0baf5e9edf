"""Replies on their way out, as the case holds them: what they do to its clocks, and what becomes of them."""

from collections.abc import Mapping
from datetime import datetime

from care.cases import clocks, lifecycle, obligations, public_loop, silence, standing
from care.cases.last_message import show_last
from care.cases.merging import home_of
from care.cases.picking_up import pick_up
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.clocks import ResponseClock
from care.documents.conversations import WAITING, DeliveryStatus, Message, Visibility
from care.documents.under_way import Outgoing
from care.events import ReplyFailed, ReplyHeld, ReplyQueued, ReplyReleased, ReplyScheduled
from core.clock import now
from core.errors import NotFound
from core.events import SYSTEM
from core.records import change

_UNDER_WAY = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ})
_LOOKED_AT = 50
MOST_BOUNCED = 50


def put_outgoing(case: Case, entry: Outgoing, *, actor: str) -> None:
    """Put a reply on its way; a held or scheduled one only waits: it meets no clock and starts no obligation."""
    case.outgoing = [*case.outgoing, entry]
    if entry.author_id is not None:
        pick_up(case, entry.author_id, entry.created_at)
    if entry.state is DeliveryStatus.HELD_FOR_REVIEW:
        case.record(ReplyHeld(case_id=case.id, message_id=entry.message_id), actor=actor)
    elif entry.state is DeliveryStatus.SCHEDULED:
        case.record(ReplyScheduled(case_id=case.id, message_id=entry.message_id), actor=actor)
    else:
        queued = ReplyQueued(case_id=case.id, message_id=entry.message_id, answer_bank_entry_id=entry.answer_bank_entry_id)
        case.record(queued, actor=actor)
        _let_go(case, entry, entry.created_at, actor=actor)
    lifecycle.project(case, touched_at=entry.created_at)


def release_outgoing(case: Case, entry: Outgoing, at: datetime, *, actor: str) -> None:
    """Let a held reply go, from now on like any other: at once, or at the time that it was scheduled for."""
    entry.reviewed = True
    if entry.leaves_at is not None and entry.leaves_at > at:
        entry.state = DeliveryStatus.SCHEDULED
        case.record(ReplyScheduled(case_id=case.id, message_id=entry.message_id, released=True), actor=actor)
        lifecycle.project(case, touched_at=at)
        return
    entry.state = DeliveryStatus.QUEUED
    released = ReplyReleased(case_id=case.id, message_id=entry.message_id, answer_bank_entry_id=entry.answer_bank_entry_id)
    case.record(released, actor=actor)
    _let_go(case, entry, at, actor=actor)
    lifecycle.project(case, touched_at=at)


def leave_when_due(case: Case, at: datetime, licences: Mapping[str, bool]) -> None:
    """Let the scheduled replies go whose time has come, and hold those whose authors may not reply unreviewed any more.

    Those that are not among the licences were not looked at yet, and wait for the next scan.
    """
    for entry in case.outgoing:
        is_due = entry.state is DeliveryStatus.SCHEDULED and entry.leaves_at is not None and entry.leaves_at <= at
        if not is_due or entry.message_id not in licences:
            continue
        if licences[entry.message_id]:
            leave(case, entry, at)
        else:
            hold_back(case, entry, at)


def hold_back(case: Case, entry: Outgoing, at: datetime) -> None:
    """Hold a scheduled reply instead of letting it go: it meets no clock, and leaves at once when a mentor releases it."""
    entry.state, entry.created_at = DeliveryStatus.HELD_FOR_REVIEW, at
    entry.leaves_at = at
    case.record(ReplyHeld(case_id=case.id, message_id=entry.message_id, scheduled=True))
    case.updated_at = max(case.updated_at, at)


def leave(case: Case, entry: Outgoing, at: datetime) -> None:
    """Let a scheduled reply go: it is said now, and meets the clock that runs now."""
    entry.state, entry.created_at = DeliveryStatus.QUEUED, at
    queued = ReplyQueued(
        case_id=case.id, message_id=entry.message_id, answer_bank_entry_id=entry.answer_bank_entry_id, scheduled=True
    )
    case.record(queued, actor=entry.author_id or SYSTEM)
    _let_go(case, entry, at, actor=entry.author_id or SYSTEM)
    case.updated_at = max(case.updated_at, at)


def call_off(case: Case, entry: Outgoing) -> None:
    """Take a reply that will not reach the customer out of the case, with what it did to clocks, step and obligations."""
    case.outgoing = [other for other in case.outgoing if other.message_id != entry.message_id]
    if not entry.reminder:
        _take_back(case, entry)


def find_outgoing(case: Case, message_id: str) -> Outgoing | None:
    """Give the entry of a message, None when it is not on its way."""
    return next((entry for entry in case.outgoing if entry.message_id == message_id), None)


async def settle_outgoing(case_id: str, message: Message) -> Case:
    """Take a reply that came to its end, sent or failed, out of its case.

    A failed one gives the clock that it met back its old due time, unless another reply answered the customer; so does
    one that came back after it was sent.
    Raises NotFound when there is no such case.
    """
    case = await Case.get(case_id)
    if case is None:
        raise NotFound("There is no such case.")
    if find_outgoing(case, message.id) is None:  # it may have gone to another case meanwhile
        case = await Case.find_one({"outgoing.message_id": message.id}) or case
    if find_outgoing(case, message.id) is None and message.delivery_status is DeliveryStatus.FAILED:
        return await _come_back(case, message)
    return await change(await home_of(case), lambda current: _settle(current, message))


async def _come_back(case: Case, message: Message) -> Case:
    """Reopen the clock for a reply that was sent and came back later, once, unless the customer was answered otherwise."""
    later = {"case_id": case.id, "created_at": {"$gt": message.created_at}}
    others = await Message.find(later).sort("created_at", "_id").limit(_LOOKED_AT).to_list()
    answered = any(_is_heard(other) for other in others)

    def rule(current: Case) -> None:
        if message.id in current.bounced or find_outgoing(current, message.id) is not None:
            return
        current.bounced = [*current.bounced, message.id][-MOST_BOUNCED:]
        current.record(ReplyFailed(case_id=current.id, message_id=message.id))
        if current.status is not CaseStatus.CLOSED:
            public_loop.open_again(current, message.id)
            if not answered:
                _owe_again(current, message)
        lifecycle.project(current)

    return await change(case, rule)


def _is_heard(message: Message) -> bool:
    is_ours = message.visibility is not Visibility.INTERNAL and message.delivery_status in _UNDER_WAY
    return is_ours and not message.is_retracted


def _owe_again(case: Case, message: Message) -> None:
    for name in ("first_response", "next_response"):
        clock: ResponseClock = getattr(case, name)
        if clock.met_at is not None and clock.due_at is not None and clock.met_at >= message.created_at:
            setattr(case, name, clocks.reopened(clock, clock.due_at))
            return
    lifecycle.await_next_response(case, now())


def _settle(case: Case, message: Message) -> None:
    entry = find_outgoing(case, message.id)
    if entry is None or message.delivery_status is None or message.delivery_status in WAITING:
        return
    if message.delivery_status is DeliveryStatus.FAILED:
        case.record(ReplyFailed(case_id=case.id, message_id=entry.message_id))
        silence.end(case)
        call_off(case, entry)
    else:
        case.outgoing = [other for other in case.outgoing if other.message_id != message.id]
        let_go = entry.queued_at or entry.created_at
        case.reached_at = max(case.reached_at or let_go, let_go)
        if _is_answer(case, entry):
            case.answered_at = max(case.answered_at or let_go, let_go)
    lifecycle.project(case)


def _let_go(case: Case, entry: Outgoing, at: datetime, *, actor: str) -> None:
    entry.queued_at, entry.status_before = at, case.status
    if not entry.reminder:
        _meet(case, entry, at)
    if not entry.holding and not entry.reminder:
        silence.begin_anew(case, at)
        case.cycle.replied_at = case.cycle.replied_at or at
        standing.begin_anew(case)
        public_loop.answered(case, entry, at, actor=actor)
    if case.status is CaseStatus.NEW:
        case.status = CaseStatus.OPEN
    if entry.asks_for_contact_details:
        if not (entry.by_phrase and obligations.owes_contact_details(case)):
            obligations.start_contact_details(case, entry.message_id, at, actor=actor)
        lifecycle.wait_for_customer(case, at)
    show_last(case, entry.message_id, entry.created_at)


def _meet(case: Case, entry: Outgoing, at: datetime) -> None:
    for name in ("first_response", "next_response"):
        clock: ResponseClock = getattr(case, name)
        if clocks.is_awaited(clock):
            if entry.contact and clock.started_at and at < clock.started_at:  # it was over before the customer spoke
                return
            if entry.holding and not lifecycle.terms_of(case, name).holding_reply_counts:
                return
            entry.met_clock, entry.met_due_at = name, clock.due_at
            setattr(case, name, clocks.met(clock, at))
            return


def _is_answer(case: Case, entry: Outgoing) -> bool:
    """Tell whether a reply stands for an answer: a holding one only where the terms of the clock that it came upon say so."""
    if entry.reminder:
        return False
    name = "next_response" if case.next_response.started_at else "first_response"
    return not entry.holding or lifecycle.terms_of(case, name).holding_reply_counts


def _take_back(case: Case, entry: Outgoing) -> None:
    at = now()
    public_loop.open_again(case, entry.message_id)
    if entry.asks_for_contact_details:
        obligations.withdraw(case, entry.message_id)
        if not any(other.asks_for_contact_details for other in _on_their_way(case)):
            lifecycle.stop_waiting(case, at)
    if case.status is CaseStatus.CLOSED or _answered_otherwise(case, entry):
        return
    if entry.met_clock and entry.met_due_at:
        setattr(case, entry.met_clock, clocks.reopened(getattr(case, entry.met_clock), entry.met_due_at))
        if clocks.is_awaited(case.first_response):  # one answer is owed, not two
            case.next_response = clocks.dropped(case.next_response, at)
    cycle = case.cycle
    if cycle.replied_at == entry.queued_at:
        cycle.replied_at = None
    if entry.status_before is CaseStatus.NEW and case.status is CaseStatus.OPEN:
        case.status = CaseStatus.NEW


def _answered_otherwise(case: Case, failed: Outgoing) -> bool:
    """Tell whether a reply let go after the failed one reached the customer or is about to; that one inherits its clock."""
    let_go = failed.queued_at or failed.created_at
    if case.answered_at is not None and case.answered_at >= let_go:
        return True
    later = [entry for entry in _on_their_way(case) if _is_answer(case, entry) and entry.queued_at and entry.queued_at >= let_go]
    if not later:
        return False
    heir = min(later, key=lambda entry: entry.queued_at or entry.created_at)
    if heir.met_clock is None:
        heir.met_clock, heir.met_due_at = failed.met_clock, failed.met_due_at
        heir.status_before = failed.status_before
    cycle = case.cycle
    cycle.replied_at = heir.queued_at if cycle.replied_at == failed.queued_at else cycle.replied_at
    return True


def _on_their_way(case: Case) -> list[Outgoing]:
    return [entry for entry in case.outgoing if entry.state is DeliveryStatus.QUEUED]
