"""What the community does upon its own events: the follow-ups of answers, should the request have died before them."""

from community.answers import follow_answer, reflect_in_evidence
from community.blog import handlers as blog
from community.documents import Answer, Question
from community.events import AnswerAccepted, AnswerGiven, AnswerUnaccepted, QuestionChanged, QuestionMerged, QuestionMoved
from community.ideas import handlers as ideas
from community.merging import settle_merge
from community.moderation import handlers as moderation
from community.procedures import handlers as procedures
from community.prompts import handlers as prompts
from community.spaces import handlers as spaces
from community.strategies import handlers as strategies
from community.wiki import handlers as wiki
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the community's reactions to the table."""
    handlers.group("community.answers", start="first").on(AnswerGiven, follow_given).on(AnswerAccepted, reflect_accepted).on(
        AnswerUnaccepted, reflect_unaccepted
    ).on(QuestionChanged, reflect_question).on(QuestionMoved, reflect_question).on(QuestionMerged, follow_merge)
    spaces.subscribe(handlers)
    wiki.subscribe(handlers)
    strategies.subscribe(handlers)
    blog.subscribe(handlers)
    ideas.subscribe(handlers)
    procedures.subscribe(handlers)
    moderation.subscribe(handlers)
    prompts.subscribe(handlers)


async def follow_given(event: Recorded[AnswerGiven]) -> None:
    """Let status, typical times and evidence follow an answer."""
    answer = await Answer.get(event.fact.answer_id)
    if answer is not None:
        await follow_answer(answer)
        await settle_merge(answer.question_id)


async def follow_merge(event: Recorded[QuestionMerged]) -> None:
    """Let what belongs to a merged question be with the other one."""
    await settle_merge(event.fact.question_id)


async def reflect_accepted(event: Recorded[AnswerAccepted]) -> None:
    """Let the evidence say what is true of the answer now."""
    await reflect_in_evidence(event.fact.answer_id)


async def reflect_unaccepted(event: Recorded[AnswerUnaccepted]) -> None:
    """Let the evidence say what is true of the answer now."""
    await reflect_in_evidence(event.fact.answer_id)


async def reflect_question(event: Recorded[QuestionChanged] | Recorded[QuestionMoved]) -> None:
    """Let the evidence of the answers show the question's title and tags, and who may read it, as they are now."""
    question = await Question.get(event.fact.question_id)
    if question is None:
        return
    ids = [row["_id"] async for row in Answer.get_pymongo_collection().find({"question_id": question.id}, {"_id": 1})]
    for answer_id in ids:
        await reflect_in_evidence(answer_id)
