"""What every resolver may use: who asks, batched reading, signing, the live tail."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from auth.actor import Actor
from core.idempotency import Once, once
from core.outcomes import outcome
from core.secrets import Keyring
from core.tail import EventTail
from search.engine import SearchEngine

T = TypeVar("T")

BatchRead = Callable[..., Awaitable[Mapping[str, Any]]]


@dataclass(slots=True)
class Context:
    """One operation's surroundings. Batched reads are remembered until `forget`, so that a row is read once."""

    actor: Actor
    keyring: Keyring
    tail: EventTail
    search: SearchEngine
    public_url: str
    present: Callable[[Any], Any]
    """Turns a document into the schema's type for it."""
    reach_node: Callable[["Context", Sequence[str]], Awaitable[list[Any]]]
    """Reads what the viewer may see of some ids, in their order, None for what it may not know of."""
    portal_url: str | None = None
    """Where the company's portal shows something public, with `{id}` in it; None: nobody has said."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the authorisation ends: open sockets close then."""
    _written: list[tuple[BatchRead, str, Any]] = field(default_factory=list)
    _loaders: dict[tuple[Any, ...], DataLoader[str, Any]] = field(default_factory=dict)

    async def load(self, read: BatchRead, identifier: str, *arguments: Any) -> Any:
        """Read one row with all others that are asked for in this turn: `read(actor, ids, *arguments)` gives a mapping."""
        return await self._loader(read, arguments).load(identifier)

    async def load_many(self, read: BatchRead, identifiers: Sequence[str], *arguments: Any) -> list[Any]:
        """Read rows in their order, without those that the viewer may not know of."""
        rows = await self._loader(read, arguments).load_many(list(identifiers))
        return [row for row in rows if row is not None]

    async def rows(self, read: BatchRead, identifiers: Sequence[str], *arguments: Any) -> dict[str, Any]:
        """Read rows as `load` does, by id, without those that the viewer may not know of: what `search.rows.Rows` asks for."""
        wanted = list(dict.fromkeys(identifiers))
        found = await self._loader(read, arguments).load_many(wanted)
        return {identifier: row for identifier, row in zip(wanted, found, strict=True) if row is not None}

    def _loader(self, read: BatchRead, arguments: tuple[Any, ...]) -> DataLoader[str, Any]:
        key = (read, *arguments)
        if key not in self._loaders:

            async def batch(identifiers: list[str]) -> list[Any]:
                found = await read(self.actor, identifiers, *arguments)
                return [found.get(identifier) for identifier in identifiers]

            self._loaders[key] = DataLoader(load_fn=batch)
        return self._loaders[key]

    def forget(self) -> None:
        """Forget what was read, because something was written; what it wrote itself is remembered."""
        self._loaders.clear()
        written, self._written = self._written, []
        for read, identifier, row in written:
            self._loader(read, ()).prime(identifier, row)

    def wrote(self, read: BatchRead, row: Any) -> None:
        """Remember a row as `read` would give it now: this operation has written it, and its payload may ask for it."""
        self._written.append((read, row.id, row))

    async def beside(self, act: Awaitable[T], read: BatchRead, *identifiers: str | None) -> T:
        """Do something that writes, and read beside it rows that its payload may show and that it leaves as they are."""
        wanted = [one for one in identifiers if one is not None]
        done, rows = await asyncio.gather(outcome(act), self.load_many(read, wanted))
        for row in rows:
            self.wrote(read, row)
        result: T = done.take()
        return result

    def for_operation(self) -> Self:
        """Give the context of one operation on a connection that carries many."""
        return replace(self, _loaders={}, _written=[])

    def once(self, operation: str, key: str | None, given: object) -> Once:
        """Give the identity of a request to create something."""
        return once(self.keyring.key("idempotency"), actor=self.actor.id, operation=operation, key=key, given=given)


Info = strawberry.Info[Context, Any]
