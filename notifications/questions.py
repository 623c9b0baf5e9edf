"""Who is told about what becomes of questions."""

from auth.actor import Role
from community.documents import Answer, Audience, Question
from community.escalation import EscalationStep
from community.events import QuestionAsked, QuestionClosed, QuestionEscalated, QuestionMerged
from community.peer_answers.events import PeerAnswerHeld
from community.spaces.documents import Space
from community.watching import Happening
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.following import tell_followers
from notifications.recipients import members_holding, members_on_duty


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.questions", start="head")
    told.on(QuestionClosed, tell_of_closing).on(QuestionMerged, tell_of_closing).on(QuestionEscalated, tell_owners)
    told.on(QuestionAsked, tell_of_waiting_question).on(PeerAnswerHeld, tell_of_waiting_answer)


async def tell_of_closing(event: Recorded[QuestionClosed] | Recorded[QuestionMerged]) -> None:
    """Tell who asked and who follows the question, but not who closed it."""
    question = await Question.get(event.fact.question_id)
    if question is None:
        return
    concerned = [question.writer_id, *question.invited_expert_ids]
    await tell_followers(question, concerned, Happening.SETTLED, NotificationKind.QUESTION_CLOSED, event)


async def tell_owners(event: Recorded[QuestionEscalated]) -> None:
    """Tell who owns the space, or of a question in none the managers, that nobody answers."""
    question = await Question.get(event.fact.question_id)
    if question is None or event.fact.step != EscalationStep.OWNERS.value:
        return
    space = await Space.get(question.space_id) if question.space_id is not None else None
    told = space.owner_ids() if space is not None else await members_holding((Role.MANAGER,))
    await notify(told, NotificationKind.QUESTION_UNANSWERED, subject=question.title, target_id=question.id, cause=event)


async def tell_of_waiting_question(event: Recorded[QuestionAsked]) -> None:
    """Tell the front office that a customer's question waits until somebody publishes it."""
    question = await Question.get(event.fact.question_id)
    if question is not None and question.audience is Audience.PUBLIC and question.approved_at is None:
        await _tell_publishers(question, event)


async def tell_of_waiting_answer(event: Recorded[PeerAnswerHeld]) -> None:
    """Tell the front office that a customer's answer waits, unless somebody decided about it or took it back since."""
    question, answer = await Question.get(event.fact.question_id), await Answer.get(event.fact.answer_id)
    if question is not None and answer is not None and answer.held_at is not None and answer.deleted_at is None:
        await _tell_publishers(question, event)


async def _tell_publishers(question: Question, cause: Recorded[QuestionAsked] | Recorded[PeerAnswerHeld]) -> None:
    """Tell who is on duty, who may all publish; where nobody is there, the managers."""
    told = await members_on_duty() or await members_holding((Role.MANAGER,))
    await notify(told, NotificationKind.PUBLICATION_AWAITED, subject=question.title, target_id=question.id, cause=cause)
