"""Filling an index anew from what is stored, beside the one that answers meanwhile."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from care.documents.cases import Case
from core.database import Database
from core.relay import following, highest
from search.engine import SearchEngine, SearchIndex
from search.entries import SearchEntry, SearchKind
from search.indexing import affected_by, compositions
from search.sources import SOURCES, batches


async def rebuild(engine: SearchEngine, index: SearchIndex) -> dict[SearchKind, int]:
    """Fill `index` anew and swap; give how many entries of each kind it was given.

    What changes meanwhile is in it too: the events since the beginning are gone through before the swap, and those that
    a worker handles reach both indexes. If anything fails the present index stays. Raises Unavailable, SearchRefused,
    RebuildSuperseded.
    """
    filling = _Filling(index)
    await engine.rebuild(index, filling.entries())
    await engine.remove(index, filling.gone)
    return dict(Counter(filling.kinds.values()))


async def rebuild_if_empty(engine: SearchEngine, index: SearchIndex) -> dict[SearchKind, int]:
    """Rebuild an index that holds nothing: a new one, or one that an upgrade has emptied. Errors are those of `rebuild`."""
    return {} if await engine.count(index) else await rebuild(engine, index)


@dataclass
class _Filling:
    """One rebuild: what it has taken so far, and what it turned out to have taken in vain."""

    index: SearchIndex
    kinds: dict[str, SearchKind] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    async def entries(self) -> AsyncIterator[SearchEntry]:
        """Give all there is, then once more what events have changed since the beginning."""
        number = await highest(_database())
        for source in SOURCES:
            if source.index is self.index:
                async for batch in batches(source.model):
                    for entry in self._taken(await source.compose(batch)):
                        yield entry
        async for entry in self._changed_after(number):
            yield entry

    async def _changed_after(self, number: int) -> AsyncIterator[SearchEntry]:
        while events := await following(_database(), number):
            number = events[-1]["_id"]
            async for source, readable, gone in compositions(affected_by(events)):
                if source.index is self.index:
                    for entry in self._taken(readable):
                        yield entry
                    self._drop(gone)

    def _taken(self, entries: list[SearchEntry]) -> list[SearchEntry]:
        readable = [entry for entry in entries if entry.readers]
        self.kinds.update({entry.id: entry.kind for entry in readable})
        self.gone.difference_update(self.kinds)
        return readable

    def _drop(self, ids: list[str]) -> None:
        for one in ids:
            if self.kinds.pop(one, None) is not None:
                self.gone.add(one)


def _database() -> Database:
    return Case.get_pymongo_collection().database
