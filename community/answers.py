"""Answering questions and accepting answers, and what both show of who knows what."""

import asyncio
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.anonymity import acting_as, authorship_in, stands_for_somebody
from community.creation import insert_once, made_before
from community.documents import Answer, EvidenceKind, Member, Question, QuestionStatus
from community.drafts import Body
from community.events import AnswerAccepted, AnswerChanged, AnswerGiven, AnswerUnaccepted
from community.experts import ACCEPTED_ANSWER_WEIGHT, ANSWER_WEIGHT, record_evidence, withdraw_evidence
from community.handles import few_mentions
from community.policies import may_accept, may_answer, may_edit
from community.questions import count_as_answered
from community.reading import require_answer_in_question, require_question
from community.skill_claims import settle_claims_of, settle_skill_claims
from community.spaces.documents import Space
from community.spaces.reading import writable_space
from community.turns.limits import limits_now
from community.turns.taking import require_unlocked, take_turn
from core.clock import now
from core.errors import AlreadyDone, LimitReached
from core.idempotency import Once
from core.outcomes import outcome
from core.records import by_ids, change

MOST_ACCEPTED: Final = 10
_REMEMBERED_ANSWERS: Final = 20


class AnswerDraft(BaseModel):
    """What a member answers."""

    question_id: Annotated[str, Field(max_length=100)]
    body: Annotated[Body, few_mentions]


class AnswerChanges(BaseModel):
    """The new text of an answer."""

    body: Annotated[Body, few_mentions]


async def answer_question(actor: Actor, draft: AnswerDraft, *, once: Once) -> tuple[Answer, Question | None]:
    """Answer a question, which becomes ANSWERED; that the answer shows what the member knows follows by the event.

    Gives the question with it, as it is now; None when the same request came before and the question is the actor's to read
    no longer. Raises NotFound, Forbidden without `question:answer`, QuestionClosed, SpaceArchived, Locked, RateLimited.
    """
    identifier = once.identifier("ans")
    made, asked, limits = await asyncio.gather(
        outcome(made_before(Answer, identifier, once)), outcome(require_question(actor, draft.question_id)), limits_now()
    )
    if (before := made.take()) is not None:
        counted = await count_as_answered(before, asked.value)
        return before, counted if asked.value is not None else None
    question = asked.take()
    may_answer(actor, question).enforce()
    space = await writable_space(actor, question.space_id, path="question_id")
    answer = Answer(
        id=identifier,
        created_at=now(),
        question_id=question.id,
        **authorship_in(actor, question),
        body=draft.body,
        fingerprint=once.fingerprint,
    )
    answer.record(
        AnswerGiven(answer_id=identifier, question_id=question.id, author_id=answer.author_id), actor=acting_as(actor, question)
    )
    await take_turn(actor, identifier, [question, *([space] if space is not None else [])], limits)
    answer = await insert_once(answer, once)
    return answer, await count_as_answered(answer, question)


async def edit_answer(actor: Actor, answer_id: str, changes: AnswerChanges, *, expected_version: int) -> Answer:
    """Change the text of an answer. Raises NotFound, Forbidden for others than author and moderators, Locked, Conflict."""
    answer, question = await require_answer_in_question(actor, answer_id)
    may_edit(actor, answer).enforce()
    await require_unlocked(actor, question)

    def rule(current: Answer) -> None:
        current.body = changes.body
        current.record(AnswerChanged(answer_id=current.id, question_id=current.question_id), actor=acting_as(actor, current))

    return await change(answer, rule, expected_version=expected_version)


async def accept_answer(actor: Actor, answer_id: str, *, expected_version: int) -> Question:
    """Accept an answer as solving its question; `expected_version` is the question's. Give the question.

    Accepting another answer replaces the accepted one; where the space allows several it is added, up to ten. What that shows
    of who answered follows by the events. Raises NotFound, NotYours, AlreadyDone for an accepted one, LimitReached, Conflict.
    """
    answer, question = await require_answer_in_question(actor, answer_id)
    may_accept(actor, question).enforce()
    space = await Space.get(question.space_id) if question.space_id is not None else None
    several = space is not None and space.several_accepted

    def rule(current: Question) -> None:
        for other in _accepted(current, answer, is_added=several):
            current.record(AnswerUnaccepted(question_id=current.id, answer_id=other), actor=acting_as(actor, current))
        current.record(AnswerAccepted(question_id=current.id, answer_id=answer.id), actor=acting_as(actor, current))

    return await change(question, rule, expected_version=expected_version)


