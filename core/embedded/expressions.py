"""Aggregation expressions turned into functions of the variables in scope: field paths, literals, logic and array operators."""

from collections.abc import Callable, Mapping
from typing import Any

from core.embedded.arithmetic import ARITHMETIC
from core.embedded.errors import CommandError, not_faithful
from core.embedded.moments import DATE_OPERATORS
from core.embedded.values import MISSING, Document, Key, is_number, order_key

Scope = dict[str, Any]
Expression = Callable[[Scope], Any]


def compile_expression(specification: Any) -> Expression:
    """Return the function that evaluates an expression in a scope (variables by name, ROOT and CURRENT among them).

    Raises CommandError naming the operator where it is not in the portable subset.
    """
    if isinstance(specification, str) and specification.startswith("$"):
        return _reference(specification)
    if isinstance(specification, list):
        parts = [compile_expression(item) for item in specification]
        return lambda scope: [none_if_missing(part(scope)) for part in parts]
    if not isinstance(specification, dict):
        return lambda _: specification
    if specification and next(iter(specification)).startswith("$"):
        return _operator(specification)
    fields = {name: compile_expression(item) for name, item in specification.items()}
    return lambda scope: _record(fields, scope)


def _record(fields: dict[str, Expression], scope: Scope) -> Document:
    values = ((name, field(scope)) for name, field in fields.items())
    return {name: value for name, value in values if value is not MISSING}


def _operator(specification: Document) -> Expression:
    if len(specification) != 1:
        raise CommandError("An expression must name exactly one operator.", 15983)
    [(name, operand)] = specification.items()
    if name in _OPERATORS:
        return _OPERATORS[name](operand)
    fixed = {**ARITHMETIC, **_PLAIN}.get(name)
    if fixed is not None:
        return _applied(name, *fixed, operand)
    if name in DATE_OPERATORS:
        return _dated(name, operand)
    raise not_faithful(name)


def _reference(name: str) -> Expression:
    if name.startswith("$$"):
        variable, *path = name[2:].split(".")
        if variable in {"NOW", "CLUSTER_TIME", "REMOVE", "USER_ROLES"}:
            raise not_faithful(f"$${variable}", "Send the time as a value.")
        return lambda scope: reach(_variable(scope, variable), path)
    path = name[1:].split(".")
    return lambda scope: reach(scope["CURRENT"], path)


def _variable(scope: Scope, name: str) -> Any:
    if name not in scope:
        raise CommandError(f"Use of undefined variable: {name}", 17276)
    return scope[name]


def reach(value: Any, path: list[str]) -> Any:
    """Return what a field path of the aggregation leads to: over an array it gives the array of what its documents have there."""
    for position, part in enumerate(path):
        if type(value) is list:
            found = (reach(item, path[position:]) for item in value)
            return [item for item in found if item is not MISSING]
        if type(value) is not dict or part not in value:
            return MISSING
        value = value[part]
    return value


def truth(value: Any) -> bool:
    """Tell what MongoDB takes as true: all but false, null, a missing value and zero."""
    if value is MISSING or value is None or value is False:
        return False
    return not (is_number(value) and order_key(value) == order_key(0))


def none_if_missing(value: Any) -> Any:
    """Return null for a missing value, anything else as it is."""
    return None if value is MISSING else value


def _ranked(value: Any) -> Key:
    return (1,) if value is MISSING else order_key(value)


def _sign(left: Key, right: Key) -> int:
    return (left > right) - (left < right)


_PLAIN: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "$eq": (2, 2, lambda left, right: _ranked(left) == _ranked(right)),
    "$ne": (2, 2, lambda left, right: _ranked(left) != _ranked(right)),
    "$gt": (2, 2, lambda left, right: _ranked(left) > _ranked(right)),
    "$gte": (2, 2, lambda left, right: _ranked(left) >= _ranked(right)),
    "$lt": (2, 2, lambda left, right: _ranked(left) < _ranked(right)),
    "$lte": (2, 2, lambda left, right: _ranked(left) <= _ranked(right)),
    "$cmp": (2, 2, lambda left, right: _sign(_ranked(left), _ranked(right))),
    "$not": (1, 1, lambda value: not truth(value)),
    "$size": (1, 1, lambda value: len(_array("$size", value))),
    "$isArray": (1, 1, lambda value: type(value) is list),
    "$in": (2, 2, lambda value, array: _ranked(value) in set(map(_ranked, _array("$in", array)))),
    "$arrayElemAt": (2, 2, lambda array, index: _element_at(array, index)),
}


def _applied(name: str, least: int, most: int, function: Callable[..., Any], operand: Any) -> Expression:
    operands = operand if isinstance(operand, list) else [operand]
    if not least <= len(operands) <= most:
        raise CommandError(f"Expression {name} takes {least} to {most} arguments, not {len(operands)}.", 16020)
    parts = [compile_expression(item) for item in operands]
    return lambda scope: function(*(part(scope) for part in parts))


def _array(name: str, value: Any) -> list[Any]:
    if type(value) is not list:
        raise CommandError(f"The argument to {name} must be an array.", 17124)
    return value


