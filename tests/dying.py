"""A process that dies between its writes: those that it began beside the lost ones land, later ones are never begun."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest

from core import records
from core.errors import Unavailable

T = TypeVar("T")


@asynccontextmanager
async def dying(*lost: int) -> AsyncIterator[None]:
    """Let the writes of records with these numbers, counted from 0, never reach the store; the block has to fail by it."""
    write, begun, running = records._once_more, 0, 0

    async def mortal(act: Callable[[], Awaitable[T]], landed: Callable[[], Awaitable[bool]]) -> T | None:
        nonlocal begun, running
        number, begun = begun, begun + 1
        if number in lost or number > max(lost):
            raise Unavailable("process")
        running += 1
        try:
            return await write(act, landed)
        finally:
            running -= 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_once_more", mortal)
        with pytest.raises(Unavailable, match="process"):
            yield
        while running:  # noqa: ASYNC110 - what it waits for ends by itself
            await asyncio.sleep(0)
