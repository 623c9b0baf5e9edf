"""Query filters turned into predicates over documents, with MongoDB's rules for arrays, null and types."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from bson import MaxKey, MinKey, Regex

from core.embedded.errors import CommandError, not_faithful
from core.embedded.expressions import compile_expression, truth
from core.embedded.values import MISSING, TYPES, Path, is_number, leaves, order_key, type_name

Predicate = Callable[[Any], bool]
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "x": re.VERBOSE, "s": re.DOTALL}
_CLASSES = re.compile(r"\\[dDwWsSbB]|\[:")


def compile_filter(specification: Any) -> Predicate:
    """Return the predicate of a filter document.

    Raises CommandError for what is malformed (BadValue) and for what the store would not do faithfully (it names the operator).
    """
    if not isinstance(specification, Mapping):
        raise CommandError("The filter must be a document.", 14)
    predicates = [_compile_term(name, operand) for name, operand in specification.items() if name != "$comment"]
    if len(predicates) == 1:
        return predicates[0]
    return lambda document: all(predicate(document) for predicate in predicates)


def _compile_term(name: str, operand: Any) -> Predicate:
    if name in _LOGICAL:
        if not isinstance(operand, list) or not operand:
            raise CommandError(f"{name} must be a non-empty array.", 2)
        return _LOGICAL[name]([compile_filter(branch) for branch in operand])
    if name == "$expr":
        evaluate = compile_expression(operand)
        return lambda document: truth(evaluate({"ROOT": document, "CURRENT": document}))
    if name.startswith("$"):
        raise not_faithful(name)
    return compile_field(tuple(name.split(".")), operand)


_LOGICAL: dict[str, Callable[[list[Predicate]], Predicate]] = {
    "$and": lambda branches: lambda document: all(branch(document) for branch in branches),
    "$or": lambda branches: lambda document: any(branch(document) for branch in branches),
    "$nor": lambda branches: lambda document: not any(branch(document) for branch in branches),
}


def is_operators(operand: Any) -> bool:
    """Tell whether a condition is a document of operators rather than a value to be equal to."""
    return isinstance(operand, dict) and bool(operand) and next(iter(operand)).startswith("$")


def compile_field(path: Path, operand: Any) -> Predicate:
    """Return the predicate of the condition `operand` on `path`."""
    if isinstance(operand, Regex):
        return _any(path, _regular(operand, ""))
    if not is_operators(operand):
        return _any(path, _equal(operand))
    conditions = dict(operand)
    if "$regex" in conditions:
        conditions["$regex"] = (conditions["$regex"], conditions.pop("$options", ""))
    predicates = [_compile_operator(path, name, value) for name, value in conditions.items()]
    if len(predicates) == 1:
        return predicates[0]
    return lambda document: all(predicate(document) for predicate in predicates)


def _compile_operator(path: Path, name: str, operand: Any) -> Predicate:
    if name in _COMPARISONS:
        return _any(path, _compare(name, operand))
    if name in _FIELD_OPERATORS:
        return _FIELD_OPERATORS[name](path, operand)
    raise not_faithful(name)


def _any(path: Path, test: Predicate) -> Predicate:
    """Whether a value at the path, or an element of an array there, passes."""
    if len(path) == 1:
        name = path[0]

        def direct(document: Any) -> bool:
            value = document.get(name, MISSING)
            return test(value) or (type(value) is list and any(map(test, value)))

        return direct

    def through(document: Any) -> bool:
        return any(test(leaf) or (type(leaf) is list and any(map(test, leaf))) for leaf in leaves(document, path))

    return through


def _whole(path: Path, test: Predicate) -> Predicate:
    """Whether a value at the path passes, an array being one value."""
    return lambda document: any(test(leaf) for leaf in leaves(document, path))


def _negated(predicate: Predicate) -> Predicate:
    return lambda document: not predicate(document)


def _equal(operand: Any) -> Predicate:
    if operand is None:
        return lambda value: value is None or value is MISSING
    if type(operand) is str:
        return lambda value: type(value) is str and value == operand
    key = order_key(operand)
    return lambda value: order_key(value) == key


def _compare(name: str, operand: Any) -> Predicate:
    """Only values of the operand's own type compare: null is not below a date."""
    if isinstance(operand, (Regex, MinKey, MaxKey)):
        raise not_faithful(f"{name} with a {type(operand).__name__}")
    if operand is None:
        return _equal(None) if name in {"$gte", "$lte"} else lambda _: False
    key, compare = order_key(operand), _COMPARISONS[name]
    rank = key[0]

    def test(value: Any) -> bool:
        other = order_key(value)
        return bool(other[0] == rank and compare(other, key))

    return test


