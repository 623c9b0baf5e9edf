"""A closed-loop HTTP client in a process of its own: `python -m bench.load PLAN` prints what it measured as JSON.

Each connection sends its next request when the answer to the last one is there. So the rate is what the server can do with so
many callers at once, and a slow server is asked less: percentiles are of what these callers waited, not of an open crowd.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from standardwebhooks.webhooks import Webhook

from bench.faults.sending import Entry
from core.clock import now


@dataclass
class LoadPlan:
    """What to send: one of `bodies` after the other, or, with a `secret`, signed deliveries that are all different."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    secret: str | None = None
    connections: int = 8
    seconds: float = 5.0


@dataclass
class Measured:
    """What came of it; `p50` and `p95` in milliseconds, `failures` are answers other than 200."""

    requests: int
    seconds: float
    p50: float
    p95: float
    failures: int


class Load:
    """One measurement."""

    def __init__(self, plan: LoadPlan) -> None:
        self._plan = plan
        self._sent = 0
        self._failures = 0
        self._took: list[tuple[float, float]] = []
        self._make: Callable[[], bytes] = self._delivery if plan.secret else self._document

    async def run(self) -> Measured:
        """Keep all connections busy until the time is over; answers that come later are not counted."""
        until = time.perf_counter() + self._plan.seconds
        await asyncio.gather(*(self._keep_busy(until) for _ in range(self._plan.connections)))
        counted = sorted(took for ended, took in self._took if ended <= until)
        if not counted:
            return Measured(0, self._plan.seconds, 0.0, 0.0, self._failures)
        middle, late = counted[len(counted) // 2], counted[int(len(counted) * 0.95)]
        return Measured(len(counted), self._plan.seconds, middle * 1000, late * 1000, self._failures)

    async def _keep_busy(self, until: float) -> None:
        address = urlsplit(self._plan.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while (started := time.perf_counter()) < until:
            writer.write(self._make())
            if not await _answered(reader):
                self._failures += 1
            ended = time.perf_counter()
            self._took.append((ended, ended - started))
        writer.close()
        await writer.wait_closed()

    def _document(self) -> bytes:
        bodies = self._plan.bodies
        self._sent += 1
        return self._request(bodies[self._sent % len(bodies)].encode(), {})

    def _delivery(self) -> bytes:
        self._sent += 1
        number, moment = time.time_ns(), now()
        body, webhook_id = Entry(number, self._sent % 500).body, f"delivery-{number}"
        headers = {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(str(self._plan.secret)).sign(webhook_id, moment, body.decode()),
        }
        return self._request(body, headers)

    def _request(self, body: bytes, headers: dict[str, str]) -> bytes:
        address = urlsplit(self._plan.url)
        lines = {"host": address.netloc, "content-type": "application/json", **self._plan.headers, **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"POST {address.path} HTTP/1.1\r\n{head}content-length: {len(body)}\r\n\r\n".encode() + body


async def _answered(reader: asyncio.StreamReader) -> bool:
    """Read one answer to its end and tell whether it is a 200."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return head.startswith(b"http/1.1 200")


async def measure(plan: LoadPlan, file: Path) -> Measured:
    """Run a plan in a second process and give what it measured; `file` is where the plan is handed over."""
    await asyncio.to_thread(file.write_bytes, orjson.dumps(asdict(plan)))
    command = [sys.executable, "-m", "bench.load", str(file)]
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await running.communicate()
    if running.returncode:
        message = f"{' '.join(command)} ended with {running.returncode}"
        raise RuntimeError(message)
    measured: dict[str, Any] = orjson.loads(printed)
    return Measured(**measured)


if __name__ == "__main__":
    wanted = LoadPlan(**orjson.loads(Path(sys.argv[1]).read_bytes()))
    print(orjson.dumps(asdict(asyncio.run(Load(wanted).run()))).decode())
