"""The store's time, followed by the monotonic clock, so that a wrong host clock moves no deadline."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

SAMPLE_EVERY = 5.0
STALE_AFTER = 30.0
LONGEST_ROUND_TRIP = 1.0
_CLOCK_ID = "clock"


class Clock:
    """Tells the store's time: `now()` is always aware UTC, cut to milliseconds."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._sampled: float | None = None
        self._shift = timedelta(0)

    def now(self) -> datetime:
        """Give the time of the store as far as the last sample tells."""
        moment = datetime.fromtimestamp(time.monotonic() + self._offset, UTC) + self._shift
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @property
    def trusted(self) -> bool:
        """Tell whether a sample is recent enough to claim jobs and judge deadlines by."""
        return self._sampled is not None and time.monotonic() - self._sampled < STALE_AFTER

    async def sample(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        """Ask the store for its time once; a slow answer is dropped, for its middle is too uncertain."""
        before = time.monotonic()
        document = await database["clock"].find_one_and_update(
            {"_id": _CLOCK_ID}, {"$currentDate": {"at": True}}, upsert=True, return_document=ReturnDocument.AFTER
        )
        after = time.monotonic()
        if document is None or after - before > LONGEST_ROUND_TRIP:
            return
        self._offset = document["at"].timestamp() - (before + after) / 2
        self._sampled = after

    async def follow(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        """Sample for ever; a store that does not answer leaves the clock to grow stale."""
        while True:
            with contextlib.suppress(Exception):  # staleness is the alarm; the next sample is the cure
                await self.sample(database)
            await asyncio.sleep(SAMPLE_EVERY)

    def shift(self, by: timedelta) -> None:
        """Move this process's time, for simulations and tests of what is due later."""
        self._shift += by

    def reset_shift(self) -> None:
        """Come back to the store's time."""
        self._shift = timedelta(0)


clock = Clock()


def now() -> datetime:
    """Give the store's time: aware UTC, cut to milliseconds."""
    return clock.now()
