"""The search engine on Meilisearch 1.21 or later, by its official client."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, Final

from meilisearch import Client

from core.errors import Unavailable
from core.text.lemma import prepare_lemmas
from search.engine import SearchIndex, SearchRefused
from search.engines.forms import FORM_VERSION, form_of
from search.engines.highlights import Highlighter
from search.engines.meilisearch_connection import MeilisearchConnection
from search.engines.meilisearch_queries import (
    SETTINGS,
    SHOWN,
    facets_of,
    filter_of,
    ranked,
    search_for_all,
    searches_for_any,
)
from search.engines.meilisearch_rebuild import (
    BATCH,
    Change,
    MeilisearchRebuild,
    apply,
    delete_indexes,
    journals_prefix,
    list_indexes,
    note_in_journals,
)
from search.engines.wording import Wanted, finds_nothing, wanted_words
from search.entries import MAX_LIMIT, MAX_OFFSET, SearchEntry, SearchMode, SearchPage, SearchQuery

_EXISTS: Final = frozenset({"index_already_exists"})


class MeilisearchEngine:
    """Fulfils `SearchEngine` on the Meilisearch at `url`, in indexes whose names begin with `prefix`.

    `key` must allow searching, documents, indexes, settings, tasks and stats. A call waits `seconds` for an answer,
    and `task_seconds` until what it wrote is found. Meilisearch works through one queue for all its indexes, so this
    is also how long others may hold it up.
    """

    def __init__(self, url: str, key: str, *, prefix: str = "kopru-", seconds: int = 5, task_seconds: float = 30.0) -> None:
        self._connection = MeilisearchConnection(url, key, seconds=seconds, task_seconds=task_seconds)
        self._prefix = prefix
        self._ready: set[SearchIndex] = set()

    async def open(self) -> None:
        """Make both indexes with today's settings, and load the dictionaries."""
        await self._connection.run(lambda _: prepare_lemmas())
        for index in SearchIndex:
            await self._make_ready(index)

    async def close(self) -> None:
        """Wait for what is under way and end the threads."""
        self._connection.close()

    async def put(self, index: SearchIndex, entries: Sequence[SearchEntry]) -> None:
        """Store or replace `entries`, and wait until they are found."""
        for start in range(0, len(entries), BATCH):
            await self._write(index, await self._changes(entries[start : start + BATCH]))

    async def remove(self, index: SearchIndex, ids: Collection[str]) -> None:
        """Forget the entries of these ids, and wait until they are not found."""
        if ids:
            await self._write(index, [Change(id_, None) for id_ in ids])

    async def find(self, index: SearchIndex, query: SearchQuery) -> SearchPage:
        """Answer `query`."""
        if finds_nothing(query):
            return SearchPage(facets={facet: {} for facet in sorted(query.facets)})
        await self._make_ready(index)
        try:
            return await self._connection.run(lambda client: _find(client, self._name(index), query))
        except SearchRefused as error:
            # Every query is well formed, so the index was dropped or its settings were: the next call makes it ready again.
            self._ready.discard(index)
            raise Unavailable("Meilisearch", str(error)) from error

    async def rebuild(self, index: SearchIndex, entries: AsyncIterator[SearchEntry]) -> int:
        """Fill a new index beside the present one, then swap."""
        await self._make_ready(index)
        rebuild = MeilisearchRebuild(self._connection, self._name(index))
        try:
            await rebuild.begin()
            await self._fill(rebuild, entries)
            return await rebuild.finish()
        except BaseException:
            await rebuild.abandon()
            raise

    async def count(self, index: SearchIndex) -> int:
        """Return how many entries `index` holds."""
        await self._make_ready(index)
        name = self._name(index)
        return await self._connection.run(lambda client: int(client.index(name).get_stats().number_of_documents))

    async def healthy(self) -> bool:
        """Whether Meilisearch answers."""
        try:
            health = await self._connection.run(lambda client: client.health())
        except (Unavailable, SearchRefused):
            return False
        return health.get("status") == "available"

    async def drop(self) -> None:
        """Delete all that was ever stored under the prefix, by whatever version."""
        self._ready.clear()
        await delete_indexes(self._connection, await list_indexes(self._connection, prefix=self._prefix))

    def _name(self, index: SearchIndex) -> str:
        return f"{self._prefix}{index.value}-v{FORM_VERSION}"

    async def _make_ready(self, index: SearchIndex) -> None:
        if index in self._ready:
            return
        name = self._name(index)
        await self._connection.settle(lambda client: client.create_index(name, {"primaryKey": "id"}), accept=_EXISTS)
        present = await self._connection.run(lambda client: client.index(name).get_settings())
        if not _holds(present, SETTINGS):
            await self._connection.settle(lambda client: client.index(name).update_settings(dict(SETTINGS)))
        self._ready.add(index)

    async def _changes(self, entries: Sequence[SearchEntry]) -> list[Change]:
        return await self._connection.run(lambda _: [Change(entry.id, form_of(entry)) for entry in entries])

    async def _write(self, index: SearchIndex, changes: list[Change]) -> None:
        name = self._name(index)
        names = await list_indexes(self._connection, prefix=name)
        if name not in names:
            self._ready.discard(index)
        await self._make_ready(index)
        journals = [each for each in names if each.startswith(journals_prefix(name))]
        await note_in_journals(self._connection, journals, changes)
        await apply(self._connection, name, changes)

    async def _fill(self, rebuild: MeilisearchRebuild, entries: AsyncIterator[SearchEntry]) -> None:
        batch: list[SearchEntry] = []
        async for entry in entries:
            batch.append(entry)
            if len(batch) == BATCH:
                await self._add(rebuild, batch)
                batch = []
        await self._add(rebuild, batch)

    async def _add(self, rebuild: MeilisearchRebuild, batch: list[SearchEntry]) -> None:
        if batch:
            await rebuild.add(await self._connection.run(lambda _: [form_of(entry) for entry in batch]))


