"""A customer who does not answer any more, purely: reminded at intervals, and then the case may be closed without their word."""

from datetime import datetime, timedelta
from typing import Final

from care.cases import clocks
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.cycles import NoAnswerTerms, ResolutionStep
from care.policies import finished

_COUNTED: Final = frozenset({CaseStatus.OPEN, CaseStatus.RESOLVED})


def terms_of(case: Case) -> NoAnswerTerms | None:
    """Give what the running cycle says of silence; None: it is never closed for that."""
    return case.cycle.terms.no_answer if case.cycles and case.cycle.terms else None


def begin(case: Case, done: ResolutionStep, at: datetime) -> None:
    """Count the silence from the step on that the terms name."""
    terms = terms_of(case)
    if terms is not None and terms.after is done:
        _count_from(case, at)


def begin_anew(case: Case, at: datetime) -> None:
    """Count it from the start: the company has said something else, with the step done before."""
    terms = terms_of(case)
    if terms is not None and any(step.step is terms.after and step.completed_at is not None for step in case.cycle.steps):
        _count_from(case, at)


def end(case: Case) -> None:
    """Count no more: the customer wrote, or could not be reached."""
    if case.cycle.outcome is None:
        case.cycle.silent_since, case.cycle.reminded = None, []


def act_at(case: Case) -> datetime | None:
    """Give the instant of the next reminder, or of the closing after the last one; None while nothing is to be done.

    Nothing is while the company has the turn, something is on its way to the customer, or the closing would be refused.
    """
    terms = terms_of(case)
    if terms is None or not _is_silent(case):
        return None
    number = len(case.cycle.reminded)
    since = case.cycle.reminded[-1] if number else case.cycle.silent_since
    if since is None or (is_over(case) and not finished(case)):
        return None
    waits = terms.close_after_minutes if is_over(case) else terms.remind_after_minutes[number]
    return since + timedelta(minutes=waits)


def is_over(case: Case) -> bool:
    """Tell whether all reminders were sent."""
    terms = terms_of(case)
    return terms is not None and len(case.cycle.reminded) >= len(terms.remind_after_minutes)


def _count_from(case: Case, at: datetime) -> None:
    case.cycle.silent_since, case.cycle.reminded = at, []


def _is_silent(case: Case) -> bool:
    cycle, asked = case.cycle, (case.first_response, case.next_response)
    return (
        case.status in _COUNTED
        and case.environment is Environment.LIVE
        and cycle.outcome is None
        and cycle.replied_at is not None
        and not case.outgoing
        and not any(clocks.is_awaited(clock) for clock in asked)
    )
