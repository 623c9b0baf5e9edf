"""Questions that nobody answers go on, once a step: to the next expert, then to who owns the space."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from community.documents import Question, QuestionStatus
from community.drafts import MOST_INVITED
from community.events import QuestionChanged, QuestionEscalated
from community.spaces.content import insiders
from community.spaces.documents import EXPERT_AFTER, OWNERS_AFTER, Space
from core.clock import now
from core.errors import NotFound
from core.records import change

URGENT_SHARE: Final = 4
"""An urgent question goes on after a quarter of the time."""


class EscalationStep(StrEnum):
    """Whom an unanswered question goes to."""

    EXPERT = "EXPERT"
    OWNERS = "OWNERS"


def schedule(question: Question, space: Space | None) -> None:
    """Let the clocks look at a question when its next step is due; `space` is the one it stands in."""
    question.next_act_at = None
    if question.status is QuestionStatus.OPEN and question.consultation_id is None:
        question.next_act_at = min(_steps(question, space).values(), default=None)


def _steps(question: Question, space: Space | None) -> dict[EscalationStep, datetime]:
    """Give when each step that is yet to come is due."""
    wanted = {
        EscalationStep.EXPERT: space.escalate_to_expert_minutes if space is not None else EXPERT_AFTER,
        EscalationStep.OWNERS: space.escalate_to_owners_minutes if space is not None else OWNERS_AFTER,
    }
    begins, share = question.waits_since or question.created_at, URGENT_SHARE if question.urgent else 1
    return {
        step: begins + timedelta(minutes=after) / share
        for step, after in wanted.items()
        if after and step.value not in question.escalated_at
    }


async def escalate_questions(at_once: int) -> int:
    """Take the steps that are due, each once; give how many questions were looked at. Several scans at once do no harm."""
    due = {"next_act_at": {"$lte": now()}}
    questions = await Question.find(due).sort("next_act_at").limit(at_once).to_list()
    for question in questions:
        space = await Space.get(question.space_id) if question.space_id is not None else None
        await change(question, partial(_act, space=space))
    return len(questions)


def _act(question: Question, space: Space | None) -> None:
    at = now()
    if question.next_act_at is None or question.next_act_at > at:
        return
    if question.status is QuestionStatus.OPEN and question.deleted_at is None:
        for step, due in _steps(question, space).items():
            if due <= at:
                question.escalated_at = question.escalated_at | {step.value: at}
                question.record(QuestionEscalated(question_id=question.id, step=step.value))
    schedule(question, space)


async def invite_next(question_id: str, expert_ids: list[str]) -> Question:
    """Invite the first of the experts who may read the question and is not invited yet: a follow-up that can run twice.

    Who asked is not left out when that is hidden: that the best expert of all is passed over would tell who it was.
    Raises NotFound.
    """
    question = await Question.get(question_id)
    if question is None:
        raise NotFound("There is no such question.", path=("question_id",))
    readable = await insiders(question.closed_space_id, expert_ids)

    def rule(current: Question) -> None:
        fresh = [one for one in readable if one not in {current.author_id, *current.invited_expert_ids}]
        is_done = current.escalated_to is not None or current.status is not QuestionStatus.OPEN
        if is_done or not fresh or len(current.invited_expert_ids) >= MOST_INVITED:
            return
        current.escalated_to = fresh[0]
        current.invited_expert_ids = [*current.invited_expert_ids, fresh[0]]
        current.record(QuestionChanged(question_id=current.id, newly_invited_ids=(fresh[0],)))

    return await change(question, rule)
