"""A rival who writes first: what was read is not what is stored any more when it comes to the write."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

import pytest

from core.records import Record
from tests.care.stored import everything


def overtake(
    patch: pytest.MonkeyPatch,
    module: ModuleType,
    rival: Callable[[], Awaitable[object]],
    *,
    before: str = "change",
    of: type[object] = object,
) -> None:
    """Let a rival act once, right before the next step of a module's functions, of a kind of document; it goes on as ever."""
    real: Callable[..., Awaitable[Any]] = getattr(module, before)

    async def after_the_rival(*given: Any, **named: Any) -> Any:
        if isinstance(given[0] if given else None, of):
            patch.setattr(module, before, real)
            await rival()
        return await real(*given, **named)

    patch.setattr(module, before, after_the_rival)


@asynccontextmanager
async def overtaken(module: ModuleType, rival: Callable[[], Awaitable[object]], *, name: str = "change") -> AsyncIterator[None]:
    """Let a rival act once between what the functions of a module read and their first `change`. It has to come to that."""
    acted = False

    async def act() -> None:
        nonlocal acted
        acted = True
        await rival()

    with pytest.MonkeyPatch.context() as patch:
        overtake(patch, module, act, before=name)
        yield
    assert acted


async def seen_to_once(module: ModuleType, work: Callable[[int], Awaitable[int]], kind: type[Record]) -> None:
    """Let two processes see to what is due at once: the second leaves the store exactly as the first one did."""
    done: dict[str, list[dict[str, Any]]] = {}

    async def first() -> None:
        await work(10)
        done.update(await everything(kind))

    async with overtaken(module, first):
        assert await work(10) == 1
    assert await everything(kind) == done, "the other one did it all"
