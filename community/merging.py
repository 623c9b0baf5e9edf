"""Merging questions that are the same: the answers and who follows go over, and what was merged leads to the other one."""

from auth.actor import Actor
from community.anonymity import acting_as
from community.answers import MOST_ACCEPTED, reflect_in_evidence
from community.closing import original_of
from community.documents import Answer, Audience, CloseReason, Closing, Comment, Question, QuestionStatus
from community.errors import NotForThePublic
from community.events import AnswerChanged, QuestionChanged, QuestionMerged
from community.policies import may_merge
from community.reading import require_question
from community.spaces.documents import Space
from community.spaces.reading import moderates
from community.watching import carry_over
from core.clock import now
from core.errors import Forbidden, InvalidInput
from core.records import change, fresh


async def merge_question(actor: Actor, question_id: str, *, into_id: str, expected_version: int) -> Question:
    """Close a question as the same as another one, which gets its answers and followers; give the merged one.

    Accepted answers stay accepted as far as the other question may have more of them. Raises NotFound, Forbidden for
    others than who moderates both and for a consultation's question, NotForThePublic for a customer's, AlreadyDone for a
    merged one, InvalidInput for itself, a duplicate, and a question that others may read, Conflict.
    """
    question = await require_question(actor, question_id)
    is_moderator = await moderates(actor, question.space_id)
    may_merge(question, is_moderator=is_moderator).enforce()
    into = await original_of(actor, question, into_id, "into_id")
    if not await moderates(actor, into.space_id):
        raise Forbidden("Only who moderates both questions can merge them.")
    _require_alike(question, into)

    def rule(current: Question) -> None:
        may_merge(current, is_moderator=is_moderator).enforce()
        _require_alike(current, into)
        at, by = now(), acting_as(actor, current)
        current.closing = Closing(reason=CloseReason.DUPLICATE, by=by, at=at, duplicate_of_id=into.id, merged=True)
        current.status, current.updated_at = QuestionStatus.CLOSED, at
        current.record(QuestionMerged(question_id=current.id, into_id=into.id), actor=acting_as(actor, current))

    merged = await change(question, rule, expected_version=expected_version)
    await settle_merge(merged.id)
    return await fresh(merged)


def _require_alike(question: Question, into: Question) -> None:
    if Audience.PUBLIC in {question.audience, into.audience}:
        raise NotForThePublic("A customer's question stays where the customer sees it.", path=("into_id",))
    if into.consultation_id is not None:
        raise InvalidInput("The front office waits for what is answered there; close this one as a duplicate.", path=("into_id",))
    if question.closed_space_id != into.closed_space_id:
        raise InvalidInput("Not the same people read both questions; move one of them first.", path=("into_id",))


async def settle_merge(question_id: str) -> None:
    """Let answers, their comments, acceptances and followers be with the other question; can run twice.

    Two questions that were merged into each other at once both keep what they have.
    """
    question = await Question.get(question_id)
    into = await Question.get(question.merged_into_id) if question is not None and question.merged_into_id else None
    if question is None or into is None or into.merged_into_id is not None or into.closed_space_id != question.closed_space_id:
        return
    answers = await Answer.find({"question_id": question.id}).to_list()
    moved = [await _moved(answer, into) for answer in answers]
    await _take_over(into, question, is_answered=any(answer.peer is None or answer.kept_for is None for answer in answers))
    await carry_over(question.id, into.id, [question.writer_id, *question.invited_expert_ids])
    if question.accepted_answer_ids:
        await change(question, _emptied)
    for answer_id in moved:
        await reflect_in_evidence(answer_id)


async def _moved(answer: Answer, into: Question) -> str:
    for comment in await Comment.find({"target_id": answer.id}).to_list():
        await change(comment, lambda current: setattr(current, "question_id", into.id))

    def rule(current: Answer) -> None:
        current.question_id = into.id
        current.record(AnswerChanged(answer_id=current.id, question_id=into.id))

    await change(answer, rule)
    return answer.id


async def _take_over(into: Question, merged: Question, *, is_answered: bool) -> None:
    space = await Space.get(into.space_id) if into.space_id is not None else None
    most = MOST_ACCEPTED if space is not None and space.several_accepted else 1

    def rule(current: Question) -> None:
        accepted = list(dict.fromkeys([*current.accepted_answer_ids, *merged.accepted_answer_ids]))
        accepted = accepted[: max(most, len(current.accepted_answer_ids))]
        status = current.status
        if status is QuestionStatus.OPEN and is_answered:
            status = QuestionStatus.ANSWERED
        if accepted and status is not QuestionStatus.CLOSED:
            status = QuestionStatus.SOLVED
        if (accepted, status) == (current.accepted_answer_ids, current.status):
            return
        current.accepted_answer_ids, current.status, current.updated_at = accepted, status, now()
        current.record(QuestionChanged(question_id=current.id))

    await change(into, rule)


def _emptied(current: Question) -> None:
    current.accepted_answer_ids = []
    current.record(QuestionChanged(question_id=current.id))
