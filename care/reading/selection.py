"""How the list of cases is filtered and ordered, and which filters an index serves with which order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from care.documents.cases import LIST_INDEXES, NEVER
from care.documents.channels import Environment
from community.listing import (
    BOUNDS,
    MOST_VALUES,
    UNFILTERED,
    Comparison,
    Either,
    Every,
    Filter,
    Where,
    Without,
    joined,
    require_modest,
    require_readable,
)
from core.errors import InvalidInput
from core.paging import Order


class CaseOrderField(StrEnum):
    """What cases can be ordered by; the value is the stored key."""

    OPENED_AT = "opened_at"
    UPDATED_AT = "updated_at"
    FIRST_RESPONSE_DUE_AT = "due_key"
    ANSWER_DUE_AT = "answer_key"
    SEVERITY = "severity"
    REACH = "reach_key"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """A field and 1 (ascending) or -1."""

    field: CaseOrderField = CaseOrderField.OPENED_AT
    direction: int = -1

    @property
    def keys(self) -> Order:
        """Give the order as pages know it."""
        return Order(((self.field.value, self.direction),))


@dataclass(frozen=True, slots=True)
class CaseSelection:
    """Which cases: a condition over the fields of PATHS. Without an environment in it, LIVE ones.

    Without an order, the newest first; when the condition bounds another field, by that one, the most urgent first.
    """

    condition: Filter = UNFILTERED
    order: CaseOrder | None = None

    @property
    def ordered(self) -> CaseOrder:
        """Give the order asked for, or else the one that suits the condition."""
        bounded = _bounded_fields(self.condition)
        if self.order is not None or not bounded or CaseOrderField.OPENED_AT in bounded:
            return self.order or CaseOrder()
        by = min(bounded, key=list(CaseOrderField).index)
        return CaseOrder(by, 1 if by.value in _DUE else -1)

    @property
    def environments(self) -> tuple[Environment, ...]:
        """Give the environments that the condition names at its top, LIVE when it names none anywhere."""
        named = [set(_values(part)) for part in _top(self.condition) if isinstance(part, Where) and _names_environment(part)]
        if named:
            return tuple(one for one in Environment if all(one.value in values for values in named))
        return tuple(Environment) if "environment" in _fields(self.condition) else (Environment.LIVE,)


PATHS: Final = {
    "status": "status",
    "priority": "priority",
    "channel_kind": "channel_kind",
    "channel_id": "channel_id",
    "assignee_id": "assignee_id",
    "department_id": "department_id",
    "customer_id": "customer_id",
    "environment": "environment",
    "tag": "tags.slug",
    "first_response_due_at": "due_key",
    "answer_due_at": "answer_key",
    "opened_at": "opened_at",
    "updated_at": "updated_at",
    "severity": "severity",
    "reach": "reach_key",
    "stuck": "stuck",
    "intent": "intent",
    "custom_field": "field_tokens",
}
"""The fields of a filter and where they stand in the store."""

_DUE: Final = frozenset({"due_key", "answer_key"})
_RANGES: Final = {path: CaseOrderField(path) for path in PATHS.values() if path in set(CaseOrderField)}


def render(selection: CaseSelection, *, leading: tuple[str, ...] = ()) -> dict[str, Any]:
    """Give the Mongo filter of a selection; `leading` are the fields that the reader's own bounds lead with.

    Raises InvalidInput for an unknown field, for more conditions or values than are modest, and for a filter that no
    index serves with this order; the message names the orders that are.
    """
    require_modest(selection.condition)
    _require_served(selection, leading)
    return _rendered(selection.condition)


def customers_named(condition: Filter) -> list[str]:
    """List the customers that a condition names, so that those merged with them can be named too."""
    match condition:
        case Where("customer_id", Comparison.EQ | Comparison.IN | Comparison.NOT_IN):
            return [one for one in _values(condition) if isinstance(one, str)]
        case Every(parts) | Either(parts):
            return [one for part in parts for one in customers_named(part)]
        case Without(part):
            return customers_named(part)
    return []


def naming_customers(condition: Filter, same: Mapping[str, Sequence[str]]) -> Filter:
    """Name with each customer of a condition everybody who is the same one."""
    match condition:
        case Where("customer_id", Comparison.EQ | Comparison.IN | Comparison.NOT_IN as comparison):
            several = list(dict.fromkeys(other for one in _values(condition) for other in same.get(one, [one])))
            return Where("customer_id", Comparison.NOT_IN if comparison is Comparison.NOT_IN else Comparison.IN, several)
        case Every(parts):
            return Every(tuple(naming_customers(part, same) for part in parts))
        case Either(parts):
            return Either(tuple(naming_customers(part, same) for part in parts))
        case Without(part):
            return Without(naming_customers(part, same))
    return condition


def _require_served(selection: CaseSelection, leading: tuple[str, ...]) -> None:
    top = [part for part in _top(selection.condition) if isinstance(part, Where)]
    ranged, asked = _bounded_fields(selection.condition), selection.ordered.field
    equal = {PATHS[part.field] for part in top if part.comparison in {Comparison.EQ, Comparison.IN} and part.field in PATHS}
    lead = [name for name in (*leading, *sorted(equal)) if name in LIST_INDEXES and name != "environment"]
    served = {CaseOrderField(order) for name in lead or ["environment"] for order in LIST_INDEXES[name]}
    allowed = served & ranged if ranged else served
    if asked in allowed:
        return
    names = ", ".join(order.name for order in CaseOrderField if order in allowed)
    fix = f"order by one of {names}" if names else "use fewer conditions at once"
    message = f"Cases can't be listed by this filter in the order {asked.name}; {fix}."
    raise InvalidInput(message, path=("order_by", "field"))


def _bounded_fields(condition: Filter) -> set[CaseOrderField]:
    top = [part for part in _top(condition) if isinstance(part, Where) and part.comparison in BOUNDS]
    return {_RANGES[PATHS[part.field]] for part in top if PATHS.get(part.field) in _RANGES}


def _rendered(condition: Filter) -> dict[str, Any]:
    match condition:
        case Where():
            return _compared(condition)
        case Every(parts):
            return joined([rendered for rendered in map(_rendered, parts) if rendered])
        case Either(parts):
            return {"$or": [_rendered(part) for part in parts]} if parts else {"_id": {"$in": []}}
        case Without(part):
            return {"$nor": [_rendered(part)]}


def _compared(where: Where) -> dict[str, Any]:
    path = PATHS.get(where.field)
    if path is None:
        raise InvalidInput(f"Cases have no filter {where.field}.", path=("filter", where.field))
    if where.comparison is Comparison.IS_NULL:
        return _empty(path, is_null=bool(where.value))
    values = _values(where)
    _require_storable(where.field, values)
    match where.comparison:
        case Comparison.EQ | Comparison.IN:
            return {path: values[0]} if len(values) == 1 else {path: {"$in": values}}
        case Comparison.NOT_IN:
            return {path: {"$nin": values}}
        case Comparison.CONTAINS:
            return {path: {"$regex": re.escape(str(where.value))}}
    return _bounded(path, {BOUNDS[where.comparison]: where.value})


def _bounded(path: str, bound: dict[str, Any]) -> dict[str, Any]:
    """Keep what stands for “none” out of a range: an answer that is not awaited, a reach that is not known."""
    if path in _DUE and "$gt" in bound:
        return {path: {**bound, "$lt": NEVER}}
    if path == "reach_key" and "$lte" in bound:
        return {path: {**bound, "$gte": 0}}
    return {path: bound}


def _empty(path: str, *, is_null: bool) -> dict[str, Any]:
    if path in _DUE:
        return {path: NEVER} if is_null else {path: {"$lt": NEVER}}
    return {path: None} if is_null else {path: {"$exists": True}}


def _require_storable(name: str, values: list[Any]) -> None:
    if len(values) > MOST_VALUES:
        raise InvalidInput(f"Name at most {MOST_VALUES} values.", path=("filter", name))
    require_readable(name, values)


def _values(where: Where) -> list[Any]:
    values = where.value if isinstance(where.value, list | tuple) else [where.value]
    return [value.value if isinstance(value, Enum) else value for value in values]


def _names_environment(part: Where) -> bool:
    return part.field == "environment" and part.comparison in {Comparison.EQ, Comparison.IN}


def _top(condition: Filter) -> Iterator[Filter]:
    if isinstance(condition, Every):
        for part in condition.parts:
            yield from _top(part)
    else:
        yield condition


def _fields(condition: Filter) -> set[str]:
    match condition:
        case Where(name):
            return {name}
        case Every(parts) | Either(parts):
            return {name for part in parts for name in _fields(part)}
        case Without(part):
            return _fields(part)
