"""Consultations: the front office asks experts about a case; they answer, decline or hand on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from care.cases import clocks, consulted
from care.documents.cases import Case
from care.documents.consultations import Consultation, ConsultationStatus, Decline, Delegation
from care.documents.misses import miss_id_of
from care.events import (
    ConsultationAnswered,
    ConsultationCancelled,
    ConsultationDeclined,
    ConsultationDelegated,
    ExpertsConsulted,
)
from care.policies import may_consult, may_decline, may_delegate, require_right
from care.reading.cases import require_case
from care.reading.consultations import require_consultation
from care.written import remark_of
from community import questions
from community.documents import Member, Question
from community.drafts import Body, InvitedIds, Title
from community.members import require_members
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once
from core.ids import with_prefix
from core.outcomes import outcome
from core.records import by_ids, change, insert_or_read

ANSWER_WITHIN = timedelta(minutes=20)
"""How long experts have, unless the customer has to be answered sooner or somebody says otherwise."""
LATEST = timedelta(days=30)
MOST_EXPERTS = 10

_UNANSWERED = frozenset({ConsultationStatus.WAITING, ConsultationStatus.OVERDUE})


class ConsultationDraft(BaseModel):
    """What to ask whom about which case, and until when."""

    case_id: str
    title: Title
    body: Body
    expert_ids: Annotated[InvitedIds, Field(min_length=1)]
    due_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Consulted:
    """A consultation, with its question and who is asked in it now."""

    consultation: Consultation
    question: Question
    experts: list[Member]


async def consult_experts(actor: Actor, draft: ConsultationDraft, *, once: Once) -> Consulted:
    """Ask experts about a case: they are invited to a question of their own and may see the case from now on.

    Raises NotFound, Forbidden without `case:consult`, CaseClosed, InvalidInput for unknown experts, oneself or a due
    time that is past or over 30 days away, IdempotencyMismatch.
    """
    known, asked, experts = await asyncio.gather(
        outcome(require_case(actor, draft.case_id)),
        outcome(_asked_before(once)),
        outcome(require_members(draft.expert_ids, path=("expert_ids",))),
    )
    case = known.take()
    may_consult(actor, case).enforce()
    if before := asked.take():
        return await _shown(before, _followed(before, case))
    members = experts.take()
    if actor.member in draft.expert_ids:
        raise InvalidInput("You can't consult yourself; name somebody else.", path=("expert_ids",))
    consultation = _consultation(actor.member, case, draft, once.identifier("con"))
    consultation.fingerprint = once.fingerprint
    stored = await insert_or_read(consultation)
    once.same_input(stored.fingerprint)
    return Consulted(stored, await _followed(stored, case), members)


async def open_consultation(
    case: Case, draft: ConsultationDraft, *, asked_by: str, identifier: str, miss_id: str
) -> Consultation:
    """Ask experts about a miss in a member's name, once an id. Can run twice; InvalidInput for a due time that is none."""
    consultation = _consultation(asked_by, case, draft, identifier)
    consultation.miss_id = miss_id
    stored = await insert_or_read(consultation)
    await _followed(stored, case)
    return stored


async def decline_consultation(
    actor: Actor, consultation_id: str, reason: str | None = None, *, expected_version: int
) -> Consulted:
    """Say that one can't answer; when nobody is left to answer, the consultation is DECLINED.

    Raises NotFound, Forbidden for who was not asked, AlreadyDone once it is answered, InvalidInput, Conflict.
    """
    consultation, remark = await require_consultation(actor, consultation_id), remark_of(reason, path=("reason",))
    require_right(may_decline(actor, consultation))

    def rule(current: Consultation) -> None:
        may_decline(actor, current).enforce()
        current.invited_expert_ids = [one for one in current.invited_expert_ids if one != actor.member]
        current.declines = [*current.declines, Decline(member_id=actor.member, at=now(), reason=remark)]
        if not current.invited_expert_ids:
            _end(current, ConsultationStatus.DECLINED)
        declined = ConsultationDeclined(consultation_id=current.id, case_id=current.case_id, member_id=actor.member)
        current.record(declined, actor=actor.id)

    return await _changed(consultation, rule, expected_version)


async def delegate_consultation(
    actor: Actor, consultation_id: str, to_member_id: str, note: str | None = None, *, expected_version: int
) -> Consulted:
    """Hand one's own part on to another member, who was not asked yet.

    Raises NotFound, Forbidden for who was not asked, AlreadyDone once it is answered, InvalidInput, Conflict.
    """
    known, member = await asyncio.gather(
        outcome(require_consultation(actor, consultation_id)), outcome(require_members([to_member_id], path=("to_member_id",)))
    )
    consultation, remark = known.take(), remark_of(note)
    require_right(may_delegate(actor, consultation))
    member.take()

    def rule(current: Consultation) -> None:
        may_delegate(actor, current).enforce()
        if to_member_id in current.invited_expert_ids:
            raise InvalidInput("This member was asked already; name somebody else.", path=("to_member_id",))
        others = [one for one in current.invited_expert_ids if one != actor.member]
        current.invited_expert_ids = [*others, to_member_id]
        handed = Delegation(from_member_id=actor.member, to_member_id=to_member_id, at=now(), note=remark)
        current.delegations = [*current.delegations, handed]
        delegated = ConsultationDelegated(
            consultation_id=current.id, case_id=current.case_id, from_member_id=actor.member, to_member_id=to_member_id
        )
        current.record(delegated, actor=actor.id)

    return await _changed(consultation, rule, expected_version)


