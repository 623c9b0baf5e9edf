"""Finding cases to change, and changing them only in the very state that was looked at."""

from collections.abc import Callable
from typing import Any

from pymongo import ReturnDocument

from care.documents.cases import Case
from core.records import change


class Overtaken(Exception):
    """Somebody changed the case since it was looked at: look again before deciding."""


async def change_as_read(case: Case, rule: Callable[[Case], object], *, expected_version: int | None = None) -> Case:
    """Apply a rule that was chosen by looking elsewhere too (is the message there already?).

    Raises Overtaken when the case moved on since it was read, and what the rule raises.
    """
    seen = case.revision

    def strict(current: Case) -> None:
        if current.revision != seen:
            raise Overtaken
        rule(current)

    return await change(case, strict, expected_version=expected_version)


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
