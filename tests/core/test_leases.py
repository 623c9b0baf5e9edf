"""The lease engine: a job is done by who holds it, a silent worker's job is taken over, the dead are kept."""

import asyncio
from datetime import timedelta

import pytest

from core.clock import clock, now
from core.database import Database
from core.errors import Unavailable
from core.leases import LEASE, TRIES, Claimer, GiveUp, Job, Leader, LeaseLost, LeaseQueue, TryLater, back_off


async def state(store: Database, identifier: str = "job_1") -> tuple[str, int]:
    row = await store["jobs"].find_one({"_id": identifier})
    assert row is not None
    return row["state"], row["attempt"]


async def test_job_is_stored_once_and_claimed_once(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")

    assert await queue.add("job_1", {"kind": "test"}) is True
    assert await queue.add("job_1", {"kind": "other"}) is False
    job = await queue.claim()

    assert job is not None
    assert (job.id, job.token, job.attempt, job.row["kind"]) == ("job_1", 1, 1, "test")
    assert await queue.claim() is None
    await queue.finish(job, by="me")
    assert await state(store) == ("DONE", 1)


async def test_racing_workers_share_the_jobs(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")
    for number in range(30):
        await queue.add(f"job_{number}", {})
    done: list[str] = []

    async def work(job: Job) -> None:
        done.append(job.id)

    await asyncio.gather(*(Claimer(queue, work).drain() for _ in range(6)))

    assert sorted(done) == sorted(f"job_{number}" for number in range(30))


async def test_longest_due_comes_first_and_later_waits(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")
    await queue.add("job_late", {}, due=now() + timedelta(minutes=5))
    await queue.add("job_1", {}, due=now() - timedelta(minutes=1))
    await queue.add("job_0", {}, due=now() - timedelta(minutes=2))

    claimed = [job.id for job in [await queue.claim(), await queue.claim(), await queue.claim()] if job]

    assert claimed == ["job_0", "job_1"]


async def test_silent_workers_job_is_taken_over_and_its_finish_refused(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")
    await queue.add("job_1", {})
    silent = await queue.claim()
    clock.shift(LEASE + timedelta(seconds=1))
    taken = await queue.claim()

    assert silent is not None
    assert taken is not None
    assert (taken.token, taken.attempt) == (2, 2)
    with pytest.raises(LeaseLost):
        await queue.finish(silent)
    await queue.finish(taken)
    assert await state(store) == ("DONE", 2)


async def test_heartbeat_holds_the_job(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")
    await queue.add("job_1", {})
    job = await queue.claim()
    assert job is not None
    clock.shift(LEASE - timedelta(seconds=1))
    await queue.beat(job)
    clock.shift(timedelta(seconds=2))

    assert await queue.claim() is None


async def test_failure_is_tried_again_later_and_dies_at_last(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")
    await queue.add("job_1", {})

    async def work(_: Job) -> None:
        message = "boom"
        raise ValueError(message)

    claimer = Claimer(queue, work)
    assert await claimer.drain() == 1
    assert await state(store) == ("READY", 1)
    assert await claimer.drain() == 0
    for _ in range(TRIES - 1):
        clock.shift(timedelta(minutes=10))
        await claimer.drain()

    assert await state(store) == ("DEAD", TRIES)
    assert [row["error"] for row in await queue.dead()] == ["ValueError: boom"]


async def test_dead_job_can_be_replayed(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")
    await queue.add("job_1", {})

    async def give_up(_: Job) -> None:
        raise GiveUp("never")

    async def work(_: Job) -> None:
        return

    await Claimer(queue, give_up).drain()
    assert await state(store) == ("DEAD", 1)

    assert await queue.replay("job_1") is True
    assert await queue.replay("job_1") is False
    await Claimer(queue, work).drain()
    assert await state(store) == ("DONE", 1)


@pytest.mark.parametrize("reason", [TryLater("wait"), Unavailable("search")])
async def test_waiting_does_not_count_as_failing(store: Database, reason: Exception) -> None:
    queue = LeaseQueue(store, "jobs")
    await queue.add("job_1", {})

    async def work(_: Job) -> None:
        raise reason

    await Claimer(queue, work).drain()

    assert await state(store) == ("READY", 0)


async def test_claimer_wakes_works_and_stops(store: Database) -> None:
    queue = LeaseQueue(store, "jobs")
    done = asyncio.Event()

    async def work(_: Job) -> None:
        done.set()

    claimer = Claimer(queue, work)
    running = asyncio.create_task(claimer.run())
    await queue.add("job_1", {})
    claimer.wake()
    await asyncio.wait_for(done.wait(), 30)
    claimer.stop()
    await asyncio.wait_for(running, 30)

    assert await state(store) == ("DONE", 1)


async def test_one_of_many_leads_until_it_resigns_or_goes_silent(store: Database) -> None:
    first, second = Leader(store, "tests"), Leader(store, "tests")

    assert [await first.holds(), await second.holds(), await first.holds()] == [True, False, True]
    await first.resign()
    assert [await second.holds(), await first.holds()] == [True, False]
    clock.shift(timedelta(seconds=16))
    assert [await first.holds(), await second.holds()] == [True, False]


async def test_leader_works_and_another_takes_over_when_it_ends(store: Database) -> None:
    began: asyncio.Queue[str] = asyncio.Queue()

    async def work(name: str) -> None:
        began.put_nowait(name)
        await asyncio.Event().wait()

    first, second = Leader(store, "tests", lease=timedelta(seconds=1)), Leader(store, "tests", lease=timedelta(seconds=1))
    leading = asyncio.create_task(first.lead(lambda: work("first")))
    assert await asyncio.wait_for(began.get(), 30) == "first"
    waiting = asyncio.create_task(second.lead(lambda: work("second")))
    leading.cancel()

    assert await asyncio.wait_for(began.get(), 30) == "second"
    waiting.cancel()


def test_back_off_doubles_up_to_five_minutes() -> None:
    pauses = [back_off(attempt) for attempt in (1, 2, 5, 20)]

    for pause, middle in zip(pauses, (1, 2, 16, 300), strict=True):
        assert middle * 0.5 <= pause <= middle * 1.5