async def count_as_answered(question_id: str, *, author_id: str, at: datetime) -> Consultation | None:
    """Note a member's answer to the question of a consultation; the first one ends the waiting. Can run twice.

    None when the question is no consultation's, or its author no member.
    """
    consultation = await Consultation.find_one({"question_id": question_id})
    if consultation is None or not author_id.startswith("mem_"):
        return None

    def rule(current: Consultation) -> None:
        if current.answered_at is not None:
            return
        current.answered_at = at
        if current.status is not ConsultationStatus.CANCELLED:
            _end(current, ConsultationStatus.ANSWERED)
        answered = ConsultationAnswered(consultation_id=current.id, case_id=current.case_id)
        current.record(answered, actor=author_id)

    return await change(consultation, rule)


async def count_as_accepted(question_id: str, *, at: datetime) -> Consultation | None:
    """Note when an answer to the question of a consultation was first accepted. Can run twice; None for other questions."""
    consultation = await Consultation.find_one({"question_id": question_id})
    if consultation is None:
        return None

    def rule(current: Consultation) -> None:
        current.accepted_at = current.accepted_at or at

    return await change(consultation, rule)


async def cancel_consultations(case_id: str) -> None:
    """End what still waits for an answer about a closed case. Can run twice; a case that came back keeps them."""
    case = await Case.get(case_id)
    if case is None or case.closed_at is None:
        return
    waiting = {"case_id": case_id, "status": {"$in": sorted(status.value for status in _UNANSWERED)}}
    for consultation in await Consultation.find(waiting).to_list():
        await change(consultation, _cancel)


async def _changed(consultation: Consultation, rule: Callable[[Consultation], None], expected_version: int) -> Consulted:
    """Change who is asked, and let question and case follow; the case is read before, so that it follows what comes after."""
    changed, case = await asyncio.gather(
        change(consultation, rule, expected_version=expected_version), Case.get(consultation.case_id)
    )
    return await _shown(changed, follow_up(changed, case))


async def _shown(consultation: Consultation, question: Awaitable[Question]) -> Consulted:
    """Give a consultation with its question, which follows, and with who is asked, who are read beside it."""
    followed, experts = await asyncio.gather(question, by_ids(Member, consultation.invited_expert_ids))
    return Consulted(consultation, followed, list(experts.values()))


async def follow_up(consultation: Consultation, case: Case | None = None) -> Question:
    """Let question and case know exactly the experts who are asked now; give the question. Can run twice."""
    question, _ = await asyncio.gather(
        questions.set_invited(consultation.question_id, consultation.invited_expert_ids),
        consulted.project_consulted(consultation.case_id, case),
    )
    return question


async def follow_up_asked(consultation_id: str) -> None:
    """Open the question of a consultation and let its experts see the case. Can run twice."""
    consultation = await Consultation.get(consultation_id)
    if consultation is not None:
        await _followed(consultation)


def due_at(case: Case, at: datetime) -> datetime:
    """Give when experts are to answer: within 20 minutes, or sooner when the customer has to be answered sooner."""
    promised = [clock.due_at for clock in (case.first_response, case.next_response) if clocks.is_awaited(clock)]
    return min([at + ANSWER_WITHIN, *(due for due in promised if due is not None and due > at)])


def _consultation(asked_by: str, case: Case, draft: ConsultationDraft, identifier: str) -> Consultation:
    at = now()
    if draft.due_at is not None and not at < draft.due_at <= at + LATEST:
        raise InvalidInput("Choose a time from now on, at most 30 days away.", path=("due_at",))
    due = draft.due_at or due_at(case, at)
    consultation = Consultation(
        id=identifier,
        created_at=at,
        case_id=case.id,
        channel_id=case.channel_id,
        environment=case.environment,
        question_id=with_prefix("qst", identifier),
        miss_id=miss_id_of(case),
        title=draft.title,
        body=draft.body,
        asked_by=asked_by,
        asked_at=at,
        due_at=due,
        next_act_at=due,
        invited_expert_ids=draft.expert_ids,
    )
    asked = ExpertsConsulted(
        consultation_id=consultation.id,
        case_id=case.id,
        question_id=consultation.question_id,
        invited_expert_ids=tuple(draft.expert_ids),
    )
    consultation.record(asked, actor=asked_by)
    return consultation


async def _asked_before(once: Once) -> Consultation | None:
    found = await Consultation.get(once.identifier("con")) if once.may_be_repeat else None
    if found is not None:
        once.same_input(found.fingerprint)
    return found


async def _followed(consultation: Consultation, case: Case | None = None) -> Question:
    """Open the question and let its experts see the case, which was read before the consultation was stored if it is given."""
    opened = questions.open_for_consultation(
        question_id=consultation.question_id,
        author_id=consultation.asked_by,
        title=consultation.title,
        body=consultation.body,
        case_id=consultation.case_id,
        consultation_id=consultation.id,
        invited_expert_ids=consultation.invited_expert_ids,
        asked_at=consultation.asked_at,
    )
    question, _ = await asyncio.gather(opened, consulted.project_consulted(consultation.case_id, case))
    return question


def _end(consultation: Consultation, status: ConsultationStatus) -> None:
    consultation.status, consultation.next_act_at = status, None


def _cancel(consultation: Consultation) -> None:
    if consultation.status in _UNANSWERED:
        _end(consultation, ConsultationStatus.CANCELLED)
        consultation.record(ConsultationCancelled(consultation_id=consultation.id, case_id=consultation.case_id))
