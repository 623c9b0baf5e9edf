"""Another writer who comes in between the read and the write of an operation."""

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest


def overtake(
    patch: pytest.MonkeyPatch, module: ModuleType, act: Callable[[], Awaitable[object]], *, before: str = "change"
) -> None:
    """Let `act` happen right before the module's next write, or another step of it, once; the step itself is as ever."""
    real: Callable[..., Awaitable[Any]] = getattr(module, before)

    async def after_the_other(*given: Any, **named: Any) -> Any:
        patch.setattr(module, before, real)
        await act()
        return await real(*given, **named)

    patch.setattr(module, before, after_the_other)
