"""Jobs on MongoDB: claimed under a lease, finished under a fencing token, tried again with back-off, kept when dead."""

import asyncio
import contextlib
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from core.clock import clock, now
from core.database import Database, outage
from core.errors import Unavailable
from core.logs import log
from core.tasks import end, together

logger = log(__name__)

LEASE = timedelta(seconds=30)
TRIES = 12
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0
_IDLE = 0.25


class JobState(StrEnum):
    """Where a job stands; DEAD ones wait for an operator."""

    READY = "READY"
    RUNNING = "RUNNING"
    DONE = "DONE"
    DEAD = "DEAD"


class LeaseLost(Exception):
    """Another worker holds the job now; what this one did must have been harmless to repeat."""


class TryLater(Exception):
    """The job can't go on yet; it is not counted as a failure unless told. `pause` is in seconds."""

    def __init__(self, reason: str, *, pause: float = _FIRST_PAUSE, failure: bool = False) -> None:
        super().__init__(reason)
        self.pause = pause
        self.failure = failure


class GiveUp(Exception):
    """Trying again can't help: the job is dead at once."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job: what to do, the token that proves the claim, and which attempt this is."""

    id: str
    token: int
    attempt: int
    row: Mapping[str, Any]


class LeaseQueue:
    """A collection whose documents are jobs: fields `state`, `due`, `token`, `attempt` beside the caller's own."""

    def __init__(self, database: Database, collection: str) -> None:
        self._rows = database[collection]
        self.collection = collection
        self._owner = uuid.uuid4().hex

    async def declare(self) -> None:
        """Make the index that claims are served by."""
        await self._rows.create_index([("state", ASCENDING), ("due", ASCENDING)])

    async def add(self, identifier: str, row: Mapping[str, Any], *, due: datetime | None = None) -> bool:
        """Store a job under its own id; false when it is there already."""
        job = {**row, "_id": identifier, "state": JobState.READY.value, "due": due or now(), "token": 0, "attempt": 0}
        try:
            await self._rows.insert_one(job)
        except DuplicateKeyError:
            return False
        return True

    async def claim(self) -> Job | None:
        """Take the job that is due longest, also one whose worker went silent; None when nothing is due."""
        if not clock.trusted:
            return None
        moment = now()
        row = await self._rows.find_one_and_update(
            {"state": {"$in": [JobState.READY.value, JobState.RUNNING.value]}, "due": {"$lte": moment}},
            {
                "$set": {"state": JobState.RUNNING.value, "owner": self._owner, "due": moment + LEASE},
                "$inc": {"token": 1, "attempt": 1},
            },
            sort=[("due", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )
        return Job(row["_id"], row["token"], row["attempt"], row) if row else None

    async def beat(self, job: Job) -> None:
        """Hold the job for another lease; LeaseLost when it is somebody else's."""
        await self._fenced(job, {"$set": {"due": now() + LEASE}})

    async def note(self, job: Job, **told: object) -> None:
        """Keep something in the job for the next attempt; LeaseLost when it is somebody else's."""
        await self._fenced(job, {"$set": told})

    async def finish(self, job: Job, **outcome: object) -> None:
        """Mark the job done; LeaseLost when it is somebody else's."""
        change = {"$set": {"state": JobState.DONE.value, "done_at": now(), **outcome}, "$unset": {"owner": "", "error": ""}}
        await self._fenced(job, change)

    async def put_back(self, job: Job, *, pause: float, reason: str, counts: int = 1) -> None:
        """Let the job be claimed again after a pause of seconds; `counts` 0 takes the attempt back."""
        changed = {"state": JobState.READY.value, "due": now() + timedelta(seconds=pause), "error": reason[:500]}
        await self._fenced(job, {"$set": changed, "$inc": {"attempt": counts - 1}, "$unset": {"owner": ""}})

    async def bury(self, job: Job, *, reason: str) -> None:
        """Keep the job as dead, for an operator to look at and replay."""
        await self._fenced(job, {"$set": {"state": JobState.DEAD.value, "error": reason[:500]}, "$unset": {"owner": ""}})

    async def replay(self, identifier: str) -> bool:
        """Make a dead job ready again with all its attempts; false when it is not dead."""
        guard = {"_id": identifier, "state": JobState.DEAD.value}
        fresh = {"$set": {"state": JobState.READY.value, "due": now(), "attempt": 0}}
        result = await self._rows.update_one(guard, fresh)
        return result.modified_count == 1

    async def dead(self, *, limit: int = 100) -> list[dict[str, Any]]:
        """List dead jobs, longest first."""
        found = self._rows.find({"state": JobState.DEAD.value}).sort("due", ASCENDING).limit(limit)
        return await found.to_list()

    async def _fenced(self, job: Job, change: Mapping[str, Any]) -> None:
        guard = {"_id": job.id, "token": job.token, "state": JobState.RUNNING.value}
        result = await self._rows.update_one(guard, change)
        if not result.matched_count:
            raise LeaseLost(job.id)


class Claimer:
    """Works a queue off: claims, keeps the lease alive, finishes, tries again, buries."""

    def __init__(self, queue: LeaseQueue, work: Callable[[Job], Awaitable[object]], *, at_once: int = 4) -> None:
        self._queue = queue
        self._work = work
        self._at_once = at_once
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look for work at once instead of at the next poll."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more; what runs is finished."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Work for ever with `at_once` hands, until `stop`."""
        await together(*(self._hand() for _ in range(self._at_once)))

    async def drain(self) -> int:
        """Work off what is due now and come back; give the number of jobs."""
        jobs = 0
        while job := await self._queue.claim():
            await self.do(job)
            jobs += 1
        return jobs

    async def _hand(self) -> None:
        while not self._stopping:
            try:
                job = await self._queue.claim()
                if job is not None:
                    await self.do(job)
                    continue
            except (PyMongoError, Unavailable) as error:
                logger.warning("claim.unavailable", queue=self._queue.collection, error=type(error).__name__)
            self._woken.clear()
            try:
                async with asyncio.timeout(_IDLE * random.uniform(0.8, 1.2)):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def do(self, job: Job) -> None:
        """Do one claimed job and settle it."""
        heart = asyncio.create_task(self._beat(job))
        try:
            await self._settle(job)
        except LeaseLost:
            logger.warning("lease.lost", queue=self._queue.collection, job=job.id)
        finally:
            heart.cancel()

    async def _settle(self, job: Job) -> None:
        try:
            await self._work(job)
        except TryLater as later:
            await self._queue.put_back(job, pause=later.pause, reason=str(later), counts=int(later.failure))
        except GiveUp as end:
            await self._queue.bury(job, reason=str(end))
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the queue must go on
            await self._failed(job, error)
        else:
            await self._queue.finish(job)

    async def _failed(self, job: Job, error: Exception) -> None:
        is_outage = isinstance(error, Unavailable) or outage(error) is not None
        reason = f"{type(error).__name__}: {error}"
        if job.attempt >= TRIES and not is_outage:
            logger.error("job.dead", queue=self._queue.collection, job=job.id, exc_info=error)
            await self._queue.bury(job, reason=reason)
            return
        logger.warning("job.failed", queue=self._queue.collection, job=job.id, attempt=job.attempt, error=reason)
        await self._queue.put_back(job, pause=back_off(job.attempt), reason=reason, counts=0 if is_outage else 1)

    async def _beat(self, job: Job) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await self._queue.beat(job)
            except LeaseLost:
                return
            except PyMongoError as error:
                logger.warning("lease.beat_failed", job=job.id, error=type(error).__name__)


def back_off(attempt: int) -> float:
    """Give the pause in seconds after the n-th failure: 1, 2, 4 … 300 with ±50 % jitter."""
    return float(min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE) * random.uniform(0.5, 1.5))


class Leader:
    """One of many: holds a named lease, so that what one process suffices for is done by one."""

    def __init__(self, database: Database, name: str, *, lease: timedelta = timedelta(seconds=15)) -> None:
        self._rows = database["leaders"]
        self._name = name
        self._lease = lease
        self._owner = uuid.uuid4().hex

    async def holds(self) -> bool:
        """Take or keep the lease; false while another process has it or the clock can't be trusted."""
        if not clock.trusted:
            return False
        moment = now()
        mine = {"$set": {"owner": self._owner, "until": moment + self._lease}}
        try:
            kept = await self._rows.update_one({"_id": self._name, "owner": self._owner}, mine)
            if kept.matched_count:
                return True
            taken = await self._rows.update_one({"_id": self._name, "until": {"$lte": moment}}, mine, upsert=True)
        except DuplicateKeyError:
            return False
        return bool(taken.matched_count or taken.upserted_id)

    async def lead(self, work: Callable[[], Awaitable[object]]) -> None:
        """Wait for the lease, do the work while it is held, for ever; the work is cancelled when the lease is lost."""
        while True:
            if not await self._held():
                await asyncio.sleep(self._lease.total_seconds() / 3)
                continue
            task = asyncio.ensure_future(work())
            try:
                while not task.done() and await self._held():
                    await asyncio.wait([task], timeout=self._lease.total_seconds() / 3)
            finally:
                await end(task)

    async def resign(self) -> None:
        """Give the lease up at once, so that another process need not wait for its end."""
        with contextlib.suppress(PyMongoError):  # a store that is away will see the lease run out
            await self._rows.update_one({"_id": self._name, "owner": self._owner}, {"$set": {"until": now()}})

    async def _held(self) -> bool:
        try:
            return await self.holds()
        except PyMongoError as error:
            logger.warning("leader.unavailable", name=self._name, error=type(error).__name__)
            return False
