"""The embedded store: a MongoDB-speaking endpoint of our own for a first look, for front-end work and for tests."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import threading
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import quote_plus

from typing_extensions import override

from core.embedded.catalog import Catalog
from core.embedded.errors import StoreRefused
from core.embedded.journal import SMALLEST_COMPACTION, Journal
from core.embedded.ownership import FolderLock, private_folder, socket_folder
from core.embedded.pauses import Pauses
from core.embedded.server import Server

_LOG = logging.getLogger("kopru.store")
_TRY_EVERY = 0.1
MEANT_FOR = 20_000
"""Documents in a collection up to which the store is meant to be used."""


class EmbeddedStore:
    """A store in `folder`, or in memory only where that is None; `url` is what a driver connects to.

    Of all processes that start it on one folder, the holder of the folder's lock owns it and serves the others (`owner`). When
    the owner dies, the next one loads the journal and serves; drivers reconnect by themselves.
    """

    def __init__(self, folder: Path | None, *, smallest_compaction: int = SMALLEST_COMPACTION) -> None:
        self._folder = folder.resolve() if folder else None
        sockets = socket_folder(self._folder) if self._folder else Path("/tmp") / f"kopru-{secrets.token_hex(8)}"  # noqa: S108  made 0700
        self._socket = sockets / "s.sock"
        self._smallest_compaction = smallest_compaction
        self._turn: _Turn | None = None
        self.url = f"mongodb://{quote_plus(str(self._socket))}/"

    @property
    def owner(self) -> bool:
        """Whether this process serves the store."""
        return self._turn is not None and self._turn.owner

    @property
    def failure(self) -> str | None:
        """Why the store refuses writes, or None while all is well."""
        return self._turn.failure if self._turn else None

    @property
    def crowded(self) -> list[str]:
        """The collections ("database.name") that have outgrown the store; known to its owner only."""
        return self._turn.catalog.crowded(MEANT_FOR) if self._turn else []

    async def start(self) -> None:
        """Own the store, or join its owner; return when a driver can connect.

        Raises StoreRefused for a folder that is not ours alone, JournalDamaged for a journal that cannot be trusted.
        """
        self._check_folders()
        self._turn = _Turn(self._folder, self._socket, self._smallest_compaction)
        self._turn.start()
        await asyncio.wrap_future(self._turn.ready)

    def _check_folders(self) -> None:
        if self._folder:
            private_folder(self._folder)
        if os.path.lexists(self._socket.parent):
            private_folder(self._socket.parent)

    async def stop(self) -> None:
        """Finish what was begun, close the connections and let the lock go."""
        if self._turn is not None:
            turn, self._turn = self._turn, None
            await asyncio.to_thread(turn.end)


class _Turn(threading.Thread):
    """One run of the store, from start to stop, on a thread and an event loop of its own: a busy process does not stall it."""

    def __init__(self, folder: Path | None, socket_path: Path, smallest_compaction: int) -> None:
        super().__init__(name="kopru-store", daemon=True)
        self.ready: Future[None] = Future()
        self.owner = False
        self.catalog = Catalog()
        self._folder = folder
        self._socket = socket_path
        self._smallest_compaction = smallest_compaction
        self._lock = FolderLock(folder) if folder else None
        self._journal: Journal | None = None
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()

    @property
    def failure(self) -> str | None:
        return self._journal.failure if self._journal else None

    @override
    def run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._live())
            except OSError as error:
                self._report(StoreRefused(f"The store cannot use {self._folder or self._socket}: {error.strerror}."))
            except Exception as error:  # noqa: BLE001  whatever ended the run is told to whoever started it
                self._report(error)

    def _report(self, error: Exception) -> None:
        """Tell the starter, or the log where it has long gone on."""
        if self.ready.done():
            _LOG.critical("The store ended: %s", error)
        else:
            self.ready.set_exception(error)

    def end(self) -> None:
        """End the run and wait for it."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)
        self.join()

    async def _live(self) -> None:
        try:
            if await self._owning():
                with Pauses():
                    await self._serve()
        finally:
            self.owner = False
            if self._lock is not None:
                self._lock.release()

    async def _owning(self) -> bool:
        """Wait until the store is ours; False where the run ended before."""
        while self._lock is not None and not self._lock.acquire():
            if not self.ready.done() and self._reachable():
                self.ready.set_result(None)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _TRY_EVERY)
                return False
        return True

    def _reachable(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self._socket)) == 0

    async def _serve(self) -> None:
        if self._folder is not None:
            self._journal = Journal(self._folder, self.catalog, self._smallest_compaction)
            self._journal.load()
        for name in self.catalog.crowded(MEANT_FOR):
            _LOG.warning("%s has more than %d documents: use a MongoDB server (KOPRU_MONGODB_URL).", name, MEANT_FOR)
        private_folder(self._socket.parent)
        server = Server(self.catalog, self._journal)
        await server.listen(self._socket)
        self.owner = True
        if not self.ready.done():
            self.ready.set_result(None)
        try:
            await self._ended.wait()
        finally:
            await server.close()
            self._socket.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self._socket.parent.rmdir()
