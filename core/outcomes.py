"""What was read together and is looked at one after the other: a refusal is raised in its turn, not when it is first."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from core.errors import DomainError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a read gave, or why it was refused."""

    value: T | None
    refusal: DomainError | None = None

    def take(self) -> T:
        """Give the value; raises the refusal."""
        if self.refusal is not None:
            raise self.refusal
        return cast("T", self.value)


async def outcome(read: Awaitable[T]) -> Outcome[T]:
    """Wait for a read that stands beside others in a gather; what is no refusal is raised at once."""
    try:
        return Outcome(await read)
    except DomainError as refusal:
        return Outcome(None, refusal)
