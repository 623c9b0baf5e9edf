"""The customer's word on whether it helped: the end of a cycle, and the start of the next when it did not."""

import asyncio
from datetime import datetime

from pydantic import BaseModel

from auth.actor import Actor, Permission
from care.cases import clocks, cycles, lifecycle, public_loop, silence
from care.cases.cycle_terms import under
from care.cases.rules import read_rules
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.cycles import CycleOutcome
from care.events import VerdictRecorded
from care.policies import may_record_verdict, require_right
from care.reading.cases import require_case
from community.drafts import Remark
from core.clock import now
from core.errors import InvalidInput
from core.records import change


class VerdictDraft(BaseModel):
    """How a cycle ended, as a member records it."""

    case_id: str
    outcome: CycleOutcome
    note: Remark | None = None


async def record_customer_verdict(actor: Actor, draft: VerdictDraft, *, expected_version: int) -> Case:
    """End the cycle with the customer's word; UNSATISFIED starts the next one, with 30 minutes to answer.

    NO_ANSWER and OVERRIDDEN need a note; NO_ANSWER comes after an answer of ours and, where the rules have reminders sent, after
    them, but for supervisors.
    Raises NotFound, Forbidden without `case:work` (OVERRIDDEN: without `case:override`), CaseClosed, AlreadyDone when the
    cycle was judged, InvalidInput, Conflict.
    """
    case, rules = await asyncio.gather(require_case(actor, draft.case_id), read_rules())
    require_right(may_record_verdict(actor, case))
    _require_reason(actor, draft)

    def rule(current: Case) -> None:
        may_record_verdict(actor, current).enforce()
        _require_answered(actor, current, draft)
        _require_reminded(actor, current, draft)
        judge(current, draft.outcome, now(), actor=actor, note=draft.note)

    return await change(case, under(rules, rule), expected_version=expected_version)


def judge(case: Case, outcome: CycleOutcome, at: datetime, *, actor: Actor, note: str | None) -> None:
    """End the current cycle of a case and do what the outcome asks for."""
    number = case.cycle.number
    cycles.end(case, outcome, at, by=actor.member_id, note=note)
    case.record(VerdictRecorded(case_id=case.id, outcome=outcome, cycle=number), actor=actor.id)
    if outcome is CycleOutcome.UNSATISFIED:
        lifecycle.go_on(case, at)
        cycles.begin(case, at)
        lifecycle.await_next_response(case, at)
    else:
        if case.status in {CaseStatus.PENDING, CaseStatus.SNOOZED}:
            lifecycle.go_on(case, at)
        lifecycle.resolve(case, at)
        if outcome is CycleOutcome.SATISFIED:  # a "thanks" that came before it needs no answer
            case.next_response = clocks.dropped(case.next_response, at)
            public_loop.owe(case, at, actor=actor.id)
    lifecycle.project(case, touched_at=at)


def _require_answered(actor: Actor, case: Case, draft: VerdictDraft) -> None:
    """Keep a customer who waits for an answer from being closed away as one who gave none; a supervisor may."""
    waits = clocks.is_awaited(case.first_response) or clocks.is_awaited(case.next_response)
    if draft.outcome is CycleOutcome.NO_ANSWER and waits and not actor.may(Permission.CASE_OVERRIDE):
        raise InvalidInput("The customer still waits for an answer of ours: reply first.", path=("outcome",))


def _require_reminded(actor: Actor, case: Case, draft: VerdictDraft) -> None:
    """Let the policy's reminders go first, where there is one; a supervisor need not wait for them."""
    is_early = silence.terms_of(case) is not None and not silence.is_over(case)
    if draft.outcome is CycleOutcome.NO_ANSWER and is_early and not actor.may(Permission.CASE_OVERRIDE):
        message = "The reminders to the customer were not all sent yet; they go out by themselves, and then the case is closed."
        raise InvalidInput(message, path=("outcome",))


def _require_reason(actor: Actor, draft: VerdictDraft) -> None:
    if draft.outcome is CycleOutcome.OVERRIDDEN:
        actor.require(Permission.CASE_OVERRIDE)
    if draft.outcome in {CycleOutcome.NO_ANSWER, CycleOutcome.OVERRIDDEN} and draft.note is None:
        raise InvalidInput(f"Say in the note why the outcome is {draft.outcome.value}.", path=("note",))
