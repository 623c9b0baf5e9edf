"""A small HTTP server that stands for the world outside: it keeps what it hears and answers as it was told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Reply = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Heard:
    """One request: header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"


@dataclass(slots=True)
class Receiver:
    """Answers with `replies` in turn, the last one for ever; `raw` overrides the whole answer."""

    url: str = ""
    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=lambda: [(200, b'{"id": "ext-out-1"}')])
    location: str | None = None
    hold: asyncio.Event | None = None
    """What an answer waits for."""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.heard.append(Heard(head[0].split(" ")[1], headers, body, head[0].split(" ")[0]))
        if self.hold is not None:
            await self.hold.wait()
        status, answer = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        moved = f"Location: {self.location}\r\n" if self.location else ""
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(answer)}\r\n{moved}Connection: close\r\n\r\n".encode() + answer
        )
        try:
            await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()


@asynccontextmanager
async def listening(*replies: Reply) -> AsyncIterator[Receiver]:
    """Listen on loopback for the length of the block."""
    receiver = Receiver()
    if replies:
        receiver.replies = list(replies)
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    receiver.url = f"http://127.0.0.1:{receiver.port}"
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        server.close()
        await server.wait_closed()
