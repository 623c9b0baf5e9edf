"""Filling an index of Meilisearch beside the one that answers, and swapping the two, while others go on writing.

Whoever writes while a rebuild is on writes to its journal first, then to the index that answers. The rebuild replays
the journal before the swap and once more after it, each time until the journal has nothing new, so whatever was
written at whatever moment is in the index in the end. All names hold the rebuild's own token: a rebuild that finds
its journal gone was superseded.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError

from core.errors import Unavailable
from search.engine import RebuildSuperseded, SearchRefused
from search.engines.forms import Form
from search.engines.meilisearch_connection import MeilisearchConnection
from search.engines.meilisearch_queries import SETTINGS

GONE: Final = frozenset({"index_not_found"})
BATCH: Final = 1_000

_OWNER: Final = "owner"
_ENTRY: Final = "entry-"
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of the entry `id`: stored as `form`, or forgotten."""

    id: str
    form: Form | None


async def list_indexes(connection: MeilisearchConnection, *, prefix: str) -> list[str]:
    """Return the names of all indexes that begin with `prefix`."""
    found = await connection.run(lambda client: client.get_indexes({"limit": 10_000}))
    return [each.uid for each in found["results"] if each.uid.startswith(prefix)]


async def delete_indexes(connection: MeilisearchConnection, names: Sequence[str]) -> None:
    """Delete these indexes; those that are gone are no error."""
    for name in names:
        await _delete_index(connection, name)


async def apply(connection: MeilisearchConnection, index: str, changes: Sequence[Change]) -> None:
    """Store and forget in `index`, and wait until it is found there."""
    forms = [dict(change.form) for change in changes if change.form is not None]
    forgotten = [change.id for change in changes if change.form is None]
    if forms:
        await _add_documents(connection, index, forms)
    if forgotten:
        named = ", ".join(f'"{id_}"' for id_ in forgotten)
        await connection.settle(lambda client: client.index(index).delete_documents(filter=f"id IN [{named}]"))


async def note_in_journals(connection: MeilisearchConnection, journals: Sequence[str], changes: Sequence[Change]) -> None:
    """Keep `changes` for the rebuilds that go on."""
    kept: list[dict[str, Any]] = [{"id": f"{_ENTRY}{change.id}", "form": change.form} for change in changes]
    for journal in journals:
        if await _has_owner(connection, journal):
            await _add_documents(connection, journal, kept)
        else:
            # Left by a writer that came too late for a rebuild's end, for writing to an index makes it.
            await delete_indexes(connection, [journal])


def journals_prefix(index: str) -> str:
    """Return how the names of the journals of `index` begin."""
    return f"{index}-journal-"


@dataclass
class MeilisearchRebuild:
    """One rebuild of `index`; call `begin`, `add`, then `finish` or `abandon`."""

    connection: MeilisearchConnection
    index: str
    token: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    ids: set[str] = field(default_factory=set)
    _replayed: dict[str, Form | None] = field(default_factory=dict)

    @property
    def _next(self) -> str:
        return f"{self.index}-next-{self.token}"

    @property
    def _journal(self) -> str:
        return f"{journals_prefix(self.index)}{self.token}"

    async def begin(self) -> None:
        """Have changes kept from now on and make the new index; unfinished rebuilds are given up."""
        leftovers = [name for name in await self._siblings() if name != self._journal]
        owner = {"id": _OWNER, "form": None}
        await self.connection.settle(lambda client: client.create_index(self._journal, {"primaryKey": "id"}))
        await self.connection.settle(lambda client: client.index(self._journal).update_settings({"searchableAttributes": ["id"]}))
        await _add_documents(self.connection, self._journal, [owner])
        await delete_indexes(self.connection, leftovers)
        await self.connection.settle(lambda client: client.create_index(self._next, {"primaryKey": "id"}))
        await self.connection.settle(lambda client: client.index(self._next).update_settings(dict(SETTINGS)))

    async def add(self, forms: Sequence[Form]) -> None:
        """Store `forms` in the new index; of two with one id the later counts."""
        self.ids.update(form["id"] for form in forms)
        await apply(self.connection, self._next, [Change(form["id"], form) for form in forms])

    async def finish(self) -> int:
        """Swap; return how many entries were given. Raises RebuildSuperseded."""
        await self._require_journal()
        await self._replay(self._next)
        await self._require_journal()
        await self.connection.settle(lambda client: client.swap_indexes([{"indexes": [self.index, self._next]}]))
        await self._replay(self.index)
        await delete_indexes(self.connection, [self._journal, self._next])
        return len(self.ids)

    async def abandon(self) -> None:
        """Remove the new index and the journal, if Meilisearch still answers; else the next rebuild does."""
        with suppress(Unavailable, SearchRefused):
            await delete_indexes(self.connection, [self._journal, self._next])

    async def _require_journal(self) -> None:
        if self._journal not in await self._siblings():
            raise RebuildSuperseded

    async def _replay(self, index: str) -> None:
        while True:
            kept = await self.connection.run(self._kept)
            fresh = [Change(id_, form) for id_, form in kept.items() if id_ not in self._replayed or self._replayed[id_] != form]
            if not fresh:
                return
            await apply(self.connection, index, fresh)
            self._replayed = kept

    def _kept(self, client: Client) -> dict[str, Form | None]:
        kept: dict[str, Form | None] = {}
        offset = 0
        while True:
            page = client.index(self._journal).get_documents({"limit": BATCH, "offset": offset})
            documents: list[dict[str, Any]] = [dict(document) for document in page.results]
            kept |= {each["id"].removeprefix(_ENTRY): each["form"] for each in documents if each["id"] != _OWNER}
            offset += BATCH
            if len(documents) < BATCH:
                return kept

    async def _siblings(self) -> list[str]:
        next_prefix = f"{self.index}-next-"
        names = await list_indexes(self.connection, prefix=self.index)
        return [name for name in names if name.startswith((next_prefix, journals_prefix(self.index)))]


async def _delete_index(connection: MeilisearchConnection, name: str) -> None:
    await connection.settle(lambda client: client.delete_index(name), accept=GONE)


async def _add_documents(connection: MeilisearchConnection, index: str, documents: list[dict[str, Any]]) -> None:
    await connection.settle(lambda client: client.index(index).add_documents(documents))


async def _has_owner(connection: MeilisearchConnection, journal: str) -> bool:
    def ask(client: Client) -> bool:
        try:
            client.index(journal).get_document(_OWNER)
        except MeilisearchApiError as error:
            if error.status_code == _NOT_FOUND:
                return False
            raise
        return True

    return await connection.run(ask)
