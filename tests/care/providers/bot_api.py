"""A stand-in for Telegram: a Bot API server on loopback, and updates as it posts them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQ"
AYSE = {"id": 77, "is_bot": False, "first_name": "Ayşe", "last_name": "Demir", "username": "ayse", "language_code": "tr"}
PRIVATE = {"id": 77, "type": "private", "first_name": "Ayşe", "username": "ayse"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Narin müşterileri", "username": "narin"}
SENT_AT = 1_760_000_000


def update(number: int, **told: Any) -> dict[str, Any]:
    return {"update_id": number, **told}


def message(number: int, chat: dict[str, Any] = PRIVATE, **told: Any) -> dict[str, Any]:
    """Give a message of Ayşe's; a field given as None is left out."""
    whole = {"message_id": number, "from": AYSE, "chat": chat, "date": SENT_AT, **told}
    return {name: value for name, value in whole.items() if value is not None}


@dataclass
class BotApi:
    """Answers as Telegram does to whom it may write; `refusals` are given first, in turn."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    refusals: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    files: dict[str, bytes] = field(default_factory=dict)

    def answer(self, path: str, arguments: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if not path.startswith(f"/bot{TOKEN}/"):
            return _error(401, "Unauthorized")
        if path.endswith("/getFile"):
            return self._file(arguments["file_id"])
        if refusal := self._refusal(arguments):
            return refusal
        self.sent.append(arguments)
        result = {"message_id": 900 + len(self.sent), "chat": {"id": arguments["chat_id"]}, "text": arguments["text"]}
        return 200, {"ok": True, "result": result}

    def _refusal(self, arguments: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        if self.refusals:
            status, parameters = self.refusals.pop(0)
            return _error(status, "Too Many Requests: retry later", **parameters)
        if arguments["chat_id"] in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        too_long = len(arguments["text"].encode("utf-16-le")) // 2 > 4096
        return _error(400, "Bad Request: message is too long") if too_long else None

    def _file(self, file_id: str) -> tuple[int, dict[str, Any]]:
        if file_id not in self.files:
            return _error(400, "Bad Request: invalid file_id")
        return 200, {"ok": True, "result": {"file_id": file_id, "file_path": f"photos/{file_id}.jpg"}}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        path, files = head[0].split(" ")[1], f"/file/bot{TOKEN}/photos/"
        if path.startswith(files):
            status, content = 200, self.files[path.removeprefix(files).removesuffix(".jpg")]
        else:
            status, told = self.answer(path, orjson.loads(body))
            content = orjson.dumps(told)
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content)
        await writer.drain()
        writer.close()


def _error(code: int, description: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    return code, {"ok": False, "error_code": code, "description": description, "parameters": parameters}


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """Run the stand-in for the length of the block."""
    stand_in = BotApi()
    server = await asyncio.start_server(stand_in.handle, "127.0.0.1", 0)
    stand_in.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stand_in
    finally:
        server.close()
        await server.wait_closed()
