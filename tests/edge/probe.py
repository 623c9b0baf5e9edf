"""A small schema with one field for each way an operation can end, and the application that serves it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from api.explorer import explorer_routes
from api.graphql import EndpointSettings, GraphQLEndpoint
from api.middleware import RequestId, RequestTimeout, SecurityHeaders
from api.origins import OriginPolicy
from api.refusals import NotAuthenticated
from api.sockets import SocketSettings
from core.errors import InvalidInput, Unavailable
from schema.execution.guarded import GuardedSchema
from schema.execution.guards import OperationSlots

SECRET = "mongodb://root:hunter2@store"


class Cancelled:
    """Which operations were ended before their time."""

    names: list[str] = []  # noqa: RUF012 - shared on purpose: resolvers write it, tests read and clear it
    happened = asyncio.Event()

    @classmethod
    def clear(cls) -> None:
        cls.names.clear()
        cls.happened.clear()

    @classmethod
    def add(cls, name: str) -> None:
        cls.names.append(name)
        cls.happened.set()


@strawberry.type
class Row:
    number: int

    @strawberry.field
    def text(self) -> str | None:
        if self.number % 2:
            raise RuntimeError(SECRET)
        return f"row {self.number}"


@strawberry.type
class Nest:
    @strawberry.field
    def leaf(self) -> str:
        return "leaf"

    @strawberry.field
    def nest(self) -> "Nest":
        return Nest()


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "world"

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def add(self, a: int, b: int) -> int:
        return a + b

    @strawberry.field
    def nest(self) -> Nest:
        return Nest()

    @strawberry.field
    def who(self, info: strawberry.Info[Any, Any]) -> str:
        return str(info.context.who)

    @strawberry.field
    def boom(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    def required_boom(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def rows(self) -> list[Row]:
        return [Row(number=number) for number in range(6)]

    @strawberry.field
    def refused(self) -> str | None:
        raise InvalidInput("Choose a date after today.", path=("input", "dueAt"))

    @strawberry.field
    def coded(self) -> str | None:
        raise GraphQLError("Only on weekdays.", extensions={"code": "WEEKEND"})

    @strawberry.field
    def store_down(self) -> str | None:
        raise Unavailable("The document store", SECRET)

    @strawberry.field
    def wrong_leaf(self) -> int | None:
        return SECRET  # type: ignore[return-value]  # the point: a resolver that breaks its promise

    @strawberry.field
    async def endless(self) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            Cancelled.add("endless")
            raise
        return ""


@strawberry.type
class Mutation:
    @strawberry.mutation
    def keep(self, text: str) -> str:
        return text


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError(SECRET)

    @strawberry.subscription
    async def rows_live(self) -> AsyncGenerator[Row, None]:
        yield Row(number=0)
        yield Row(number=1)

    @strawberry.subscription
    async def silent(self) -> AsyncGenerator[int, None]:
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            Cancelled.add("silent")

    @strawberry.subscription
    async def flood(self) -> AsyncGenerator[str, None]:
        Flood.produced = 0
        try:
            while True:
                Flood.produced += 1
                yield "x" * 65_536
        finally:
            Flood.ended.set()


class Flood:
    """How many messages of the flood were asked for, and whether it has stopped."""

    produced = 0
    ended = asyncio.Event()


@dataclass
class Context:
    who: str
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Sessions:
    """The contexts of the sockets that are open, by the name they gave."""

    contexts: dict[str, Context] = {}  # noqa: RUF012 - as above


async def build_context(connection: HTTPConnection) -> Context:
    token = connection.headers.get("authorization", "").removeprefix("Bearer ")
    if token == "bad":
        raise NotAuthenticated
    if token == "down":
        raise Unavailable("The document store", SECRET)
    if token == "broken":
        raise RuntimeError(SECRET)
    return Context(token or connection.cookies.get("__Host-sid") or "anonymous")


async def build_stream_context(connection: HTTPConnection) -> Context:
    context = await build_context(connection)
    Sessions.contexts[f"stream of {context.who}"] = context
    return context


async def build_socket_context(websocket: WebSocket, payload: dict[str, object]) -> Context:
    token = payload.get("token")
    if token == "bad":
        raise NotAuthenticated
    if token == "broken":
        raise RuntimeError(SECRET)
    context = Context(str(token or "anonymous"))
    Sessions.contexts[context.who] = context
    return context


def make_schema(**options: Any) -> GuardedSchema:
    return GuardedSchema(Query, mutation=Mutation, subscription=Subscription, **options)


def make_endpoint(schema: GuardedSchema, **settings: Any) -> GraphQLEndpoint:
    return GraphQLEndpoint(
        schema,
        build_context=build_context,
        build_socket_context=build_socket_context,
        build_stream_context=build_stream_context,
        settings=EndpointSettings(origins=OriginPolicy(allowed_origins=("https://front.example",)), **settings),
    )


def make_app() -> Starlette:
    """Serve the schema at /graphql, at /draft and /audit with GET, by either profile, and at /hasty with little of everything."""
    schema = make_schema()
    hasty = make_schema(timeout=0.05, slots=OperationSlots(1))
    quick = SocketSettings(init_timeout=0.05, send_timeout=0.3)
    return Starlette(
        routes=[
            *make_endpoint(schema).routes("/graphql"),
            *make_endpoint(schema, profile="draft", allow_get=True).routes("/draft"),
            *make_endpoint(schema, profile="audit", allow_get=True).routes("/audit"),
            *explorer_routes(),
            *make_endpoint(hasty, most_connections=2, keep_alive=0.05, sockets=quick).routes("/hasty"),
        ],
        middleware=[Middleware(RequestId), Middleware(SecurityHeaders), Middleware(RequestTimeout)],
    )
