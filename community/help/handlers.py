"""What the customers' help does upon events: articles leave it with their sources."""

from community.events import AnswerChanged, QuestionChanged, QuestionMoved
from community.help.articles import settle_article, settle_articles_below
from community.wiki.events import WikiPageDeleted, WikiPageModerated, WikiPageMoved
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    group = handlers.group("community.help", start="first")
    group.on(WikiPageDeleted, follow_page).on(WikiPageModerated, follow_page).on(WikiPageMoved, follow_page)
    group.on(QuestionChanged, follow_question).on(QuestionMoved, follow_question).on(AnswerChanged, follow_answer)


async def follow_page(event: Recorded[WikiPageDeleted] | Recorded[WikiPageModerated] | Recorded[WikiPageMoved]) -> None:
    """Let the article of a page follow where it stands and who may read it."""
    await settle_article(event.fact.page_id)


async def follow_question(event: Recorded[QuestionChanged] | Recorded[QuestionMoved]) -> None:
    """Let the articles of the answers to a question follow."""
    await settle_articles_below(event.fact.question_id)


async def follow_answer(event: Recorded[AnswerChanged]) -> None:
    """Let the article of an answer follow."""
    await settle_article(event.fact.answer_id)
