"""Keeping what texts said: edits wait in the document that they changed until each is a revision of its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from pymongo.errors import DuplicateKeyError

from core.records import Record, change, save

KeptT = TypeVar("KeptT", bound=Record)


async def keep_entries(record: KeptT, entries: list[Any], revision_of: Callable[[Any], Record]) -> KeptT:
    """Store the revisions of the entries that wait in a record, and take them out of it; can run twice. Give the record."""
    if not entries:
        return record
    for entry in entries:
        try:
            await save(revision_of(entry))
        except DuplicateKeyError:
            continue
    kept = {entry.number for entry in entries}

    def rule(current: Any) -> None:
        current.entries = [entry for entry in current.entries if entry.number not in kept]

    return await change(record, rule)