def _find(client: Client, index: str, query: SearchQuery) -> SearchPage:
    wanted = wanted_words(query)
    highlighter = Highlighter.of(wanted if query.highlight else [])
    if query.mode is SearchMode.ALL:
        return _find_all(client, index, query, wanted=wanted, highlighter=highlighter)
    return _find_any(client, index, query, wanted=wanted, highlighter=highlighter)


def _find_all(client: Client, index: str, query: SearchQuery, *, wanted: list[Wanted], highlighter: Highlighter) -> SearchPage:
    text, options = search_for_all(query, wanted)
    answer = client.index(index).search(text, options)
    total = int(answer["estimatedTotalHits"])
    return SearchPage(
        hits=tuple(highlighter.hit(hit, float(hit["_rankingScore"]) if wanted else 0.0) for hit in answer["hits"]),
        total=min(total, MAX_OFFSET),
        total_capped=total > MAX_OFFSET,
        facets=facets_of(query, answer.get("facetDistribution", {})),
    )


def _find_any(client: Client, index: str, query: SearchQuery, *, wanted: list[Wanted], highlighter: Highlighter) -> SearchPage:
    if not wanted:
        return SearchPage(facets={facet: {} for facet in sorted(query.facets)})
    size = int(client.index(index).get_stats().number_of_documents)
    best = ranked(query, client.multi_search(searches_for_any(index, query, wanted))["results"], size=size)
    page = best.hits[query.offset : query.offset + query.limit]
    shown = _shown(client, index, query, [id_ for id_, _ in page])
    return SearchPage(
        hits=tuple(highlighter.hit(shown[id_], score) for id_, score in page if id_ in shown),
        total=len(best.hits),
        total_capped=best.is_partial,
        facets=best.facets,
    )


def _shown(client: Client, index: str, query: SearchQuery, ids: list[str]) -> dict[str, Any]:
    if not ids:
        return {}
    named = ", ".join(f'"{id_}"' for id_ in ids)
    options = {"filter": f"{filter_of(query)} AND id IN [{named}]", "limit": MAX_LIMIT, "attributesToRetrieve": SHOWN}
    return {hit["id"]: hit for hit in client.index(index).search("", options)["hits"]}


def _holds(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether `present` has all of `wanted`; what the server adds by itself does not count."""
    return all(
        _holds(present.get(name, {}), value)
        if isinstance(value, Mapping)
        else _unordered(name, present.get(name)) == _unordered(name, value)
        for name, value in wanted.items()
    )


def _unordered(name: str, value: Any) -> Any:
    """Return a list of filterable or sortable attributes as a set: the server keeps those in its own order."""
    return set(value or ()) if name in {"filterableAttributes", "sortableAttributes"} else value
