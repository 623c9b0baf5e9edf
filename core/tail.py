"""One reading of `events` per process, shared by the handlers and by everybody who listens live."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from pymongo.errors import PyMongoError

from core.database import Database
from core.events import StoredEvent
from core.logs import log
from core.relay import PAGE, following, highest, trimmed

logger = log(__name__)

POLL_EVERY = 0.1
_REMEMBERED = 2048


class EventTail:
    """Follows the events by their numbers: polls, is woken by this process's own writes, remembers the last ones."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent: deque[StoredEvent] = deque(maxlen=_REMEMBERED)
        self._woken = asyncio.Event()
        self._arrived = asyncio.Condition()
        self.head = 0

    async def start(self) -> None:
        """Go to the last event there is; what came before is read from the store when asked for."""
        self.head = await highest(self._database)

    def wake(self) -> None:
        """Look at once instead of at the next poll."""
        self._woken.set()

    async def run(self) -> None:
        """Follow for ever; an outage is waited out."""
        while True:
            try:
                while await self._read_on():
                    pass
            except PyMongoError as error:
                logger.warning("tail.unavailable", error=type(error).__name__)
            try:
                async with asyncio.timeout(POLL_EVERY):  # wait_for of Python 3.11 drops a cancellation that meets a wake
                    await self._woken.wait()
            except TimeoutError:
                continue
            finally:
                self._woken.clear()

    async def _read_on(self) -> bool:
        page = [StoredEvent.from_stored(raw) for raw in await following(self._database, self.head)]
        if not page:
            return False
        async with self._arrived:
            self._recent.extend(page)
            self.head = page[-1].number
            self._arrived.notify_all()
        return len(page) == PAGE  # after a page that is not full there is nothing more, or we are woken

    async def after(self, cursor: int) -> list[StoredEvent]:
        """Give the next events after `cursor`, waiting for the first of them."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: self.head > cursor)
        return await self.at_once(cursor)

    async def at_once(self, cursor: int, *, page: int = PAGE) -> list[StoredEvent]:
        """Give the events after `cursor` that there are, up to a page or what is remembered; `[]`: there is none."""
        if self._recent and self._recent[0].number <= cursor + 1 <= self._recent[-1].number:
            return [event for event in self._recent if event.number > cursor]
        return [StoredEvent.from_stored(raw) for raw in await following(self._database, cursor, page=page)]

    async def forgotten(self) -> int:
        """Give the number up to which events are no longer kept."""
        return await trimmed(self._database)

    async def listen(self, cursor: int) -> AsyncIterator[StoredEvent]:
        """Give every event after `cursor`, for ever, in order."""
        while True:
            for event in await self.after(cursor):
                cursor = event.number
                yield event
