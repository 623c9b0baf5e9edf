from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.cases import business_time
from care.documents.promises import Block, BusinessHours, ExceptionalDay, WeeklyBlock

ISTANBUL, BERLIN = "Europe/Istanbul", "Europe/Berlin"
ZONES = [
    ISTANBUL, BERLIN, "America/New_York", "America/St_Johns", "America/Santiago", "Africa/Cairo",
    "Asia/Tehran", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland",
]  # fmt: skip
WEEKDAYS = (1, 2, 3, 4, 5)


def office(zone: str = ISTANBUL, **changes: object) -> BusinessHours:
    """Monday to Friday, 9 to 12:30 and 13:30 to 18."""
    week = [
        WeeklyBlock(weekday=day, opens=opens, closes=closes) for day in WEEKDAYS for opens, closes in ((540, 750), (810, 1080))
    ]
    return BusinessHours(zone=zone, week=week).model_copy(update=changes)


def daily(zone: str, opens: int, closes: int) -> BusinessHours:
    return BusinessHours(zone=zone, week=[WeeklyBlock(weekday=day, opens=opens, closes=closes) for day in range(1, 8)])


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("since", "count", "due"),
    [
        ((2026, 11, 23, 10, 0), 30, (2026, 11, 23, 10, 30)),
        ((2026, 11, 23, 12, 15), 30, (2026, 11, 23, 13, 45)),  # over lunch
        ((2026, 11, 23, 17, 45), 30, (2026, 11, 24, 9, 15)),  # over night
        ((2026, 11, 27, 17, 45), 30, (2026, 11, 30, 9, 15)),  # over the weekend
        ((2026, 11, 28, 11, 0), 30, (2026, 11, 30, 9, 30)),  # from within it
        ((2026, 11, 23, 17, 30), 30, (2026, 11, 23, 18, 0)),  # exactly until the end of the day
        ((2026, 11, 23, 6, 0), 480, (2026, 11, 23, 18, 0)),
    ],
)
def test_minutes_are_counted_while_the_office_is_open(since: tuple[int, ...], count: int, due: tuple[int, ...]) -> None:
    assert business_time.add(office(), local(ISTANBUL, *since), minutes(count)) == local(ISTANBUL, *due)


def test_around_the_clock_every_minute_counts() -> None:
    at = local(ISTANBUL, 2026, 11, 28, 0, 0)

    assert business_time.add(None, at, minutes(30)) == at + minutes(30)
    assert business_time.subtract(None, at, minutes(30)) == at - minutes(30)
    assert business_time.between(None, at, at + minutes(30)) == minutes(30)
    assert business_time.between(None, at + minutes(30), at) == timedelta(0)


def test_holidays_have_no_hours_and_a_short_day_has_its_own() -> None:
    eve = ExceptionalDay(day="2026-10-28", name="Cumhuriyet Bayramı arifesi", blocks=[Block(opens=540, closes=750)])
    holiday = ExceptionalDay(day="2026-10-29", name="Cumhuriyet Bayramı")
    hours = office(exceptions=[eve, holiday])

    due = business_time.add(hours, local(ISTANBUL, 2026, 10, 28, 12, 0), minutes(60))

    assert due == local(ISTANBUL, 2026, 10, 30, 9, 30)
    assert business_time.subtract(hours, due, minutes(60)) == local(ISTANBUL, 2026, 10, 28, 12, 0)


def test_a_skipped_hour_is_not_worked() -> None:
    """On 28 March 2027 the clocks of Berlin go from 2 to 3: a night shift from 1 to 6 is an hour shorter."""
    hours, day = daily(BERLIN, 60, 360), (2027, 3, 28)

    assert business_time.between(hours, local(BERLIN, *day), local(BERLIN, *day, 12)) == minutes(240)
    assert business_time.add(hours, local(BERLIN, *day, 1, 30), minutes(60)) == local(BERLIN, *day, 3, 30)


