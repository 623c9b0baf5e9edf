"""`$group` and the stages made of it: accumulators over documents with equal keys."""

from collections.abc import Callable
from typing import Any

from core.embedded.errors import CommandError, not_faithful
from core.embedded.expressions import Expression, Scope, compile_expression, none_if_missing
from core.embedded.values import MISSING, Document, Key, add, as_decimal, is_number, order_key

Scopes = list[Scope]


def _sum(values: list[Any]) -> Any:
    total: Any = 0
    for value in values:
        if is_number(value):
            total = add(total, value)
    return total


def _average(values: list[Any]) -> Any:
    numbers = [value for value in values if is_number(value)]
    if not numbers:
        return None
    total = _sum(numbers)
    return float(as_decimal(total)) / len(numbers) if not isinstance(total, float) else total / len(numbers)


def _stored(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None and value is not MISSING]


def _distinct(values: list[Any]) -> list[Any]:
    return list({order_key(value): value for value in reversed(values) if value is not MISSING}.values())[::-1]


_ACCUMULATORS: dict[str, Callable[[list[Any]], Any]] = {
    "$sum": _sum,
    "$avg": _average,
    "$min": lambda values: min(_stored(values), key=order_key, default=None),
    "$max": lambda values: max(_stored(values), key=order_key, default=None),
    "$push": lambda values: [value for value in values if value is not MISSING],
    "$addToSet": _distinct,
    "$first": lambda values: none_if_missing(values[0]),
    "$last": lambda values: none_if_missing(values[-1]),
}


def compile_accumulators(fields: Document) -> Callable[[Scopes], Document]:
    """Return the function that makes the fields of one group of its members.

    Raises CommandError naming an accumulator outside the portable subset.
    """
    parts: list[tuple[str, Callable[[list[Any]], Any], Expression]] = []
    for name, specification in fields.items():
        if not isinstance(specification, dict) or len(specification) != 1:
            raise CommandError(f"The field '{name}' must be an accumulator object", 40234)
        [(operator, operand)] = specification.items()
        if operator not in _ACCUMULATORS:
            raise not_faithful(f"the accumulator {operator}")
        parts.append((name, _ACCUMULATORS[operator], compile_expression(operand)))
    return lambda members: {name: gather([value(scope) for scope in members]) for name, gather, value in parts}


def group(specification: Any) -> Callable[[Scopes], list[Document]]:
    """Return the stage `$group`; groups come in the order of their first member."""
    if not isinstance(specification, dict) or "_id" not in specification:
        raise CommandError("a group specification must include an _id", 15955)
    key_of = compile_expression(specification["_id"])
    gather = compile_accumulators({name: value for name, value in specification.items() if name != "_id"})

    def run(scopes: Scopes) -> list[Document]:
        groups: dict[Key, tuple[Any, Scopes]] = {}
        for scope in scopes:
            value = none_if_missing(key_of(scope))
            groups.setdefault(order_key(value), (value, []))[1].append(scope)
        return [{"_id": value, **gather(members)} for value, members in groups.values()]

    return run


def bucket(specification: Any) -> Callable[[Scopes], list[Document]]:
    """Return the stage `$bucket`; buckets come in the order of their boundaries, the default one where it sorts."""
    known = {"groupBy", "boundaries", "default", "output"}
    if not isinstance(specification, dict) or not {"groupBy", "boundaries"} <= set(specification) <= known:
        raise CommandError("$bucket requires 'groupBy' and 'boundaries' to be specified.", 40198)
    boundaries = specification["boundaries"]
    edges = [order_key(edge) for edge in boundaries]
    if len(edges) < 2 or edges != sorted(set(edges)):  # noqa: PLR2004
        raise CommandError("The 'boundaries' of $bucket must be two values or more, in ascending order.", 40194)
    key_of = compile_expression(specification["groupBy"])
    gather = compile_accumulators(specification.get("output", {"count": {"$sum": 1}}))

    def place(scope: Scope) -> Any:
        key = order_key(none_if_missing(key_of(scope)))
        if not edges[0] <= key < edges[-1]:
            return _default(specification)
        return boundaries[sum(edge <= key for edge in edges) - 1]

    def run(scopes: Scopes) -> list[Document]:
        groups: dict[Key, tuple[Any, Scopes]] = {}
        for scope in scopes:
            value = place(scope)
            groups.setdefault(order_key(value), (value, []))[1].append(scope)
        return [{"_id": value, **gather(members)} for _, (value, members) in sorted(groups.items(), key=lambda pair: pair[0])]

    return run


def _default(specification: Document) -> Any:
    if "default" not in specification:
        raise CommandError("$bucket could not find a matching branch for an input, and no default was specified.", 7158302)
    return specification["default"]
