"""The only way to read questions, answers and comments for a person; loaders of the edge call the functions that take ids."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor, ActorKind, Permission
from community.batches import count_children, read_children
from community.documents import Answer, Audience, Comment, Question, QuestionStatus
from community.drafts import may_be_id, slug_of
from community.listing import UNFILTERED, Filter, Listing
from community.visibility import present_for, readable_in_spaces, unhidden
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Eq, Exists, Gate, Some, both, to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.records import AT_ONCE

APPROVED: Final = both(
    PRESENT,
    Eq("audience", Audience.PUBLIC.value),
    Exists("approved_at"),
    Exists("closed_space_id", there=False),
    Exists("kept_for", there=False),
)
"""What the public may read: customers' questions that a member published."""

OLDEST_FIRST: Final = Order((("created_at", 1),))


class QuestionOrder(StrEnum):
    """What questions can be ordered by, in both directions."""

    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    SCORE = "score"


class PublicQuestionStatus(StrEnum):
    """What a customer sees of where a question stands."""

    WAITING_FOR_APPROVAL = "WAITING_FOR_APPROVAL"
    OPEN = "OPEN"
    ANSWERED = "ANSWERED"


QUESTIONS: Final = Listing(
    paths={
        "status": "status",
        "author_id": "author_id",
        "invited_expert_id": "invited_expert_ids",
        "tag": "tags.slug",
        "audience": "audience",
        "space_id": "space_id",
        "created_at": "created_at",
    },
    leading=("status", "author_id", "invited_expert_id", "tag", "audience", "space_id"),
    lists=frozenset({"invited_expert_id", "tag"}),
    spellings={"tag": slug_of},
)


def visible_questions(actor: Actor) -> Gate:
    """Say which questions somebody may read.

    All with `question:read` but those in closed spaces of others. Customers and the public: published ones; a customer
    also their own that still wait.
    """
    if actor.may(Permission.QUESTION_READ):
        return both(PRESENT, readable_in_spaces(actor), unhidden(actor))
    if actor.kind is ActorKind.CUSTOMER and actor.customer_id is not None:
        own = both(PRESENT, Eq("audience", Audience.PUBLIC.value), Eq("author_id", actor.customer_id), unhidden(actor))
        return Some((APPROVED, own))
    return APPROVED if actor.kind is ActorKind.ANONYMOUS else NOTHING


def public_status(question: Question) -> PublicQuestionStatus:
    """Tell what a customer sees of where a question stands."""
    if question.approved_at is None:
        return PublicQuestionStatus.WAITING_FOR_APPROVAL
    return PublicQuestionStatus.OPEN if question.status is QuestionStatus.OPEN else PublicQuestionStatus.ANSWERED


async def questions_by_ids(actor: Actor, question_ids: Sequence[str]) -> dict[str, Question]:
    """Give those of the questions that the actor may read."""
    readable = [question_id for question_id in dict.fromkeys(question_ids) if may_be_id(question_id, "qst")]
    if not readable:
        return {}
    found = await Question.find({"_id": {"$in": readable}, **to_mongo(visible_questions(actor))}, batch_size=AT_ONCE).to_list()
    return {question.id: question for question in found}


async def question_for(actor: Actor, question_id: str) -> Question | None:
    """Give a question; None when there is none for this actor."""
    return (await questions_by_ids(actor, [question_id])).get(question_id)


async def require_question(actor: Actor, question_id: str) -> Question:
    """Give a question; NotFound when there is none for this actor."""
    question = await question_for(actor, question_id)
    if question is None:
        raise NotFound("There is no such question.", path=("question_id",))
    return question


def question_order(order: QuestionOrder, direction: int = -1) -> Order:
    """Make the order of a list of questions: 1 ascending, -1 descending."""
    return Order(((order.value, direction),))


NEWEST_FIRST: Final = question_order(QuestionOrder.CREATED_AT)


async def list_questions(
    actor: Actor, *, condition: Filter = UNFILTERED, order: Order = NEWEST_FIRST, window: Window
) -> Slice[Question]:
    """Give a window of the questions that the actor may read; InvalidInput for a filter that no index serves."""
    return await read_slice(Question, QUESTIONS.query(visible_questions(actor), condition, order), order, window)


async def count_questions(actor: Actor, *, condition: Filter = UNFILTERED, order: Order = NEWEST_FIRST) -> int:
    """Count the same questions, up to 10,001."""
    return await count_rows(Question, QUESTIONS.query(visible_questions(actor), condition, order))


async def answers_of_questions(actor: Actor, question_ids: Sequence[str], window: Window) -> dict[str, Slice[Answer]]:
    """Give a window of the answers of each question, oldest first. The questions are ones that the actor was given.

    The public gets answers of published questions only, also the customer who asked.
    """
    ids = await _open_to(actor, question_ids)
    found = await read_children(Answer, ("question_id", ids), present_for(actor), OLDEST_FIRST, window) if ids else {}
    return {question_id: found.get(question_id, Slice([], [])) for question_id in question_ids}


