"""The reading of events that a process shares, where it ends."""

import asyncio

from core.database import Database
from core.tail import EventTail


async def test_tail_ends_when_it_is_cancelled_in_the_moment_it_is_woken(store: Database) -> None:
    tail = EventTail(store)
    await tail.start()
    running = asyncio.create_task(tail.run())
    await tail_is_waiting(tail)

    tail.wake()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=2)

    assert done == {running}
    assert running.cancelled()


async def tail_is_waiting(tail: EventTail) -> None:
    """Let the tail come round once: it takes a wake away only when it has read and waits again."""
    tail.wake()
    while tail._woken.is_set() or not tail._woken._waiters:  # noqa: ASYNC110 - what is waited for is inside the event
        await asyncio.sleep(0)
