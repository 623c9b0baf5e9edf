"""The only way to read the customers' help for a person: staff as they read the wiki, everybody else what is published."""

from collections.abc import Sequence
from typing import Any, Final, get_args

from auth.actor import Actor, ActorKind, Permission
from community.blog.slugs import post_slug
from community.drafts import may_be_id
from community.help.documents import ArticleStatus, HelpArticle
from community.visibility import readable_in_spaces, unhidden
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Eq, Exists, Gate, both, to_mongo
from core.ids import derived_id
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.text.language import Language

LATEST_FIRST: Final = Order((("published_at", -1),))
PUBLIC: Final = both(
    PRESENT,
    Eq("status", ArticleStatus.PUBLISHED.value),
    Exists("closed_space_id", there=False),
    Exists("kept_for", there=False),
)
"""What customers and the public may read."""


def visible_articles(actor: Actor) -> Gate:
    """Say which articles somebody may read: with `wiki:read` also withdrawn ones, but not of closed spaces of others."""
    if actor.kind is ActorKind.SYSTEM or actor.may(Permission.WIKI_READ):
        return both(PRESENT, readable_in_spaces(actor), unhidden(actor))
    return PUBLIC if actor.kind in {ActorKind.ANONYMOUS, ActorKind.CUSTOMER} else NOTHING


def article_id(source_id: str) -> str:
    """Give the id of the article of a page or an answer."""
    return derived_id("hlp", source_id)


async def articles_by_ids(actor: Actor, article_ids: Sequence[str]) -> dict[str, HelpArticle]:
    """Give those of the articles that the actor may read."""
    readable = [one for one in dict.fromkeys(article_ids) if may_be_id(one, "hlp")]
    if not readable:
        return {}
    found = await HelpArticle.find({"_id": {"$in": readable}, **to_mongo(visible_articles(actor))}).to_list()
    return {article.id: article for article in found}


async def articles_of(actor: Actor, source_ids: Sequence[str]) -> dict[str, HelpArticle]:
    """Give the article of each page or answer that has one which the actor may read."""
    found = await articles_by_ids(actor, [article_id(source_id) for source_id in source_ids])
    return {article.source_id: article for article in found.values()}


async def require_article(actor: Actor, one: str) -> HelpArticle:
    """Give an article; NotFound when there is none for this actor."""
    article = (await articles_by_ids(actor, [one])).get(one)
    if article is None:
        raise NotFound("There is no such article.", path=("article_id",))
    return article


async def article_at(actor: Actor, slug: str, locale: str | None = None) -> HelpArticle | None:
    """Give the published article with a slug in a language, without one in whichever came first; None: there is none."""
    if not slug or any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in slug) or not _is_known(locale):
        return None
    query: dict[str, Any] = {
        **to_mongo(visible_articles(actor)),
        "status": ArticleStatus.PUBLISHED.value,
        "slug": post_slug(slug),
    }
    found = [one for one in await HelpArticle.find(query).to_list() if locale in {None, one.locale}]
    return min(found, key=lambda one: (one.published_at, one.id), default=None)


async def list_articles(actor: Actor, status: ArticleStatus, locale: str | None, window: Window) -> Slice[HelpArticle]:
    """Give a window of the articles, of one language or of all, what was published last first."""
    if not _is_known(locale):
        return Slice([], [])
    return await read_slice(HelpArticle, _query(actor, status, locale), LATEST_FIRST, window)


async def count_articles(actor: Actor, status: ArticleStatus, locale: str | None) -> int:
    """Count the same articles, up to 10,001."""
    return await count_rows(HelpArticle, _query(actor, status, locale)) if _is_known(locale) else 0


def _is_known(locale: str | None) -> bool:
    return locale is None or locale in get_args(Language)


def _query(actor: Actor, status: ArticleStatus, locale: str | None) -> dict[str, Any]:
    if visible_articles(actor) == PUBLIC and status is not ArticleStatus.PUBLISHED:
        return {"_id": {"$in": []}}
    chosen = {"locale": locale} if locale is not None else {}
    return {**to_mongo(visible_articles(actor)), "status": status.value, **chosen}
