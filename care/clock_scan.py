"""Acting on clocks: warnings, broken promises, what is owed or asked, and answers to review, each told once."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Final

from care.answer_bank import expire_entries, remind_of_entries
from care.assignment.assigning import assign_due
from care.cases import clocks, lifecycle, outgoing, progress, reminding, snoozing
from care.cases.events import CaseStuck
from care.cases.reminding import Plan, plan_for
from care.claims.settling import expire_claims
from care.documents.cases import Case
from care.documents.clocks import ResponseClock
from care.documents.consultations import Consultation, ConsultationStatus
from care.documents.promises import Target
from care.events import ClockBreached, ClockEscalated, ClockWarned, ConsultationOverdue, ObligationOverdue
from care.information import remind_of_information
from care.licences import licences_of_due
from care.listening.alerts import look_at_alerts
from care.misses import remind_of_misses
from care.presence import sweep_presences
from care.prospects.planning import remind_of_steps
from care.segments.running import queue_due_runs
from community.blog.publishing import act_on_due_posts
from community.escalation import escalate_questions
from community.exports.exports import sweep_exports
from community.insights.digests import tell_digests
from community.polls.polls import end_due_polls
from community.procedures.concerns import escalate_concerns
from community.procedures.guidelines import remind_of_attestations
from community.prompts.asking import ask_due_prompts
from community.wiki.verification import remind_of_pages
from core.clock import clock, now
from core.records import change

AT_ONCE: Final = 200
"""Rows of one kind that one scan acts on; the next scan goes on with the rest."""


async def scan() -> int:
    """Act on everything that is due by the store's time, and give how many rows that were.

    Nothing is judged while the clock has had no sample for 30 s. Several scans at once do no harm: each act is marked in
    the same command that tells of it.
    """
    if not clock.trusted:
        return 0
    due = {"next_act_at": {"$lte": now()}}
    cases = await Case.find(due).sort("next_act_at").limit(AT_ONCE).to_list()
    for case in cases:
        await _see_to(case)
    consultations = await Consultation.find(due).sort("next_act_at").limit(AT_ONCE).to_list()
    for consultation in consultations:
        await change(consultation, _act_on_consultation)
    return (
        len(cases)
        + len(consultations)
        + await assign_due(AT_ONCE)
        + await expire_entries()
        + await remind_of_entries(AT_ONCE)
        + await remind_of_information(AT_ONCE)
        + await remind_of_misses(AT_ONCE)
        + await expire_claims(AT_ONCE)
        + await remind_of_steps(AT_ONCE)
        + await look_at_alerts(AT_ONCE)
        + await sweep_presences(AT_ONCE)
        + await queue_due_runs(AT_ONCE)
        + await act_on_due_posts(AT_ONCE)
        + await remind_of_pages(AT_ONCE)
        + await remind_of_attestations(AT_ONCE)
        + await escalate_concerns(AT_ONCE)
        + await escalate_questions(AT_ONCE)
        + await ask_due_prompts(AT_ONCE)
        + await tell_digests(AT_ONCE)
        + await end_due_polls(AT_ONCE)
        + await sweep_exports(AT_ONCE)
    )


async def _see_to(case: Case) -> None:
    """Act on a case by one reading of the clock, which moves on while the cases before it are seen to."""
    at = now()
    plan, licences = await plan_for(case, at), await licences_of_due(case, at)
    await change(case, partial(_act_on_case, at=at, plan=plan, licences=licences))


def _act_on_case(case: Case, *, at: datetime, plan: Plan | None, licences: Mapping[str, bool]) -> None:
    for name, standing in lifecycle.acting_clocks(case).items():
        setattr(case, name, _judged(case, name, standing, at))
    for obligation in case.owed:
        if obligation.overdue_at is None and obligation.due_at <= at:
            obligation.overdue_at = at
            case.record(ObligationOverdue(case_id=case.id, obligation_id=obligation.id))
    outgoing.leave_when_due(case, at, licences)
    snoozing.wake_when_due(case, at)
    _alarm_when_stuck(case, at)
    reminding.act(case, plan, at)
    lifecycle.project(case)


def _alarm_when_stuck(case: Case, at: datetime) -> None:
    due = progress.alarm_at(case)
    if due is not None and due <= at:
        progress.step_of(case).stuck_at = at
        case.record(CaseStuck(case_id=case.id, step=case.current_step, cycle=case.cycle.number))


def _judged(case: Case, name: str, standing: ResponseClock, at: datetime) -> ResponseClock:
    """Mark what the clock has come to; a clock found too late is told as broken, with no warning before it."""
    terms = clocks.terms_of(standing)
    broken = clocks.broken(standing, at)
    if broken is not standing:
        case.record(ClockBreached(case_id=case.id, clock=name, targets=_codes(terms.breach_targets)))
    elif warning := clocks.due_warning(standing, at):
        case.record(ClockWarned(case_id=case.id, clock=name, targets=_codes(warning.targets)))
        return clocks.warned(standing, at, warning)
    for place, step in clocks.due_escalations(broken, at):
        case.record(ClockEscalated(case_id=case.id, clock=name, step=place, targets=_codes(step.targets)))
        broken = clocks.escalated(broken, at, place)
    return broken


def _codes(targets: list[Target]) -> tuple[str, ...]:
    return tuple(target.code for target in targets)


def _act_on_consultation(consultation: Consultation) -> None:
    """Mark one that is late; only one that waits has a time to act at."""
    if consultation.next_act_at is None or consultation.next_act_at > now():
        return
    consultation.status, consultation.next_act_at = ConsultationStatus.OVERDUE, None
    consultation.record(ConsultationOverdue(consultation_id=consultation.id, case_id=consultation.case_id))
