"""Keyset pages: a place in an order is the sort values and the id, so inserts never shift a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from beanie import Document

MOST = 100
DEFAULT = 20
COUNT_LIMIT = 10_000

SortValue = str | int | float | bool | datetime
DocumentT = TypeVar("DocumentT", bound=Document)
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Order:
    """Fields with 1 (ascending) or -1; the id, in the direction of the last field, breaks ties.

    Every field must be there on every document: what may lack is sorted by a stored key that never does.
    """

    fields: tuple[tuple[str, int], ...]

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """Give the fields with the tie-breaking id."""
        return (*self.fields, ("_id", self.fields[-1][1] if self.fields else 1))


@dataclass(frozen=True, slots=True)
class Position:
    """A place in an order: the sort values of a row, its id last."""

    values: tuple[SortValue, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of an order: `limit` after or before a place, from the front or from the back."""

    limit: int = DEFAULT
    after: Position | None = None
    before: Position | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Rows in order with their places, and whether there are more on either side."""

    items: list[T]
    positions: list[Position]
    has_next: bool = False
    has_previous: bool = False


async def read_slice(model: type[DocumentT], query: Mapping[str, Any], order: Order, window: Window) -> Slice[DocumentT]:
    """Read the window's rows, one more than asked for to know whether there are more."""
    conditions = [dict(query)] if query else []
    if window.after is not None:
        conditions.append(_beyond(order.keys, window.after))
    if window.before is not None:
        conditions.append(_beyond(_reversed(order.keys), window.before))
    keys = _reversed(order.keys) if window.backwards else order.keys
    found = await model.find(_and(conditions)).sort(list(keys)).limit(window.limit + 1).to_list()  # type: ignore[arg-type]  # the stub knows only one of the two forms that Beanie takes
    more, items = len(found) > window.limit, found[: window.limit]
    if window.backwards:
        items.reverse()
        return Slice(items, [place_of(item, order) for item in items], window.before is not None, more)
    return Slice(items, [place_of(item, order) for item in items], more, window.after is not None)


def take_slice(rows: list[T], places: list[Position], window: Window) -> Slice[T]:
    """Take the window of a short list that is already in memory, by the same rules."""
    first = places.index(window.after) + 1 if window.after in places else 0
    last = places.index(window.before) if window.before in places else len(rows)
    start = max(first, last - window.limit) if window.backwards else first
    end = last if window.backwards else min(last, first + window.limit)
    return Slice(rows[start:end], places[start:end], end < len(rows), start > 0)


def place_among(rows: Sequence[DocumentT], order: Order, window: Window) -> Slice[DocumentT]:
    """Take the window of documents in memory, given in their order, that belong among stored ones: its places may be theirs."""
    placed = [(row, place_of(row, order)) for row in rows]
    kept = [
        (row, place)
        for row, place in placed
        if (window.after is None or _follows(order, place, window.after))
        and (window.before is None or _follows(order, window.before, place))
    ]
    more = len(kept) > window.limit
    taken = kept[-window.limit :] if window.backwards else kept[: window.limit]
    items, places = [row for row, _ in taken], [place for _, place in taken]
    return Slice(items, places, more and not window.backwards, more and window.backwards)


def merge_slices(slices: list[Slice[T]], order: Order, window: Window) -> Slice[T]:
    """Make the window of several lists together out of the same window of each."""
    if len(slices) == 1:
        return slices[0]
    rows = [(place.values, item) for page in slices for item, place in zip(page.items, page.positions, strict=True)]
    for index, (_, direction) in reversed(list(enumerate(order.keys))):
        rows.sort(key=lambda row: row[0][index], reverse=direction < 0)
    more = len(rows) > window.limit
    kept = rows[-window.limit :] if window.backwards else rows[: window.limit]
    has_next = any(page.has_next for page in slices) or (more and not window.backwards)
    has_previous = any(page.has_previous for page in slices) or (more and window.backwards)
    return Slice([item for _, item in kept], [Position(values) for values, _ in kept], has_next, has_previous)


async def count(model: type[Document], query: Mapping[str, Any]) -> int:
    """Count rows up to COUNT_LIMIT + 1: one more means capped."""
    return await model.get_pymongo_collection().count_documents(dict(query), limit=COUNT_LIMIT + 1)


def place_of(document: Document, order: Order) -> Position:
    """Give the place of a row in an order."""
    values = [_value(document, name) for name, _ in order.fields]
    return Position((*values, str(document.id)))


def _follows(order: Order, place: Position, other: Position) -> bool:
    """Tell whether a place is behind another one; what can't be compared is the place of no such row."""
    for (_, direction), one, two in zip(order.keys, place.values, other.values, strict=False):
        if type(one) is not type(two):
            return False
        if one != two:
            return bool(one > two) == (direction > 0)  # type: ignore[operator]  # both are of one type
    return False


def _value(document: object, path: str) -> Any:
    for name in path.split("."):
        document = getattr(document, name)
    return document


def _reversed(keys: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple((name, -direction) for name, direction in keys)


def _beyond(keys: tuple[tuple[str, int], ...], position: Position) -> dict[str, Any]:
    """Say `(a, b, id) > position` as Mongo can use an index for: a bound on the first field, then the branches."""
    branches = []
    for index, (name, direction) in enumerate(keys):
        branch: dict[str, Any] = {keys[earlier][0]: position.values[earlier] for earlier in range(index)}
        branch[name] = {"$gt" if direction > 0 else "$lt": position.values[index]}
        branches.append(branch)
    if len(branches) == 1:
        return branches[0]
    first, direction = keys[0]
    return {first: {"$gte" if direction > 0 else "$lte": position.values[0]}, "$or": branches}


def _and(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    if len(conditions) == 1:
        return conditions[0]
    return {"$and": conditions} if conditions else {}
