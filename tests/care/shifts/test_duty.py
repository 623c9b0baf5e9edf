from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.documents.shifts import DailyHours, Leave, Rotation, Shift
from care.duty import (
    CoverageGapReason,
    Gap,
    Need,
    Plan,
    day_of_rotation,
    duties,
    gaps,
    on_duty,
    plan_of_day,
    planned,
    plans_of,
    without,
)

START = datetime(2026, 12, 1, tzinfo=UTC)
FIRST = START.date().toordinal()
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def rotation(**overrides: Any) -> Rotation:
    given: dict[str, Any] = {
        "id": "rot_1",
        "created_at": START,
        "name": "Gece",
        "channel_ids": ["chn_1"],
        "member_ids": ["mem_a", "mem_b", "mem_c"],
        "zone": "Europe/Istanbul",
        "starts_on": "2026-12-01",
        "turn_days": 7,
        "hours": DailyHours(starts=22 * 60, minutes=480, weekdays=EVERY_DAY),
    }
    made: Rotation = Rotation.model_construct(**(given | overrides))
    return made


def shift(member: str, begin: float, end: float, **overrides: Any) -> Shift:
    given: dict[str, Any] = {"id": f"shf_{member}{begin}", "created_at": START, "member_id": member, "channel_ids": ["chn_1"]}
    made: Shift = Shift.model_construct(**(given | {"starts_at": hour(begin), "ends_at": hour(end)} | overrides))
    return made


def leave(member: str, begin: float, end: float) -> Leave:
    made: Leave = Leave.model_construct(id="lve_1", created_at=START, member_id=member, starts_at=hour(begin), ends_at=hour(end))
    return made


def test_members_take_turns_of_a_week_in_their_order() -> None:
    turns = [plan_of_day(rotation(), FIRST + number) for number in (0, 6, 7, 14, 21)]

    assert [plan.member_id for plan in turns if plan] == ["mem_a", "mem_a", "mem_b", "mem_c", "mem_a"]
    first = turns[0]
    assert first is not None
    assert (first.id, first.starts_at, first.ends_at) == (f"shf_1-{FIRST}", hour(19), hour(27))
    assert day_of_rotation(first.id) == ("rot_1", FIRST)
    assert day_of_rotation("shf_1") is None


def test_days_off_and_days_after_the_end_have_no_shift() -> None:
    weekdays = rotation(
        hours=DailyHours(starts=0, minutes=60, weekdays=[2]), ends_on="2026-12-14"
    )  # 1 December 2026 is a Tuesday

    found = [plan.id for plan in plans_of(weekdays, (hour(-100), hour(24 * 40)))]

    assert found == [f"shf_1-{FIRST}", f"shf_1-{FIRST + 7}"]
    assert [plan_of_day(weekdays, number) for number in (-1, 0, FIRST - 7, FIRST + 14, 999_999)] == [None] * 5


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-28", 7), ("2026-03-27", 8), ("2026-10-24", 9)],
)
def test_night_shift_over_a_change_of_the_clocks_keeps_the_wall_clock(day: str, hours: int) -> None:
    night = rotation(zone="Europe/Berlin", starts_on=day, hours=DailyHours(starts=22 * 60, minutes=480, weekdays=EVERY_DAY))

    plan = plan_of_day(night, date.fromisoformat(day).toordinal())

    assert plan is not None
    zone = ZoneInfo("Europe/Berlin")
    assert [moment.astimezone(zone).hour for moment in (plan.starts_at, plan.ends_at)] == [22, 6]
    assert plan.ends_at - plan.starts_at == timedelta(hours=hours)


def test_who_takes_a_day_over_works_instead() -> None:
    other = shift("mem_x", 19, 27, replaces=f"shf_1-{FIRST}")

    plans = planned([other], [rotation()], (hour(0), hour(60)))

    assert [(plan.member_id, plan.starts_at) for plan in plans] == [("mem_x", hour(19)), ("mem_a", hour(43))]


