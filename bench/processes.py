"""Köprü's processes as children: started in a folder of their own, watched until they answer, ended or killed by their ids."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import httpx2

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 60.0
_ENDS_WITHIN = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


class NotReady(Exception):
    """A child did not come up in time; the text names its log."""


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Child:
    """A Python program that can be started again and again; what it prints goes to the end of `log`."""

    def __init__(self, arguments: Sequence[str], settings: Mapping[str, str], log: Path) -> None:
        self._arguments = [sys.executable, *arguments]
        self._settings = settings
        self.log = log
        self._running: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Give the id of the running process."""
        if self._running is None:
            message = f"{' '.join(self._arguments)} is not running"
            raise NotReady(message)
        return self._running.pid

    async def start(self) -> None:
        """Start the program; it is not ready yet."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KOPRU_")}  # noqa: TID251 - a child gets our surroundings, none of our settings
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._arguments,
                cwd=self.log.parent,
                env={**inherited, "PYTHONPATH": str(ROOT), **self._settings},
                stdout=log,
                stderr=log,
            )

    async def ended(self) -> int:
        """Wait until the program ends by itself; give its exit code."""
        if self._running is None:
            message = f"{' '.join(self._arguments)} is not running"
            raise NotReady(message)
        return await self._running.wait()

    async def kill(self) -> None:
        """End the process at once, as a power cut or the kernel would (SIGKILL)."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end and wait for it; one that does not is killed."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        running, self._running = self._running, None
        if running is None or running.returncode is not None:
            return
        running.send_signal(number)
        try:
            await asyncio.wait_for(running.wait(), _ENDS_WITHIN)
        except TimeoutError:
            running.kill()
            await running.wait()

    def cpu_seconds(self) -> float:
        """Give the processor time that the process has used, its own and the kernel's for it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    async def says(self, text: str) -> None:
        """Wait until the log holds a text; NotReady when it does not in time, or the process ended."""
        await self._until(lambda: _holds(self.log, text))

    async def answers(self, url: str) -> None:
        """Wait until a URL is answered with 200; NotReady when it is not in time, or the process ended."""
        async with httpx2.AsyncClient(timeout=2.0) as http:
            await self._until(lambda: _is_answered(http, url))

    async def _until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not await is_so():
            ended = self._running is None or self._running.returncode is not None
            if ended or time.monotonic() > deadline:
                message = f"{' '.join(self._arguments)} is not ready; see {self.log}"
                raise NotReady(message)
            await asyncio.sleep(0.05)


async def _holds(log: Path, text: str) -> bool:
    return text.encode() in await asyncio.to_thread(log.read_bytes)


async def _is_answered(http: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        return False
