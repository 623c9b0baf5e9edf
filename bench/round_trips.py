"""How many commands a request sends to the store, counted in this process by the driver's own events."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from starlette.applications import Starlette
from typing_extensions import override

from api.app import make_application
from bench.installation import Installation
from bench.peer import open_peer
from bootstrap.documents import DOCUMENTS
from bootstrap.engines import make_engine
from bootstrap.platform import compose
from core.clock import clock
from core.database import connect, declare
from core.embedded.store import EmbeddedStore


class Counter(CommandListener):
    """Counts the commands that a client sends."""

    def __init__(self) -> None:
        self.commands = 0

    @override
    def started(self, event: CommandStartedEvent) -> None:
        self.commands += 1

    @override
    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Need nothing."""

    @override
    def failed(self, event: CommandFailedEvent) -> None:
        """Need nothing."""


@dataclass
class Counted:
    """Both applications in this process on one listened client: nothing else runs on it."""

    product: Starlette
    peer: Starlette
    counter: Counter

    async def product_commands(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Count what the product sends for a request that it has answered before."""
        return await self._commands(self.product, path, body, headers)

    async def peer_commands(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Count what the peer sends for a request."""
        return await self._commands(self.peer, path, body, headers)

    async def _commands(self, application: Starlette, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        transport = httpx2.ASGITransport(application)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            for _ in range(2):
                self.counter.commands = 0
                response = await http.post(path, content=body, headers=dict(headers))
                response.raise_for_status()
        return self.counter.commands


@asynccontextmanager
async def counting(installation: Installation) -> AsyncIterator[Counted]:
    """Open both applications on the installation's store."""
    counter, settings = Counter(), installation.settings
    url = settings.mongodb_url or EmbeddedStore(settings.data / "store").url
    client = connect(url, event_listeners=[counter])
    try:
        database = client[settings.mongodb_database]
        await declare(database, DOCUMENTS)
        await clock.sample(database)
        application = await make_application(compose(settings, database, make_engine(settings)))
        peer = await open_peer(settings, database)
        yield Counted(application.asgi, peer.application(), counter)
    finally:
        await client.close()
