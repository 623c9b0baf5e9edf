"""How a case moves between its states, purely; every rule that changes a case ends with `project`."""

from datetime import datetime, timedelta

from care.cases import clocks, cycles, progress, silence
from care.cases.events import CaseWoken
from care.documents.case_states import CaseStatus, RequestStatus
from care.documents.cases import NEVER, Case
from care.documents.clocks import ResponseClock
from care.documents.conversations import DeliveryStatus
from care.documents.cycles import Reopening
from care.documents.promises import CLOCKS, DEFAULT_TERMS, ClockTerms, Halt, Renewal
from care.events import CaseReopened
from core.events import SYSTEM

_SHOWN = {
    CaseStatus.NEW: RequestStatus.RECEIVED,
    CaseStatus.OPEN: RequestStatus.IN_PROGRESS,
    CaseStatus.PENDING: RequestStatus.WAITING_FOR_YOU,
    CaseStatus.SNOOZED: RequestStatus.IN_PROGRESS,
    CaseStatus.RESOLVED: RequestStatus.ANSWERED,
    CaseStatus.CLOSED: RequestStatus.CLOSED,
}

_RENEWED_UPON = {
    CaseStatus.PENDING: frozenset({Renewal.CUSTOMER_ANSWERED}),
    CaseStatus.RESOLVED: frozenset({Renewal.REOPENED}),
    CaseStatus.CLOSED: frozenset({Renewal.REOPENED}),
}


def project(case: Case, *, touched_at: datetime | None = None) -> None:
    """Bring what is derived in line: what the customer sees and its version, sort keys, the next act of the clocks.

    `touched_at` is when somebody did something with the case that its list row should be sorted by.
    """
    if case.status is not CaseStatus.SNOOZED:
        case.snooze = None
    shown = _SHOWN[CaseStatus(case.snooze.status_before) if case.snooze else case.status]
    if shown is not case.request_status or len(case.cycles) != case.request_cycles:
        case.request_version += 1
    case.request_status, case.request_cycles = shown, len(case.cycles)
    first = case.first_response
    case.due_key = first.due_at if clocks.is_awaited(first) and first.due_at is not None else NEVER
    case.answer_key = _answer_due(case)
    case.stuck = progress.is_stuck(case)
    case.next_act_at = next_act(case)
    case.updated_at = max(case.updated_at, touched_at) if touched_at else case.updated_at


def _answer_due(case: Case) -> datetime:
    """Give the instant by which the customer must be answered; NEVER while nobody waits, and once the case is closed."""
    asked = (case.first_response, case.next_response)
    due = [clock.due_at for clock in asked if clocks.is_awaited(clock) and clock.due_at is not None]
    return min(due, default=NEVER) if case.status is not CaseStatus.CLOSED else NEVER


def next_act(case: Case) -> datetime | None:
    """Give the earliest instant at which a clock, a step, or anything that is owed or waits asks for an act."""
    running = clocks.next_act(acting_clocks(case).values())
    owed = [obligation.due_at for obligation in case.owed if obligation.overdue_at is None]
    woken = case.snooze.until if case.snooze else None
    leaving = [entry.leaves_at for entry in case.outgoing if entry.state is DeliveryStatus.SCHEDULED]
    acts = (running, woken, progress.alarm_at(case), silence.act_at(case), *leaving)
    return min([*owed, *(at for at in acts if at is not None)], default=None)


def acting_clocks(case: Case) -> dict[str, ResponseClock]:
    """Give the clocks that people may have to hear of: none of a closed case, for nobody waits there any more."""
    return {} if case.status is CaseStatus.CLOSED else {name: getattr(case, name) for name in CLOCKS}


def wait_for_customer(case: Case, at: datetime) -> None:
    """Give the turn to the customer: the clocks stand whose terms say so, by default that of the resolution."""
    if case.status is CaseStatus.RESOLVED:
        go_on(case, at)
    _resume(case, at, Halt.SNOOZED)
    case.status = CaseStatus.PENDING
    _pause(case, at, Halt.WAITING_FOR_CUSTOMER)


def put_aside(case: Case, at: datetime) -> None:
    """Put the case aside: by default no clock stands by it, and of a policy's those whose terms say so."""
    case.status = CaseStatus.SNOOZED
    _pause(case, at, Halt.SNOOZED)


def take_up(case: Case, at: datetime, status: CaseStatus) -> None:
    """Go back to what the case was before it was put aside."""
    case.status = status
    progress.come_on(case, at)
    _resume(case, at, Halt.SNOOZED)


def _pause(case: Case, at: datetime, halt: Halt) -> None:
    for name in CLOCKS:
        if halt in terms_of(case, name).halts:
            setattr(case, name, clocks.paused(getattr(case, name), at, halt))