def _accepted(question: Question, answer: Answer, *, is_added: bool) -> list[str]:
    """Mark the answer accepted; give the ids of those that it replaces."""
    if answer.id in question.accepted_answer_ids:
        raise AlreadyDone("This answer is accepted already.", path=("answer_id",))
    if is_added and len(question.accepted_answer_ids) >= MOST_ACCEPTED:
        raise LimitReached(f"A question has at most {MOST_ACCEPTED} accepted answers.", path=("answer_id",))
    replaced = [] if is_added else question.accepted_answer_ids
    question.accepted_answer_ids = [*(question.accepted_answer_ids if is_added else ()), answer.id]
    question.updated_at = now()
    if question.status is not QuestionStatus.CLOSED:
        question.status = QuestionStatus.SOLVED
    return replaced


async def unaccept_answer(actor: Actor, answer_id: str, *, expected_version: int) -> Question:
    """Take back that an answer solves its question; `expected_version` is the question's. Give the question.

    Raises NotFound, NotYours, AlreadyDone for one that is not accepted, Conflict.
    """
    answer, question = await require_answer_in_question(actor, answer_id)
    may_accept(actor, question).enforce()

    def rule(current: Question) -> None:
        if answer.id not in current.accepted_answer_ids:
            raise AlreadyDone("This answer is not accepted.", path=("answer_id",))
        current.accepted_answer_ids = [other for other in current.accepted_answer_ids if other != answer.id]
        current.updated_at = now()
        if current.status is QuestionStatus.SOLVED and not current.accepted_answer_ids:
            current.status = QuestionStatus.ANSWERED
        current.record(AnswerUnaccepted(question_id=current.id, answer_id=answer.id), actor=acting_as(actor, current))

    return await change(question, rule, expected_version=expected_version)


async def follow_answer(answer: Answer) -> None:
    """Do what follows from an answer; can run twice: the question's status, the member's typical time, the evidence.

    Each is of a document of its own, so that they need not wait for one another.
    """
    await asyncio.gather(count_as_answered(answer), remember_answer_times(answer.author_id), reflect_in_evidence(answer.id))


async def remember_answer_times(member_id: str) -> None:
    """Keep how long the member's last 20 answers took, each question's first one, oldest first; can run twice.

    Counted from the rows each time, so that a repeat adds nothing. Answers to one's own questions are left out.
    """
    newest = Answer.find({"author_id": member_id, "deleted_at": {"$exists": False}})
    member, answers = await asyncio.gather(
        Member.get(member_id), newest.sort("-created_at", "-_id").limit(_REMEMBERED_ANSWERS).to_list()
    )
    if member is None:
        return
    questions = await by_ids(Question, [answer.question_id for answer in answers])
    first = {answer.question_id: answer for answer in answers}
    seconds = [
        round((answer.created_at - question.created_at).total_seconds())
        for answer in reversed(answers)
        if first[answer.question_id] is answer
        and (question := questions.get(answer.question_id)) is not None
        and question.writer_id != member_id
    ]

    def rule(current: Member) -> None:
        current.answer_seconds = seconds

    await change(member, rule)


async def reflect_in_evidence(answer_id: str) -> None:
    """Let the evidence say of an answer what is true now: given, or accepted; can run twice.

    One answer is one reason: accepted it weighs 3 instead of 1. Accepted by its own author it stays at 1, for that shows
    nothing more. What moderators hid or deleted is no reason, and what a customer wrote is nobody's.
    """
    answer = await Answer.get(answer_id)
    question = await Question.get(answer.question_id) if answer is not None else None
    if answer is not None and question is not None:
        await _reflect(answer, question)


async def _reflect(answer: Answer, question: Question) -> None:
    if stands_for_somebody(answer.author_id) or answer.peer is not None:
        return
    is_proven = answer.id in question.accepted_answer_ids and question.author_id != answer.author_id
    shown, hidden = EvidenceKind.ANSWER, EvidenceKind.ACCEPTED_ANSWER
    if is_proven:
        shown, hidden = hidden, shown
    if any(one.deleted_at is not None or one.kept_for is not None for one in (answer, question)):
        await asyncio.gather(*(withdraw_evidence(answer.author_id, kind, source_id=answer.id) for kind in (shown, hidden)))
        await settle_skill_claims(answer.author_id)
        return
    recorded = record_evidence(
        answer.author_id,
        shown,
        source_id=answer.id,
        text=question.title,
        tags=[tag.slug for tag in question.tags],
        weight=ACCEPTED_ANSWER_WEIGHT if is_proven else ANSWER_WEIGHT,
        occurred_at=answer.created_at,
        closed_space_id=question.closed_space_id,
        question_id=question.id,
    )
    withdrawn = withdraw_evidence(answer.author_id, hidden, source_id=answer.id)
    _, _, author = await asyncio.gather(recorded, withdrawn, Member.get(answer.author_id))
    await settle_claims_of(author)
