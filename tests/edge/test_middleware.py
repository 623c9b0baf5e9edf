"""What surrounds every request: ids, headers and ends."""

import asyncio
from typing import Any

import httpx2
import orjson
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from api.middleware import STRICT_POLICY, RequestId, RequestTimeout, SecurityHeaders, read_body
from api.refusals import BodyTooLarge


async def show_id(request: Request) -> JSONResponse:
    return JSONResponse({"state": request.state.request_id, "logs": structlog.contextvars.get_contextvars()["request_id"]})


async def never(_: Request) -> PlainTextResponse:
    await asyncio.Event().wait()
    return PlainTextResponse("")


async def breaks(_: Request) -> PlainTextResponse:
    raise TimeoutError("of somebody else")


async def loose(_: Request) -> PlainTextResponse:
    return PlainTextResponse("", headers={"content-security-policy": "default-src 'self'"})


APP = Starlette(routes=[Route("/id", show_id), Route("/never", never), Route("/breaks", breaks), Route("/loose", loose)])


def caller(app: Any, *, base: str = "http://kopru.example") -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=base)


@pytest.mark.parametrize("given", ["0123456789abcdef", "req-2026.11.21:7", "A" * 128])
async def test_sane_request_id_is_kept(given: str) -> None:
    async with caller(RequestId(APP)) as client:
        answer = await client.get("/id", headers={"x-request-id": given})

    assert answer.headers["x-request-id"] == given
    assert answer.json() == {"state": given, "logs": given}


@pytest.mark.parametrize("given", ["", "short", "A" * 129, "with space here", 'quote"quote"', "-leading-dash", "tab\tinside-it"])
async def test_strange_request_id_is_replaced(given: str) -> None:
    async with caller(RequestId(APP)) as client:
        answer = await client.get("/id", headers={"x-request-id": given})

    made = answer.headers["x-request-id"]
    assert len(made) == 32
    assert made != given
    assert answer.json() == {"state": made, "logs": made}


async def test_request_id_reaches_the_log_of_an_error(client: httpx2.AsyncClient) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        answer = await client.post("/graphql", json={"query": "{ boom }"}, headers={"x-request-id": "request-0001"})

    assert answer.headers["x-request-id"] == "request-0001"
    assert [(line["request_id"], line["errorId"]) for line in lines] == [
        ("request-0001", answer.json()["errors"][0]["extensions"]["errorId"])
    ]


async def test_answers_are_strict_unless_they_say_otherwise() -> None:
    async with (
        caller(SecurityHeaders(RequestId(APP))) as plain,
        caller(SecurityHeaders(APP), base="https://kopru.example") as secure,
    ):
        strict, own, safe = await plain.get("/id"), await plain.get("/loose"), await secure.get("/loose")

    assert strict.headers["content-security-policy"] == STRICT_POLICY
    assert strict.headers["x-content-type-options"] == "nosniff"
    assert strict.headers["referrer-policy"] == "no-referrer"
    assert strict.headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in strict.headers
    assert own.headers["content-security-policy"] == "default-src 'self'"
    assert safe.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_request_that_does_not_end_is_ended() -> None:
    async with caller(RequestTimeout(APP, seconds=0.02)) as client:
        answer = await client.get("/never")

    assert answer.status_code == 504
    assert answer.json() == {
        "errors": [{"message": "The request took longer than 0.02 s and was stopped.", "extensions": {"code": "TIMEOUT"}}]
    }


async def test_timeout_of_somebody_else_is_not_ours() -> None:
    async with caller(RequestTimeout(APP, seconds=5)) as client:
        with pytest.raises(TimeoutError, match="of somebody else"):
            await client.get("/breaks")


def request_of(chunks: list[bytes], headers: dict[str, str]) -> tuple[Request, list[bytes]]:
    left = list(chunks)

    async def receive() -> Any:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw}, receive), left


async def test_body_is_read_to_the_limit_and_not_beyond() -> None:
    whole, _ = request_of([b"abc", b"de"], {})
    announced, unread = request_of([b"abc"], {"content-length": "6"})
    endless, rest = request_of([b"abc", b"def", b"ghi", b"jkl"], {"content-length": "nonsense"})

    assert await read_body(whole, 5) == b"abcde"
    with pytest.raises(BodyTooLarge, match="longer than 5 bytes"):
        await read_body(announced, 5)
    with pytest.raises(BodyTooLarge, match="longer than 5 bytes") as refused:
        await read_body(endless, 5)

    assert (unread, rest) == ([b"abc"], [b"ghi", b"jkl"])
    answer = refused.value.response()
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert orjson.loads(bytes(answer.body))["errors"][0]["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}
