"""From documents to the portal's types, and from portal ids to what the viewer may see of them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import strawberry

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.conversations import Message
from care.experiences.documents import Experience as ExperienceDocument
from care.experiences.reading import offered_by_ids
from care.reading.requests import request_messages_by_ids, requests_by_ids
from coaching.governance.customer_surveys import customer_surveys_by_ids
from coaching.governance.survey_documents import MotiveSurvey
from community.documents import Question
from community.help.documents import HelpArticle as ArticleDocument
from community.help.reading import articles_by_ids
from community.ideas.documents import Idea as IdeaDocument
from community.ideas.reading import ideas_by_ids
from community.notices.documents import Notice as NoticeDocument
from community.notices.notices import notices_by_ids
from community.outcomes.documents import Outcome as OutcomeDocument
from community.outcomes.outcomes import outcomes_by_ids
from community.reading import questions_by_ids
from core.ids import prefix_of, with_prefix
from notifications.letters.documents import LetterPreferences as LetterPreferencesDocument
from schema.context import BatchRead, Context
from schema.nodes import Node
from schema.portal.experiences import Experience
from schema.portal.ideas import Idea
from schema.portal.knowledge import HelpArticle, PublicQuestion
from schema.portal.letters import LetterPreferences
from schema.portal.notices import Notice
from schema.portal.outcomes import Outcome
from schema.portal.requests import Request, RequestMessage
from schema.portal.surveys import Survey


@strawberry.type(description="You, as the company's customer.")
class PortalCustomer(Node):
    """The customer who is signed in."""

    display_name: str = strawberry.field(description="Your name.")


PRESENTERS: Final[Mapping[type, Callable[[Any], Any]]] = {
    Case: Request.from_document,
    Message: RequestMessage.from_document,
    IdeaDocument: Idea.from_document,
    ArticleDocument: HelpArticle.from_document,
    Question: PublicQuestion.from_document,
    NoticeDocument: Notice.from_document,
    LetterPreferencesDocument: LetterPreferences.from_document,
    OutcomeDocument: Outcome.from_document,
    MotiveSurvey: Survey.from_document,
    ExperienceDocument: Experience.from_document,
}


def present(document: Any) -> Any:
    """Show a document as the portal's type for it."""
    return PRESENTERS[type(document)](document)


async def public_questions_by_ids(actor: Actor, portal_ids: Sequence[str]) -> dict[str, Question]:
    """Give, by portal id `pqs_…`, the questions that the viewer may read."""
    behind = {one: with_prefix("qst", one) for one in portal_ids}
    found = await questions_by_ids(actor, list(behind.values()))
    return {one: found[two] for one, two in behind.items() if two in found}


async def public_ideas_by_ids(actor: Actor, portal_ids: Sequence[str]) -> dict[str, IdeaDocument]:
    """Give, by portal id `pid_…`, the ideas that the viewer may read."""
    behind = {one: with_prefix("ide", one) for one in portal_ids}
    found = await ideas_by_ids(actor, list(behind.values()))
    return {one: found[two] for one, two in behind.items() if two in found}


async def public_articles_by_ids(actor: Actor, portal_ids: Sequence[str]) -> dict[str, ArticleDocument]:
    """Give, by portal id `pha_…`, the articles that the viewer may read."""
    behind = {one: with_prefix("hlp", one) for one in portal_ids}
    found = await articles_by_ids(actor, list(behind.values()))
    return {one: found[two] for one, two in behind.items() if two in found}


async def public_outcomes_by_ids(actor: Actor, portal_ids: Sequence[str]) -> dict[str, OutcomeDocument]:
    """Give, by portal id `pou_…`, the outcomes that the viewer may read."""
    behind = {one: with_prefix("out", one) for one in portal_ids}
    found = await outcomes_by_ids(actor, list(behind.values()))
    return {one: found[two] for one, two in behind.items() if two in found}


async def surveys_by_ids(actor: Actor, portal_ids: Sequence[str]) -> dict[str, MotiveSurvey]:
    """Give, by portal id `psv_…`, the surveys that the customer is asked, or was."""
    behind = {one: with_prefix("mtv", one) for one in portal_ids}
    found = await customer_surveys_by_ids(actor, list(behind.values()))
    return {one: found[two] for one, two in behind.items() if two in found}


async def public_experiences_by_ids(_: Actor, portal_ids: Sequence[str]) -> dict[str, ExperienceDocument]:
    """Give, by portal id `pex_…`, the interactive content that is published."""
    behind = {one: with_prefix("exp", one) for one in portal_ids}
    found = await offered_by_ids(list(behind.values()))
    return {one: found[two] for one, two in behind.items() if two in found}


READERS: Final[Mapping[str, BatchRead]] = {
    "pex": public_experiences_by_ids,
    "pha": public_articles_by_ids,
    "pid": public_ideas_by_ids,
    "pnt": notices_by_ids,
    "pou": public_outcomes_by_ids,
    "pqs": public_questions_by_ids,
    "psv": surveys_by_ids,
    "req": requests_by_ids,
    "rms": request_messages_by_ids,
}


async def reach_node(context: Context, identifiers: Sequence[str]) -> list[Any]:
    """Give what the viewer may see of some ids, in their order; None for all others, staff ids among them."""

    async def one(identifier: str) -> Any:
        read = READERS.get(prefix_of(identifier))
        document = await context.load(read, identifier) if read is not None else None
        return present(document) if document is not None else None

    return list(await asyncio.gather(*(one(identifier) for identifier in identifiers)))
