"""Running a stored document for one event as somebody, as webhooks do."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from functools import cached_property
from typing import Any

import orjson
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from typing_extensions import override

from auth.actor import Actor
from core.database import Database
from core.events import StoredEvent
from core.secrets import Keyring
from core.tail import EventTail
from notifications.webhooks.running import DocumentRefused, StoredDocument
from schema.context import Context
from schema.execution.guarded import GuardedSchema
from schema.execution.stored import NODE
from schema.staff.nodes import present, reach_node
from schema.staff.reach import reach
from schema.staff.schema import staff_schema


class OneEvent(EventTail):
    """A tail that has one event and then ends: what a subscription sees that is run for this event alone."""

    def __init__(self, database: Database, event: StoredEvent) -> None:
        super().__init__(database)
        self._event = event
        self.head = event.number - 1

    @override
    async def listen(self, cursor: int) -> AsyncIterator[StoredEvent]:
        if cursor < self._event.number:
            yield self._event


class StoredDocuments:
    """Runs stored documents against the staff schema, which is made at the first of them."""

    def __init__(self, database: Database, keyring: Keyring, search: Any, *, public_url: str) -> None:
        self._database = database
        self._keyring = keyring
        self._search = search
        self._public_url = public_url

    @cached_property
    def _schema(self) -> GuardedSchema:
        return staff_schema()

    async def run(self, actor: Actor, document: StoredDocument, event: StoredEvent) -> Mapping[str, Any] | None:
        """Give what the document gives of an event to somebody; None for nothing. Raises DocumentRefused."""
        context = Context(
            actor=actor,
            keyring=self._keyring,
            tail=OneEvent(self._database, event),
            search=self._search,
            public_url=self._public_url,
            present=present,
            reach_node=reach_node,
        )
        if document.is_query:
            if await reach(context, event.node) is None:
                return None
            variables = {**document.variables, NODE: event.node}
            return _told(await self._schema.execute(document.text, variable_values=variables, context_value=context))
        results = await self._schema.stream(document.text, variable_values=dict(document.variables), context_value=context)
        async with aclosing(results):
            async for result in results:
                if isinstance(result, ExecutionResult):
                    return _told(result)
        return None


def _told(result: ExecutionResult) -> dict[str, Any]:
    errors = [error.formatted for error in result.errors or ()]
    if isinstance(result, PreExecutionError) or (result.data is None and errors):
        raise DocumentRefused(f"its document can't be run: {errors[0]['message'] if errors else 'no answer'}")
    plain = orjson.loads(orjson.dumps({"data": result.data, **({"errors": errors} if errors else {})}, default=str))
    answer: dict[str, Any] = plain
    return answer
