"""A process that dies between its writes: some of those that it sent together may land, later ones are never sent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest

from core import records
from core.errors import Unavailable

T = TypeVar("T")


@asynccontextmanager
async def dying(lost: int, *, landing: Collection[int] = ()) -> AsyncIterator[None]:
    """Let the write of a record with this number, counted from 0, never reach the store, nor any after it.

    Those that were sent beside it and land nevertheless are named. The block has to fail by it.
    """
    write, begun = records._once_more, 0
    landed_beside: list[asyncio.Task[object]] = []

    async def mortal(act: Callable[[], Awaitable[T]], landed: Callable[[], Awaitable[bool]]) -> T | None:
        nonlocal begun
        number, begun = begun, begun + 1
        if number >= lost and number not in landing:
            raise Unavailable("process")
        sent = asyncio.ensure_future(write(act, landed))
        landed_beside.append(sent)
        return await sent

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_once_more", mortal)
        with pytest.raises(Unavailable, match="process"):
            yield
        await asyncio.gather(*landed_beside)
