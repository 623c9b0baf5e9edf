"""What happens upon events: handlers with a cursor each, patience for outages, parking for what can't be handled."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from core.clock import now
from core.database import Database, outage
from core.errors import Unavailable
from core.events import Event, Recorded, StoredEvent
from core.logs import log
from core.relay import highest
from core.tail import EventTail
from core.tasks import together

logger = log(__name__)

TRIES = 5
_SAVE_EVERY = 64
_PAUSE = 0.05
_LONGEST_PAUSE = 5.0

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Handler:
    """A named reaction; `start` tells where it begins when it is new: at the first event or at the last."""

    name: str
    reactions: dict[str, Callable[[StoredEvent], Awaitable[None]]]
    start: Literal["first", "head"] = "first"


class Handlers:
    """The table of reactions: filled at start, read by the runner."""

    def __init__(self) -> None:
        self._reactions: dict[str, dict[str, Callable[[StoredEvent], Awaitable[None]]]] = {}
        self._starts: dict[str, Literal["first", "head"]] = {}

    def group(self, name: str, *, start: Literal["first", "head"]) -> "HandlerGroup":
        """Open a handler: one cursor, any number of event types. The name is kept in the store: never rename it."""
        if name in self._reactions:
            message = f"handler {name} is there already"
            raise ValueError(message)
        self._reactions[name] = {}
        self._starts[name] = start
        return HandlerGroup(self._reactions[name])

    def all(self) -> list[Handler]:
        """Give the handlers."""
        return [Handler(name, reactions, self._starts[name]) for name, reactions in self._reactions.items()]


class HandlerGroup:
    """One handler while it is being filled."""

    def __init__(self, reactions: dict[str, Callable[[StoredEvent], Awaitable[None]]]) -> None:
        self._reactions = reactions

    def on(self, kind: type[E], react: Callable[[Recorded[E]], Awaitable[object]]) -> "HandlerGroup":
        """React to one type of event; the reaction re-reads the row and can run twice without harm."""

        async def call(event: StoredEvent) -> None:
            await react(Recorded.from_event(event, kind))

        self._reactions[kind.__name__] = call
        return self


class HandlerRunner:
    """Feeds every handler from the tail; each goes at its own pace from its own stored cursor."""

    def __init__(self, database: Database, tail: EventTail, handlers: Sequence[Handler]) -> None:
        self._database = database
        self._tail = tail
        self._handlers = handlers
        self._drained: dict[str, int] = {}

    async def run(self) -> None:
        """Run all handlers for ever."""
        await together(*(self._follow(handler) for handler in self._handlers))

    async def drain(self) -> int:
        """Handle everything there is now and come back, for tests and for the end of an import; give how many reactions ran.

        All handlers are fed from one reading. As while they follow, a cursor is stored only where something was done.
        """
        reactions = 0
        stored = await self._stored()
        cursors = {name: max(cursor, self._drained.get(name, 0)) for name, cursor in stored.items()}
        while page := await self._tail.at_once(min(cursors.values(), default=self._tail.head)):
            last = page[-1].number
            passed = []
            for handler in self._handlers:
                touched = [await self._handle(handler, event) for event in page if event.number > cursors[handler.name]]
                cursors[handler.name] = max(cursors[handler.name], last)
                if any(touched) or last - stored[handler.name] >= _SAVE_EVERY:
                    passed.append(handler.name)
                    stored[handler.name] = last
                reactions += sum(touched)
            await self._keep(passed, last)
        self._drained = cursors
        return reactions

    async def _stored(self) -> dict[str, int]:
        """Give where each handler is, as far as it is stored."""
        names = [handler.name for handler in self._handlers]
        stored = {row["_id"]: int(row["cursor"]) async for row in self._database["handlers"].find({"_id": {"$in": names}})}
        for handler in self._handlers:
            if handler.name not in stored:
                stored[handler.name] = 0 if handler.start == "first" else await self._cursor(handler)
        return stored

    async def pass_over(self) -> None:
        """Put all cursors at the last event there is: what these handlers do was done for all of them by other means."""
        head = await highest(self._database)
        await self._keep([handler.name for handler in self._handlers], head)

    async def passed(self) -> int:
        """Give the number that every handler has passed."""
        return min([await self._cursor(handler) for handler in self._handlers], default=0)

    async def _follow(self, handler: Handler) -> None:
        cursor = kept = await _patiently(lambda: self._cursor(handler), handler.name)
        while True:
            page = await _patiently(lambda: self._tail.after(cursor), handler.name)  # noqa: B023 - called before the next round
            touched = False
            for event in page:
                touched |= await self._handle(handler, event)
                cursor = event.number
            if touched or cursor - kept >= _SAVE_EVERY:
                await _patiently(lambda: self._keep([handler.name], cursor), handler.name)  # noqa: B023 - as above
                kept = cursor

    async def _cursor(self, handler: Handler) -> int:
        row = await self._database["handlers"].find_one({"_id": handler.name})
        if row is not None:
            return int(row["cursor"])
        start = self._tail.head if handler.start == "head" else 0
        await self._database["handlers"].update_one({"_id": handler.name}, {"$setOnInsert": {"cursor": start}}, upsert=True)
        return start

    async def _keep(self, names: Sequence[str], cursor: int) -> None:
        """Store that these handlers have passed `cursor`: with one command where each has a row already."""
        if not names:
            return
        rows, passed = self._database["handlers"], {"$max": {"cursor": cursor}}
        if (await rows.update_many({"_id": {"$in": list(names)}}, passed)).matched_count == len(names):
            return
        for name in names:
            await rows.update_one({"_id": name}, passed, upsert=True)

    async def _handle(self, handler: Handler, event: StoredEvent) -> bool:
        react = handler.reactions.get(event.type)
        if react is None:
            return False
        failure = Exception()
        for attempt in range(1, TRIES + 1):
            try:
                await _patiently(lambda: react(event), handler.name)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other events must go on
                failure = error
                await asyncio.sleep(_PAUSE * attempt)
            else:
                return True
        await _patiently(lambda: self._park(handler, event, failure), handler.name)
        return True

    async def _park(self, handler: Handler, event: StoredEvent, error: Exception) -> None:
        logger.error("handler.parked", handler=handler.name, event_number=event.number, exc_info=error)
        row = {"handler": handler.name, "event": event.number, "type": event.type, "error": repr(error)[:500], "at": now()}
        key = f"{handler.name}:{event.number}"
        await self._database["parked"].update_one({"_id": key}, {"$set": row, "$inc": {"parkings": 1}}, upsert=True)


async def _patiently(act: Callable[[], Awaitable[Any]], name: str) -> Any:
    """Wait out an outage for ever: standing still loses nothing, going on would."""
    pause = _PAUSE
    while True:
        try:
            return await act()
        except Exception as error:
            if not isinstance(error, Unavailable) and outage(error) is None:
                raise
            logger.warning("handler.waiting", handler=name, error=str(error))
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def replay_parked(database: Database, handlers: Sequence[Handler], parked_id: str) -> bool:
    """Run a parked event through its handler once more; true when it is through, and then it is parked no longer."""
    row = await database["parked"].find_one({"_id": parked_id})
    raw = await database["events"].find_one({"_id": row["event"]}) if row else None
    handler = next((handler for handler in handlers if row and handler.name == row["handler"]), None)
    if raw is None or handler is None or raw["type"] not in handler.reactions:
        return False
    await handler.reactions[raw["type"]](StoredEvent.from_stored(raw))
    await database["parked"].delete_one({"_id": parked_id})
    return True