def _element_at(array: Any, index: Any) -> Any:
    if any(value is None or value is MISSING for value in (array, index)):
        return None
    if not is_number(index) or int(index) != index:
        raise CommandError("$arrayElemAt needs a whole number as its second argument.", 28691)
    items, place = _array("$arrayElemAt", array), int(index)
    return items[place] if -len(items) <= place < len(items) else MISSING


def _literal(operand: Any) -> Expression:
    return lambda _: operand


def _and(operand: Any) -> Expression:
    parts = [compile_expression(item) for item in (operand if isinstance(operand, list) else [operand])]
    return lambda scope: all(truth(part(scope)) for part in parts)


def _or(operand: Any) -> Expression:
    parts = [compile_expression(item) for item in (operand if isinstance(operand, list) else [operand])]
    return lambda scope: any(truth(part(scope)) for part in parts)


def _cond(operand: Any) -> Expression:
    values = [operand.get("if"), operand.get("then"), operand.get("else")] if isinstance(operand, dict) else operand
    if not isinstance(values, list) or len(values) != 3 or (isinstance(operand, dict) and set(operand) != {"if", "then", "else"}):  # noqa: PLR2004
        raise CommandError("$cond takes an if, a then and an else.", 16020)
    condition, then, otherwise = map(compile_expression, values)
    return lambda scope: then(scope) if truth(condition(scope)) else otherwise(scope)


def _if_null(operand: Any) -> Expression:
    if not isinstance(operand, list) or len(operand) < 2:  # noqa: PLR2004
        raise CommandError("$ifNull takes two arguments or more.", 1257300)
    *tries, last = [compile_expression(item) for item in operand]

    def first(scope: Scope) -> Any:
        for attempt in tries:
            value = attempt(scope)
            if value is not None and value is not MISSING:
                return value
        return last(scope)

    return first


def _named(name: str, operand: Any, needed: set[str], optional: set[str]) -> dict[str, Any]:
    if not isinstance(operand, Mapping) or not needed <= set(operand) <= needed | optional:
        raise CommandError(
            f"{name} takes {', '.join(sorted(needed))}; in addition {', '.join(sorted(optional)) or 'nothing'}.", 16878
        )
    return dict(operand)


def _filter(operand: Any) -> Expression:
    named = _named("$filter", operand, {"input", "cond"}, {"as"})
    source, keep, variable = compile_expression(named["input"]), compile_expression(named["cond"]), named.get("as", "this")
    return lambda scope: _over(
        "$filter", source(scope), lambda items: [item for item in items if truth(keep({**scope, variable: item}))]
    )


def _map(operand: Any) -> Expression:
    named = _named("$map", operand, {"input", "in"}, {"as"})
    source, make, variable = compile_expression(named["input"]), compile_expression(named["in"]), named.get("as", "this")
    return lambda scope: _over(
        "$map", source(scope), lambda items: [none_if_missing(make({**scope, variable: item})) for item in items]
    )


def _reduce(operand: Any) -> Expression:
    named = _named("$reduce", operand, {"input", "initialValue", "in"}, set())
    source, start, step = (compile_expression(named[name]) for name in ("input", "initialValue", "in"))

    def fold(scope: Scope) -> Any:
        def through(items: list[Any]) -> Any:
            value = start(scope)
            for item in items:
                value = step({**scope, "value": value, "this": item})
            return value

        return _over("$reduce", source(scope), through)

    return fold


def _over(name: str, items: Any, work: Callable[[list[Any]], Any]) -> Any:
    """Null where there is no array, as MongoDB has it."""
    return None if items is None or items is MISSING else work(_array(name, items))


def _merge_objects(operand: Any) -> Expression:
    parts = [compile_expression(item) for item in (operand if isinstance(operand, list) else [operand])]
    unpacks = not isinstance(operand, list)

    def merged(scope: Scope) -> Document:
        values = [part(scope) for part in parts]
        if unpacks and type(values[0]) is list:
            values = values[0]
        result: Document = {}
        for value in values:
            if value is not None and value is not MISSING:
                result |= _object_of(value)
        return result

    return merged


def _object_of(value: Any) -> Document:
    if type(value) is not dict:
        raise CommandError("$mergeObjects takes documents.", 40400)
    return value


def _dated(name: str, operand: Any) -> Expression:
    options = dict(operand) if isinstance(operand, dict) and "date" in operand else {"date": operand}
    parts = {key: compile_expression(item) for key, item in options.items()}
    evaluate = DATE_OPERATORS[name](set(options))
    return lambda scope: evaluate({key: none_if_missing(part(scope)) for key, part in parts.items()})


_OPERATORS: dict[str, Callable[[Any], Expression]] = {
    "$literal": _literal,
    "$and": _and,
    "$or": _or,
    "$cond": _cond,
    "$ifNull": _if_null,
    "$filter": _filter,
    "$map": _map,
    "$reduce": _reduce,
    "$mergeObjects": _merge_objects,
}