def _resume(case: Case, at: datetime, halt: Halt) -> None:
    for name in CLOCKS:
        clock: ResponseClock = getattr(case, name)
        if clock.paused_for is halt:
            setattr(case, name, clocks.resumed(clock, at))


def terms_of(case: Case, name: str) -> ClockTerms:
    """Give the terms of one of the case's clocks: its policy's, or the product's own."""
    clock: ResponseClock = getattr(case, name)
    return clock.terms or DEFAULT_TERMS[name]


def resolve(case: Case, at: datetime) -> None:
    """Note that the company has done its part."""
    case.status = CaseStatus.RESOLVED
    case.resolution = clocks.met(case.resolution, at)


def go_on(case: Case, at: datetime) -> None:
    """Work on the case again, from wherever it waited: a pause ends, a resolution is taken back."""
    case.status = CaseStatus.OPEN
    progress.come_on(case, at)
    for name in CLOCKS:
        setattr(case, name, clocks.resumed(getattr(case, name), at))
    case.resolution = clocks.awaited_again(case.resolution, at)


def stop_waiting(case: Case, at: datetime) -> None:
    """Take the turn back from the customer, also of a case that was put aside while it was theirs."""
    if case.status is CaseStatus.PENDING:
        go_on(case, at)
    elif case.snooze and case.snooze.status_before == CaseStatus.PENDING.value:
        case.snooze.status_before = CaseStatus.OPEN.value
        _resume(case, at, Halt.WAITING_FOR_CUSTOMER)


def await_next_response(case: Case, at: datetime) -> None:
    """Start the clock for a waiting customer, unless one runs already."""
    if not clocks.is_awaited(case.first_response) and not clocks.is_awaited(case.next_response):
        case.next_response = clocks.started(at, terms_of(case, "next_response"))


def hear(case: Case, said_at: datetime, at: datetime) -> None:
    """Take note that the customer spoke: a case that waited goes on, one that was judged starts its next cycle."""
    was = CaseStatus(case.snooze.status_before) if case.snooze else case.status
    upon = _RENEWED_UPON.get(was, frozenset()) | {Renewal.CUSTOMER_WROTE}
    if case.status in {CaseStatus.PENDING, CaseStatus.SNOOZED, CaseStatus.RESOLVED, CaseStatus.CLOSED}:
        come_back(case, at)
    silence.end(case)
    _renew(case, said_at, upon)
    await_next_response(case, said_at)


def is_broken(case: Case, at: datetime) -> bool:
    """Tell whether a promise of the case ran out unkept by an instant, marked or not."""
    return any(clocks.status(getattr(case, name), at) is clocks.ClockStatus.BREACHED for name in CLOCKS)


def _renew(case: Case, at: datetime, upon: frozenset[Renewal]) -> None:
    """Start those clocks anew whose terms say so."""
    for name in CLOCKS:
        asked = [renewal for renewal in terms_of(case, name).renewals if renewal in upon]
        if asked:
            setattr(case, name, clocks.renewed(getattr(case, name), at, asked[0]))


def reopen(case: Case, at: datetime, *, by: str, reason: str) -> None:
    """Bring a case back that was resolved or closed on a member's word: the customer waits for an answer again."""
    come_back(case, at, actor=by)
    case.cycle.reopenings = [*case.cycle.reopenings, Reopening(at=at, by=by, reason=reason)]
    silence.end(case)
    _renew(case, at, frozenset({Renewal.REOPENED}))
    await_next_response(case, at)


def come_back(case: Case, at: datetime, *, actor: str = SYSTEM) -> None:
    """Bring a case back that waited or was closed; one that was judged starts its next cycle."""
    was = case.status
    if case.snooze:
        case.record(CaseWoken(case_id=case.id, snoozed_by=case.snooze.by))
    go_on(case, at)
    if was is CaseStatus.CLOSED:
        case.closed_at = case.close_reason = case.reopens_until = None
        case.open_keys = case.led
    if was is CaseStatus.CLOSED or case.cycle.outcome is not None:
        cycles.begin(case, at)
    if was in {CaseStatus.CLOSED, CaseStatus.RESOLVED}:
        case.record(CaseReopened(case_id=case.id, cycle=len(case.cycles)), actor=actor)


def close(case: Case, at: datetime, *, reason: str | None, reopen_within: timedelta) -> None:
    """End the case: nothing is awaited any more, and its conversations are free for another one."""
    case.reopens_until = at + reopen_within
    case.status, case.closed_at, case.close_reason, case.open_keys = CaseStatus.CLOSED, at, reason, None
    case.resolution = clocks.met(case.resolution, at)
    case.first_response = clocks.dropped(case.first_response, at)
    case.next_response = clocks.dropped(case.next_response, at)
