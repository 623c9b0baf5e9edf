"""Keeps the indexes in line with what is stored, event by event."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

from care import events as care
from care.cases import events as casework
from care.claims import events as claims
from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.customers import Customer
from community import events as community
from community.blog import events as blog
from community.blog.documents import BlogPost
from community.documents import Member, Question
from community.help import events as help_events
from community.help.documents import HelpArticle
from community.ideas import events as ideas
from community.ideas.documents import Idea
from community.insights import events as insights
from community.insights.documents import Insight
from community.wiki import events as wiki
from community.wiki.documents import WikiPage
from core.errors import Unavailable
from core.events import Event, Recorded
from core.handlers import Handlers
from core.logs import log
from core.records import Record, by_ids
from core.relay import following
from search.engine import SearchEngine
from search.entries import SearchEntry
from search.sources import BATCH, SOURCES, Source

logger = log(__name__)

_FAMILIES: Final = (care.CaseEvent, care.InternalCaseEvent, care.ConsultationEvent)
_CASE_EVENTS: Final = tuple(
    kind
    for kind in (*vars(care).values(), *vars(casework).values())
    if isinstance(kind, type) and issubclass(kind, _FAMILIES) and kind not in _FAMILIES
)
"""All of them: each moves at least the case's `updated_at`, or who was asked about it."""
_QUESTION_EVENTS: Final = (
    community.AnswerAccepted,
    community.AnswerChanged,
    community.AnswerGiven,
    community.AnswerUnaccepted,
    community.CommentAdded,
    community.CommentChanged,
    community.QuestionAsked,
    community.QuestionChanged,
    community.QuestionClosed,
    community.QuestionMerged,
    community.QuestionMoved,
    community.QuestionPublished,
    community.QuestionReopened,
)
_BLOG_EVENTS: Final = (
    blog.BlogPostDeleted,
    blog.BlogPostEdited,
    blog.BlogPostModerated,
    blog.BlogPostMoved,
    blog.BlogPostPublished,
    blog.BlogPostWithdrawn,
)
_IDEA_EVENTS: Final = (ideas.IdeaMerged, ideas.IdeaModerated, ideas.IdeaMoved, ideas.IdeaStatusSet, ideas.IdeaSubmitted)
_WIKI_EVENTS: Final = (
    wiki.WikiPageCreated,
    wiki.WikiPageDeleted,
    wiki.WikiPageEdited,
    wiki.WikiPageModerated,
    wiki.WikiPageMoved,
)

AFFECTED: Final[Mapping[type[Event], tuple[type[Record], str]]] = {
    care.AnswerBankEntrySaved: (AnswerBankEntry, "entry_id"),
    care.CustomerChanged: (Customer, "customer_id"),
    claims.CustomerUpdated: (Customer, "customer_id"),
    care.CustomerMerged: (Customer, "customer_id"),
    care.CustomerMergeUndone: (Customer, "customer_id"),
    community.MemberChanged: (Member, "member_id"),
    **dict.fromkeys(_CASE_EVENTS, (Case, "case_id")),
    **dict.fromkeys(_QUESTION_EVENTS, (Question, "question_id")),
    **dict.fromkeys(_BLOG_EVENTS, (BlogPost, "post_id")),
    **dict.fromkeys((help_events.HelpArticlePublished, help_events.HelpArticleWithdrawn), (HelpArticle, "article_id")),
    **dict.fromkeys(_IDEA_EVENTS, (Idea, "idea_id")),
    **dict.fromkeys(
        (insights.InsightCreated, insights.InsightEdited, insights.InsightMoved, insights.InsightModerated),
        (Insight, "insight_id"),
    ),
    **dict.fromkeys(_WIKI_EVENTS, (WikiPage, "page_id")),
}
"""Whose entry an event changes, and which of its fields names it."""
_AFFECTED_BY_NAME: Final = {kind.__name__: affected for kind, affected in AFFECTED.items()}

Affected = dict[type[Record], dict[str, None]]
"""Ids by the kind of document, in the order in which they were met."""


def subscribe(handlers: Handlers, engine: SearchEngine) -> None:
    """Add the reactions that keep the indexes to the table."""
    group, indexer = handlers.group("search.index", start="first"), Indexer(engine)
    for kind in AFFECTED:
        group.on(kind, indexer.react)


class Indexer:
    """Reacts to events; puts what the next events affect along with the first, for an engine takes many as fast as one."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._done: set[int] = set()
        """The numbers of the events that come next and whose effect is in the indexes already."""

    async def react(self, event: Recorded[Any]) -> None:
        """Bring the entry of whatever the event affects in line. Raises Unavailable, SearchRefused."""
        if event.number in self._done:
            self._done.discard(event.number)
            return
        first = affected_by([{"type": type(event.fact).__name__, "payload": event.fact.payload()}])
        ahead = await following(Case.get_pymongo_collection().database, event.number)
        try:
            await refresh(self._engine, affected_by(ahead, first))
        except Unavailable:
            raise
        except Exception:
            if not ahead:
                raise
            # One of the others may be what the engine refuses: it shall not keep this one out.
            logger.warning("indexing.alone", event_number=event.number, exc_info=True)
            await refresh(self._engine, first)
        else:
            self._done.update(row["_id"] for row in ahead if row["type"] in _AFFECTED_BY_NAME)


def affected_by(events: Iterable[Mapping[str, Any]], before: Affected | None = None) -> Affected:
    """Name the documents whose entries stored events change, after those of `before`."""
    found = {model: dict(ids) for model, ids in (before or {}).items()}
    for event in events:
        if event["type"] in _AFFECTED_BY_NAME:
            model, field = _AFFECTED_BY_NAME[event["type"]]
            found.setdefault(model, {})[event["payload"][field]] = None
    return found


async def refresh(engine: SearchEngine, affected: Affected) -> None:
    """Put the entries of these documents as they are now; remove those that nobody may find any more."""
    async for source, readable, gone in compositions(affected):
        await engine.put(source.index, readable)
        await engine.remove(source.index, gone)


async def compositions(affected: Affected) -> AsyncIterator[tuple[Source, list[SearchEntry], list[str]]]:
    """Compose the entries of these documents anew, a batch at a time: those to be found, and the ids of those not to be."""
    wanted = await _with_cases(affected)
    for model, ids in wanted.items():
        for start in range(0, len(ids), BATCH):
            batch = list(ids)[start : start + BATCH]
            found = await by_ids(model, batch)
            rows = [found[one] for one in batch if one in found]
            missing = [one for one in batch if one not in found]
            for source in (source for source in SOURCES if source.model is model):
                entries = await source.compose(rows)
                hidden = [entry.id for entry in entries if not entry.readers]
                yield source, [entry for entry in entries if entry.readers], missing + hidden


async def _with_cases(affected: Affected) -> Affected:
    """Put cases in the place of their customers, by whose names they are found."""
    wanted = {model: dict(ids) for model, ids in affected.items() if model is not Customer}
    if customers := list(affected.get(Customer, ())):
        rows = Case.get_pymongo_collection().find({"customer_id": {"$in": customers}}, {"_id": 1})
        wanted.setdefault(Case, {}).update({row["_id"]: None async for row in rows})
    return wanted
