"""A schema that only runs what the limits allow and only answers what clients may read, whichever transport asks."""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import StreamResult
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from typing_extensions import override

from schema.execution.documents import DocumentGate, KnownDocuments
from schema.execution.guards import ExecutionGuard, OperationSlots
from schema.execution.limits import DocumentLimits
from schema.execution.masking import masked_error, public_errors

_REQUEST_ERRORS = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)


class GuardedSchema(strawberry.Schema):
    """Strawberry's schema with document limits, a memory of valid documents, a timeout, slots, and masked errors.

    Takes what `strawberry.Schema` takes (by name, but for the query), and `limits`, `slots` (share one between the schemas of a
    process) and `timeout` in seconds. `known` is the memory of documents, to be looked at.
    """

    def __init__(
        self,
        query: type,
        *,
        limits: DocumentLimits | None = None,
        slots: OperationSlots | None = None,
        timeout: float = 10.0,
        extensions: Iterable[Callable[[], SchemaExtension]] = (),
        **options: Any,
    ) -> None:
        self.limits = limits or DocumentLimits()
        self.known = KnownDocuments()
        shared_slots = slots or OperationSlots()

        def gate() -> SchemaExtension:
            return DocumentGate(self.known, self.limits)

        def guard() -> SchemaExtension:
            return ExecutionGuard(shared_slots, timeout)

        super().__init__(query, extensions=(gate, guard, *extensions), **options)

    @override
    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Run an operation to its end; errors come back in the result, as clients may read them, never raised."""
        try:
            result = await super().execute(*args, **kwargs)
        except _REQUEST_ERRORS as error:
            result = PreExecutionError(data=None, errors=[GraphQLError(str(error), original_error=error)])
        return _published(result, kwargs.get("operation_name"))

    @override
    async def stream(self, *args: Any, **kwargs: Any) -> StreamResult:
        """Run any operation as a stream of results, each as clients may read it."""
        return self._published_stream(await super().stream(*args, **kwargs), kwargs.get("operation_name"))

    async def _published_stream(self, results: StreamResult, operation: str | None) -> AsyncGenerator[Any, None]:
        async with aclosing(results):
            try:
                async for result in results:
                    yield _published(result, operation) if isinstance(result, ExecutionResult) else result
            except Exception as error:  # noqa: BLE001 - a stream ends with an error its reader may see, never with ours
                yield PreExecutionError(data=None, errors=[masked_error(error, operation=operation)])

    @override
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing here: clients' mistakes are not news, and masking reports the rest once."""


def _published(result: ExecutionResult, operation: str | None) -> ExecutionResult:
    if result.errors:
        executed = not isinstance(result, PreExecutionError)
        result.errors = public_errors(list(result.errors), executed=executed, operation=operation)
    return result
