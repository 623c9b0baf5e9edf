"""Moves events from the documents that changed to `events`, where each gets the next number: gap-free, once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from core.clock import now
from core.database import Database
from core.logs import log

logger = log(__name__)

PAGE = 64
KEPT = timedelta(days=30)
_SWEEP_EVERY = 1.0


async def declare_events(database: Database) -> None:
    """Make the index that remembers which events were moved already."""
    await database["events"].create_index("event_id", unique=True)


async def following(database: Database, cursor: int, *, page: int = PAGE) -> list[dict[str, Any]]:
    """Read events after `cursor` by their exact numbers, up to the first that is not visible yet."""
    numbers = list(range(cursor + 1, cursor + page + 1))
    found = {event["_id"]: event async for event in database["events"].find({"_id": {"$in": numbers}}, batch_size=page)}
    events = []
    for number in numbers:
        if number not in found:
            break
        events.append(found[number])
    return events


async def highest(database: Database) -> int:
    """Give the number of the last event, 0 when there is none."""
    hint = await database["relay"].find_one({"_id": "relay"})
    number: int = hint["highest"] if hint else 0
    while page := await following(database, number, page=256):
        number += len(page)
    return number


class Relay:
    """Moves pending events; any number may run, in any number of processes: the unique numbers are the fence."""

    def __init__(self, database: Database, collections: Sequence[str], *, moved: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._collections = collections
        self._moved = moved
        self._last: int | None = None
        self._waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._turn = asyncio.Lock()

    def hurry(self, collection: str, identifier: str) -> None:
        """Ask that a document which was just saved is seen to at once."""
        self._waiting.put_nowait((collection, identifier))

    async def run(self) -> None:
        """See for ever to the documents saved by this process; what an outage leaves is left to `sweep`."""
        while True:
            collection, identifier = await self._waiting.get()
            try:
                await self.move_one(collection, identifier)
            except PyMongoError as error:
                logger.warning("relay.postponed", collection=collection, document=identifier, error=type(error).__name__)
                self._last = None
            finally:
                self._waiting.task_done()

    async def caught_up(self) -> None:
        """Wait until everything that was saved in this process so far has been seen to by `run`."""
        await self._waiting.join()

    async def run_sweeps(self) -> None:
        """Look every second for what other processes left behind."""
        while True:
            try:
                await self.sweep()
            except PyMongoError as error:
                logger.warning("relay.sweep_failed", error=type(error).__name__)
                self._last = None
            await asyncio.sleep(_SWEEP_EVERY)

    async def sweep(self) -> int:
        """Move all pending events there are; give the number of documents seen to."""
        documents = 0
        for collection in self._collections:
            query = {"pending.id": {"$exists": True}}
            ids = [row["_id"] async for row in self._database[collection].find(query, {"_id": 1}).limit(PAGE)]
            for identifier in ids:
                await self.move_one(collection, identifier)
            documents += len(ids)
        return documents

    async def move_one(self, collection: str, identifier: str) -> None:
        """Move one document's pending events, oldest first, then take exactly these away."""
        async with self._turn:
            document = await self._database[collection].find_one({"_id": identifier}, {"pending": 1})
            pending = (document or {}).get("pending")
            if not pending:
                return
            await self._append(pending)
            await self._forget(collection, identifier, [event["id"] for event in pending])
        self._moved()

    async def _append(self, pending: list[dict[str, Any]]) -> None:
        if self._last is None:
            self._last = await highest(self._database)
        rows = [_row(event, self._last + place) for place, event in enumerate(pending, start=1)]
        try:
            await self._database["events"].insert_many(rows, ordered=True)
            self._last += len(rows)
        except BulkWriteError:
            self._last = None
            for event in pending:
                await self._append_one(event)
        await self._hint(len(pending))

    async def _append_one(self, event: dict[str, Any]) -> None:
        """Insert under the next free number, unless the event stands already: which key was taken is looked up."""
        while True:
            if self._last is None:
                self._last = await highest(self._database)
            try:
                await self._database["events"].insert_one(_row(event, self._last + 1))
            except DuplicateKeyError:
                if await self._database["events"].find_one({"event_id": event["id"]}, {"_id": 1}):
                    return
                self._last = None
                continue
            self._last += 1
            return

    async def _hint(self, added: int) -> None:
        """Keep a low bound of the highest number, so that a start needs not read from the first."""
        if self._last is not None and self._last // PAGE != (self._last - added) // PAGE:
            await self._database["relay"].update_one({"_id": "relay"}, {"$max": {"highest": self._last}}, upsert=True)

    async def _forget(self, collection: str, identifier: str, ids: list[str]) -> None:
        """Unset the list when it holds just these: an empty list must not stay under the sparse index."""
        rows = self._database[collection]
        guard = {"_id": identifier, "pending": {"$size": len(ids)}, "pending.0.id": ids[0]}
        whole = await rows.update_one(guard, {"$unset": {"pending": ""}})
        if not whole.matched_count:
            await rows.update_one({"_id": identifier}, {"$pull": {"pending": {"id": {"$in": ids}}}})
            await rows.update_one({"_id": identifier, "pending": {"$size": 0}}, {"$unset": {"pending": ""}})


def _row(event: dict[str, Any], number: int) -> dict[str, Any]:
    row = {name: value for name, value in event.items() if name != "id"}
    return {"_id": number, "event_id": event["id"], **row}


async def trim(database: Database, *, passed: int) -> int:
    """Delete events older than KEPT that every handler has passed; give how many."""
    head = await highest(database)
    await database["relay"].update_one({"_id": "relay"}, {"$max": {"highest": head}}, upsert=True)
    deleted = 0
    while True:
        rows = await database["events"].find({"_id": {"$lt": min(passed, head)}}).sort("_id", ASCENDING).limit(PAGE).to_list()
        old = [row["_id"] for row in rows if row["at"] < now() - KEPT]
        if not old:
            return deleted
        await database["events"].delete_many({"_id": {"$in": old}})
        await database["relay"].update_one({"_id": "relay"}, {"$max": {"trimmed": max(old)}}, upsert=True)
        deleted += len(old)


async def trimmed(database: Database) -> int:
    """Give the number up to which events are no longer kept."""
    hint = await database["relay"].find_one({"_id": "relay"})
    return hint.get("trimmed", 0) if hint else 0
