"""Publishing for customers: what a page or an answer says becomes an article of the help, and is taken out of it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.blog.slugs import post_slug
from community.documents import Answer, Question
from community.drafts import Title, may_be_id
from community.errors import NotForThePublic
from community.help.documents import ArticleStatus, HelpArticle
from community.help.events import HelpArticlePublished, HelpArticleWithdrawn
from community.help.policies import may_publish, may_withdraw
from community.help.reading import article_id, require_article
from community.moderation.contents import is_shown
from community.reading import answers_by_ids
from community.wiki.documents import WikiPage
from community.wiki.reading import pages_by_ids
from core.clock import now
from core.defaults import change_or_insert
from core.errors import InvalidInput, NotFound
from core.events import SYSTEM
from core.records import change, fresh
from core.text.language import Language, detect_language

LONGEST_SLUG: Final = 100
_TAKEN: Final = "Another article has this address in this language; choose another slug."


def _slug(given: str) -> str:
    if not given or given != post_slug(given) or len(given) > LONGEST_SLUG:
        raise PydanticCustomError("slug", "Use small letters, digits and hyphens, such as return-a-parcel")
    return given


class ArticleDraft(BaseModel):
    """What to publish: a page or an answer, in which language, where and under which title; what is absent stays or is made."""

    source_id: Annotated[str, Field(max_length=100)]
    locale: Language | None = None
    slug: Annotated[str, AfterValidator(_slug)] | None = None
    title: Title | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What an article is made of, and where that stands."""

    content: WikiPage | Answer
    place: WikiPage | Question
    title: str
    locale: Language | None

    @property
    def is_for_all(self) -> bool:
        """Tell whether nothing keeps it from customers: it is shown, approved, and stands in no closed space."""
        is_unpublished = isinstance(self.content, WikiPage) and bool(self.content.unpublished)
        return is_shown(self.content) and is_shown(self.place) and self.place.closed_space_id is None and not is_unpublished


async def publish_article(actor: Actor, draft: ArticleDraft, *, expected_version: int) -> HelpArticle:
    """Let customers read what a page or an answer says now; the version is 0 before it was published first.

    Raises Forbidden without `question:publish`, NotFound, NotForThePublic for what stands in a closed space, is hidden or
    not approved, and for an answer to the front office about a case, InvalidInput for a slug that is taken, Conflict.
    """
    may_publish(actor).enforce()
    source = await _require_source(actor, draft.source_id)
    article = await HelpArticle.get(article_id(source.content.id))
    if article is None and expected_version != 0:
        raise InvalidInput("Nothing of it is published yet; name the version 0.", path=("expected_version",))
    apply = _publishing(actor, source, draft, now())
    try:
        article = await change_or_insert(article or _unpublished(source), apply, expected_version=expected_version)
    except DuplicateKeyError:
        raise InvalidInput(_TAKEN, path=("slug",)) from None
    await settle_article(source.content.id)
    return await fresh(article)


async def withdraw_article(actor: Actor, one: str, *, expected_version: int) -> HelpArticle:
    """Take an article out of the customers' help; it can be published again.

    Raises NotFound, Forbidden without `question:publish`, AlreadyDone, Conflict.
    """
    article = await require_article(actor, one)
    may_withdraw(actor, article).enforce()

    def rule(current: HelpArticle) -> None:
        may_withdraw(actor, current).enforce()
        _withdraw(current, actor.id)

    return await change(article, rule, expected_version=expected_version)


async def settle_article(source_id: str) -> None:
    """Let an article follow its source: out of customers' sight with it, and behind its gates; can run twice."""
    article = await HelpArticle.get(article_id(source_id))
    if article is None:
        return
    source = await _source(source_id)

    def rule(current: HelpArticle) -> None:
        if source is not None:
            current.space_id, current.closed_space_id = source.place.space_id, source.place.closed_space_id
            current.kept_for = source.content.kept_for or source.place.kept_for
        if current.status is ArticleStatus.PUBLISHED and (source is None or not source.is_for_all):
            _withdraw(current, SYSTEM)

    await change(article, rule)


async def settle_articles_below(root_id: str) -> None:
    """Do so for all articles of a page, or of the answers to a question; can run twice."""
    rows = HelpArticle.get_pymongo_collection().find({"root_id": root_id}, {"source_id": 1})
    for row in await rows.to_list():
        await settle_article(row["source_id"])


def _publishing(actor: Actor, source: Source, draft: ArticleDraft, at: datetime) -> Callable[[HelpArticle], None]:
    def rule(article: HelpArticle) -> None:
        article.title, article.body = draft.title or source.title, source.content.body
        article.source_version = source.content.version
        article.locale = draft.locale or article.locale
        article.slug = draft.slug or article.slug
        article.address = f"{article.locale}:{article.slug}"
        article.status, article.withdrawn_at = ArticleStatus.PUBLISHED, None
        article.published_at, article.published_by = at, actor.id
        article.record(HelpArticlePublished(article_id=article.id), actor=actor.id)

    return rule


def _unpublished(source: Source) -> HelpArticle:
    at, identifier = now(), article_id(source.content.id)
    return HelpArticle(
        id=identifier,
        created_at=at,
        source_id=source.content.id,
        root_id=source.place.id,
        source_version=0,
        address="",
        locale=source.locale or detect_language(source.content.body) or "tr",
        slug=post_slug(source.title)[:LONGEST_SLUG].strip("-") or identifier.partition("_")[2],
        title=source.title,
        body="",
        published_at=at,
        published_by=SYSTEM,
    )


def _withdraw(article: HelpArticle, by: str) -> None:
    article.status, article.withdrawn_at = ArticleStatus.WITHDRAWN, now()
    article.record(HelpArticleWithdrawn(article_id=article.id), actor=by)


async def _require_source(actor: Actor, source_id: str) -> Source:
    read = pages_by_ids if may_be_id(source_id, "wik") else answers_by_ids
    source = await _source(source_id) if source_id in await read(actor, [source_id]) else None
    if source is None:
        raise NotFound("There is no page or answer with this id.", path=("source_id",))
    if not source.is_for_all:
        raise NotForThePublic("Only what all staff may read, and is approved, can be published.", path=("source_id",))
    if isinstance(source.place, Question) and source.place.consultation_id is not None:
        raise NotForThePublic("This answers the front office about a case; write a page of it first.", path=("source_id",))
    return source


async def _source(source_id: str) -> Source | None:
    """Give a source as it is stored, whoever may read it."""
    if may_be_id(source_id, "wik"):
        page = await WikiPage.get(source_id)
        return Source(page, page, page.title, page.locale) if page is not None else None
    answer = await Answer.get(source_id)
    question = await Question.get(answer.question_id) if answer is not None else None
    return Source(answer, question, question.title, None) if answer is not None and question is not None else None
