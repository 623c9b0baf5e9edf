"""Who of the customers is told of what in the portal."""

from community.documents import Answer, Question
from community.events import AnswerGiven, QuestionPublished
from community.ideas.documents import Idea
from community.ideas.events import IdeaStatusSet
from community.ideas.reading import voters_of
from community.notices.documents import NoticeKind
from community.notices.notices import tell_customers
from community.outcomes.documents import Outcome, OutcomeStatus
from community.outcomes.events import OutcomePublished
from community.peer_answers.events import PeerAnswerDeclined, PeerAnswerPublished
from core.events import Recorded
from core.handlers import Handlers
from core.records import by_ids


def subscribe(handlers: Handlers) -> None:
    """Tell customers from the moment this is first started."""
    told = handlers.group("community.notices", start="head")
    told.on(QuestionPublished, tell_asker).on(AnswerGiven, tell_of_answer)
    told.on(PeerAnswerPublished, tell_of_publishing).on(PeerAnswerDeclined, tell_of_declining)
    told.on(IdeaStatusSet, tell_of_idea).on(OutcomePublished, tell_of_outcome)


async def tell_asker(event: Recorded[QuestionPublished]) -> None:
    """Tell who asked that everybody can read it now."""
    question = await Question.get(event.fact.question_id)
    if question is not None:
        kind = NoticeKind.QUESTION_PUBLISHED
        await tell_customers([question.author_id], kind, target_id=question.id, cause=event)


async def tell_of_answer(event: Recorded[AnswerGiven]) -> None:
    """Tell who asked that there is an answer which they can read."""
    answer = await Answer.get(event.fact.answer_id)
    question = await Question.get(answer.question_id) if answer is not None else None
    if answer is None or question is None or question.approved_at is None or answer.author_id == question.author_id:
        return
    await tell_customers([question.author_id], NoticeKind.QUESTION_ANSWERED, target_id=question.id, cause=event)


async def tell_of_publishing(event: Recorded[PeerAnswerPublished]) -> None:
    """Tell who answered that everybody can read it now."""
    await _tell_author(event, NoticeKind.ANSWER_PUBLISHED)


async def tell_of_declining(event: Recorded[PeerAnswerDeclined]) -> None:
    """Tell who answered that it is not published; why, they read there."""
    await _tell_author(event, NoticeKind.ANSWER_DECLINED)


async def tell_of_idea(event: Recorded[IdeaStatusSet]) -> None:
    """Tell who had an idea, and who voted for it, what becomes of it."""
    idea = await Idea.get(event.fact.idea_id)
    if idea is not None:
        concerned = [idea.author_id, *await voters_of(idea)]
        await tell_customers(concerned, NoticeKind.IDEA_ANSWERED, target_id=idea.id, cause=event)


async def tell_of_outcome(event: Recorded[OutcomePublished]) -> None:
    """Tell those on whose words something was done."""
    outcome = await Outcome.get(event.fact.outcome_id)
    if outcome is None or outcome.status is not OutcomeStatus.PUBLISHED:
        return
    ideas = (await by_ids(Idea, outcome.idea_ids)).values()
    questions = (await by_ids(Question, outcome.question_ids)).values()
    voters = [voter for idea in ideas for voter in await voters_of(idea)]
    concerned = [*(idea.author_id for idea in ideas), *(question.author_id for question in questions), *voters]
    await tell_customers(concerned, NoticeKind.OUTCOME_PUBLISHED, target_id=outcome.id, cause=event)


async def _tell_author(event: Recorded[PeerAnswerPublished] | Recorded[PeerAnswerDeclined], kind: NoticeKind) -> None:
    answer = await Answer.get(event.fact.answer_id)
    if answer is not None:
        await tell_customers([answer.author_id], kind, target_id=answer.question_id, cause=event)
