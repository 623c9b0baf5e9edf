"""What wall clocks show in the time zones of the world, as instants, also where clocks are put forward or back."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=4096)
def instant(zone: str, day: date, minute: int, fold: int) -> datetime:
    """Give the instant at which a wall clock shows a time: of two, the first (fold 0) or the last (fold 1).

    A time that is skipped when the clocks go forward becomes the instant at which they do.
    """
    of = ZoneInfo(zone)
    shown = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - what the wall shows; its zone comes next
    moment = shown.replace(tzinfo=of, fold=fold).astimezone(UTC)
    if moment.astimezone(of).replace(tzinfo=None) == shown:
        return moment
    either = [shown.replace(tzinfo=of, fold=side).astimezone(UTC) for side in (0, 1)]
    return _change_between(of, min(either), max(either))


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the instant, to the second, at which a zone's offset changes."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
