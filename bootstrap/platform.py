"""The composition root: opens the stores and everything that api, worker and tests share, and closes it again."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bootstrap.documents import DOCUMENTS, record_collections
from bootstrap.engines import make_engine
from care.workers import declare_queues
from core.clock import clock
from core.database import Database, connect, declare, ping
from core.embedded.store import EmbeddedStore
from core.outbound import Outbound
from core.records import when_saved
from core.relay import Relay, declare_events
from core.secrets import Keyring, open_keyring
from core.settings import Settings
from core.tail import EventTail
from core.text.language import prepare_languages
from search.engine import SearchEngine


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
        platform = _compose(settings, client[settings.mongodb_database], embedded)
        await _prepare(platform)
        stack.push_async_callback(platform.search.close)
        stack.callback(when_saved(platform.relay.hurry))
        async with _running(clock.follow(platform.database), platform.tail.run(), platform.relay.run()):
            yield platform


async def _embedded(settings: Settings, stack: AsyncExitStack) -> EmbeddedStore | None:
    if settings.mongodb_url is not None:
        return None
    embedded = EmbeddedStore(None if settings.memory_only else settings.data / "store")
    await embedded.start()
    stack.push_async_callback(embedded.stop)
    return embedded


def _compose(settings: Settings, database: Database, embedded: EmbeddedStore | None) -> Platform:
    tail = EventTail(database)
    return Platform(
        settings=settings,
        database=database,
        keyring=open_keyring(settings),
        search=make_engine(settings),
        tail=tail,
        relay=Relay(database, record_collections(), moved=tail.wake),
        outbound=Outbound(settings.outbound_allow),
        embedded=embedded,
    )


async def _prepare(platform: Platform) -> None:
    database = platform.database
    await ping(database)
    await declare(database, DOCUMENTS)
    await declare_events(database)
    await declare_queues(database)
    await clock.sample(database)
    await platform.tail.start()
    await platform.search.open()
    await asyncio.to_thread(prepare_languages)


@asynccontextmanager
async def _running(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run what goes on beside everything else, and end it."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
