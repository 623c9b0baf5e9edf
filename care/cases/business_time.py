"""Counting in business time, purely: hours of a calendar as instants of UTC, through holidays and changes of the clocks."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from care.documents.promises import MINUTES_OF_A_DAY, Block, BusinessHours
from core.wall_clock import instant

Window = tuple[datetime, datetime]

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)


def add(hours: BusinessHours | None, at: datetime, span: timedelta) -> datetime:
    """Give the earliest instant by which so much business time has gone since `at`; None counts around the clock."""
    if hours is None or span <= _NOTHING:
        return at + max(span, _NOTHING)
    left, windows = span, _onwards(hours, at)
    begin, end = next(windows)
    while end - begin < left:
        left -= end - begin
        begin, end = next(windows)
    return begin + left


def subtract(hours: BusinessHours | None, at: datetime, span: timedelta) -> datetime:
    """Give the latest instant from which so much business time has gone until `at`."""
    if hours is None or span <= _NOTHING:
        return at - max(span, _NOTHING)
    left, windows = span, _backwards(hours, at)
    begin, end = next(windows)
    while end - begin < left:
        left -= end - begin
        begin, end = next(windows)
    return end - left


def between(hours: BusinessHours | None, begin: datetime, end: datetime) -> timedelta:
    """Measure the business time from one instant to a later one; nothing when it is not later."""
    if end <= begin:
        return _NOTHING
    if hours is None:
        return end - begin
    total, windows = _NOTHING, _onwards(hours, begin)
    opened, closed = next(windows)
    while opened < end:
        total += min(closed, end) - opened
        opened, closed = next(windows)
    return total


def _onwards(hours: BusinessHours, at: datetime) -> Iterator[Window]:
    """Give what is open from an instant on; the day before counts in, for its last hours may reach over midnight in UTC."""
    day = _local_day(hours, at) - _DAY
    since = at
    while True:
        for begin, end in _open_on(hours, day):
            if end > since:
                yield max(begin, since), end
                since = end
        day += _DAY


def _backwards(hours: BusinessHours, at: datetime) -> Iterator[Window]:
    """Give what was open before an instant, the latest first."""
    day = _local_day(hours, at) + _DAY
    until = at
    while True:
        for begin, end in reversed(_open_on(hours, day)):
            if begin < until:
                yield begin, min(end, until)
                until = begin
        day -= _DAY


def _local_day(hours: BusinessHours, at: datetime) -> date:
    return at.astimezone(ZoneInfo(hours.zone)).date()


def _open_on(hours: BusinessHours, day: date) -> list[Window]:
    """Give the hours of a day as instants, in order and without overlap."""
    windows: list[Window] = []
    for block in _blocks(hours, day):
        begin = instant(hours.zone, day, block.opens, 0)
        end = instant(hours.zone, day, block.closes, 1 if block.closes < MINUTES_OF_A_DAY else 0)
        begin = max(begin, windows[-1][1]) if windows else begin
        if begin < end:
            windows.append((begin, end))
    return windows


def _blocks(hours: BusinessHours, day: date) -> list[Block]:
    special = next((exception for exception in hours.exceptions if exception.day == day.isoformat()), None)
    blocks = special.blocks if special else [block for block in hours.week if block.weekday == day.isoweekday()]
    return sorted(blocks, key=lambda block: block.opens)
