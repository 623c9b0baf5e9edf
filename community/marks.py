"""Marks: what one person sets on one thing and may take back; it is set, never toggled, and counts once."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.defaults import change_or_insert, stored_or
from core.events import Event
from core.records import Record, change


class Mark(Record):
    """One person's mark on one thing; the id is derived from the two, so that nobody sets it twice."""

    withdrawn: bool = False


MarkT = TypeVar("MarkT", bound=Mark)
MarkedT = TypeVar("MarkedT", bound=Record)


async def set_mark(mark: MarkT, told: Event, *, stands: bool, by: str) -> None:
    """Let a mark stand, or take it back; what is so already changes nothing and is not told.

    `mark` is what is stored when this person never set one there; to take that back stores nothing.
    """
    mark.withdrawn = True
    found = await stored_or(mark)
    if found.withdrawn is not stands:
        return

    def rule(current: MarkT) -> None:
        if current.withdrawn is stands:
            current.withdrawn = not stands
            current.record(told, actor=by)

    await change_or_insert(found, rule)


async def settle_count(marked: MarkedT, field: str, counted: Callable[[MarkedT], Awaitable[int]]) -> MarkedT:
    """Let a field follow the marks on something, until what was counted is what it says; can run twice."""
    while getattr(marked, field) != (number := await counted(marked)):
        marked = await change(marked, lambda current, number=number: setattr(current, field, number))  # type: ignore[misc]
    return marked
