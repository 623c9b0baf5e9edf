"""What clocks do, purely: start, warn, break, be met, pause and go on, all in absolute times of the store."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from care.cases import business_time
from care.documents.cases import NEVER
from care.documents.clocks import ResponseClock
from care.documents.promises import DEFAULT_TERMS, ClockTerms, Escalation, EscalationStep, Halt, Renewal, WarningStep

_OLDEST = timedelta(days=7)
_AHEAD = timedelta(seconds=5)
_PLAIN = ClockTerms(target_minutes=None)


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


def started(at: datetime, terms: ClockTerms) -> ResponseClock:
    """Start a clock by its terms: due after the target time, never where nothing is promised."""
    if terms.target_minutes is None:
        return waiting(terms)
    target = timedelta(minutes=terms.target_minutes)
    due_at = business_time.add(terms.hours, at, target)
    return ResponseClock(terms=_kept(terms), target_seconds=int(target.total_seconds()), started_at=at, due_at=due_at)


def waiting(terms: ClockTerms) -> ResponseClock:
    """Make a clock that does not run yet and will start by these terms."""
    return ResponseClock(terms=_kept(terms))


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


def warned(clock: ResponseClock, at: datetime, warning: WarningStep) -> ResponseClock:
    """Mark that people were told how little of the time is left."""
    return clock.model_copy(update={"warned_at": at, "warned_percent": warning.elapsed_percent})


def escalated(clock: ResponseClock, at: datetime, step: int) -> ResponseClock:
    """Mark that a step of escalation was taken."""
    return clock.model_copy(update={"escalations": [*clock.escalations, Escalation(step=step, at=at)]})


def reopened(clock: ResponseClock, due_at: datetime) -> ResponseClock:
    """Take the meeting back: the reply never arrived, so the old due time holds again, or an earlier one set since."""
    earliest = min(due_at, clock.due_at) if is_awaited(clock) and clock.due_at is not None else due_at
    return clock.model_copy(update={"met_at": None, "due_at": earliest})


def paused(clock: ResponseClock, at: datetime, halt: Halt = Halt.WAITING_FOR_CUSTOMER) -> ResponseClock:
    """Stop an awaited clock, by default while it is the customer's turn; one that is late already is broken, not stopped."""
    if not is_awaited(clock) or clock.paused_at is not None:
        return clock
    judged = broken(clock, at)
    if judged.breached_at is not None:
        return judged
    return judged.model_copy(update={"paused_at": at, "paused_for": halt})


