"""Who is told about what becomes of questions."""

from auth.actor import Role
from community.documents import Question
from community.escalation import EscalationStep
from community.events import QuestionClosed, QuestionEscalated, QuestionMerged
from community.spaces.documents import Space
from community.watching import Happening
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.following import tell_followers
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.questions", start="head")
    told.on(QuestionClosed, tell_of_closing).on(QuestionMerged, tell_of_closing).on(QuestionEscalated, tell_owners)


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
