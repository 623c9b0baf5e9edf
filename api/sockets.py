"""GraphQL over a WebSocket: one connection that speaks `graphql-transport-ws`."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLError
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from api.answers import encode, payload
from api.refusals import BadRequest, Refusal
from api.requests import GraphQLRequest, parse_json, parse_parameters
from core.errors import Unavailable
from schema.execution.guarded import GuardedSchema
from schema.execution.masking import masked_error, unavailable_message

PROTOCOL = "graphql-transport-ws"
_LONGEST_REASON = 123  # bytes, RFC 6455 §5.5
_LONGEST_ID = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSettings:
    """The bounds of one connection; times in seconds, the size of a message in bytes."""

    init_timeout: float = 5.0
    send_timeout: float = 10.0
    most_operations: int = 20
    message_limit: int = 65_536


class _Closing(Exception):
    """The end of a connection, with the code the client is told."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class SocketSession:
    """Runs the operations of one client until either side ends the connection.

    Every message waits for the one before it to be taken, so that a slow reader slows its own subscriptions and fills no memory;
    one that takes nothing for `send_timeout` is closed with 1013.
    """

    def __init__(
        self,
        websocket: WebSocket,
        schema: GuardedSchema,
        *,
        build_context: Callable[[WebSocket, dict[str, object]], Awaitable[object]],
        operation_context: Callable[[object], object],
        settings: SocketSettings,
    ) -> None:
        self._websocket = websocket
        self._schema = schema
        self._build_context = build_context
        self._operation_context = operation_context
        self._settings = settings
        self._context: object = None
        self._init_received = False
        self._acknowledged = asyncio.Event()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._end: asyncio.Future[_Closing | None] = asyncio.get_running_loop().create_future()
        self._handlers: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "connection_init": self._initialise,
            "subscribe": self._subscribe,
            "complete": self._complete,
            "ping": self._ping,
            "pong": self._ignore,
        }

    async def refuse(self, code: int, reason: str) -> None:
        """Accept the handshake, so that the client learns the code, and close."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.accept(PROTOCOL if PROTOCOL in self._websocket.scope["subprotocols"] else None)
            await self._close(_Closing(code, reason))

    async def run(self) -> None:
        """Serve the connection to its end and leave no task behind."""
        if PROTOCOL not in self._websocket.scope["subprotocols"]:
            await self.refuse(4406, f"Subprotocol not acceptable: ask for {PROTOCOL}")
            return
        await self._websocket.accept(PROTOCOL)
        self._start(self._read)
        self._start(self._expect_init)
        closing = None
        try:
            closing = await self._end
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if closing is not None:
            await self._close(closing)

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guard(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let every way in which work can end the connection end it once, in `run`."""
        try:
            await work()
        except _Closing as closing:
            self._finish(closing)
        except WebSocketDisconnect:
            self._finish(None)
        except Exception as error:  # noqa: BLE001 - the last resort of the edge
            masked = masked_error(error)
            self._finish(_Closing(4500, f"{masked.message} ({(masked.extensions or {}).get('errorId', '')})"))

    def _finish(self, closing: _Closing | None) -> None:
        if not self._end.done():
            self._end.set_result(closing)

    async def _close(self, closing: _Closing) -> None:
        reason = closing.reason.encode()[:_LONGEST_REASON].decode("utf-8", "ignore")
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(self._settings.send_timeout):
                await self._websocket.close(closing.code, reason)

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                self._finish(None)
                return
            await self._handle(message.get("text"))

    async def _handle(self, text: str | None) -> None:
        if text is None:
            raise _Closing(4400, "Messages must be text")
        encoded = text.encode("utf-8", "surrogatepass")
        if len(encoded) > self._settings.message_limit:
            raise _Closing(1009, f"A message may have {self._settings.message_limit:,} bytes")
        try:
            message = parse_json(encoded, "The message")
        except BadRequest as error:
            raise _Closing(4400, error.message) from error
        kind = message.get("type") if isinstance(message, dict) else None
        handler = self._handlers.get(kind) if isinstance(kind, str) else None
        if handler is None or not isinstance(message, dict):
            raise _Closing(4400, "A message must be an object with a known `type`")
        await handler(message)

    async def _expect_init(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.init_timeout):
                await self._acknowledged.wait()
                return
        raise _Closing(4408, "Connection initialisation timeout")

    async def _initialise(self, message: dict[str, Any]) -> None:
        if self._init_received:
            raise _Closing(4429, "Too many initialisation requests")
        self._init_received = True
        parameters = message.get("payload")
        if parameters is not None and not isinstance(parameters, dict):
            raise _Closing(4400, "The payload of connection_init must be an object")
        try:
            self._context = await self._build_context(self._websocket, parameters or {})
        except Refusal as refusal:
            raise _Closing(4403, refusal.message) from refusal
        except Unavailable as error:
            raise _Closing(1013, unavailable_message(error)) from error
        ended = getattr(self._context, "ended", None)
        if ended is not None:
            self._start(partial(_watch_authorisation, ended))
        await self._send({"type": "connection_ack"})
        self._acknowledged.set()

    async def _ping(self, message: dict[str, Any]) -> None:
        answer = {"type": "pong"}
        await self._send({**answer, "payload": message["payload"]} if isinstance(message.get("payload"), dict) else answer)

    async def _ignore(self, message: dict[str, Any]) -> None:
        """Take a pong: the server's own pings are frames of the protocol below."""

    async def _complete(self, message: dict[str, Any]) -> None:
        operation = self._operations.pop(_id_of(message), None)
        if operation is not None:
            operation.cancel()

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged.is_set():
            raise _Closing(4401, "Unauthorized: send connection_init first")
        operation_id = _id_of(message)
        if operation_id in self._operations:
            raise _Closing(4409, f"Subscriber for {operation_id} already exists")
        try:
            asked = parse_parameters(message.get("payload"))
        except BadRequest as error:
            raise _Closing(4400, error.message) from error
        if len(self._operations) >= self._settings.most_operations:
            text = f"This connection runs {self._settings.most_operations} operations already; complete one first."
            refused = GraphQLError(text, extensions={"code": "LIMIT_EXCEEDED", "limit": "operations"})
            await self._send({"id": operation_id, "type": "error", "payload": [refused.formatted]})
            return
        self._operations[operation_id] = self._start(partial(self._operate, operation_id, asked))

    async def _operate(self, operation_id: str, asked: GraphQLRequest) -> None:
        results = await self._schema.stream(
            asked.query,
            variable_values=asked.variables,
            context_value=self._operation_context(self._context),
            operation_name=asked.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                if isinstance(result, PreExecutionError):
                    self._operations.pop(operation_id, None)
                    await self._send({"id": operation_id, "type": "error", "payload": payload(result)["errors"]})
                    return
                if isinstance(result, ExecutionResult):
                    await self._send({"id": operation_id, "type": "next", "payload": payload(result)})
        # The id is free before the client can know that it is.
        self._operations.pop(operation_id, None)
        await self._send({"id": operation_id, "type": "complete"})

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(self._settings.send_timeout):
                await self._websocket.send_text(encode(message).decode())
        except TimeoutError as error:
            raise _Closing(1013, "The client reads too slowly") from error
        except RuntimeError as error:  # Starlette's word for a connection that is closed already
            raise WebSocketDisconnect from error


async def _watch_authorisation(ended: asyncio.Event) -> None:
    await ended.wait()
    raise _Closing(4403, "The authorisation has ended")


def _id_of(message: dict[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not 0 < len(operation_id) <= _LONGEST_ID:
        raise _Closing(4400, f"`id` must be a string of 1 to {_LONGEST_ID} characters")
    return operation_id
