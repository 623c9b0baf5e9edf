"""What the terms of a policy make of a clock, purely: its hours, halts, renewals, warnings and steps of escalation."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from care.cases import business_time, clocks
from care.documents.clocks import ResponseClock
from care.documents.promises import (
    DEFAULT_TERMS,
    BusinessHours,
    ClockTerms,
    Escalation,
    EscalationStep,
    Halt,
    Renewal,
    Target,
    TargetKind,
    WarningStep,
    WeeklyBlock,
)

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Nine o'clock in İstanbul."""
TOLD = [Target(kind=TargetKind.MANAGERS)]
OFFICE = BusinessHours(zone="Europe/Istanbul", week=[WeeklyBlock(weekday=day, opens=540, closes=1080) for day in range(1, 6)])


def terms(minutes: int | None = 120, **changes: object) -> ClockTerms:
    return ClockTerms(target_minutes=minutes, hours_text=OFFICE.model_dump_json()).model_copy(update=changes)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_pause_over_night_costs_no_business_time() -> None:
    paused = clocks.paused(clocks.started(at(8), terms()), at(8.5), Halt.WAITING_FOR_CUSTOMER)

    resumed = clocks.resumed(paused, at(24.5))

    assert (paused.paused_for, paused.due_at) == (Halt.WAITING_FOR_CUSTOMER, at(25))
    assert (resumed.due_at, resumed.paused_at, resumed.paused_for) == (at(26), None, None)


def test_what_was_resolved_and_is_not_goes_on_in_its_hours() -> None:
    met = clocks.met(clocks.started(at(0), terms(600)), at(8))

    assert clocks.awaited_again(met, at(48)).due_at == at(50)


def test_renewed_clock_is_as_good_as_new() -> None:
    warned = clocks.warned(clocks.started(at(0), terms()), at(1), terms().warnings[0])

    renewed = clocks.renewed(warned, at(1.5), Renewal.CUSTOMER_WROTE)

    assert (renewed.started_at, renewed.due_at) == (at(1.5), at(3.5))
    assert (renewed.warned_at, renewed.warned_percent) == (None, None)
    assert (renewed.renewed_at, renewed.renewed_upon) == (at(1.5), Renewal.CUSTOMER_WROTE)
    assert clocks.warn_at(renewed) == at(2.5)


def test_clock_that_was_met_or_is_late_is_not_renewed() -> None:
    running = clocks.started(at(0), terms())

    for clock in (clocks.met(running, at(1)), clocks.broken(running, at(3)), running, ResponseClock()):
        assert clocks.renewed(clock, at(3), Renewal.REOPENED) == clock


def test_warnings_come_at_their_shares_and_a_late_scan_tells_the_last_one() -> None:
    warnings = [WarningStep(elapsed_percent=percent, targets=TOLD) for percent in (25, 50, 75)]
    running = clocks.started(at(0), terms(warnings=warnings))

    assert clocks.warn_at(running) == at(0.5)
    assert clocks.due_warning(running, at(0.4)) is None
    assert clocks.due_warning(running, at(1.2)) == warnings[1]
    assert clocks.warn_at(clocks.warned(running, at(1.2), warnings[1])) == at(1.5)
    assert clocks.warn_at(clocks.started(at(0), terms(warnings=[]))) is None


def test_steps_of_escalation_follow_the_breach_in_business_time() -> None:
    steps = [EscalationStep(after_minutes=minutes, targets=TOLD) for minutes in (0, 60)]
    late = clocks.broken(clocks.started(at(7), terms(escalations=steps)), at(9))

    assert (late.breached_at, clocks.escalate_at(late)) == (at(9), at(9))
    assert clocks.due_escalations(late, at(9)) == [(0, steps[0])]
    taken = clocks.escalated(late, at(9), 0)
    assert taken.escalations == [Escalation(step=0, at=at(9))]
    assert clocks.escalate_at(taken) == at(25)  # ten o'clock of the next day
    assert clocks.next_act([taken]) == at(25)
    assert clocks.due_escalations(taken, at(25)) == [(1, steps[1])]
    assert clocks.escalate_at(clocks.met(taken, at(10))) is None


def test_other_terms_are_counted_from_the_old_start_with_the_time_that_it_stood() -> None:
    running = clocks.started(at(0), terms())
    stood = clocks.resumed(clocks.paused(running, at(1)), at(2))

    assert clocks.under(stood, terms(240), at(2)).due_at == at(5)
    assert clocks.under(running, terms(None), at(1)) == ResponseClock(terms=terms(None))
    assert clocks.under(ResponseClock(), terms(240), at(1)) == ResponseClock(terms=terms(240))
    met = clocks.met(running, at(1))
    assert clocks.under(met, terms(240), at(2)) == met.model_copy(update={"terms": terms(240)})
    late = clocks.broken(running, at(3))
    assert clocks.under(running, terms(240), at(3)) == late


def test_the_product_s_own_terms_are_not_copied() -> None:
    own = DEFAULT_TERMS["first_response"]

    assert clocks.started(at(0), own).terms is None
    assert clocks.waiting(own) == ResponseClock()
    assert clocks.under(clocks.started(at(0), terms()), own, at(0.1)).terms is None


spans = st.timedeltas(timedelta(0), timedelta(days=4))


@given(st.lists(st.tuples(st.sampled_from(["pause", "resume", "renew", "meet", "again", "break"]), spans), max_size=12))
def test_in_business_time_too_a_due_time_never_comes_earlier_and_a_breach_never_goes(acts: list[tuple[str, timedelta]]) -> None:
    steps = {
        "pause": clocks.paused,
        "resume": clocks.resumed,
        "renew": lambda clock, moment: clocks.renewed(clock, moment, Renewal.CUSTOMER_WROTE),
        "meet": clocks.met,
        "again": clocks.awaited_again,
        "break": clocks.broken,
    }
    clock, moment = clocks.started(MONDAY, terms(600)), MONDAY
    for name, span in acts:
        moment += span
        before, clock = clock, steps[name](clock, moment)
        assert before.due_at is not None
        assert clock.due_at is not None
        assert clock.due_at >= before.due_at
        assert before.breached_at is None or clock.breached_at == before.breached_at
        assert not (clock.met_at and clock.paused_at)


@given(spans, spans)
def test_a_pause_keeps_the_business_time_that_was_left(ran: timedelta, stood: timedelta) -> None:
    running = clocks.started(MONDAY, terms(600))
    paused = clocks.paused(running, MONDAY + ran)
    if paused.paused_at is None:
        return
    resumed = clocks.resumed(paused, MONDAY + ran + stood)
    assert running.due_at is not None
    assert resumed.due_at is not None

    left = business_time.between(OFFICE, MONDAY + ran, running.due_at)
    assert business_time.between(OFFICE, MONDAY + ran + stood, resumed.due_at) == left


def test_renewal_never_brings_a_due_time_nearer() -> None:
    clock = clocks.started(at(0), terms(60)).model_copy(update={"due_at": at(9)})

    assert clocks.renewed(clock, at(0.5), Renewal.CUSTOMER_WROTE) is clock
