from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.cases import clocks
from care.cases.clocks import ClockStatus
from care.documents.clocks import ResponseClock
from care.documents.promises import DEFAULT_TERMS, Target, TargetKind, WarningStep

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HALF = WarningStep(elapsed_percent=50, targets=[Target(kind=TargetKind.ASSIGNEE)])
spans = st.timedeltas(timedelta(0), timedelta(days=10))


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def running() -> ResponseClock:
    return clocks.started(NOON, DEFAULT_TERMS["first_response"])


def test_started_clock_is_due_after_its_target() -> None:
    assert running() == ResponseClock(target_seconds=1800, started_at=NOON, due_at=at(30))


@pytest.mark.parametrize(
    ("clock", "minute", "status"),
    [
        (ResponseClock(), 0, ClockStatus.NOT_APPLICABLE),
        (running(), 0, ClockStatus.RUNNING),
        (running(), 29.9, ClockStatus.RUNNING),
        (running(), 30, ClockStatus.BREACHED),
        (clocks.paused(running(), at(10)), 40, ClockStatus.PAUSED),
        (clocks.met(running(), at(10)), 40, ClockStatus.MET),
        (clocks.met(running(), at(31)), 40, ClockStatus.BREACHED),
        (clocks.broken(running(), at(31)), 31, ClockStatus.BREACHED),
        (clocks.dropped(running(), at(5)), 31, ClockStatus.NOT_APPLICABLE),
        (clocks.dropped(running(), at(35)), 36, ClockStatus.BREACHED),
    ],
)
def test_status_tells_how_a_clock_stands(clock: ResponseClock, minute: float, status: ClockStatus) -> None:
    assert clocks.status(clock, at(minute)) is status


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        (NOON - timedelta(minutes=3), NOON - timedelta(minutes=3)),
        (NOON - timedelta(days=7), NOON - timedelta(days=7)),
        (NOON - timedelta(days=7, seconds=1), NOON),
        (NOON + timedelta(seconds=5), NOON + timedelta(seconds=5)),
        (NOON + timedelta(seconds=6), NOON),
    ],
)
def test_an_unbelievable_time_of_sending_does_not_count(sent: datetime, counts: datetime) -> None:
    assert clocks.said_at(sent, NOON) == counts


def test_meeting_late_keeps_both_marks() -> None:
    late = clocks.met(running(), at(45))

    assert (late.met_at, late.breached_at) == (at(45), at(30))
    assert clocks.met(late, at(50)) == late


def test_meeting_a_clock_that_does_not_run_changes_nothing() -> None:
    assert clocks.met(ResponseClock(), NOON) == ResponseClock()


def test_pause_moves_the_due_time_by_its_length() -> None:
    paused = clocks.paused(running(), at(10))

    assert clocks.paused(paused, at(15)) == paused
    assert clocks.resumed(paused, at(25)) == running().model_copy(update={"due_at": at(45)})
    assert clocks.resumed(running(), at(25)) == running()


def test_a_late_clock_is_broken_instead_of_paused() -> None:
    assert clocks.paused(running(), at(31)) == running().model_copy(update={"breached_at": at(30)})


def test_meeting_ends_a_pause() -> None:
    met = clocks.met(clocks.paused(running(), at(10)), at(100))

    assert (met.paused_at, met.met_at, met.due_at, met.breached_at) == (None, at(100), at(120), None)


def test_failed_reply_brings_the_old_due_time_back() -> None:
    met = clocks.met(running(), at(10))

    assert clocks.reopened(met, at(30)) == running()
    assert clocks.reopened(running().model_copy(update={"due_at": at(50)}), at(30)).due_at == at(30)


def test_going_on_counts_the_time_between_as_a_pause() -> None:
    assert clocks.awaited_again(clocks.met(running(), at(10)), at(70)).due_at == at(90)
    assert clocks.awaited_again(running(), at(70)) == running()
    broken = clocks.awaited_again(clocks.met(running(), at(40)), at(70))
    assert (broken.met_at, broken.due_at, broken.breached_at) == (None, at(30), at(30))


def test_warning_comes_halfway_and_once() -> None:
    assert clocks.warn_at(running()) == at(15)
    assert clocks.warn_at(clocks.warned(running(), at(15), HALF)) is None
    assert clocks.warn_at(clocks.paused(running(), at(5))) is None
    assert clocks.warn_at(clocks.met(running(), at(5))) is None


def test_next_act_is_the_earliest_that_is_left() -> None:
    warned = clocks.warned(running(), at(15), HALF)

    assert clocks.next_act([ResponseClock(), running()]) == at(15)
    assert clocks.next_act([warned, clocks.started(at(10), DEFAULT_TERMS["first_response"])]) == at(25)
    assert clocks.next_act([warned]) == at(30)
    assert clocks.next_act([clocks.broken(warned, at(31))]) is None
    assert clocks.next_act([]) is None


def test_dropping_keeps_what_was_broken_and_what_was_met() -> None:
    met = clocks.met(running(), at(3))

    assert clocks.dropped(met, at(40)) == met
    assert clocks.dropped(clocks.paused(running(), at(3)), at(40)).due_at is None


@given(st.lists(st.tuples(st.sampled_from(["pause", "resume", "meet", "again", "break"]), spans), max_size=12))
def test_a_due_time_never_comes_earlier_and_a_breach_never_goes(acts: list[tuple[str, timedelta]]) -> None:
    steps = {
        "pause": clocks.paused,
        "resume": clocks.resumed,
        "meet": clocks.met,
        "again": clocks.awaited_again,
        "break": clocks.broken,
    }
    clock, moment = running(), NOON
    for name, span in acts:
        moment += span
        before, clock = clock, steps[name](clock, moment)
        assert before.due_at is not None
        assert clock.due_at is not None
        assert clock.due_at >= before.due_at
        assert before.breached_at is None or clock.breached_at == before.breached_at
        assert not (clock.met_at and clock.paused_at)
        assert clock.breached_at is None or clock.breached_at <= moment


@given(spans, spans)
def test_status_of_an_untouched_clock_only_goes_forward(first: timedelta, second: timedelta) -> None:
    earlier = clocks.status(running(), NOON + min(first, second))
    later = clocks.status(running(), NOON + max(first, second))

    assert (earlier, later) in {
        (ClockStatus.RUNNING, ClockStatus.RUNNING),
        (ClockStatus.RUNNING, ClockStatus.BREACHED),
        (ClockStatus.BREACHED, ClockStatus.BREACHED),
    }
