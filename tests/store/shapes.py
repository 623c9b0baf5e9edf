"""Index discipline: records the shape of every query that a driver sends, and tells which no declared index serves.

An index serves a shape when it begins with fields that the filter holds equal (`$in` counts as equal), goes on with the fields
of the sort, all forward or all backward, and then may hold a range (https://www.mongodb.com/docs/manual/tutorial/equality-sort-range-guideline/).
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from typing_extensions import override

Terms = frozenset[tuple[str, str]]
_RANGES = {"$gt", "$gte", "$lt", "$lte"}
_MOST_ALTERNATIVES = 64


@dataclass(frozen=True, slots=True)
class DeclaredIndex:
    """An index: its fields with their directions, and whether it leaves out documents that lack them."""

    fields: tuple[tuple[str, int], ...]
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One query without its values: what it asks of which field, for each alternative of an `$or`, and how it is sorted.

    Terms are (field, kind); kinds are "equal", "null", "mixed" (null or one of some values), "range", "exists" and "other",
    which no index narrows.
    """

    collection: str
    alternatives: frozenset[Terms]
    sort: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, collection: str, filter_: Mapping[str, Any], sort: Mapping[str, int] | None = None) -> "Shape":
        """Return the shape of a filter and a sort."""
        return cls(collection, frozenset(_alternatives(filter_)), tuple((sort or {}).items()))

    def describe(self) -> str:
        """Return the shape in a line."""
        alternatives = [
            ", ".join(f"{field} {kind}" for field, kind in sorted(terms)) or "everything" for terms in self.alternatives
        ]
        sort = ", ".join(f"{field} {'up' if direction > 0 else 'down'}" for field, direction in self.sort)
        return f"{self.collection}: {' or '.join(sorted(alternatives))}" + (f"; sorted by {sort}" if sort else "")


def _alternatives(filter_: Mapping[str, Any], prefix: str = "") -> Iterator[Terms]:
    terms: set[tuple[str, str]] = set()
    choices: list[list[Terms]] = []
    for name, operand in filter_.items():
        if name == "$and":
            choices += [list(_alternatives(branch, prefix)) for branch in operand]
        elif name == "$or":
            choices.append([terms for branch in operand for terms in _alternatives(branch, prefix)])
        elif not name.startswith("$"):
            terms |= set(_terms(prefix + name, operand))
    for chosen in itertools.islice(itertools.product(*choices), _MOST_ALTERNATIVES):
        yield frozenset(terms.union(*chosen))


