"""The staff schema as tests call it, over real stores, and a log of what it asks of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

import pymongo.monitoring
from strawberry.types import ExecutionResult
from typing_extensions import override

from auth.actor import Actor
from bootstrap.documents import record_collections
from core.database import Database
from core.events import StoredEvent
from core.relay import Relay, highest
from core.secrets import Keyring
from core.tail import EventTail
from core.tasks import end
from schema.context import Context
from schema.execution.guarded import GuardedSchema
from schema.staff.nodes import present, reach_node
from search.engine import SearchIndex
from search.engines.embedded import EmbeddedEngine
from search.rebuilding import rebuild
from tests.contract.documents import documents

BESIDE = {"events", "relay"}
"""Read all the time by the tail, whatever is asked."""
READING = {"find", "aggregate", "distinct", "count", "getMore"}


class CommandLog(pymongo.monitoring.CommandListener):
    """Remembers the reading commands that the driver sends."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    @override
    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        if event.command_name in READING and event.command[event.command_name] not in BESIDE:
            self.sent.append(f"{event.command_name} {event.command[event.command_name]}")

    @override
    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        """Heed the start alone."""

    @override
    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        """Heed the start alone."""


LOG = CommandLog()
pymongo.monitoring.register(LOG)  # the session's client, which a fixture makes later, takes it up


class WatchedTail(EventTail):
    """A tail that tells when somebody has begun to listen."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.listened = asyncio.Event()

    @override
    async def listen(self, cursor: int) -> AsyncIterator[StoredEvent]:
        self.listened.set()
        async for event in super().listen(cursor):
            yield event


class Staff:
    """The staff schema as an edge would call it."""

    def __init__(self, schema: GuardedSchema, database: Database, engine: EmbeddedEngine, tail: WatchedTail) -> None:
        self.schema = schema
        self.tail = tail
        self.keyring = Keyring(b"a secret of these tests")
        self.engine = engine
        self._database = database
        self.relay = Relay(database, record_collections(), moved=tail.wake)
        self.documents = documents("staff")

    def context(self, actor: Actor) -> Context:
        """Make the surroundings of one operation."""
        return Context(
            actor=actor,
            keyring=self.keyring,
            tail=self.tail,
            search=self.engine,
            public_url="http://127.0.0.1:8000",
            present=present,
            reach_node=reach_node,
        )

    async def execute(self, actor: Actor, document: str, variables: Mapping[str, Any] | None = None) -> ExecutionResult:
        """Run a document of the contract, by its name, or one that is written out."""
        query = self.documents.get(document, document)
        return await self.schema.execute(query, variable_values=dict(variables or {}), context_value=self.context(actor))

    async def ask(self, actor: Actor, document: str, **variables: Any) -> Any:
        """Run a document that must not fail, and give its data."""
        result = await self.execute(actor, document, variables)
        assert result.errors is None, result.errors
        return result.data

    async def do(self, actor: Actor, document: str, **given: Any) -> Any:
        """Run a mutation that must not be refused, and give its payload."""
        (payload,) = (await self.ask(actor, document, input=given)).values()
        assert payload["userErrors"] == []
        return payload

    async def refusal(self, actor: Actor, document: str, **given: Any) -> Any:
        """Run a mutation that must be refused, and give the one refusal with the payload's other fields."""
        (payload,) = (await self.ask(actor, document, input=given)).values()
        (error,) = payload.pop("userErrors")
        return error, payload

    async def error(self, actor: Actor, document: str, **variables: Any) -> Any:
        """Run a document that must fail, and give the one error."""
        result = await self.execute(actor, document, variables)
        assert result.errors is not None
        (error,) = result.errors
        return error

    async def settle(self) -> None:
        """Let all events there are be told."""
        while await self.relay.sweep():
            pass
        last = await highest(self._database)
        if last:
            await self.tail.after(last - 1)

    async def index(self) -> None:
        """Put everything there is into the search index."""
        await rebuild(self.engine, SearchIndex.STAFF)

    async def listen(self, actor: Actor, document: str, **variables: Any) -> "Listener":
        """Open a subscription; what happens from now on is heard."""
        context = self.context(actor)
        results = await self.schema.stream(
            self.documents.get(document, document), variable_values=variables, context_value=context
        )
        listener = Listener(results, context, self)
        await listener.open()
        return listener


class Listener:
    """One open subscription."""

    def __init__(self, results: Any, context: Context, staff: Staff) -> None:
        self._results = results
        self._staff = staff
        self._heard: asyncio.Queue[Any] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.context = context

    async def open(self) -> None:
        """Begin to listen, and wait until the stream stands at its start."""
        self._staff.tail.listened.clear()
        self._task = asyncio.create_task(self._run())
        standing = asyncio.create_task(self._staff.tail.listened.wait())
        await asyncio.wait({self._task, standing}, return_when=asyncio.FIRST_COMPLETED)
        standing.cancel()

    async def _run(self) -> None:
        async with aclosing(self._results):
            async for result in self._results:
                await self._heard.put(result)
        await self._heard.put(None)

    async def next(self) -> Any:
        """Give what is told next: the event of the one field, or the errors, or None at the end."""
        await self._staff.relay.sweep()
        result = await asyncio.wait_for(self._heard.get(), 30)
        if result is None or result.errors:
            return result.errors if result is not None else None
        (event,) = result.data.values()
        return event

    async def close(self) -> None:
        """Stop listening."""
        assert self._task is not None
        await end(self._task)
