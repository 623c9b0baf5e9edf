"""Tasks end for certain, also one that drops its first cancellation, as waits of Python 3.11 may."""

import asyncio

import pytest

from core.tasks import end, running, together


async def stubborn(ignores: int, log: list[str]) -> None:
    """Drop some cancellations before heeding one."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append("cancelled")
            if len(log) > ignores:
                raise


async def test_task_that_drops_a_cancellation_is_cancelled_again() -> None:
    log: list[str] = []
    task = asyncio.create_task(stubborn(1, log))
    await asyncio.sleep(0)

    await asyncio.wait_for(end(task), 30)

    assert (task.cancelled(), log) == (True, ["cancelled", "cancelled"])


async def test_ending_what_has_ended_asks_nothing_of_it() -> None:
    async def fail() -> None:
        raise ValueError

    task = asyncio.ensure_future(fail())
    await asyncio.wait([task])

    await end(task)

    assert isinstance(task.exception(), ValueError)


async def test_first_failure_ends_the_others_and_is_raised() -> None:
    log: list[str] = []

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await asyncio.wait_for(together(stubborn(1, log), fail()), 30)

    assert log == ["cancelled", "cancelled"]


async def test_what_ends_a_group_waits_for_its_last_task() -> None:
    log: list[str] = []
    group = asyncio.create_task(together(stubborn(2, log)))
    await asyncio.sleep(0.01)

    await asyncio.wait_for(end(group), 30)

    assert (group.cancelled(), len(log) >= 3) == (True, True)


async def test_what_runs_beside_a_block_ends_with_it() -> None:
    log: list[str] = []

    async with running(stubborn(0, log)):
        await asyncio.sleep(0)

    assert log == ["cancelled"]
