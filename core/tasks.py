"""Running things beside each other, and ending them for certain.

On Python 3.11 `asyncio.wait_for`, which the driver waits with, drops a cancellation that meets the end of its wait
(https://github.com/python/cpython/issues/86296); a task that was cancelled once may therefore go on. So it is cancelled
until it has ended.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

_AGAIN = 0.2


async def end(*tasks: asyncio.Future[Any]) -> None:
    """Cancel tasks until each of them has ended, however it does."""
    pending = {task for task in tasks if not task.done()}
    interrupted = False
    while pending:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=_AGAIN)
        except asyncio.CancelledError:  # whoever ends us waits until these have ended
            interrupted = True
        pending = {task for task in pending if not task.done()}
    for task in tasks:
        if not task.cancelled():
            task.exception()  # looked at, so that nobody warns that it was not
    if interrupted:
        raise asyncio.CancelledError


async def together(*coroutines: Coroutine[Any, Any, object]) -> None:
    """Run all until all are through; the first that fails ends the others and is raised, and so does a cancellation."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        await asyncio.gather(*tasks)
    finally:
        await end(*tasks)


@asynccontextmanager
async def running(*coroutines: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Run coroutines beside the block and end them with it."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        yield
    finally:
        await end(*tasks)