def _terms(field: str, operand: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(operand, Mapping) or not next(iter(operand), "").startswith("$"):
        yield field, "null" if operand is None else "equal"
        return
    for operator, value in operand.items():
        if operator == "$elemMatch" and not next(iter(value), "$").startswith("$"):
            for terms in _alternatives(value, f"{field}."):
                yield from terms
        else:
            yield field, _kind(operator, value)


def _kind(operator: str, value: Any) -> str:
    if operator == "$eq":
        return "null" if value is None else "equal"
    if operator == "$in":
        return _kind_of_several(value)
    if operator in _RANGES or (operator == "$elemMatch" and set(value) <= _RANGES):
        return "range"
    return "exists" if operator == "$exists" and value else "other"


def _kind_of_several(values: list[Any]) -> str:
    """Null beside ids is what a gate leaves in, the most of a list: an index may narrow by it and need not."""
    if None not in values:
        return "equal"
    return "null" if values == [None] else "mixed"


class ShapeRecorder(CommandListener):
    """Listens to a client's commands: `shapes` are the queries seen, `declared` the indexes made through it, by collection."""

    def __init__(self) -> None:
        self.shapes: set[Shape] = set()
        self.declared: dict[str, set[DeclaredIndex]] = {}

    @override
    def started(self, event: CommandStartedEvent) -> None:
        """Take the shapes of a command."""
        collection = event.command.get(event.command_name)
        if not isinstance(collection, str):
            return
        if event.command_name == "createIndexes":
            for index in event.command["indexes"]:
                declared = DeclaredIndex(tuple(index["key"].items()), bool(index.get("sparse")))
                self.declared.setdefault(collection, set()).add(declared)
        self.shapes.update(_shapes(event.command_name, collection, event.command))

    @override
    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Take nothing."""

    @override
    def failed(self, event: CommandFailedEvent) -> None:
        """Take nothing: it counts that it was asked."""


def _shapes(name: str, collection: str, command: Mapping[str, Any]) -> Iterator[Shape]:
    if name == "find":
        yield Shape.of(collection, command.get("filter") or {}, command.get("sort"))
    elif name in {"findAndModify", "count", "distinct"}:
        yield Shape.of(collection, command.get("query") or {}, command.get("sort"))
    elif name in {"update", "delete"}:
        for statement in command[f"{name}s"]:
            yield Shape.of(collection, statement["q"], statement.get("sort"))
    elif name == "aggregate":
        yield from _pipeline_shapes(collection, command["pipeline"])


def _pipeline_shapes(collection: str, pipeline: list[Mapping[str, Any]]) -> Iterator[Shape]:
    filter_ = pipeline[0]["$match"] if pipeline and "$match" in pipeline[0] else {}
    after = pipeline[1:] if filter_ else pipeline
    sort = after[0].get("$sort") if after else None
    yield Shape.of(collection, filter_, sort)
    for stage in pipeline:
        for operand in (stage.get("$lookup"), stage.get("$graphLookup")):
            if operand:
                yield from _join_shapes(operand)
        for inner in stage.get("$facet", {}).values():
            yield from (shape for shape in _pipeline_shapes(collection, inner) if shape.collection != collection)


def _join_shapes(operand: Mapping[str, Any]) -> Iterator[Shape]:
    field = operand.get("foreignField") or operand.get("connectToField")
    if field:
        yield Shape.of(operand["from"], {field: 1})
    else:
        yield from _pipeline_shapes(operand["from"], operand.get("pipeline", []))


def unserved_shapes(
    recorded: Iterable[Shape],
    declared_indexes: Mapping[str, Iterable[DeclaredIndex]],
    exempt: Mapping[str, str] | None = None,
) -> list[str]:
    """Return a line for each shape that no index serves; `exempt` names collections that may be scanned, each with its reason.

    The index on `_id` is always there. Reading everything in no order needs no index.
    """
    exempt = exempt or {}
    lines = []
    for shape in recorded:
        indexes = [DeclaredIndex((("_id", 1),)), *declared_indexes.get(shape.collection, ())]
        if not exempt.get(shape.collection) and not all(_served(terms, shape.sort, indexes) for terms in shape.alternatives):
            lines.append(shape.describe())
    return sorted(lines)


def _served(terms: Terms, sort: tuple[tuple[str, int], ...], indexes: list[DeclaredIndex]) -> bool:
    if ("_id", "equal") in terms or not (terms or sort):
        return True
    return any(_serves(index, dict(sorted(terms, key=_weight)), sort) for index in indexes)


def _weight(term: tuple[str, str]) -> int:
    """Of two conditions on one field the narrower one decides: it comes last into the dict."""
    return ["other", "exists", "mixed", "range", "null", "equal"].index(term[1])


def _serves(index: DeclaredIndex, kinds: dict[str, str], sort: tuple[tuple[str, int], ...]) -> bool:
    if index.sparse and not any(kinds.get(field) in {"equal", "range", "exists"} for field, _ in index.fields):
        return False
    fields = list(index.fields)
    narrowed = False
    wanted = {field for field, _ in sort}
    while fields and kinds.get(fields[0][0]) in {"equal", "null", "mixed"}:
        narrowed = True
        wanted.discard(fields.pop(0)[0])
    rest = [(field, direction) for field, direction in sort if field in wanted]
    first = kinds.get(fields[0][0]) if fields else None
    narrowed = narrowed or first == "range" or (first == "exists" and index.sparse)
    nothing_narrows = all(kind in {"other", "mixed"} or (kind == "exists" and not index.sparse) for kind in kinds.values())
    return _follows(fields, rest) and (narrowed or (bool(sort) and nothing_narrows))


def _follows(fields: list[tuple[str, int]], sort: list[tuple[str, int]]) -> bool:
    """Whether the fields begin with the sort, all forward or all backward."""
    if [field for field, _ in fields[: len(sort)]] != [field for field, _ in sort]:
        return False
    turns = {declared * asked for (_, declared), (_, asked) in zip(fields, sort, strict=False)}
    return len(turns) <= 1
