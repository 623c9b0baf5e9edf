"""Finding: what somebody may read that has the words they typed, with counts that tell no more than the hits."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from auth.actor import Actor, Permission
from care.reading.answer_bank import entries_by_ids
from care.reading.cases import cases_by_ids
from community.blog.reading import posts_by_ids
from community.directory import members_by_ids
from community.drafts import slug_of
from community.help.reading import articles_by_ids
from community.ideas.reading import ideas_by_ids
from community.insights.reading import insights_by_ids
from community.reading import questions_by_ids
from community.wiki.reading import pages_by_ids
from core.errors import InvalidInput
from core.paging import Position, Slice, Window
from core.records import Record
from search.engine import SearchEngine, SearchIndex
from search.entries import MAX_LIMIT, MAX_OFFSET, SearchFacet, SearchHit, SearchKind, SearchPage, SearchQuery
from search.readers import public_reader_tokens, reader_tokens
from search.rows import Read, Rows, rows_of

LONGEST_TEXT: Final = 1_000
_READERS: Final[Mapping[SearchKind, Read]] = {
    SearchKind.ANSWER_BANK_ENTRY: entries_by_ids,
    SearchKind.CASE: cases_by_ids,
    SearchKind.BLOG_POST: posts_by_ids,
    SearchKind.HELP_ARTICLE: articles_by_ids,
    SearchKind.IDEA: ideas_by_ids,
    SearchKind.INSIGHT: insights_by_ids,
    SearchKind.MEMBER: members_by_ids,
    SearchKind.PUBLIC_QUESTION: questions_by_ids,
    SearchKind.QUESTION: questions_by_ids,
    SearchKind.WIKI_PAGE: pages_by_ids,
}
_NO_TAG: Final = "-"
"""A slug that no tag has: a tag without letters narrows to nothing."""
_FACET_NAMES: Final = {SearchFacet.KIND: "kind", SearchFacet.TAG: "tag"}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found; `score` orders one page and means nothing across engines or queries.

    The highlights are HTML that is safe to show: escaped text with the matched words in `<mark>`. `document` is the
    row as the viewer may read it now.
    """

    id: str
    kind: SearchKind
    score: float
    title_highlight: str
    body_highlight: str
    document: Record


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of all that was found have which value; `name` is that of the filter which narrows to it."""

    name: str
    buckets: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits; `total` counts all, or, if `total_capped`, at least so many."""

    hits: Slice[Hit]
    total: int
    facets: list[Facet]
    total_capped: bool = False


async def find(  # noqa: PLR0913 - each is one thing that people narrow a search by
    actor: Actor,
    engine: SearchEngine,
    text: str,
    *,
    kinds: Collection[SearchKind] = (),
    tags: Collection[str] = (),
    updated_after: datetime | None = None,
    updated_before: datetime | None = None,
    window: Window,
) -> Found:
    """Find what the actor may read that has all the words, the best first; with an empty text, the newest.

    With `updated_after <= updated_at < updated_before` and all `tags`, in any spelling. A position is the place in the
    ranking and the id: what is indexed between two pages can shift the second by so many rows. Raises Forbidden without
    `search:use`, InvalidInput for a text over 1,000 characters or a place after the 10,000th, Unavailable.
    """
    actor.require(Permission.SEARCH_USE)
    query = _query(
        text,
        readers=frozenset(reader_tokens(actor)),
        kinds=frozenset(kinds),
        tags=frozenset(slug_of(tag) or _NO_TAG for tag in tags),
        updated_after=updated_after,
        updated_before=updated_before,
        facets=frozenset(SearchFacet),
    )
    return await _found(actor, engine, SearchIndex.STAFF, query, window)


async def find_public(actor: Actor, engine: SearchEngine, text: str, *, window: Window) -> Found:
    """Find published articles and questions that have all the words, also in the company's answers; the best first.

    Positions and errors are those of `find`, but everybody may ask; there are no facets.
    """
    query = _query(text, readers=frozenset(public_reader_tokens(actor)))
    return await _found(actor, engine, SearchIndex.PORTAL, query, window)


def require_short(text: str) -> None:
    """Raise InvalidInput for a text that nobody types."""
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"Search for at most {LONGEST_TEXT:,} characters.", path=("query",))


def _query(text: str, **narrowing: Any) -> SearchQuery:
    require_short(text)
    return SearchQuery(text=text, **narrowing)


async def _found(actor: Actor, engine: SearchEngine, index: SearchIndex, query: SearchQuery, window: Window) -> Found:
    start, stop = await _bounds(engine, index, query, window)
    page = await engine.find(index, replace(query, offset=start, limit=max(1, stop - start)))
    ranked = page.hits[: stop - start]
    hits = await reread(rows_of(actor), ranked)
    places = {hit.id: Position((place, hit.id)) for place, hit in enumerate(ranked, start)}
    has_next = start + len(ranked) == stop < min(page.total, MAX_OFFSET + 1)
    rows = Slice(hits, [places[hit.id] for hit in hits], has_next, start > 0)
    total = max(0, page.total - (len(ranked) - len(hits)))
    return Found(rows, total, _facets(page), page.total_capped)


async def _bounds(engine: SearchEngine, index: SearchIndex, query: SearchQuery, window: Window) -> tuple[int, int]:
    """Turn a window into places of the ranking, the second excluded."""
    if not 1 <= window.limit <= MAX_LIMIT:
        raise InvalidInput(f"Ask for 1 to {MAX_LIMIT} rows.", path=("last" if window.backwards else "first",))
    start = _place(window.after, name="after") + 1 if window.after else 0
    if start > MAX_OFFSET:
        raise InvalidInput(f"Only the first {MAX_OFFSET:,} can be paged through; narrow the search.", path=("after",))
    if not window.backwards:
        stop = start + window.limit
        return start, max(start, min(stop, _place(window.before, name="before"))) if window.before else stop
    if window.before:
        stop = _place(window.before, name="before")
    else:
        counted = await engine.find(index, replace(query, offset=0, limit=1, facets=frozenset(), highlight=False))
        stop = min(counted.total, MAX_OFFSET + 1)
    return min(max(start, stop - window.limit), MAX_OFFSET), max(start, stop)


def _place(position: Position, *, name: str) -> int:
    place = position.values[0]
    if not isinstance(place, int) or place < 0:
        raise InvalidInput(f"This is no cursor of a search; take `{name}` from `cursor` or `pageInfo`.", path=(name,))
    return place


async def reread(rows: Rows, hits: Sequence[SearchHit]) -> list[Hit]:
    """Read the rows behind hits through their gates, one read a kind; what left the actor's sight is left out."""
    ids: dict[SearchKind, list[str]] = {}
    for hit in hits:
        ids.setdefault(hit.kind, []).append(hit.id)
    known = [kind for kind in ids if kind in _READERS]
    read = await asyncio.gather(*(rows(_READERS[kind], ids[kind]) for kind in known))
    documents = dict(zip(known, read, strict=True))
    return [
        Hit(hit.id, hit.kind, hit.score, hit.title_highlight, hit.body_highlight, document)
        for hit in hits
        if (document := documents.get(hit.kind, {}).get(hit.id)) is not None
    ]


def _facets(page: SearchPage) -> list[Facet]:
    return [Facet(_FACET_NAMES[facet], list(page.facets[facet].items())) for facet in SearchFacet if facet in page.facets]
