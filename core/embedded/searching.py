"""Finding and counting documents: candidates from the best index, then what is left of the filter, the sort and the page."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from core.embedded.collection import Collection
from core.embedded.constraints import Constraints, constraints_of
from core.embedded.errors import CommandError
from core.embedded.filters import compile_filter
from core.embedded.indexes import Descending
from core.embedded.plans import Order, best_plan
from core.embedded.records import Record
from core.embedded.values import Document, Key, element_keys, sort_documents

_FEW = 1_000
_document = attrgetter("document")


@dataclass(frozen=True, slots=True)
class Source:
    """Where candidates come from: how many are expected to be read, and whether they come in the asked order."""

    cost: float
    sorted: bool
    records: Callable[[], Iterator[Record]]


def find(collection: Collection, filter_: Document, order: Order | None = None, skip: int = 0, limit: int = 0) -> list[Record]:
    """Return the records that match, sorted by `order`, from `skip` on, at most `limit` of them (0: all)."""
    matches = compile_filter(filter_)
    order = order or []
    end = skip + limit if limit else None
    source = _source(collection, filter_, order, end or 0)
    found = (record for record in source.records() if matches(record.document))
    if order and not source.sorted:
        return sort_documents(list(found), order, _document)[skip:end]
    return list(islice(found, skip, end))


def count(collection: Collection, filter_: Document, skip: int = 0, limit: int = 0) -> int:
    """Return how many documents match; an index that holds the whole answer gives it without reading documents."""
    compile_filter(filter_)
    number = _covered(collection, filter_)
    if number is None:
        return len(find(collection, filter_, None, skip, limit))
    number = max(0, number - skip)
    return min(number, limit) if limit else number


def hinted(collection: Collection, hint: object) -> None:
    """Raise CommandError (BadValue) for a hint that names no index; the store chooses by itself otherwise."""
    for index in collection.indexes.values():
        if hint in (None, index.declaration.name, index.declaration.pattern, {"$natural": 1}):
            return
    raise CommandError("hint provided does not correspond to an existing index", 2)


def _covered(collection: Collection, filter_: Document) -> int | None:
    if not filter_:
        return len(collection)
    constraints = constraints_of(filter_)
    plan = best_plan(collection.indexes.values(), constraints, [], 0) if constraints.exact else None
    return plan.estimate if plan and plan.exact else None


def _source(collection: Collection, filter_: Document, order: Order, limit: int) -> Source:
    direct = _indexed(collection, constraints_of(filter_), order, limit)
    alternatives = _alternatives(filter_)
    if alternatives and (direct is None or direct.cost > limit):
        branches = [_indexed(collection, constraints_of(branch), order, limit) for branch in alternatives]
        served = [branch for branch in branches if branch is not None]
        if len(served) == len(branches) and (direct is None or sum(branch.cost for branch in served) < direct.cost):
            return _joined(served, order)
    return direct or Source(len(collection), not order, lambda: iter(list(collection.records.values())))


def _alternatives(filter_: Document) -> list[Document]:
    """Return the branches of the first `$or`, each with everything else that the filter asks."""
    for name, operand in filter_.items():
        if name == "$or":
            rest = {key: value for key, value in filter_.items() if key != "$or"}
            return [{"$and": [rest, branch]} for branch in operand]
        if name == "$and":
            for place, part in enumerate(operand):
                others = [*operand[:place], *operand[place + 1 :]]
                rest = {key: value for key, value in filter_.items() if key != "$and"}
                found = _alternatives(part)
                if found:
                    return [{"$and": [rest, *others, branch]} for branch in found]
    return []


def _indexed(collection: Collection, constraints: Constraints, order: Order, limit: int) -> Source | None:
    known = constraints.by_path.get(("_id",))
    if known is not None and known.points is not None:
        found = [record for key in known.points if (record := collection.with_id(key)) is not None]
        return Source(len(found), not order or len(found) <= 1, lambda: iter(found))
    plan = best_plan(collection.indexes.values(), constraints, order, limit)
    if plan is None:
        return None
    records = collection.records
    return Source(plan.cost(limit, 1), plan.sorted, lambda: (records[position] for position in plan.positions()))


def _joined(sources: list[Source], order: Order) -> Source:
    """Alternatives one after the other, or merged in order where the ones out of order are few enough to be sorted first."""
    in_order = bool(order) and all(source.sorted or source.cost <= _FEW for source in sources)

    def records() -> Iterator[Record]:
        if in_order:
            walks = [source.records() if source.sorted else _in_order(source, order) for source in sources]
            return _once(heapq.merge(*walks, key=lambda record: _merge_key(record, order)))
        return _once(record for source in sources for record in source.records())

    return Source(sum(source.cost for source in sources), in_order or not order, records)


def _in_order(source: Source, order: Order) -> Iterator[Record]:
    return iter(sorted(source.records(), key=lambda record: _merge_key(record, order)))


def _once(records: Iterable[Record]) -> Iterator[Record]:
    seen: set[int] = set()
    for record in records:
        if record.position not in seen:
            seen.add(record.position)
            yield record


def _merge_key(record: Record, order: Order) -> Key:
    keys = ((element_keys(record.document, path)[0], direction) for path, direction in order)
    return tuple(min(found) if direction > 0 else Descending(max(found)) for found, direction in keys)
