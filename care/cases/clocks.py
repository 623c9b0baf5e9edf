"""What clocks do, purely: start, warn, break, be met, pause and go on, all in absolute times of the store."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from care.documents.cases import ResponseClock

FIRST_RESPONSE = timedelta(minutes=30)
"""The promise of the company, around the clock."""
NEXT_RESPONSE = timedelta(minutes=30)
RESOLUTION = timedelta(hours=72)

_WARN_SHARE = 0.5
_OLDEST = timedelta(days=7)
_AHEAD = timedelta(seconds=5)


class ClockStatus(StrEnum):
    """How a clock stands, as people see it."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    MET = "MET"
    BREACHED = "BREACHED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


def status(clock: ResponseClock, at: datetime) -> ClockStatus:
    """Tell how a clock stands; one that ran out unmarked is BREACHED too, and one met late stays so."""
    if clock.due_at is None and clock.met_at is None:
        return ClockStatus.NOT_APPLICABLE
    if clock.breached_at is not None:
        return ClockStatus.BREACHED
    if clock.met_at is not None:
        return ClockStatus.MET
    if clock.paused_at is not None:
        return ClockStatus.PAUSED
    return ClockStatus.BREACHED if is_late(clock, at) else ClockStatus.RUNNING


def said_at(sent_at: datetime, received_at: datetime) -> datetime:
    """Give the instant from which a customer's message counts: when it was sent, if the provider's time is believable.

    Believable is what lies within seven days before and five seconds after the receipt; else the receipt counts.
    """
    return sent_at if received_at - _OLDEST <= sent_at <= received_at + _AHEAD else received_at


def started(at: datetime, target: timedelta) -> ResponseClock:
    """Start a clock: due after the target time."""
    return ResponseClock(target_seconds=int(target.total_seconds()), started_at=at, due_at=at + target)


def is_awaited(clock: ResponseClock) -> bool:
    """Tell whether something is still to be done for this clock, also when it is late or paused."""
    return clock.due_at is not None and clock.met_at is None


def is_late(clock: ResponseClock, at: datetime) -> bool:
    """Tell whether the clock ran out unmet."""
    return clock.due_at is not None and clock.met_at is None and clock.paused_at is None and clock.due_at <= at


def met(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Meet an awaited clock; too late marks it as broken at the instant it was due. A pause ends first."""
    if not is_awaited(clock):
        return clock
    going = resumed(clock, at)
    return broken(going, at).model_copy(update={"met_at": at})


def broken(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Mark a clock that ran out, at the instant it was due; others stay as they are."""
    if clock.breached_at is not None or not is_late(clock, at):
        return clock
    return clock.model_copy(update={"breached_at": clock.due_at})


def warned(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Mark that half of the time has gone and people were told."""
    return clock.model_copy(update={"warned_at": at})


def reopened(clock: ResponseClock, due_at: datetime) -> ResponseClock:
    """Take the meeting back: the reply never arrived, so the old due time holds again, or an earlier one set since."""
    earliest = min(due_at, clock.due_at) if is_awaited(clock) and clock.due_at is not None else due_at
    return clock.model_copy(update={"met_at": None, "due_at": earliest})


def paused(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Stop an awaited clock while it is the customer's turn; one that is late already is broken, not stopped."""
    if not is_awaited(clock) or clock.paused_at is not None:
        return clock
    judged = broken(clock, at)
    return judged if judged.breached_at is not None else judged.model_copy(update={"paused_at": at})


def resumed(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Let a paused clock go on: it is due later by as long as it stood."""
    if clock.paused_at is None or clock.due_at is None:
        return clock
    return clock.model_copy(update={"due_at": clock.due_at + _span(clock.paused_at, at), "paused_at": None})


def awaited_again(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Let a met clock go on, for it was not over: the time between counts as a pause, as the customer had the turn."""
    if clock.met_at is None or clock.due_at is None:
        return clock
    if clock.breached_at is not None:
        return clock.model_copy(update={"met_at": None})
    return clock.model_copy(update={"met_at": None, "due_at": clock.due_at + _span(clock.met_at, at)})


def dropped(clock: ResponseClock, at: datetime) -> ResponseClock:
    """End an awaited clock that nobody needs any more; one that ran out stays broken."""
    if not is_awaited(clock):
        return clock
    judged = broken(clock, at)
    return judged if judged.breached_at is not None else judged.model_copy(update={"due_at": None, "paused_at": None})


def warn_at(clock: ResponseClock) -> datetime | None:
    """Give the instant at which half of the target is left, None where no warning is to come."""
    if not _acts(clock) or clock.warned_at is not None or clock.due_at is None or clock.target_seconds is None:
        return None
    return clock.due_at - timedelta(seconds=clock.target_seconds * _WARN_SHARE)


def break_at(clock: ResponseClock) -> datetime | None:
    """Give the instant at which the clock runs out, None where it does not or was marked."""
    return clock.due_at if _acts(clock) else None


def next_act(clocks: Iterable[ResponseClock]) -> datetime | None:
    """Give the earliest instant at which one of the clocks asks for an act, None when none does."""
    instants = [instant for clock in clocks for instant in (warn_at(clock), break_at(clock)) if instant is not None]
    return min(instants, default=None)


def _acts(clock: ResponseClock) -> bool:
    return is_awaited(clock) and clock.paused_at is None and clock.breached_at is None


def _span(begin: datetime, end: datetime) -> timedelta:
    return max(end - begin, timedelta(0))
