"""The endpoint: connections on a Unix socket, one command at a time, each answered when its effects are on disk."""

import asyncio
import logging
from functools import partial
from pathlib import Path

from typing_extensions import override

from core.embedded.catalog import Catalog
from core.embedded.commands import Commands, is_write
from core.embedded.journal import Journal
from core.embedded.values import Document
from core.embedded.wire import Message, ProtocolError, take_message

_LOG = logging.getLogger("kopru.store")
_LAST_TURNS = 8


class Server:
    """A catalog behind a socket. Without a journal it lives in memory only."""

    def __init__(self, catalog: Catalog, journal: Journal | None) -> None:
        self._commands = Commands(catalog)
        self._catalog = catalog
        self._journal = journal
        self._listening: asyncio.Server | None = None
        self._connections: set[asyncio.Transport] = set()

    async def listen(self, path: Path) -> None:
        """Bind the socket at `path`, in the place of one that a dead owner left."""
        path.unlink(missing_ok=True)  # noqa: ASYNC240  nobody is served yet, and it takes no time
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_unix_server(lambda: _Connection(self, self._connections), path)
        path.chmod(0o600)  # noqa: ASYNC240  as above

    async def close(self) -> None:
        """Stop listening, give the answers that wait for the disk, and close the connections."""
        if self._listening is not None:
            self._listening.close()
        if self._journal is not None:
            await self._journal.close()
        for _ in range(_LAST_TURNS):  # a connection that was being accepted comes up in the next turns of the loop
            await asyncio.sleep(0)
            for transport in list(self._connections):
                end = transport.abort if transport.is_closing() else transport.close
                end()

    def handle(self, message: Message, transport: asyncio.Transport) -> None:
        """Run a command; answer at once, or when its effects are on disk."""
        answer = self._run(message.command)
        effects = self._catalog.take_effects()
        if self._journal is not None and effects:
            self._journal.record(effects).add_done_callback(partial(self._stored, message, transport, answer))
        elif message.answered:
            _send(transport, message.answer(answer))

    def _run(self, command: Document) -> Document:
        if self._journal is not None and self._journal.failure is not None and is_write(command):
            return self._journal.refusal().answer()
        return self._commands.run(command)

    def _stored(self, message: Message, transport: asyncio.Transport, answer: Document, done: "asyncio.Future[None]") -> None:
        error = done.exception()
        if error is not None and self._journal is not None:
            answer = self._journal.refusal().answer()
        if message.answered:
            _send(transport, message.answer(answer))


def _send(transport: asyncio.Transport, answer: bytes) -> None:
    if not transport.is_closing():
        transport.write(answer)


class _Connection(asyncio.Protocol):
    """One driver's connection."""

    def __init__(self, server: Server, connections: set[asyncio.Transport]) -> None:
        self._server = server
        self._connections = connections
        self._buffer = bytearray()
        self._transport: asyncio.Transport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream protocol is given a stream transport
        self._connections.add(self._transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            while (message := take_message(self._buffer)) is not None:
                self._server.handle(message, self._transport)
        except ProtocolError as error:
            _LOG.warning("A connection to the store was closed: it sent %s.", error)
            self._transport.abort()
