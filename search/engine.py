"""The protocol that every search engine fulfils; `tests/search/engines` is its contract."""

from collections.abc import AsyncIterator, Collection, Sequence
from enum import StrEnum
from typing import Protocol

from search.entries import SearchEntry, SearchPage, SearchQuery


class SearchIndex(StrEnum):
    """The two audiences, never in one index: ranking, counts and suggestions would tell the one of the other."""

    STAFF = "staff"
    PORTAL = "portal"


class SearchRefused(Exception):
    """The engine answered, but would not do what it was told; repeating it as it is won't help."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class RebuildSuperseded(SearchRefused):
    """Another rebuild of the same index began meanwhile; that one counts, and this one has left no trace."""

    def __init__(self) -> None:
        super().__init__("another rebuild of this index began meanwhile", code="superseded")


class SearchEngine(Protocol):
    """Keeps entries and finds them. Everything raises `core.errors.Unavailable` while the engine can't be reached."""

    async def open(self) -> None:
        """Make both indexes ready. May be called again; a call that failed may be repeated, and later calls do without it."""

    async def close(self) -> None:
        """Let go of files, threads and connections. Entries acknowledged before stay."""

    async def put(self, index: SearchIndex, entries: Sequence[SearchEntry]) -> None:
        """Store or replace `entries` by id; when this returns, they are found. Of two with one id the later counts."""

    async def remove(self, index: SearchIndex, ids: Collection[str]) -> None:
        """Forget the entries of these ids; when this returns, they are not found. Unknown ids are no error."""

    async def find(self, index: SearchIndex, query: SearchQuery) -> SearchPage:
        """Answer `query` from what its readers may read. No text is too strange to be asked."""

    async def rebuild(self, index: SearchIndex, entries: AsyncIterator[SearchEntry]) -> int:
        """Fill a new index with `entries` beside the present one, then swap; return how many entries it took.

        The present index answers until then. What is put or removed meanwhile, by whatever client, holds afterwards
        too. If anything fails, the present index stays, the half one is removed and the error raised. Raises
        RebuildSuperseded if another rebuild began.
        """

    async def count(self, index: SearchIndex) -> int:
        """Return how many entries `index` holds. 0 after an upgrade that changed their form: then it wants a rebuild."""

    async def healthy(self) -> bool:
        """Whether the engine answers now. Never raises."""