def _within(path: Path, operand: Any) -> Predicate:
    if not isinstance(operand, list):
        raise CommandError("$in needs an array.", 2)
    patterns = [_regular(item, "") for item in operand if isinstance(item, Regex)]
    keys = {order_key(item) for item in operand if not isinstance(item, Regex)}
    if patterns:
        return _any(path, lambda value: order_key(value) in keys or any(test(value) for test in patterns))
    return _any(path, lambda value: order_key(value) in keys)


def _outside(path: Path, operand: Any) -> Predicate:
    if not isinstance(operand, list):
        raise CommandError("$nin needs an array.", 2)
    return _negated(_within(path, operand))


def _exists(path: Path, operand: Any) -> Predicate:
    present = _whole(path, lambda value: value is not MISSING)
    return present if truth(operand) else _negated(present)


def _typed(path: Path, operand: Any) -> Predicate:
    wanted: set[str] = set()
    for item in operand if isinstance(operand, list) else [operand]:
        if item == "number":
            wanted |= {"int", "long", "double", "decimal"}
        elif item in TYPES:
            wanted.add(item)
        elif is_number(item) and item in TYPES.values():
            wanted.add(next(name for name, number in TYPES.items() if number == item))
        else:
            raise CommandError(f"{item!r} is no type that $type knows.", 2)
    return _any(path, lambda value: type_name(value) in wanted)


def _sized(path: Path, operand: Any) -> Predicate:
    if not is_number(operand) or int(operand) != operand or operand < 0:
        raise CommandError("$size needs a whole number that is not negative.", 2)
    return _whole(path, lambda value: type(value) is list and len(value) == operand)


def _element(path: Path, operand: Any) -> Predicate:
    return _whole(path, compile_element(operand))


def compile_element(operand: Any) -> Predicate:
    """Return the predicate of `$elemMatch` over a whole array."""
    accepts = element_test(operand)
    return lambda value: type(value) is list and any(map(accepts, value))


def element_test(operand: Any) -> Predicate:
    """Return the test of `$elemMatch` over one element: of its fields, or of itself where operators stand alone."""
    if not isinstance(operand, dict):
        raise CommandError("$elemMatch needs a document.", 2)
    if is_operators(operand) and next(iter(operand)) not in _LOGICAL:
        accepts = compile_field(("element",), operand)
        return lambda item: accepts({"element": item})
    matches = compile_filter(operand)
    return lambda item: type(item) is dict and matches(item)


def _all(path: Path, operand: Any) -> Predicate:
    if not isinstance(operand, list):
        raise CommandError("$all needs an array.", 2)
    predicates = [compile_field(path, item) for item in operand]
    return lambda document: bool(predicates) and all(predicate(document) for predicate in predicates)


def _not(path: Path, operand: Any) -> Predicate:
    if not isinstance(operand, Regex) and not is_operators(operand):
        raise CommandError("$not needs a regular expression or a document of operators.", 2)
    return _negated(compile_field(path, operand))


def _regular(operand: Any, options: str) -> Predicate:
    pattern = compile_pattern(operand, options)
    return lambda value: type(value) is str and pattern.search(value) is not None


def compile_pattern(operand: Any, options: str) -> "re.Pattern[str]":
    """Return a regular expression of MongoDB's as Python's.

    Raises CommandError where the two would match differently, and for a malformed one.
    """
    source = operand.pattern if isinstance(operand, Regex) else operand
    if not isinstance(source, str) or any(option not in _FLAGS for option in options):
        raise CommandError("$regex needs a string, and $options letters of 'imxs'.", 2)
    flags = int(operand.flags) & ~re.UNICODE if isinstance(operand, Regex) else 0
    for option in options:
        flags |= _FLAGS[option]
    if _CLASSES.search(source):
        if flags & re.IGNORECASE or not source.isascii():
            raise not_faithful("$regex with a character class such as \\w", "Write the characters out, as in [A-Za-z0-9_].")
        flags |= re.ASCII
    try:
        return re.compile(source, flags)
    except re.error as error:
        raise CommandError(f"$regex is malformed: {error}", 51091) from error


_FIELD_OPERATORS: dict[str, Callable[[Path, Any], Predicate]] = {
    "$eq": lambda path, operand: _any(path, _equal(operand)),
    "$ne": lambda path, operand: _negated(_any(path, _equal(operand))),
    "$in": _within,
    "$nin": _outside,
    "$exists": _exists,
    "$type": _typed,
    "$size": _sized,
    "$elemMatch": _element,
    "$all": _all,
    "$not": _not,
    "$regex": lambda path, operand: _any(path, _regular(*operand)),
}
