"""Misses of the answer bank: reported or noticed, routed to an expert and a backup, reminded of, and learned from."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from auth.actor import Actor
from care.answer_bank import REVIEW_AFTER, reminder_of
from care.consultations import ConsultationDraft, open_consultation
from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.consultations import Consultation, ConsultationStatus
from care.documents.misses import AnswerBankMiss, MissStatus, miss_id_of
from care.events import (
    AnswerBankEntrySaved,
    AnswerBankMissed,
    AnswerBankMissOverdue,
    AnswerBankMissReminded,
    AnswerBankMissSettled,
)
from care.policies import may_report_miss
from care.reading.cases import require_case
from community.documents import Answer
from community.drafts import Body
from core.clock import now
from core.idempotency import Once
from core.ids import with_prefix
from core.records import change, insert_or_read
from core.text.language import detect_language

REMIND_AFTER: Final = timedelta(hours=4)
ALARM_AFTER: Final = timedelta(hours=24)
_TITLE_LETTERS: Final = 200
_WAITING: Final = (MissStatus.OPEN, MissStatus.ROUTED)


class MissDraft(BaseModel):
    """What a customer asks that the answer bank does not know; absent: what the case is about."""

    case_id: str
    question: Body | None = None


async def report_miss(actor: Actor, draft: MissDraft, *, once: Once) -> AnswerBankMiss:
    """Note that the answer bank has no answer; experts are asked by what follows.

    A second report upon the same message of the customer's gives the first. Raises NotFound, Forbidden without
    `case:consult`, CaseClosed, IdempotencyMismatch.
    """
    case = await require_case(actor, draft.case_id)
    may_report_miss(actor, case).enforce()
    miss = _miss(case, draft.question or case.subject, reported_by=actor.member)
    miss.request_id, miss.fingerprint = once.identifier("mis"), once.fingerprint
    kept = await _stored(miss)
    if kept.request_id == miss.request_id:
        once.same_input(kept.fingerprint)
    return kept


async def note_miss(consultation: Consultation, *, is_new: bool = True) -> AnswerBankMiss | None:
    """Note that experts had to be asked for what the answer bank does not know; they are who it is routed to.

    So is a miss of the same message for which nobody is asked any more; with `is_new` false only such a one. When all of them
    have said no by then it is OPEN, and others are asked as for any miss. Can run twice.
    """
    case = await Case.get(consultation.case_id)
    if case is None or case.environment is not Environment.LIVE:
        return None
    miss = _miss(case, consultation.title, reported_by=consultation.asked_by, identifier=consultation.miss_id)
    miss.detected = True
    if consultation.invited_expert_ids:
        _route(miss, consultation.id, consultation.invited_expert_ids)
    kept = await _stored(miss) if is_new else await AnswerBankMiss.get(miss.id)
    if kept is None or not consultation.invited_expert_ids or kept.consultation_id == consultation.id or await _is_asked(kept):
        return kept
    before = kept.consultation_id

    def rule(current: AnswerBankMiss) -> None:
        if current.status in _WAITING and current.consultation_id == before:
            _route(current, consultation.id, consultation.invited_expert_ids)

    return await change(kept, rule)


async def route_miss(miss_id: str, expert_ids: Sequence[str]) -> AnswerBankMiss | None:
    """Ask the first of some experts, and the second as a backup, within the 24 hours. Can run twice; nobody: it stays OPEN."""
    miss = await AnswerBankMiss.get(miss_id)
    case = await Case.get(miss.case_id) if miss else None
    asked = [one for one in expert_ids if miss and one != miss.reported_by][:2]
    if miss is None or case is None or case.closed_at or not asked or miss.status is not MissStatus.OPEN:
        return miss
    draft = ConsultationDraft(
        case_id=case.id, title=_title(miss.question), body=miss.question, expert_ids=asked, due_at=miss.alarms_at
    )
    identifier = with_prefix("con", miss.id)
    consultation = await open_consultation(case, draft, asked_by=miss.reported_by, identifier=identifier, miss_id=miss.id)

    def rule(current: AnswerBankMiss) -> None:
        if current.status is MissStatus.OPEN:
            _route(current, consultation.id, asked)

    return await change(miss, rule)


async def learn_answer(question_id: str, answer_id: str) -> AnswerBankEntry | None:
    """Make a draft of the answer bank of the answer accepted first for a miss, whoever of those asked upon its message gave it.

    Can run twice; None where nothing was missed.
    """
    consultation = await Consultation.find_one({"question_id": question_id})
    miss = await _missed(consultation) if consultation else None
    answer = await Answer.get(answer_id) if miss else None
    if consultation is None or miss is None or answer is None:
        return None
    entry = await _entry(miss, consultation.title, answer)

    def rule(current: AnswerBankMiss) -> None:
        if current.entry_id is None:
            current.entry_id, current.answered_at = entry.id, now()
            current.status, current.next_act_at = MissStatus.ANSWERED, None
            current.record(AnswerBankMissSettled(miss_id=current.id, case_id=current.case_id), actor=answer.author_id)

    await change(miss, rule)
    return entry


async def drop_misses(case_id: str) -> None:
    """Stop waiting for answers in a closed case. Can run twice; a case that came back keeps them."""
    case = await Case.get(case_id)
    if case is None or case.closed_at is None:
        return
    for status in _WAITING:
        for miss in await AnswerBankMiss.find({"case_id": case_id, "status": status.value}).to_list():
            await change(miss, _drop)


async def remind_of_misses(at_once: int) -> int:
    """Remind of misses, and raise the alarm after 24 hours, once each; give how many rows that were."""
    due = {"next_act_at": {"$lte": now()}}
    misses = await AnswerBankMiss.find(due).sort("next_act_at").limit(at_once).to_list()
    for miss in misses:
        await change(miss, _act)
    return len(misses)


def _miss(case: Case, question: str, *, reported_by: str, identifier: str | None = None) -> AnswerBankMiss:
    at = now()
    miss = AnswerBankMiss(
        id=identifier or miss_id_of(case),
        created_at=at,
        case_id=case.id,
        channel_id=case.channel_id,
        environment=case.environment,
        question=question,
        locale=detect_language(question),
        reported_by=reported_by,
        reported_at=at,
        reminds_at=at + REMIND_AFTER,
        alarms_at=at + ALARM_AFTER,
        next_act_at=at + REMIND_AFTER,
    )
    miss.record(AnswerBankMissed(miss_id=miss.id, case_id=case.id), actor=reported_by)
    return miss


async def _missed(consultation: Consultation) -> AnswerBankMiss | None:
    """Give the miss that a consultation is about: of the same message, or routed to it before messages were noted."""
    miss = await AnswerBankMiss.get(consultation.miss_id) if consultation.miss_id else None
    return miss or await AnswerBankMiss.find_one({"consultation_id": consultation.id})


async def _is_asked(miss: AnswerBankMiss) -> bool:
    """Tell whether experts are asked for a miss, or it waits no more; who answered may still be accepted."""
    if miss.status is MissStatus.OPEN:
        return False
    consultation = await Consultation.get(miss.consultation_id) if miss.consultation_id else None
    return consultation is None or miss.status is not MissStatus.ROUTED or consultation.status is not ConsultationStatus.DECLINED


async def _stored(miss: AnswerBankMiss) -> AnswerBankMiss:
    if before := await AnswerBankMiss.get(miss.id):
        return before
    return await insert_or_read(miss)


def _route(miss: AnswerBankMiss, consultation_id: str, asked: Sequence[str]) -> None:
    miss.status, miss.consultation_id, miss.expert_id = MissStatus.ROUTED, consultation_id, asked[0]
    miss.backup_id = asked[1] if len(asked) > 1 else None


async def _entry(miss: AnswerBankMiss, title: str, answer: Answer) -> AnswerBankEntry:
    identifier = with_prefix("abe", miss.id)
    if before := await AnswerBankEntry.get(identifier):
        return before
    at = now()
    variants = [] if miss.question == title or len(miss.question) > _TITLE_LETTERS else [miss.question]
    entry = AnswerBankEntry(
        id=identifier,
        created_at=at,
        updated_at=at,
        title=title,
        body=answer.body,
        question_variants=variants,
        owner_id=answer.author_id,
        locale=detect_language(answer.body),
        review_by=at + REVIEW_AFTER,
        reminds_at=reminder_of(at + REVIEW_AFTER),
        case_id=miss.case_id,
    )
    entry.record(AnswerBankEntrySaved(entry_id=entry.id), actor=answer.author_id)
    return await insert_or_read(entry)


def _title(question: str) -> str:
    line = " ".join(question.split())
    return (
        line if len(line) <= _TITLE_LETTERS else f"{line[: _TITLE_LETTERS - 1].rpartition(' ')[0] or line[: _TITLE_LETTERS - 1]}…"
    )


def _drop(miss: AnswerBankMiss) -> None:
    if miss.status in _WAITING:
        miss.status, miss.next_act_at = MissStatus.DROPPED, None
        miss.record(AnswerBankMissSettled(miss_id=miss.id, case_id=miss.case_id))


def _act(miss: AnswerBankMiss) -> None:
    at = now()
    if miss.next_act_at is None or miss.next_act_at > at:
        return
    if miss.alarms_at <= at:
        miss.alarmed_at, miss.next_act_at = at, None
        miss.record(AnswerBankMissOverdue(miss_id=miss.id, case_id=miss.case_id))
    else:
        miss.reminded_at, miss.next_act_at = at, miss.alarms_at
        miss.record(AnswerBankMissReminded(miss_id=miss.id, case_id=miss.case_id))
