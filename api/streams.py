"""GraphQL over server-sent events, one operation a connection (graphql-sse, distinct connections mode)."""

import asyncio
from contextlib import aclosing, suppress
from typing import Any

from starlette.types import Receive, Send
from strawberry.types import ExecutionResult

from api.answers import encode, payload
from api.requests import GraphQLRequest
from schema.execution.guarded import GuardedSchema

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a proxy that gathers answers would hold events back
]
_COMPLETE = b"event: complete\ndata: \n\n"
_STILL_HERE = b":\n\n"


class EventStream:
    """Sends each result as an event `next`, then `complete`; a comment every `keep_alive` seconds of silence.

    At most one result waits for a slow reader; the operation is not asked for more before it is gone. Ends when the operation
    does, the reader leaves or takes nothing for `send_timeout` seconds, or the context's `ended` is set.
    """

    def __init__(
        self, schema: GuardedSchema, asked: GraphQLRequest, context: object, *, keep_alive: float, send_timeout: float = 10.0
    ) -> None:
        self._schema = schema
        self._asked = asked
        self._context = context
        self._keep_alive = keep_alive
        self._send_timeout = send_timeout
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)

    async def serve(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        produce = asyncio.create_task(self._produce())
        ends: list[asyncio.Task[Any]] = [asyncio.create_task(_reader_left(receive))]
        ended = getattr(self._context, "ended", None)
        if ended is not None:
            ends.append(asyncio.create_task(ended.wait()))
        try:
            await self._forward(produce, ends, send)
            if not ends[0].done():
                await self._emit(send, _COMPLETE, is_last=True)
        except TimeoutError:
            return
        finally:
            for task in (produce, *ends):
                task.cancel()
            await asyncio.gather(produce, *ends, return_exceptions=True)

    async def _produce(self) -> None:
        results = await self._schema.stream(
            self._asked.query,
            variable_values=self._asked.variables,
            context_value=self._context,
            operation_name=self._asked.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                if isinstance(result, ExecutionResult):
                    await self._waiting.put(b"event: next\ndata: " + encode(payload(result)) + b"\n\n")

    async def _forward(self, produce: asyncio.Task[None], ends: list[asyncio.Task[Any]], send: Send) -> None:
        while not any(task.done() for task in ends):
            following = asyncio.create_task(self._waiting.get())
            done, _ = await asyncio.wait(
                {following, produce, *ends}, timeout=self._keep_alive, return_when=asyncio.FIRST_COMPLETED
            )
            if following in done:
                await self._emit(send, following.result())
                continue
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            if produce in done:
                await self._send_rest(send)
                return
            if not done:
                await self._emit(send, _STILL_HERE)

    async def _emit(self, send: Send, body: bytes, *, is_last: bool = False) -> None:
        async with asyncio.timeout(self._send_timeout):
            await send({"type": "http.response.body", "body": body, "more_body": not is_last})

    async def _send_rest(self, send: Send) -> None:
        while not self._waiting.empty():
            await self._emit(send, self._waiting.get_nowait())


async def _reader_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
