"""Reading rows by their ids for somebody, so that the parts of one answer which need the same ones read them once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from auth.actor import Actor

Read = Callable[..., Awaitable[Mapping[str, Any]]]
"""`read(actor, ids, *arguments)` gives what the actor may know of, by id."""


class Rows(Protocol):
    """Reads rows for one actor; the edge's remember what was read for the same answer."""

    async def __call__(self, read: Read, ids: Sequence[str], /, *arguments: Any) -> Mapping[str, Any]:
        """Give what `read` gives for these ids."""
        ...


def rows_of(actor: Actor) -> Rows:
    """Give rows that are remembered by nobody."""

    async def rows(read: Read, ids: Sequence[str], *arguments: Any) -> Mapping[str, Any]:
        return await read(actor, ids, *arguments)

    return rows
