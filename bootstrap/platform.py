"""The composition root: opens the stores and everything that api, worker and tests share, and closes it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bootstrap.documents import DOCUMENTS, record_collections
from bootstrap.engines import make_engine
from care.workers import declare_queues
from core.clock import clock
from core.database import Database, connect, declare, ping
from core.embedded.store import EmbeddedStore
from core.errors import Unavailable
from core.logs import log
from core.outbound import Outbound
from core.records import when_saved
from core.relay import Relay, declare_events
from core.secrets import Keyring, open_keyring
from core.settings import Settings
from core.tail import EventTail
from core.tasks import end, running
from core.text.language import prepare_languages
from search.engine import SearchEngine

logger = log(__name__)

SEARCH_OPENS_WITHIN = 10.0
"""Seconds that a start waits for a search that neither answers nor refuses."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What a process of Köprü is made of."""

    settings: Settings
    database: Database
    keyring: Keyring
    search: SearchEngine
    tail: EventTail
    relay: Relay
    outbound: Outbound
    embedded: EmbeddedStore | None
    """The store of this process's own, when no MongoDB is configured."""


@asynccontextmanager
async def open_platform(settings: Settings) -> AsyncIterator[Platform]:
    """Open everything, in the order of need, and close it in the reverse; Unavailable when a store does not answer."""
    async with AsyncExitStack() as stack:
        embedded = await _embedded(settings, stack)
        client = connect(embedded.url if embedded else str(settings.mongodb_url))
        stack.push_async_callback(client.close)
        database = client[settings.mongodb_database]
        await _declare(database)
        async with at_work(compose(settings, database, make_engine(settings), embedded=embedded)) as platform:
            yield platform


@asynccontextmanager
async def at_work(platform: Platform) -> AsyncIterator[Platform]:
    """Open the search and run what goes on beside everything else: the clock, the relay of own writes, the tail."""
    await clock.sample(platform.database)
    await platform.tail.start()
    await asyncio.to_thread(prepare_languages)
    silence = when_saved(platform.relay.hurry)
    try:
        async with _opened(platform.search), running(clock.follow(platform.database), platform.tail.run(), platform.relay.run()):
            yield platform
    finally:
        silence()


@asynccontextmanager
async def _opened(search: SearchEngine) -> AsyncIterator[None]:
    """Open the search, and go on without one that is down or slow: what customers say is taken in all the same.

    Every call of an engine makes ready what it needs, so nothing opens it again later. Raises what else opening it raises.
    """
    opening = asyncio.create_task(search.open())
    try:
        await asyncio.wait([opening], timeout=SEARCH_OPENS_WITHIN)
        if not opening.done() or isinstance(opening.exception(), Unavailable):
            logger.warning("search.not_open", engine=type(search).__name__)
        else:
            await opening
        yield
    finally:
        await end(opening)
        await search.close()


async def _embedded(settings: Settings, stack: AsyncExitStack) -> EmbeddedStore | None:
    if settings.mongodb_url is not None:
        return None
    embedded = EmbeddedStore(None if settings.memory_only else settings.data / "store")
    await embedded.start()
    stack.push_async_callback(embedded.stop)
    return embedded


def compose(settings: Settings, database: Database, search: SearchEngine, *, embedded: EmbeddedStore | None = None) -> Platform:
    """Put a process together on an open database."""
    tail = EventTail(database)
    return Platform(
        settings=settings,
        database=database,
        keyring=open_keyring(settings),
        search=search,
        tail=tail,
        relay=Relay(database, record_collections(), moved=tail.wake),
        outbound=Outbound(settings.outbound_allow),
        embedded=embedded,
    )


async def _declare(database: Database) -> None:
    await ping(database)
    await declare(database, DOCUMENTS)
    await declare_events(database)
    await declare_queues(database)
