"""The journal: effects on disk before a command is answered, one fsync for all that wait, snapshots beside running writes."""

import asyncio
import errno
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from core.embedded.catalog import Catalog, Effect
from core.embedded.errors import CommandError
from core.embedded.frames import MAGIC, TornEnd, damaged, frame, read_frames

_LOG = logging.getLogger("kopru.store")
_PIECE = 1024 * 1024
SMALLEST_COMPACTION = 16 * 1024 * 1024


class Journal:
    """The files of one store: `snapshot-N` holds everything before `journal-N`; later journals follow by number.

    `failure` is set once a write did not reach the disk: from then on every write is refused, as nothing more can be promised.
    """

    def __init__(self, folder: Path, catalog: Catalog, smallest_compaction: int = SMALLEST_COMPACTION) -> None:
        self.failure: str | None = None
        self._folder = folder
        self._catalog = catalog
        self._smallest = smallest_compaction
        self._number = 0
        self._code = 1
        self._file = -1
        self._written = self._snapshot_size = 0
        self._effects: list[Effect] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._compacting: asyncio.Future[None] | None = None
        self._threads = ThreadPoolExecutor(2, "kopru-journal")

    def load(self) -> None:
        """Bring the catalog to what the files hold, and open the last journal for more.

        Raises JournalDamaged. A record torn at the very end is dropped with a warning: it was never acknowledged.
        """
        for leftover in self._folder.glob("*.new"):
            leftover.unlink()
        snapshots, journals = self._numbers("snapshot"), self._numbers("journal")
        start = max(snapshots, default=0)
        if snapshots:
            self._snapshot_size = self._load_snapshot(start)
        current = [number for number in journals if number >= start]
        if current != list(range(start, start + len(current))) or (snapshots and not current):
            raise damaged(self._path("journal", start), 0, "the files of the journal are not complete, one is missing")
        for number in current:
            self._load_journal(number, last=number == current[-1])
        self._remove_before(start)
        self._number = current[-1] if current else 0
        self._written = sum(self._path("journal", number).stat().st_size for number in current)
        self._file = self._open(self._number)

    def _numbers(self, kind: str) -> list[int]:
        return sorted(int(path.stem.rsplit("-", 1)[1]) for path in self._folder.glob(f"{kind}-*.kopru"))

    def _path(self, kind: str, number: int) -> Path:
        return self._folder / f"{kind}-{number:08}.kopru"

    def _load_snapshot(self, number: int) -> int:
        path, complete = self._path("snapshot", number), False
        try:
            for effects in read_frames(path):
                complete = not effects
                self._replay(effects)
        except TornEnd as torn:
            raise damaged(path, torn.offset, "the snapshot is cut off") from torn
        if not complete:
            raise damaged(path, path.stat().st_size, "the end of the snapshot is missing")
        return path.stat().st_size

    def _load_journal(self, number: int, *, last: bool) -> None:
        path = self._path("journal", number)
        try:
            for effects in read_frames(path):
                self._replay(effects)
        except TornEnd as torn:
            if not last:
                raise damaged(path, torn.offset, "a record is cut off, but the journal goes on in another file") from torn
            _LOG.warning(
                "The last record of %s was cut off at byte %d; it was never acknowledged and is dropped.", path, torn.offset
            )
            with path.open("r+b") as file:
                file.truncate(torn.offset)

    def _replay(self, effects: list[Effect]) -> None:
        for namespace, kind, what in effects:
            self._catalog.replay(namespace, kind, what)

    def _open(self, number: int) -> int:
        path = self._path("journal", number)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        new = os.fstat(file).st_size == 0
        try:
            if new:
                _write(file, MAGIC)
            os.fsync(file)
            self._sync_folder()
        except OSError:
            os.close(file)
            if new:
                path.unlink()
            raise
        return file

    def _sync_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _remove_before(self, number: int) -> None:
        for kind in ("journal", "snapshot"):
            for old in self._numbers(kind):
                if old < number:
                    self._path(kind, old).unlink()

    def record(self, effects: list[Effect]) -> asyncio.Future[None]:
        """Return a future that is done when `effects` are on disk, or holds the CommandError where they cannot be."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._effects += effects
        self._waiting.append(done)
        if self._flushing is None or self._flushing.done():
            self._flushing = loop.create_task(self._flush())
        return done

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            effects, waiting = self._effects, self._waiting
            self._effects, self._waiting = [], []
            image = self._catalog.everything() if self._due() else None
            try:
                if self.failure is None:
                    await loop.run_in_executor(self._threads, self._append, effects)
            except Exception as error:  # noqa: BLE001  whatever it was: what waits is not on disk
                self._fail(error)
            for done in waiting:
                self._finish(done)
            if image is not None and self.failure is None:
                await self._rotate(image)

    def _append(self, effects: list[Effect]) -> None:
        written = frame(effects)
        _write(self._file, written)
        os.fsync(self._file)
        self._written += len(written)

    def _fail(self, error: Exception) -> None:
        self.failure = f"The journal in {self._folder} cannot be written ({error}): nothing more is stored until a restart."
        full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        self._code = 14031 if full else 1
        _LOG.error(self.failure)

    def refusal(self) -> CommandError:
        """Return the error that answers writes after a failure."""
        return CommandError(str(self.failure), self._code)

    def _finish(self, done: asyncio.Future[None]) -> None:
        if done.cancelled():
            return
        if self.failure is None:
            done.set_result(None)
        else:
            done.set_exception(self.refusal())

    def _due(self) -> bool:
        busy = self._compacting is not None and not self._compacting.done()
        return not busy and self._written > max(self._smallest, self._snapshot_size)

    async def _rotate(self, image: Iterator[Effect]) -> None:
        """Go on in a new file, and write what was there before it as a snapshot beside."""
        loop = asyncio.get_running_loop()
        try:
            file = await loop.run_in_executor(self._threads, self._open, self._number + 1)
        except OSError as error:
            _LOG.warning("No new journal file in %s (%s): going on in the old one.", self._folder, error.strerror)
            return
        os.close(self._file)
        self._file, self._number, self._written = file, self._number + 1, 0
        self._compacting = loop.run_in_executor(self._threads, self._compact, image, self._number)

    def _compact(self, image: Iterator[Effect], number: int) -> None:
        path = self._path("snapshot", number)
        beside = path.with_suffix(".new")
        try:
            with beside.open("wb") as file:
                for piece in _pieces(image):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(path)
            self._sync_folder()
            self._snapshot_size = path.stat().st_size
            self._remove_before(number)
        except OSError as error:
            beside.unlink(missing_ok=True)
            _LOG.warning(
                "No snapshot in %s (%s): the journal keeps everything and it is tried again.", self._folder, error.strerror
            )

    async def close(self) -> None:
        """Wait for what is being written, then let the files go."""
        while self._flushing is not None and not self._flushing.done():
            await self._flushing
        if self._compacting is not None:
            await self._compacting
        self._threads.shutdown()
        with suppress(OSError):
            os.close(self._file)


def _write(file: int, written: bytes) -> None:
    rest = memoryview(written)
    while rest:
        rest = rest[os.write(file, rest) :]


def _pieces(image: Iterator[Effect]) -> Iterator[bytes]:
    """Yield the snapshot as frames of about 1 MiB; an empty one says that it is complete."""
    yield MAGIC
    effects: list[Effect] = []
    size = 0
    for effect in image:
        effects.append(effect)
        size += len(effect[2]) if isinstance(effect[2], bytes) else 0
        if size > _PIECE:
            yield frame(effects)
            effects, size = [], 0
    if effects:
        yield frame(effects)
    yield frame([])
