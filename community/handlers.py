"""What the community does upon its own events: the follow-ups of answers, should the request have died before them."""

from community.answers import follow_answer, reflect_in_evidence
from community.documents import Answer, Question
from community.events import AnswerAccepted, AnswerGiven, AnswerUnaccepted, QuestionChanged
from community.wiki import handlers as wiki
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the community's reactions to the table."""
    handlers.group("community.answers", start="first").on(AnswerGiven, follow_given).on(AnswerAccepted, reflect_accepted).on(
        AnswerUnaccepted, reflect_unaccepted
    ).on(QuestionChanged, reflect_question)
    wiki.subscribe(handlers)


async def follow_given(event: Recorded[AnswerGiven]) -> None:
    """Let status, typical times and evidence follow an answer."""
    answer = await Answer.get(event.fact.answer_id)
    if answer is not None:
        await follow_answer(answer)


async def reflect_accepted(event: Recorded[AnswerAccepted]) -> None:
    """Let the evidence say what is true of the answer now."""
    await reflect_in_evidence(event.fact.answer_id)


async def reflect_unaccepted(event: Recorded[AnswerUnaccepted]) -> None:
    """Let the evidence say what is true of the answer now."""
    await reflect_in_evidence(event.fact.answer_id)


async def reflect_question(event: Recorded[QuestionChanged]) -> None:
    """Let the evidence of the answers show the question's title and tags as they are now."""
    question = await Question.get(event.fact.question_id)
    if question is None:
        return
    ids = [row["_id"] async for row in Answer.get_pymongo_collection().find({"question_id": question.id}, {"_id": 1})]
    for answer_id in ids:
        await reflect_in_evidence(answer_id)
