"""Keeping what texts said: edits wait in the document that they changed until each is a revision of its own.

The handler of an edit makes the revision. Who reads what a document said finds what waits in it beside what is stored, so that
an edit is in the history from the moment that it is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pymongo.errors import DuplicateKeyError

from core.paging import Order, Slice, Window, merge_slices, place_among
from core.records import Record, change, save

MOST_WAITING: Final = 20
"""With more edits than this waiting in a document, its writer makes the revisions: no handler seems to run."""
LATEST_FIRST: Final = Order((("number", -1),))

KeptT = TypeVar("KeptT", bound=Record)
RevisionT = TypeVar("RevisionT", bound=Record)


@dataclass(frozen=True, slots=True)
class Waiting(Generic[RevisionT]):
    """Those revisions of a document that still wait in it, as far as somebody may read them, the latest first.

    All that are stored are below the number of the first that waits: revisions are stored in their order.
    """

    rows: list[RevisionT]
    below: int | None = None

    def among(self, stored: Slice[RevisionT], window: Window) -> Slice[RevisionT]:
        """Put them into the same window of the stored ones below them."""
        if not self.rows:
            return stored
        return merge_slices([place_among(self.rows, LATEST_FIRST, window), stored], LATEST_FIRST, window)


def below_number(below: int | None) -> dict[str, Any]:
    """Make the condition of stored revisions to which those that wait are added."""
    return {} if below is None else {"number": {"$lt": below}}


async def keep_entries(record: KeptT, entries: Sequence[Any], revision_of: Callable[[Any], Record]) -> KeptT:
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
