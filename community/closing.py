"""Closing questions with a reason, and opening them again."""

from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.anonymity import acting_as
from community.documents import Answer, CloseReason, Closing, Question, QuestionStatus
from community.drafts import text
from community.escalation import schedule
from community.events import QuestionClosed, QuestionReopened
from community.policies import may_close, may_reopen
from community.reading import require_question
from community.spaces.documents import Space
from community.spaces.reading import moderates
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.records import change


class ClosingDraft(BaseModel):
    """Why to close a question; a duplicate names the question that is the same one."""

    reason: CloseReason
    note: Annotated[str, text(1, 1_000)] | None = None
    duplicate_of_id: Annotated[str, Field(max_length=100)] | None = None


async def close_question(actor: Actor, question_id: str, draft: ClosingDraft, *, expected_version: int) -> Question:
    """Close a question: it takes no more answers; those it has stay, and a duplicate leads to the other question.

    Raises NotFound, NotYours for others than who asked and who moderates, Forbidden for a consultation's question,
    AlreadyDone, InvalidInput for a duplicate of nothing and for an other question that is closed as one itself, Conflict.
    """
    question = await require_question(actor, question_id)
    is_moderator = await moderates(actor, question.space_id)
    may_close(actor, question, is_moderator=is_moderator).enforce()
    await _require_original(actor, question, draft)

    def rule(current: Question) -> None:
        may_close(actor, current, is_moderator=is_moderator).enforce()
        at = now()
        current.closing = Closing(by=acting_as(actor, current), at=at, **draft.model_dump())
        current.status, current.updated_at = QuestionStatus.CLOSED, at
        current.record(QuestionClosed(question_id=current.id, reason=draft.reason.value), actor=acting_as(actor, current))

    return await change(question, rule, expected_version=expected_version)


async def reopen_question(actor: Actor, question_id: str, *, expected_version: int) -> Question:
    """Let a closed question take answers again; it stands where its answers put it.

    Raises NotFound, NotYours for others than who moderates and who closed their own question, AlreadyDone for one that
    is not closed, InvalidInput for one whose answers went to another question, Conflict.
    """
    question = await require_question(actor, question_id)
    is_moderator = await moderates(actor, question.space_id)
    may_reopen(actor, question, is_moderator=is_moderator).enforce()
    space = await Space.get(question.space_id) if question.space_id is not None else None
    is_answered = await Answer.find({"question_id": question.id, "deleted_at": {"$exists": False}}).limit(1).to_list()

    def rule(current: Question) -> None:
        may_reopen(actor, current, is_moderator=is_moderator).enforce()
        at = now()
        unsolved = QuestionStatus.ANSWERED if is_answered else QuestionStatus.OPEN
        current.status = QuestionStatus.SOLVED if current.accepted_answer_ids else unsolved
        current.closing, current.updated_at, current.waits_since = None, at, at
        schedule(current, space)
        current.record(QuestionReopened(question_id=current.id), actor=acting_as(actor, current))

    return await change(question, rule, expected_version=expected_version)


async def original_of(actor: Actor, question: Question, other_id: str, path: str) -> Question:
    """Give the other question that this one is the same as; NotFound and InvalidInput name the field."""
    try:
        other = await require_question(actor, other_id)
    except NotFound:
        raise NotFound("There is no such question.", path=(path,)) from None
    if other.id == question.id:
        raise InvalidInput("Name another question than the one to be closed.", path=(path,))
    if other.closing is not None and other.closing.duplicate_of_id is not None:
        raise InvalidInput("This is closed as a duplicate itself; name the question that it leads to.", path=(path,))
    return other


async def _require_original(actor: Actor, question: Question, draft: ClosingDraft) -> None:
    is_duplicate = draft.reason is CloseReason.DUPLICATE
    if is_duplicate and draft.duplicate_of_id is None:
        raise InvalidInput("Name the question that is the same one.", path=("duplicate_of_id",))
    if not is_duplicate and draft.duplicate_of_id is not None:
        raise InvalidInput("Only a duplicate leads to another question; choose DUPLICATE.", path=("reason",))
    if draft.duplicate_of_id is not None:
        await original_of(actor, question, draft.duplicate_of_id, "duplicate_of_id")