def test_a_day_taken_over_stays_that_date_when_the_rotation_begins_on_another() -> None:
    other = shift("mem_x", 19, 27, replaces=f"shf_1-{FIRST}")
    earlier, later = rotation(starts_on="2026-11-24"), rotation(starts_on="2026-12-02")

    assert [plan.member_id for plan in planned([other], [earlier], (hour(5), hour(60)))] == ["mem_x", "mem_b"]
    assert [plan.member_id for plan in planned([other], [later], (hour(0), hour(60)))] == ["mem_x", "mem_a"]


def test_leave_takes_its_part_out_of_a_shift() -> None:
    plans = planned([shift("mem_a", 0, 8)], [], (hour(0), hour(24)))

    parts = duties(plans, [leave("mem_a", 2, 4), leave("mem_b", 0, 24)])

    assert [(part.starts_at, part.ends_at) for part in parts] == [(hour(0), hour(2)), (hour(4), hour(8))]
    assert on_duty(parts, hour(1)) == {"mem_a": {"chn_1"}}
    assert on_duty(parts, hour(2)) == on_duty(parts, hour(8)) == {}


def test_gaps_tell_what_is_lacking() -> None:
    parts = planned([shift("mem_a", 2, 6), shift("mem_b", 4, 8)], [], (hour(0), hour(10)))
    need = Need("chn_1", skill_ids=frozenset({"skl_1"}))

    found = gaps(parts, [need, Need("chn_2", least_members=0)], {"mem_b": ["skl_1"]}, (hour(0), hour(10)))

    nobody, unqualified = CoverageGapReason.NOBODY_ON_SHIFT, CoverageGapReason.NOBODY_QUALIFIED
    assert found == [
        Gap("chn_1", hour(0), hour(2), nobody),
        Gap("chn_1", hour(2), hour(4), unqualified),
        Gap("chn_1", hour(8), hour(10), nobody),
    ]


SPANS = st.lists(
    st.tuples(st.integers(0, 48), st.integers(1, 24)).map(lambda pair: (hour(pair[0]), hour(pair[0] + pair[1]))), max_size=8
)


@settings(deadline=None)
@given(SPANS)
def test_what_is_left_and_what_is_taken_make_the_whole(taken: list[tuple[datetime, datetime]]) -> None:
    whole = (hour(10), hour(40))

    left = without(whole, taken)

    for minute in range(10, 40):
        moment = hour(minute + 0.5)
        assert any(begin <= moment < end for begin, end in left) is not any(begin <= moment < end for begin, end in taken)


@settings(deadline=None)
@given(SPANS, st.integers(1, 3))
def test_gaps_are_exactly_the_moments_with_too_few(spans: list[tuple[datetime, datetime]], least: int) -> None:
    parts = [Plan(f"shf_{n}", f"mem_{n % 4}", ("chn_1",), *span) for n, span in enumerate(spans)]
    whole = (hour(5), hour(45))

    found = gaps(parts, [Need("chn_1", least)], {}, whole)

    for number in range(5, 45):
        moment = hour(number + 0.5)
        there = {part.member_id for part in parts if part.starts_at <= moment < part.ends_at}
        assert any(gap.starts_at <= moment < gap.ends_at for gap in found) is (len(there) < least)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(found))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 400), st.integers(1, 30), st.sampled_from(["Europe/Istanbul", "Asia/Tehran", "America/New_York"]))
def test_days_of_a_rotation_are_found_whatever_the_span(first: int, length: int, zone: str) -> None:
    turning = rotation(zone=zone, hours=DailyHours(starts=20 * 60, minutes=1_440, weekdays=EVERY_DAY))
    span = (START + timedelta(days=first), START + timedelta(days=first + length))

    found = {plan.id for plan in plans_of(turning, span)}

    every = [plan for number in range(FIRST, FIRST + first + length + 3) if (plan := plan_of_day(turning, number)) is not None]
    assert found == {plan.id for plan in every if plan.starts_at < span[1] and plan.ends_at > span[0]}
    assert date.fromisoformat(turning.starts_on) == START.date()
