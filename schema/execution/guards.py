"""What one process lets run at once, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

from strawberry.extensions import SchemaExtension
from typing_extensions import override


class OperationRefused(Exception):
    """The process does not run this operation to its end; nothing is wrong with the request itself."""

    code: ClassVar[str] = "REFUSED"


class OperationTimedOut(OperationRefused):
    """The operation took longer than it may and was cancelled."""

    code = "TIMEOUT"


class TooManyOperations(OperationRefused):
    """As many operations as the process takes are running already."""

    code = "OVERLOADED"


class OperationSlots:
    """Counts the operations that run in this process; give one to all schemas that share it."""

    def __init__(self, most: int = 50) -> None:
        self.most = most
        self.running = 0

    def __enter__(self) -> None:
        if self.running >= self.most:
            message = f"The server runs {self.most} operations already. Try again in a second."
            raise TooManyOperations(message)
        self.running += 1

    def __exit__(self, *_: object) -> None:
        self.running -= 1


class ExecutionGuard(SchemaExtension):
    """Gives the execution a slot and an end. Of a subscription it bounds the start only, not its life."""

    def __init__(self, slots: OperationSlots, timeout: float) -> None:
        self._slots = slots
        self._timeout = timeout

    @override
    async def on_execute(self) -> AsyncIterator[None]:
        with self._slots:
            deadline = asyncio.timeout(self._timeout)
            try:
                async with deadline:
                    yield
            except TimeoutError as error:
                if not deadline.expired():
                    raise
                message = f"The operation took longer than {self._timeout:g} s and was stopped. Ask for less at once."
                raise OperationTimedOut(message) from error
