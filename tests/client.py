"""A client of the HTTP interface, as a front-end or a channel would be, on an application in this process."""

from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette

from core.clock import now


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests to an application with somebody's token."""

    application: Starlette
    token: str | None = None
    path: str = "/graphql"

    def http(self) -> httpx2.AsyncClient:
        """Open an HTTP client on the application."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.application), base_url="http://127.0.0.1:8000", headers=headers
        )

    async def execute(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """Run a document and give its data; any error fails the test."""
        answer = await self.answer(document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def answer(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """Run a document and give the whole answer."""
        async with self.http() as http:
            response = await http.post(self.path, content=orjson.dumps({"query": document, "variables": variables}), headers=JSON)
        assert response.status_code < 500, response.text
        answer: dict[str, Any] = orjson.loads(response.content)
        return answer

    async def do(self, document: str, given: dict[str, Any]) -> dict[str, Any]:
        """Run a mutation and give its payload; any refusal fails the test."""
        payload = await self.refusable(document, given)
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    async def refused(self, document: str, given: dict[str, Any]) -> list[tuple[str, list[str]]]:
        """Run a mutation that must be refused and give codes and paths."""
        payload = await self.refusable(document, given)
        assert payload["userErrors"]
        return [(error["code"], error["path"]) for error in payload["userErrors"]]

    async def refusable(self, document: str, given: dict[str, Any]) -> dict[str, Any]:
        """Run a mutation and give its payload, whatever it says."""
        (payload,) = (await self.execute(document, input=given)).values()
        result: dict[str, Any] = payload
        return result


JSON = {"content-type": "application/json"}


def signed(secret: str, body: bytes, *, webhook_id: str = "delivery-1") -> dict[str, str]:
    """Sign a delivery as a channel does (Standard Webhooks 1.0)."""
    moment = now()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, moment, body.decode()),
    }


def said(text: str, *, event_id: str = "ext-1", author: str = "u-7", thread: str = "post-9", **more: Any) -> dict[str, Any]:
    """Make the event of a customer's public message."""
    return {
        "id": event_id,
        "type": "message",
        "visibility": "public",
        "sentAt": now().isoformat(),
        "thread": {"id": thread, "url": f"https://x.example/{thread}"},
        "author": {"id": author, "handle": f"@{author}", "name": "Ayşe", "followers": 5400},
        "text": text,
        **more,
    }


def delivery(*events: dict[str, Any]) -> bytes:
    """Make the body of a delivery."""
    return orjson.dumps({"events": list(events)})
