"""GraphQL over server-sent events: one operation a connection."""

import asyncio
from typing import Any

import httpx2
import orjson
import pytest

from api.middleware import RequestTimeout
from api.requests import GraphQLRequest
from api.streams import EventStream
from tests.edge.probe import SECRET, Cancelled, Context, Flood, Sessions, make_schema

HEADERS = {"accept": "text/event-stream"}
COMPLETE = ("complete", None)


def events(text: str) -> list[tuple[str, Any]]:
    """Read events as a browser would; comments are left out."""
    read = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            read.append((fields["event"], orjson.loads(fields["data"]) if fields["data"] else None))
    return read


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("subscription { count(to: 2) }", [("next", {"data": {"count": 0}}), ("next", {"data": {"count": 1}}), COMPLETE]),
        ("{ hello }", [("next", {"data": {"hello": "world"}}), COMPLETE]),
        ('mutation { keep(text: "ş") }', [("next", {"data": {"keep": "ş"}}), COMPLETE]),
    ],
)
async def test_every_operation_is_a_stream_that_completes(client: httpx2.AsyncClient, query: str, expected: list[Any]) -> None:
    answer = await client.post("/graphql/stream", json={"query": query}, headers=HEADERS)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert events(answer.text) == expected


@pytest.mark.parametrize(
    ("query", "code"), [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{ boom }", "INTERNAL")]
)
async def test_errors_are_results_and_masked(client: httpx2.AsyncClient, query: str, code: str) -> None:
    answer = await client.post("/graphql/stream", json={"query": query}, headers=HEADERS)

    (kind, result), last = events(answer.text)
    assert (kind, last) == ("next", COMPLETE)
    assert [error["extensions"]["code"] for error in result["errors"]] == [code]
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"accept": "application/json"}, b'{"query":"{ hello }"}', 406, "NOT_ACCEPTABLE"),
        ({"content-type": "text/plain"}, b'{"query":"{ hello }"}', 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({}, b"[]", 400, "BAD_REQUEST"),
        ({"authorization": "Bearer bad"}, b'{"query":"{ hello }"}', 401, "UNAUTHENTICATED"),
        ({"authorization": "Bearer broken"}, b'{"query":"{ hello }"}', 500, "INTERNAL"),
        ({"authorization": "Bearer down"}, b'{"query":"{ hello }"}', 503, "UNAVAILABLE"),
    ],
)
async def test_request_that_is_refused_never_becomes_a_stream(
    client: httpx2.AsyncClient, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = await client.post(
        "/graphql/stream", content=body, headers={"content-type": "application/json", **HEADERS, **headers}
    )

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == [code]


async def test_silence_is_broken_by_comments_and_leaving_ends_the_operation(client: httpx2.AsyncClient) -> None:
    Cancelled.clear()
    request = {"query": "subscription { silent }"}

    async with client.stream("POST", "/hasty/stream", json=request, headers=HEADERS) as answer:
        received = ""
        async for text in answer.aiter_text():
            received += text
            if received.count(":\n\n") == 2:
                break

    assert received == 'event: next\ndata: {"data":{"silent":0}}\n\n:\n\n:\n\n'
    await asyncio.wait_for(Cancelled.happened.wait(), 30)
    assert Cancelled.names == ["silent"]


async def test_streams_are_built_from_a_context_of_their_own(client: httpx2.AsyncClient) -> None:
    Sessions.contexts.clear()
    headers = {**HEADERS, "authorization": "Bearer ayse"}

    await client.post("/graphql", json={"query": "{ who }"}, headers={"authorization": "Bearer ayse"})
    answer = await client.post("/graphql/stream", json={"query": "{ who }"}, headers=headers)

    assert events(answer.text) == [("next", {"data": {"who": "ayse"}}), COMPLETE]
    assert list(Sessions.contexts) == ["stream of ayse"]


class Reader:
    """The reader's side of an answer, as ASGI has it; takes `window` messages, says when `awaited` are in."""

    def __init__(self, *, window: int = 1_000, awaited: int = 2) -> None:
        self.window = window
        self.awaited = awaited
        self.messages: list[Any] = []
        self.reached = asyncio.Event()

    async def receive(self) -> Any:
        await asyncio.Event().wait()

    async def send(self, message: Any) -> None:
        if len(self.messages) == self.window:
            await asyncio.Event().wait()
        self.messages.append(message)
        if len(self.messages) == self.awaited:
            self.reached.set()


async def test_stream_ends_when_the_authorisation_does() -> None:
    Cancelled.clear()
    reader, context = Reader(), Context("leaver")
    stream = EventStream(make_schema(), GraphQLRequest(query="subscription { silent }"), context, keep_alive=5)

    serving = asyncio.create_task(stream.serve(reader.receive, reader.send))
    await asyncio.wait_for(reader.reached.wait(), 30)
    context.ended.set()
    await asyncio.wait_for(serving, 30)

    assert [message.get("body") for message in reader.messages][1:] == [
        b'event: next\ndata: {"data":{"silent":0}}\n\n',
        b"event: complete\ndata: \n\n",
    ]
    assert Cancelled.names == ["silent"]


async def test_slow_reader_slows_the_operation_and_is_let_go() -> None:
    reader = Reader(window=4)
    request = GraphQLRequest(query="subscription { flood }")
    Flood.ended.clear()
    stream = EventStream(make_schema(), request, Context("slow"), keep_alive=5, send_timeout=0.05)

    await asyncio.wait_for(stream.serve(reader.receive, reader.send), 30)

    assert len(reader.messages) == 4
    assert Flood.ended.is_set()
    assert Flood.produced <= 6  # three taken, one on its way, one waiting, one in hand


async def test_stream_outlives_the_timeout_of_plain_requests() -> None:
    reader, context = Reader(awaited=6), Context("leaver")
    stream = EventStream(make_schema(), GraphQLRequest(query="subscription { silent }"), context, keep_alive=0.03)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await stream.serve(receive, send)

    timed = RequestTimeout(app, seconds=0.05)
    serving = asyncio.create_task(timed({"type": "http", "method": "POST"}, reader.receive, reader.send))
    await asyncio.wait_for(reader.reached.wait(), 30)
    context.ended.set()
    await asyncio.wait_for(serving, 30)

    assert reader.messages[-1]["body"] == b"event: complete\ndata: \n\n"
