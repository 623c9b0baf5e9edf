"""One connection of graphql-transport-ws: its messages, its close codes, and its bounds."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from api.sockets import SocketSettings
from tests.edge.probe import SECRET, Cancelled, Flood, Sessions, make_endpoint, make_schema

INIT = {"type": "connection_init"}
ACK = {"type": "connection_ack"}


def subscribe(query: str, *, name: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": name, "type": "subscribe", "payload": {"query": query, **more}}


class Peer:
    """The client's side of a connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, *messages: Any) -> None:
        for message in messages:
            await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def receive(self) -> Any:
        text = await asyncio.wait_for(self.connection.recv(), 30)
        assert isinstance(text, str)
        return json.loads(text)

    async def closing(self) -> tuple[int | None, str]:
        """Read to the end and give the close code and its reason."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(30):
                while await self.connection.recv():
                    pass
        return self.connection.close_code, self.connection.close_reason or ""


@asynccontextmanager
async def opened(
    edge: str, *, path: str = "/graphql", protocol: str = "graphql-transport-ws", init: Any = None, **options: Any
) -> AsyncIterator[Peer]:
    url = edge.replace("http", "ws") + path
    async with connect(url, subprotocols=[Subprotocol(protocol)], proxy=None, **options) as connection:
        peer = Peer(connection)
        if init is not None:
            await peer.send(init)
            assert await peer.receive() == ACK
        yield peer


async def test_query_mutation_and_subscription_run_over_one_socket(edge: str) -> None:
    async with opened(edge, init={**INIT, "payload": {"token": "ayse"}}) as peer:
        await peer.send(subscribe("{ who }", name="q"))
        assert [await peer.receive() for _ in range(2)] == [
            {"id": "q", "type": "next", "payload": {"data": {"who": "ayse"}}},
            {"id": "q", "type": "complete"},
        ]
        await peer.send(subscribe("mutation($t: String!) { keep(text: $t) }", name="m", variables={"t": "ş"}))
        assert (await peer.receive())["payload"] == {"data": {"keep": "ş"}}
        assert await peer.receive() == {"id": "m", "type": "complete"}
        await peer.send(subscribe("subscription { count(to: 2) }", name="s"))
        assert [await peer.receive() for _ in range(3)] == [
            {"id": "s", "type": "next", "payload": {"data": {"count": 0}}},
            {"id": "s", "type": "next", "payload": {"data": {"count": 1}}},
            {"id": "s", "type": "complete"},
        ]


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([subscribe("{ hello }")], 4401),
        ([INIT, INIT], 4429),
        ([INIT, subscribe("subscription { silent }"), subscribe("{ hello }")], 4409),
        ([{**INIT, "payload": "text"}], 4400),
        ([{**INIT, "payload": {"token": "bad"}}], 4403),
        ([{**INIT, "payload": {"token": "broken"}}], 4500),
        (["nonsense"], 4400),
        (["[" * 5_000 + "]" * 5_000], 4400),
        ([b"{}"], 4400),
        (["[]"], 4400),
        (["null"], 4400),
        (["1"], 4400),
        (["{}"], 4400),
        ([{"type": "unknown"}], 4400),
        ([{"type": ["subscribe"]}], 4400),
        ([{"type": "connection_ack"}], 4400),
        ([INIT, {"type": "subscribe"}], 4400),
        ([INIT, {"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}], 4400),
        ([INIT, {"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}], 4400),
        ([INIT, {"type": "subscribe", "id": "x" * 300, "payload": {"query": "{ hello }"}}], 4400),
        ([INIT, {"type": "subscribe", "id": "1", "payload": "text"}], 4400),
        ([INIT, {"type": "subscribe", "id": "1", "payload": {}}], 4400),
        ([INIT, subscribe("{ hello }", variables=[])], 4400),
        ([INIT, subscribe("{ hello }", operationName=1)], 4400),
        ([INIT, {"type": "complete"}], 4400),
        ([INIT, subscribe("{ hello }" + " " * 65_536)], 1009),
    ],
)
async def test_broken_rule_of_the_protocol_closes_with_its_code(edge: str, messages: list[Any], code: int) -> None:
    async with opened(edge) as peer:
        await peer.send(*messages)
        closed, reason = await peer.closing()

    assert closed == code
    assert 0 < len(reason.encode()) <= 123
    assert SECRET not in reason


@pytest.mark.parametrize("protocol", ["graphql-ws", "bogus"])
async def test_other_subprotocols_are_closed_with_4406(edge: str, protocol: str) -> None:
    with pytest.raises(Exception, match=r"subprotocol|4406") as refused:
        async with opened(edge, protocol=protocol) as peer:
            raise AssertionError(await peer.closing())

    assert "4406" in str(refused.value) or "subprotocol" in str(refused.value)


async def test_socket_without_subprotocol_is_closed_with_4406(edge: str) -> None:
    async with connect(edge.replace("http", "ws") + "/graphql", proxy=None) as connection:
        assert await Peer(connection).closing() == (4406, "Subprotocol not acceptable: ask for graphql-transport-ws")


async def test_silent_client_is_closed_with_4408(edge: str) -> None:
    async with opened(edge, path="/hasty") as peer:
        assert await peer.closing() == (4408, "Connection initialisation timeout")


async def test_cookie_from_a_foreign_page_is_closed_with_4403(edge: str) -> None:
    cookie = {"cookie": "__Host-sid=ayse"}
    async with opened(edge, origin=Origin("https://evil.example"), additional_headers=cookie) as peer:
        assert (await peer.closing())[0] == 4403
    async with opened(edge, origin=Origin(edge), additional_headers=cookie, init=INIT) as peer:
        await peer.send(subscribe("{ hello }"))
        assert (await peer.receive())["payload"] == {"data": {"hello": "world"}}
    async with opened(edge, origin=Origin("https://evil.example"), init=INIT) as peer:
        await peer.send(subscribe("{ who }"))
        assert (await peer.receive())["payload"] == {"data": {"who": "anonymous"}}


async def test_socket_ends_when_the_authorisation_does(edge: str) -> None:
    Cancelled.clear()
    async with opened(edge, init={**INIT, "payload": {"token": "leaver"}}) as peer:
        await peer.send(subscribe("subscription { silent }"))
        assert (await peer.receive())["payload"] == {"data": {"silent": 0}}
        Sessions.contexts["leaver"].ended.set()

        assert await peer.closing() == (4403, "The authorisation has ended")
    assert Cancelled.names == ["silent"]


async def test_completing_an_operation_ends_it_and_frees_its_id(edge: str) -> None:
    Cancelled.clear()
    async with opened(edge, init=INIT) as peer:
        await peer.send(subscribe("subscription { silent }"))
        assert (await peer.receive())["type"] == "next"
        await peer.send({"type": "complete", "id": "1"}, {"type": "complete", "id": "never seen"}, subscribe("{ hello }"))

        assert await peer.receive() == {"id": "1", "type": "next", "payload": {"data": {"hello": "world"}}}
        assert await peer.receive() == {"id": "1", "type": "complete"}
    assert Cancelled.names == ["silent"]


async def test_operation_beyond_the_most_is_refused_and_the_rest_go_on(edge: str) -> None:
    async with opened(edge, init=INIT) as peer:
        await peer.send(*(subscribe("subscription { silent }", name=str(number)) for number in range(21)))
        received = [await peer.receive() for _ in range(21)]

        assert [message["id"] for message in received if message["type"] == "error"] == ["20"]
        refused = next(message for message in received if message["type"] == "error")
        assert refused["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "operations"}
        await peer.send({"type": "complete", "id": "0"}, subscribe("{ hello }", name="20"))
        assert (await peer.receive())["payload"] == {"data": {"hello": "world"}}


async def test_ping_is_answered_with_its_payload(edge: str) -> None:
    async with opened(edge) as peer:
        await peer.send({"type": "ping"}, {"type": "pong"}, {"type": "ping", "payload": {"at": 1}})

        assert [await peer.receive() for _ in range(2)] == [{"type": "pong"}, {"type": "pong", "payload": {"at": 1}}]


@pytest.mark.parametrize(
    ("query", "code"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{ " + "hello " * 21 + "}", "LIMIT_EXCEEDED")],
)
async def test_request_error_ends_the_operation_not_the_socket(edge: str, query: str, code: str) -> None:
    async with opened(edge, init=INIT) as peer:
        await peer.send(subscribe(query), subscribe("{ hello }", name="2"))
        first, second = await peer.receive(), await peer.receive()

    assert (first["type"], first["id"]) == ("error", "1")
    assert [error["extensions"]["code"] for error in first["payload"]] == [code]
    assert second == {"id": "2", "type": "next", "payload": {"data": {"hello": "world"}}}


@pytest.mark.parametrize("query", ["subscription { breaks }", "subscription { rowsLive { number text } }"])
async def test_errors_of_subscriptions_are_masked(edge: str, query: str) -> None:
    async with opened(edge, init=INIT) as peer:
        await peer.send(subscribe(query))
        received = [await peer.receive() for _ in range(3)]

    assert [message["type"] for message in received] == ["next", "next", "complete"]
    (error,) = received[1]["payload"]["errors"]
    assert error["message"] == "Internal error. Quote errorId to the operators."
    assert sorted(error["extensions"]) == ["code", "errorId"]
    assert SECRET not in json.dumps(received)


async def test_query_over_a_socket_ends_in_time_too(edge: str) -> None:
    async with opened(edge, path="/hasty", init=INIT) as peer:
        await peer.send(subscribe("{ endless }"))
        message = await peer.receive()

    assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "TIMEOUT"})


async def test_slow_reader_slows_its_subscription_and_is_let_go() -> None:
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        if len(sent) == 5:  # accept, the acknowledgement and three messages: then the client's window is full
            await asyncio.Event().wait()
        sent.append(message)

    incoming.put_nowait({"type": "websocket.connect"})
    for message in (INIT, subscribe("subscription { flood }")):
        incoming.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})
    scope = {"type": "websocket", "path": "/", "headers": [], "subprotocols": ["graphql-transport-ws"]}
    endpoint = make_endpoint(make_schema(), sockets=SocketSettings(send_timeout=0.05))
    Flood.ended.clear()

    await asyncio.wait_for(endpoint.socket(scope, incoming.get, send), 30)

    assert [message["type"] for message in sent] == ["websocket.accept", *["websocket.send"] * 4]
    assert (Flood.produced, Flood.ended.is_set(), endpoint.open_connections) == (4, True, 0)


async def test_sockets_beyond_the_most_are_told_to_come_again(edge: str) -> None:
    async with (
        opened(edge, path="/hasty", init=INIT),
        opened(edge, path="/hasty", init=INIT),
        opened(edge, path="/hasty") as third,
    ):
        assert (await third.closing())[0] == 1013
    async with opened(edge, path="/hasty", init=INIT) as again:
        await again.send({"type": "ping"})
        assert await again.receive() == {"type": "pong"}