def test_a_repeated_hour_is_worked_twice() -> None:
    """On 25 October 2026 the clocks of Berlin go from 3 back to 2."""
    hours, day = daily(BERLIN, 60, 360), (2026, 10, 25)

    assert business_time.between(hours, local(BERLIN, *day), local(BERLIN, *day, 12)) == minutes(360)
    assert business_time.add(hours, local(BERLIN, *day, 2, 30), minutes(60)) == local(BERLIN, *day, 2, 30, fold=1)


def test_hours_that_begin_in_a_gap_begin_when_the_clocks_change() -> None:
    hours, day = daily(BERLIN, 150, 300), (2027, 3, 28)  # from 2:30, which is skipped, to 5

    assert business_time.between(hours, local(BERLIN, *day), local(BERLIN, *day, 12)) == minutes(120)
    assert business_time.add(hours, local(BERLIN, *day), minutes(1)) == local(BERLIN, *day, 3, 1)


def test_hours_that_lie_in_a_gap_are_lost_that_day() -> None:
    hours = daily(BERLIN, 130, 170)

    assert business_time.add(hours, local(BERLIN, 2027, 3, 28), minutes(1)) == local(BERLIN, 2027, 3, 29, 2, 11)


def test_neighbouring_hours_share_a_repeated_hour_once() -> None:
    week = [WeeklyBlock(weekday=7, opens=0, closes=150), WeeklyBlock(weekday=7, opens=150, closes=1440)]

    day = business_time.between(
        BusinessHours(zone=BERLIN, week=week), local(BERLIN, 2026, 10, 24, 12), local(BERLIN, 2026, 10, 26, 12)
    )

    assert day == timedelta(hours=25)


def test_a_whole_day_around_the_clock_is_as_long_as_it_is_there() -> None:
    hours = daily("America/Santiago", 0, 1440)  # where clocks change at midnight
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

    assert business_time.between(hours, begin, end) == end - begin


instants = st.integers(0, 730 * 24 * 3600 * 1000).map(lambda ms: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
spans = st.integers(0, 60 * 24 * 14).map(minutes)
minutes_of_day = st.integers(0, 1440)


@st.composite
def calendars(draw: st.DrawFn) -> BusinessHours:
    week = [WeeklyBlock(weekday=draw(st.integers(1, 7)), opens=540, closes=1080)]
    for weekday in range(1, 8):
        edges = sorted(draw(st.sets(minutes_of_day, max_size=6)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        if weekday != week[0].weekday:
            week += [WeeklyBlock(weekday=weekday, opens=opens, closes=closes) for opens, closes in pairs]
    days = draw(st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=5))
    exceptions = [ExceptionalDay(day=day.isoformat(), name="Bayram") for day in days]
    return BusinessHours(zone=draw(st.sampled_from(ZONES)), week=week, exceptions=exceptions)


@given(calendars(), instants, spans)
def test_what_was_added_is_measured(hours: BusinessHours, at: datetime, span: timedelta) -> None:
    due = business_time.add(hours, at, span)

    assert due >= at + span
    assert business_time.between(hours, at, due) == span


@given(calendars(), instants, spans)
def test_what_was_subtracted_is_measured(hours: BusinessHours, at: datetime, span: timedelta) -> None:
    since = business_time.subtract(hours, at, span)

    assert since <= at - span
    assert business_time.between(hours, since, at) == span


@given(calendars(), instants, instants, spans)
def test_later_starts_and_longer_spans_are_due_later(
    hours: BusinessHours, one: datetime, other: datetime, span: timedelta
) -> None:
    first, second = sorted((one, other))

    assert business_time.add(hours, first, span) <= business_time.add(hours, second, span)
    assert business_time.add(hours, first, span) <= business_time.add(hours, first, span + minutes(1))


@given(calendars(), st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_parts_sum_up_to_the_whole(hours: BusinessHours, moments: list[datetime]) -> None:
    first, middle, last = moments
    between = business_time.between

    assert between(hours, first, middle) + between(hours, middle, last) == between(hours, first, last)
    assert between(hours, first, last) <= last - first
