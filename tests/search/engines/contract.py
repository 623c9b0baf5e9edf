"""Entries and questions for the contract suite."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from search.entries import SearchEntry, SearchKind, SearchPage, SearchQuery

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ALL = frozenset({"all"})


def make_entry(id_: str, title: str = "", body: str = "", **changes: object) -> SearchEntry:
    plain = SearchEntry(id=id_, kind=SearchKind.CASE, title=title, body=body, updated_at=NOON, readers=ALL)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the dataclass checks the names


def make_query(text: str = "", **changes: object) -> SearchQuery:
    return replace(SearchQuery(text=text, readers=ALL), **changes)  # type: ignore[arg-type]  # the dataclass checks the names


def numbered(count: int, *, title: str = "iade talebi") -> list[SearchEntry]:
    """Entries n_0, n_1, …, each a minute younger than the one before."""
    return [
        make_entry(f"n_{number}", f"{title} {number}", updated_at=NOON + timedelta(minutes=number)) for number in range(count)
    ]


def ids_of(page: SearchPage) -> list[str]:
    return [hit.id for hit in page.hits]


async def stream(entries: Iterable[SearchEntry]) -> AsyncIterator[SearchEntry]:
    for entry in entries:
        yield entry
