"""The search engine inside the process, on tantivy: for a first look, for tests, and for installations without Meilisearch."""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from core.errors import Unavailable
from core.text.lemma import prepare_lemmas
from search.engine import SearchIndex
from search.engines.embedded_index import Change, EmbeddedIndex, Rebuild
from search.engines.forms import form_of
from search.engines.wording import finds_nothing
from search.entries import SearchEntry, SearchPage, SearchQuery

T = TypeVar("T")

_READING_THREADS: Final = 4
_REBUILD_BATCH: Final = 500


@dataclass
class _Workplace:
    """What is open between `open` and `close`."""

    indexes: dict[SearchIndex, EmbeddedIndex]
    temporary: tempfile.TemporaryDirectory[str] | None
    readers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_READING_THREADS, "search-read"))
    # One thread: writers of this process queue here rather than at the lock between processes.
    writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "search-write"))


class EmbeddedEngine:
    """Fulfils `SearchEngine` with files under `folder`, or, without one, in a folder of its own that goes when it closes.

    Any number of processes may share a folder: each finds what any has written. Writers take turns; one that waits
    longer than `lock_seconds` raises `Unavailable`.
    """

    def __init__(self, folder: Path | None = None, *, lock_seconds: float = 10.0) -> None:
        self._folder = folder
        self._lock_seconds = lock_seconds
        self._workplace: _Workplace | None = None

    async def open(self) -> None:
        """Make both indexes ready, and load the dictionaries."""
        if self._workplace is None:
            self._workplace = await asyncio.to_thread(self._prepare)
        for index in SearchIndex:
            await self._write(self._index(index).open)
        await self._write(prepare_lemmas)

    async def close(self) -> None:
        """Wait for what is under way and let go of files and threads."""
        workplace, self._workplace = self._workplace, None
        if workplace is not None:
            await asyncio.to_thread(_clear, workplace)

    async def put(self, index: SearchIndex, entries: Sequence[SearchEntry]) -> None:
        """Store or replace `entries`."""
        place = self._index(index)
        if entries:
            await self._write(lambda: place.write([Change(entry.id, form_of(entry)) for entry in entries]))

    async def remove(self, index: SearchIndex, ids: Collection[str]) -> None:
        """Forget the entries of these ids."""
        place = self._index(index)
        if ids:
            await self._write(lambda: place.write([Change(id_, None) for id_ in ids]))

    async def find(self, index: SearchIndex, query: SearchQuery) -> SearchPage:
        """Answer `query`."""
        place = self._index(index)
        if finds_nothing(query):
            return SearchPage(facets={facet: {} for facet in sorted(query.facets)})
        return await self._read(lambda: place.find(query))

    async def rebuild(self, index: SearchIndex, entries: AsyncIterator[SearchEntry]) -> int:
        """Fill a new generation beside the present one, then swap."""
        rebuild = await self._write(self._index(index).begin_rebuild)
        try:
            await self._fill(rebuild, entries)
            return await self._write(rebuild.finish)
        except BaseException:
            # What can't be removed now is removed by the next rebuild; the reason why this one ended is what matters.
            with suppress(Unavailable):
                await asyncio.shield(self._write(rebuild.abandon))
            raise

    async def count(self, index: SearchIndex) -> int:
        """Return how many entries `index` holds."""
        return await self._read(self._index(index).count)

    async def healthy(self) -> bool:
        """Whether both indexes answer."""
        try:
            for index in SearchIndex:
                await self.count(index)
        except Unavailable:
            return False
        return True

    async def _fill(self, rebuild: Rebuild, entries: AsyncIterator[SearchEntry]) -> None:
        batch: list[SearchEntry] = []
        async for entry in entries:
            batch.append(entry)
            if len(batch) == _REBUILD_BATCH:
                await self._add(rebuild, batch)
                batch = []
        await self._add(rebuild, batch)

    async def _add(self, rebuild: Rebuild, batch: list[SearchEntry]) -> None:
        await self._write(lambda: rebuild.add([form_of(entry) for entry in batch]))

    def _prepare(self) -> _Workplace:
        temporary = tempfile.TemporaryDirectory(prefix="kopru-search-") if self._folder is None else None
        folder = Path(temporary.name) if temporary else self._folder or Path()
        indexes = {index: EmbeddedIndex(folder / index.value, self._lock_seconds) for index in SearchIndex}
        return _Workplace(indexes, temporary)

    def _index(self, index: SearchIndex) -> EmbeddedIndex:
        return self._open_workplace().indexes[index]

    def _open_workplace(self) -> _Workplace:
        if self._workplace is None:
            raise Unavailable("search", "the engine is not open")
        return self._workplace

    async def _read(self, call: Callable[[], T]) -> T:
        return await _run(self._open_workplace().readers, call)

    async def _write(self, call: Callable[[], T]) -> T:
        return await _run(self._open_workplace().writer, call)


async def _run(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, call)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable("search", str(error)) from error


def _clear(workplace: _Workplace) -> None:
    workplace.writer.shutdown()
    workplace.readers.shutdown()
    for index in workplace.indexes.values():
        index.close()
    if workplace.temporary is not None:
        workplace.temporary.cleanup()
