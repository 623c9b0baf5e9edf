"""The other end of the demo's channels: takes replies in, checks their signatures, remembers what it heard."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
import uvicorn
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typing_extensions import override

from core.errors import DomainError


class PortTaken(DomainError):
    """The tour can't listen where the channels send to."""


@dataclass
class Receiver:
    """What came in, by the message's id; a repeat of one is counted, not kept twice."""

    secrets: Mapping[str, str]
    """The secrets of the channels by the path of their send URLs."""
    heard: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: int = 0

    async def receive(self, request: Request) -> Response:
        """Take a reply in as a channel would: 401 unless the signature is good, else the id it has there."""
        body = await request.body()
        try:
            Webhook(self.secrets[request.url.path]).verify(body.decode(), dict(request.headers), json_parse=False)
        except (KeyError, WebhookVerificationError):
            self.refused += 1
            return Response(status_code=401)
        message = orjson.loads(body)
        self.heard[message["id"]] = message
        return JSONResponse({"id": f"out-{message['id']}"})


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        """Leave Ctrl-C to the tour."""
        yield


@asynccontextmanager
async def listening(channels: list[dict[str, Any]]) -> AsyncIterator[Receiver]:
    """Listen at the channels' send URLs for the length of the block. Raises PortTaken."""
    receiver = Receiver({urlsplit(channel["sendUrl"]).path: channel["secret"] for channel in channels})
    application = Starlette(routes=[Route("/{channel:path}", receiver.receive, methods=["POST"])])
    config = uvicorn.Config(application, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = _Server(config)
    sockets = [_bound(address) for address in sorted({urlsplit(channel["sendUrl"]).netloc for channel in channels})]
    task = asyncio.create_task(server.serve(sockets=sockets))
    try:
        yield receiver
    finally:
        server.should_exit = True
        await task


def _bound(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, int(port)))
    except OSError as error:
        listening.close()
        raise PortTaken(f"The tour listens at {address}, where the demo's channels send to, but can't: {error}.") from None
    return listening
