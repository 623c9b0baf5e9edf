"""Talking to a running Köprü over HTTP as people and channels do, through its outages."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import orjson
from standardwebhooks.webhooks import Webhook

from core.clock import now

PATIENCE = 60.0
"""Seconds for which whatever fails by an outage is tried again."""
_PAUSE = 0.25
_PASSING = frozenset({408, 429, 502, 503, 504})
_OUTAGES = frozenset({"UNAVAILABLE", "OVERLOADED", "TIMEOUT"})

Answer = dict[str, Any]


class TourFailed(Exception):
    """Something was not as promised: what was expected, and what was seen."""

    def __init__(self, expected: str, seen: object) -> None:
        super().__init__(f"expected {expected}; saw {seen}")


@dataclass
class Server:
    """A running server; `outages` counts how often it did not answer."""

    url: str
    http: httpx2.AsyncClient
    outages: int = 0

    async def post(self, path: str, body: bytes, headers: Callable[[], Mapping[str, str]]) -> httpx2.Response:
        """Post until it is answered, for a minute; headers are made anew each time. Raises TourFailed after that."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                response = await self.http.post(f"{self.url}{path}", content=body, headers=dict(headers()))
                if response.status_code not in _PASSING:
                    return response
                seen = f"HTTP {response.status_code}"
            except httpx2.TransportError as error:
                seen = repr(error)
            self.outages += 1
            if time.monotonic() > deadline:
                raise TourFailed(f"an answer from {self.url}{path} within {PATIENCE:g} s", seen)
            await asyncio.sleep(_PAUSE)

    async def ready(self) -> Answer:
        """Wait until the server says that it can serve. Raises TourFailed."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                response = await self.http.get(f"{self.url}/readyz")
                if response.is_success:
                    report: Answer = orjson.loads(response.content)
                    return report
                seen = response.text
            except httpx2.TransportError as error:
                seen = f"{type(error).__name__}: {error}"
            if time.monotonic() > deadline:
                raise TourFailed(f"a server at {self.url} (start one with `make demo`)", seen)
            await asyncio.sleep(_PAUSE)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, staff or customer."""

    server: Server
    token: str
    path: str = "/graphql"

    async def ask(self, name: str, **variables: Any) -> Answer:
        """Run a document and give its data; an outage is waited out, any other error is TourFailed."""
        body = orjson.dumps({"query": document(self.path, name), "operationName": name, "variables": variables})
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.token}"}
        deadline = time.monotonic() + PATIENCE
        while True:
            response = await self.server.post(self.path, body, lambda: headers)
            answer: Answer = orjson.loads(response.content)
            if "errors" not in answer:
                data: Answer = answer["data"]
                return data
            codes = {error.get("extensions", {}).get("code") for error in answer["errors"]}
            if not codes & _OUTAGES or time.monotonic() > deadline:
                raise TourFailed(f"an answer to {name}", answer["errors"])
            self.server.outages += 1
            await asyncio.sleep(_PAUSE)

    async def attempt(self, name: str, **given: Any) -> Answer:
        """Run a mutation and give its payload, whatever it says."""
        (payload,) = (await self.ask(name, input=given)).values()
        result: Answer = payload
        return result

    async def do(self, name: str, **given: Any) -> Answer:
        """Run a mutation that can be repeated, and give its payload; a refusal is TourFailed."""
        payload = await self.attempt(name, **given)
        if payload["userErrors"]:
            raise TourFailed(f"{name} to be done", payload["userErrors"])
        return payload


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as its provider knows it: where to deliver, and the secret to sign with."""

    server: Server
    id: str
    secret: str

    async def deliver(self, delivery_id: str, *events: Mapping[str, Any], secret: str | None = None) -> int:
        """Deliver events, signed by Standard Webhooks, under an id that a repeat has again; give the HTTP status."""
        body = orjson.dumps({"events": events})
        signing = Webhook(secret or self.secret)

        def headers() -> Mapping[str, str]:
            moment = now()
            return {
                "content-type": "application/json",
                "webhook-id": delivery_id,
                "webhook-timestamp": str(int(moment.timestamp())),
                "webhook-signature": signing.sign(delivery_id, moment, body.decode()),
            }

        return (await self.server.post(f"/hooks/{self.id}", body, headers)).status_code


def document(path: str, name: str) -> str:
    """Give the text of a document for this address."""
    return _documents("portal" if path.startswith("/portal") else "staff")[name]


@cache
def _documents(audience: str) -> dict[str, str]:
    text = (Path(__file__).parent / f"{audience}.graphql").read_text(encoding="utf-8")
    parts = re.split(r"^(?=(?:query|mutation) )", text, flags=re.MULTILINE)[1:]
    return {part.split()[1].partition("(")[0]: part for part in parts}
