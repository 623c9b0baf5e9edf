"""A rival who writes first: what was read is not what is stored any more when it comes to the write."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

import pytest


@asynccontextmanager
async def overtaken(module: ModuleType, rival: Callable[[], Awaitable[object]], *, name: str = "change") -> AsyncIterator[None]:
    """Let a rival act once between what the functions of a module read and their first `change`. It has to come to that."""
    write, acted = getattr(module, name), False

    async def late(*args: Any, **given: Any) -> Any:
        nonlocal acted
        if not acted:
            acted = True
            await rival()
        return await write(*args, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, late)
        yield
    assert acted
