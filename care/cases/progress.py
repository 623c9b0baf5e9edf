"""Whether a case comes on within its step, purely: one alarm a step and cycle when it does not."""

from datetime import datetime, timedelta

from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.cycles import CycleStep

_AT_WORK = frozenset({CaseStatus.NEW, CaseStatus.OPEN})


def step_of(case: Case) -> CycleStep:
    """Give the step that the case is at."""
    return next(step for step in case.cycle.steps if step.step is case.current_step)


def come_on(case: Case, at: datetime) -> None:
    """Note that the case came on within its step, or that the turn came back to the company."""
    step_of(case).moved_at = at


def alarm_at(case: Case) -> datetime | None:
    """Give the instant at which people are alarmed unless the case comes on; None where no alarm is to come."""
    if not _may_be_stuck(case):
        return None
    step, terms = step_of(case), case.cycle.terms
    minutes = terms.of(step.step).stuck_after_minutes if terms else None
    since = step.moved_at or step.started_at
    if minutes is None or since is None or step.stuck_at is not None:
        return None
    return since + timedelta(minutes=minutes)


def is_stuck(case: Case) -> bool:
    """Tell whether people were alarmed and the case has not come on since."""
    if not _may_be_stuck(case):
        return False
    step = step_of(case)
    return step.stuck_at is not None and (step.moved_at is None or step.moved_at <= step.stuck_at)


def _may_be_stuck(case: Case) -> bool:
    return case.status in _AT_WORK and bool(case.cycles) and case.cycle.outcome is None