async def answer_counts(actor: Actor, question_ids: Sequence[str]) -> dict[str, int]:
    """Count the answers of each question in one query. The questions are ones that the actor was given."""
    counted = await count_children(Answer, "question_id", await _open_to(actor, question_ids), present_for(actor))
    return dict.fromkeys(question_ids, 0) | counted


async def answers_by_ids(actor: Actor, answer_ids: Sequence[str]) -> dict[str, Answer]:
    """Give those of the answers whose questions the actor may read: the answers, then the questions."""
    return (await _with_questions(actor, answer_ids))[0]


async def _with_questions(actor: Actor, answer_ids: Sequence[str]) -> tuple[dict[str, Answer], dict[str, Question]]:
    readable = [answer_id for answer_id in dict.fromkeys(answer_ids) if may_be_id(answer_id, "ans")]
    if not readable:
        return {}, {}
    answers = await Answer.find({"_id": {"$in": readable}, **present_for(actor)}, batch_size=AT_ONCE).to_list()
    questions = await questions_by_ids(actor, [answer.question_id for answer in answers])
    open_ids = set(await _open_to(actor, list(questions)))
    return {answer.id: answer for answer in answers if answer.question_id in open_ids}, questions


async def answer_in_question(actor: Actor, answer_id: str) -> tuple[Answer, Question] | None:
    """Give an answer and its question; None when there is none for this actor."""
    answers, questions = await _with_questions(actor, [answer_id])
    answer = answers.get(answer_id)
    return (answer, questions[answer.question_id]) if answer is not None else None


async def require_answer_in_question(actor: Actor, answer_id: str) -> tuple[Answer, Question]:
    """Give an answer and its question; NotFound when there is none for this actor."""
    found = await answer_in_question(actor, answer_id)
    if found is None:
        raise NotFound("There is no such answer.", path=("answer_id",))
    return found


async def require_answer(actor: Actor, answer_id: str) -> Answer:
    """Give an answer; NotFound when there is none for this actor."""
    answer = (await answers_by_ids(actor, [answer_id])).get(answer_id)
    if answer is None:
        raise NotFound("There is no such answer.", path=("answer_id",))
    return answer


async def answers_below(actor: Actor, answer_ids: Sequence[str]) -> dict[str, Answer]:
    """Give answers in one query, for who is given the questions above them, before or at the same time.

    Only for members: `answers_by_ids` asks the questions' gate again, which the public needs.
    """
    ids = [answer_id for answer_id in dict.fromkeys(answer_ids) if may_be_id(answer_id, "ans")]
    if not ids or not actor.may(Permission.QUESTION_READ):
        return {}
    return {
        answer.id: answer
        for answer in await Answer.find({"_id": {"$in": ids}, **present_for(actor)}, batch_size=AT_ONCE).to_list()
    }


async def comments_of(actor: Actor, target_ids: Sequence[str], window: Window) -> dict[str, Slice[Comment]]:
    """Give a window of the comments on each question, answer or post, oldest first; the public sees none."""
    ids = list(target_ids) if actor.may(Permission.QUESTION_READ) else []
    found = await read_children(Comment, ("target_id", ids), present_for(actor), OLDEST_FIRST, window) if ids else {}
    return {target_id: found.get(target_id, Slice([], [])) for target_id in target_ids}


async def comment_counts(actor: Actor, target_ids: Sequence[str]) -> dict[str, int]:
    """Count the comments on each question, answer or post in one query; the public sees none."""
    ids = list(target_ids) if actor.may(Permission.QUESTION_READ) else []
    return dict.fromkeys(target_ids, 0) | await count_children(Comment, "target_id", ids, present_for(actor))


async def target_for(actor: Actor, target_id: str) -> Question | Answer | None:
    """Give the question or the answer that a vote or a comment is about; None when there is none for this actor."""
    if may_be_id(target_id, "ans"):
        return (await answers_by_ids(actor, [target_id])).get(target_id)
    return await question_for(actor, target_id)


async def require_target(actor: Actor, target_id: str) -> Question | Answer:
    """Give the question or the answer that a vote or a comment is about; NotFound when there is none for this actor."""
    target = await target_for(actor, target_id)
    if target is None:
        raise NotFound("There is no such question or answer.", path=("target_id",))
    return target


async def _open_to(actor: Actor, question_ids: Sequence[str]) -> list[str]:
    """Leave out, for the public, questions that are not published: what members answer there is not for it yet."""
    readable = list(dict.fromkeys(question_ids))
    if actor.may(Permission.QUESTION_READ) or not readable:
        return readable
    query: dict[str, Any] = {"_id": {"$in": readable}, **to_mongo(APPROVED)}
    return [row["_id"] async for row in Question.get_pymongo_collection().find(query, {"_id": 1})]
