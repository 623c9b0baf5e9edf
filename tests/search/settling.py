"""What stands between a change and its being found: the relay, the tail and the handlers, run to their end."""

from collections.abc import AsyncIterator

from bootstrap.documents import record_collections
from care import handlers as care
from community import handlers as community
from core.database import Database
from core.handlers import HandlerRunner, Handlers
from core.relay import Relay
from core.tail import EventTail
from search import indexing
from search.engine import SearchEngine
from search.entries import SearchEntry


class Settling:
    """Brings the indexes in line with everything that has happened."""

    def __init__(self, store: Database, engine: SearchEngine) -> None:
        self._store = store
        self.engine = engine

    async def __call__(self) -> None:
        await self.relay()
        tail = EventTail(self._store)
        await tail.start()
        await HandlerRunner(self._store, tail, _handlers(self.engine).all()).drain()
        assert await self._store["parked"].find({}).to_list() == []

    async def relay(self) -> None:
        relay = Relay(self._store, record_collections())
        while await relay.sweep():
            pass

    async def again(self) -> None:
        """Handle every event once more, as after a crash before the cursor was kept."""
        await self._store["handlers"].delete_many({})
        await self()


def _handlers(engine: SearchEngine) -> Handlers:
    handlers = Handlers()
    community.subscribe(handlers)
    care.subscribe(handlers)
    indexing.subscribe(handlers, engine)
    return handlers


async def nothing() -> AsyncIterator[SearchEntry]:
    entries: tuple[SearchEntry, ...] = ()
    for entry in entries:
        yield entry
