"""Finding cases to change, and changing them, and customers, only in the very state that was looked at."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from pymongo import ReturnDocument

from care.documents.cases import Case
from core.errors import Unavailable
from core.records import RecordT, change

_TRIES: Final = 50

ValueT = TypeVar("ValueT")


class Overtaken(Exception):
    """Somebody changed the case, or the customer, since it was looked at: look again before deciding."""


async def change_as_read(document: RecordT, rule: Callable[[RecordT], object], *, expected_version: int | None = None) -> RecordT:
    """Apply a rule that was chosen by looking elsewhere too (is the message there already?).

    Raises Overtaken when the document moved on since it was read, and what the rule raises.
    """
    seen = document.revision

    def strict(current: RecordT) -> None:
        if current.revision != seen:
            raise Overtaken
        rule(current)

    return await change(document, strict, expected_version=expected_version)


async def follow(
    model: type[RecordT],
    identifier: str,
    field: tuple[Callable[[RecordT], ValueT], Callable[[RecordT, ValueT], None]],
    look: Callable[[], Awaitable[ValueT]],
    *,
    given: RecordT | None = None,
) -> RecordT | None:
    """Let what a document says of others, which `field` gives and puts, be what a look at these says; None where there is none.

    The document is read before the others and changed only as it was read, so that whoever comes last has seen them all.
    Whoever has read it already, before the others changed, gives it; that it says so then is looked up again.
    """
    says, put = field
    for _ in range(_TRIES):
        document, was_given, given = given or await model.get(identifier), given is not None, None
        if document is None:
            return None
        value = await look()
        if says(document) == value and not was_given:
            return document

        def rule(current: RecordT, value: ValueT = value) -> None:
            put(current, value)

        if says(document) != value:
            with suppress(Overtaken):
                return await change_as_read(document, rule)
    raise Unavailable("store", "too many writers of one document")


async def next_number() -> int:
    """Take the next case number; numbers are never given twice, and gaps are allowed."""
    return (await next_numbers(1))[0]


async def next_numbers(count: int) -> range:
    """Take so many case numbers at once."""
    counters = Case.get_pymongo_collection().database["counters"]
    row: Any = await counters.find_one_and_update(
        {"_id": "case_number"}, {"$inc": {"value": count}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    last = int(row["value"])
    return range(last - count + 1, last + 1)
