"""A channel that sends signed deliveries until each is acknowledged, and keeps a ledger of what it was told."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import httpx2
import orjson
from standardwebhooks.webhooks import Webhook

from bench.installation import Hook
from core.clock import now

AT_ONCE = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


@dataclass
class Entry:
    """One delivery of one message, and what became of it as its sender knows."""

    number: int
    thread: int
    attempts: int = 0
    acknowledged: int = 0
    """How often it was answered with 200: providers send some deliveries again that were acknowledged."""

    @property
    def external_id(self) -> str:
        """Give the channel's id of the message."""
        return f"ext-{self.number}"

    @property
    def text(self) -> str:
        """Give what the message says; no other says the same."""
        return f"Sipariş {self.number} hâlâ gelmedi, kimse ilgilenmiyor!"

    @property
    def body(self) -> bytes:
        """Give the delivery, the same at every attempt."""
        event = {
            "id": self.external_id,
            "type": "message",
            "visibility": "public",
            "thread": {"id": f"post-{self.thread}"},
            "author": {
                "id": f"u-{self.thread}",
                "handle": f"@u{self.thread}",
                "name": f"Müşteri {self.thread}",
                "followers": 120,
            },
            "text": self.text,
        }
        return orjson.dumps({"events": [event]})


@dataclass
class Ledger:
    """What the sender knows."""

    entries: Sequence[Entry]
    refused: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0

    @property
    def acknowledged(self) -> int:
        """Count the deliveries that were acknowledged at least once."""
        return sum(1 for entry in self.entries if entry.acknowledged)

    @property
    def attempts(self) -> int:
        """Count all requests."""
        return sum(entry.attempts for entry in self.entries)


class Sender:
    """Sends the entries of a ledger, eight at once; `progressed` is called after each acknowledgement."""

    def __init__(self, url: str, hook: Hook, ledger: Ledger, *, progressed: Callable[[], None]) -> None:
        self._url = f"{url}/hooks/{hook.channel_id}"
        self._signer = Webhook(hook.secret)
        self._ledger = ledger
        self._progressed = progressed

    async def run(self, *, repeats: frozenset[int]) -> None:
        """Send everything until it is acknowledged; those whose numbers are in `repeats` a second time."""
        waiting = iter(self._ledger.entries)
        limits = httpx2.Limits(max_connections=AT_ONCE)
        async with httpx2.AsyncClient(timeout=5.0, limits=limits) as http, asyncio.TaskGroup() as hands:
            for _ in range(AT_ONCE):
                hands.create_task(self._hand(http, waiting, repeats))

    async def _hand(self, http: httpx2.AsyncClient, waiting: Iterator[Entry], repeats: frozenset[int]) -> None:
        for entry in waiting:
            for _ in range(2 if entry.number in repeats else 1):
                await self._deliver(http, entry)

    async def _deliver(self, http: httpx2.AsyncClient, entry: Entry) -> None:
        pause = _FIRST_PAUSE
        while not await self._attempt(http, entry):
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(2 * pause, _LONGEST_PAUSE)
        entry.acknowledged += 1
        self._progressed()

    async def _attempt(self, http: httpx2.AsyncClient, entry: Entry) -> bool:
        entry.attempts += 1
        started = time.monotonic()
        try:
            response = await http.post(self._url, content=entry.body, headers=self._headers(entry))
        except httpx2.HTTPError as error:
            self._count(type(error).__name__)
            return False
        if response.status_code != httpx2.codes.OK:
            self._count(str(response.status_code))
            return False
        self._ledger.slowest = max(self._ledger.slowest, time.monotonic() - started)
        return True

    def _headers(self, entry: Entry) -> dict[str, str]:
        moment, webhook_id = now(), f"delivery-{entry.number}"
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": self._signer.sign(webhook_id, moment, entry.body.decode()),
        }

    def _count(self, reason: str) -> None:
        self._ledger.refused[reason] = self._ledger.refused.get(reason, 0) + 1
