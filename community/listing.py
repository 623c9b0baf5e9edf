"""Filters of lists: conditions people combine, and which of them an index serves."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from core.errors import InvalidInput
from core.gates import Gate, to_mongo
from core.paging import Order

MOST_CONDITIONS: Final = 30
MOST_VALUES: Final = 100
DEEPEST: Final = 5


class Comparison(StrEnum):
    """How a field is compared with a value."""

    EQ = "eq"
    IN = "in"
    NOT_IN = "not_in"
    IS_NULL = "is_null"
    CONTAINS = "contains"
    BEFORE = "before"
    AFTER = "after"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Where:
    """One field compares so with a value; `in` and `not_in` take a list, `is_null` a truth."""

    field: str
    comparison: Comparison
    value: Any


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; none: everything passes."""

    parts: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds; none: nothing passes."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not hold."""

    part: "Filter"


Filter = Where | Every | Either | Without
UNFILTERED: Final = Every()

_NOTHING: Final[Mapping[str, Any]] = {"_id": {"$in": []}}
BOUNDS: Final = {Comparison.BEFORE: "$lt", Comparison.AFTER: "$gt", Comparison.AT_LEAST: "$gte", Comparison.AT_MOST: "$lte"}
_OPERATORS: Final = BOUNDS | {Comparison.IN: "$in", Comparison.NOT_IN: "$nin"}


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list can be filtered and ordered by.

    `paths` tell where a field stands in the store. An index leads with each of the `leading` fields and goes on with
    each order; a filter must name one of them, or bound the very field that the list is ordered by. More conditions
    then narrow what the index gives.
    """

    paths: Mapping[str, str]
    leading: tuple[str, ...]
    lists: frozenset[str] = frozenset()
    """Fields that hold several values; such a one is null when it holds none."""
    spellings: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    """How the store spells the values of a field, where people may spell them otherwise."""
    looked_up: frozenset[str] = frozenset()
    """Fields whose values we looked up ourselves as ids, however many: the ids are found by, or dropped from the order."""

    def query(self, gate: Gate, condition: Filter, order: Order) -> dict[str, Any]:
        """Give the Mongo query; InvalidInput for a filter that no index serves with this order, or a value that can't be."""
        require_modest(condition)
        ordered_by = order.fields[0][0]
        rendered = self._rendered(condition)
        if rendered and not self._served(condition, ordered_by):
            allowed = ", ".join(_shown(name) for name in self.leading)
            raise InvalidInput(
                f"No index serves this filter in this order. Compare one of {allowed} with `eq` or `in` (in every branch of an "
                "`or`), or bound the time that the list is ordered by; then add what you like.",
                path=("filter",),
            )
        parts = [part for part in (to_mongo(gate), rendered) if part]
        return joined(parts)

    def _served(self, condition: Filter, ordered_by: str) -> bool:
        match condition:
            case Where(name, Comparison.EQ | Comparison.IN):
                return name in self.looked_up or name in self.leading
            case Where(name, Comparison.BEFORE | Comparison.AFTER, _):
                return self.paths.get(name) == ordered_by
            case Every(parts):
                return any(self._served(part, ordered_by) for part in parts)
            case Either(parts):
                return all(self._served(part, ordered_by) for part in parts)
        return False

    def _rendered(self, condition: Filter) -> dict[str, Any]:
        match condition:
            case Where():
                return self._compared(condition)
            case Every(parts):
                rendered = [part for part in map(self._rendered, parts) if part]
                return joined(rendered)
            case Either(parts):
                return {"$or": [self._rendered(part) for part in parts]} if parts else dict(_NOTHING)
            case Without(part):
                return {"$nor": [self._rendered(part)]}

    def _compared(self, condition: Where) -> dict[str, Any]:
        path, value = self.paths.get(condition.field), self._storable(condition)
        if path is None:
            raise InvalidInput(f"This list has no filter {_shown(condition.field)}.", path=("filter", condition.field))
        match condition.comparison:
            case Comparison.EQ:
                return {path: value}
            case Comparison.IS_NULL:
                return self._empty(condition.field, path, is_null=bool(value))
            case Comparison.CONTAINS:
                return {path: {"$regex": re.escape(value)}}
            case comparison:
                return {path: {_OPERATORS[comparison]: value}}

    def _empty(self, name: str, path: str, *, is_null: bool) -> dict[str, Any]:
        if name in self.lists:
            return {path: {"$size": 0}} if is_null else {"$nor": [{path: {"$size": 0}}]}
        return {path: {"$exists": not is_null}}

    def _storable(self, condition: Where) -> Any:
        value = list(condition.value) if isinstance(condition.value, list | tuple) else condition.value
        values = value if isinstance(value, list) else [value]
        if len(values) > MOST_VALUES and condition.field not in self.looked_up:
            raise InvalidInput(f"Name at most {MOST_VALUES} values.", path=("filter", condition.field))
        require_readable(condition.field, values)
        spell = self.spellings.get(condition.field)
        if spell is None or condition.comparison is Comparison.IS_NULL:
            return value
        return [spell(text) for text in value] if isinstance(value, list) else spell(value)


def names(condition: Filter, field_name: str) -> bool:
    """Tell whether a condition compares a field anywhere."""
    match condition:
        case Where(name):
            return name == field_name
        case Every(parts) | Either(parts):
            return any(names(part, field_name) for part in parts)
        case Without(part):
            return names(part, field_name)


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the Mongo query in which all parts hold."""
    keys = [key for part in parts for key in part]
    if len(keys) == len(set(keys)):
        return {key: value for part in parts for key, value in part.items()}
    return {"$and": parts}


def require_readable(field_name: str, values: Iterable[object]) -> None:
    """Raise InvalidInput for a text that no store can keep."""
    for text in values:
        if isinstance(text, str) and any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
            raise InvalidInput("This is no well-formed text.", path=("filter", field_name))


def require_modest(condition: Filter) -> None:
    """Raise InvalidInput for more conditions than anybody needs, or deeper ones."""
    depths = list(_depths(condition))
    if len(depths) > MOST_CONDITIONS or max(depths, default=0) > DEEPEST:
        raise InvalidInput(f"Use at most {MOST_CONDITIONS} conditions, {DEEPEST} deep.", path=("filter",))


def _depths(condition: Filter, depth: int = 0) -> Iterator[int]:
    yield depth
    match condition:
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _depths(part, depth + 1)
        case Without(part):
            yield from _depths(part, depth + 1)


def _shown(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