def resumed(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Let a paused clock go on with the time that it had left, counted in its own hours."""
    if clock.paused_at is None or clock.due_at is None:
        return clock
    due_at = _due_later(clock, clock.paused_at, at)
    return clock.model_copy(update={"due_at": due_at, "paused_at": None, "paused_for": None})


def renewed(clock: ResponseClock, at: datetime, upon: Renewal) -> ResponseClock:
    """Start an awaited clock anew in its full length; one that is late already stays broken."""
    if not is_awaited(clock) or clock.breached_at is not None or is_late(clock, at) or clock.target_seconds is None:
        return clock
    due_at = business_time.add(terms_of(clock).hours, at, timedelta(seconds=clock.target_seconds))
    if clock.due_at is not None and due_at < clock.due_at:
        return clock
    fresh = {"started_at": at, "due_at": due_at, "warned_at": None, "warned_percent": None, "paused_at": None, "paused_for": None}
    return clock.model_copy(update={**fresh, "renewed_at": at, "renewed_upon": upon})


def awaited_again(clock: ResponseClock, at: datetime) -> ResponseClock:
    """Let a met clock go on, for it was not over: the time between counts as a pause, as the customer had the turn."""
    if clock.met_at is None or clock.due_at is None:
        return clock
    if clock.breached_at is not None:
        return clock.model_copy(update={"met_at": None})
    return clock.model_copy(update={"met_at": None, "due_at": _due_later(clock, clock.met_at, at)})


def under(clock: ResponseClock, terms: ClockTerms, at: datetime) -> ResponseClock:
    """Put a clock under other terms: an awaited one is due after the new target from its own start, and its pauses count.

    One that ran out stays as it is, broken by the terms it had; one that is not awaited starts by the new ones next time.
    """
    judged = broken(clock, at)
    if judged.breached_at is not None and is_awaited(judged):
        return judged
    started_at, due_at = clock.started_at, clock.due_at
    if not is_awaited(clock) or started_at is None or due_at is None or clock.target_seconds is None:
        return clock.model_copy(update={"terms": _kept(terms)})
    if terms.target_minutes is None:
        return waiting(terms)
    old, new = timedelta(seconds=clock.target_seconds), timedelta(minutes=terms.target_minutes)
    stood = business_time.between(terms.hours, business_time.add(terms_of(clock).hours, started_at, old), due_at)
    due = business_time.add(terms.hours, started_at, new + stood)
    changes = {"target_seconds": int(new.total_seconds()), "due_at": due, "warned_at": None, "warned_percent": None}
    return clock.model_copy(update={"terms": _kept(terms), **changes})


def dropped(clock: ResponseClock, at: datetime) -> ResponseClock:
    """End an awaited clock that nobody needs any more; one that ran out stays broken."""
    if not is_awaited(clock):
        return clock
    judged = broken(clock, at)
    if judged.breached_at is not None:
        return judged
    return judged.model_copy(update={"due_at": None, "paused_at": None, "paused_for": None})


def counted_from(clock: ResponseClock, at: datetime, terms: ClockTerms) -> ResponseClock:
    """Count an awaited clock from a later instant, for who waited longer is not waited for any more; a broken one stays."""
    if not is_awaited(clock) or clock.breached_at is not None or clock.paused_at is not None:
        return clock
    return started(at, terms) if clock.started_at is not None and clock.started_at < at else clock


def withdrawn(clock: ResponseClock) -> ResponseClock:
    """Take an awaited clock away without a mark, for another case goes on with it."""
    return ResponseClock(terms=clock.terms) if is_awaited(clock) else clock


def earlier(own: ResponseClock, other: ResponseClock) -> ResponseClock:
    """Give the one of two clocks by which an answer is awaited sooner."""
    if not is_awaited(own) or own.due_at is None or other.due_at is None:
        return other if is_awaited(other) else own
    return own if own.due_at <= other.due_at else other


def terms_of(clock: ResponseClock) -> ClockTerms:
    """Give the terms that a clock is counted and told by."""
    return clock.terms or _PLAIN


def due_warning(clock: ResponseClock, at: datetime) -> WarningStep | None:
    """Give the warning to tell now: the last of those whose time has come and that nobody was told."""
    due = [warning for warning in _warnings_left(clock) if _warned_from(clock, warning) <= at]
    return due[-1] if due else None


def warn_at(clock: ResponseClock) -> datetime | None:
    """Give the instant of the next warning, None where none is to come."""
    return min((_warned_from(clock, warning) for warning in _warnings_left(clock)), default=None)


def break_at(clock: ResponseClock) -> datetime | None:
    """Give the instant at which the clock runs out, None where it does not or was marked."""
    return clock.due_at if _acts(clock) else None


def due_escalations(clock: ResponseClock, at: datetime) -> list[tuple[int, EscalationStep]]:
    """Give the steps to take now, with their places: those of a late clock whose time has come and that were not taken."""
    return [(place, step) for place, step in _steps_left(clock) if _escalated_from(clock, step) <= at]


def escalate_at(clock: ResponseClock) -> datetime | None:
    """Give the instant of the next step of escalation of a late clock, None where none is to come."""
    return min((_escalated_from(clock, step) for _, step in _steps_left(clock)), default=None)


def next_act(clocks: Iterable[ResponseClock]) -> datetime | None:
    """Give the earliest instant at which one of the clocks asks for an act, None when none does."""
    acts = (warn_at, break_at, escalate_at)
    instants = [instant for clock in clocks for act in acts if (instant := act(clock)) is not None]
    return min(instants, default=None)


def _kept(terms: ClockTerms) -> ClockTerms | None:
    """Give the terms as a clock keeps them: the product's own are known anyway."""
    return None if any(terms is own for own in DEFAULT_TERMS.values()) else terms


def _acts(clock: ResponseClock) -> bool:
    return is_awaited(clock) and clock.paused_at is None and clock.breached_at is None


def _warnings_left(clock: ResponseClock) -> list[WarningStep]:
    if not _acts(clock) or clock.target_seconds is None:
        return []
    told = clock.warned_percent or 0
    return [warning for warning in terms_of(clock).warnings if warning.elapsed_percent > told]


def _warned_from(clock: ResponseClock, warning: WarningStep) -> datetime:
    left = timedelta(seconds=(clock.target_seconds or 0) * (100 - warning.elapsed_percent) / 100)
    return business_time.subtract(terms_of(clock).hours, clock.due_at or NEVER, left)


def _steps_left(clock: ResponseClock) -> list[tuple[int, EscalationStep]]:
    if not is_awaited(clock) or clock.breached_at is None:
        return []
    taken = {escalation.step for escalation in clock.escalations}
    return [(place, step) for place, step in enumerate(terms_of(clock).escalations) if place not in taken]


def _escalated_from(clock: ResponseClock, step: EscalationStep) -> datetime:
    since = clock.breached_at or NEVER
    return business_time.add(terms_of(clock).hours, since, timedelta(minutes=step.after_minutes))


def _due_later(clock: ResponseClock, stood_from: datetime, at: datetime) -> datetime:
    """Give the due time after a stand: what was left when it began is left when it ends."""
    hours, due_at = terms_of(clock).hours, clock.due_at or NEVER
    left = business_time.between(hours, stood_from, due_at) if due_at > stood_from else timedelta(0)
    return business_time.add(hours, max(at, stood_from), left)
