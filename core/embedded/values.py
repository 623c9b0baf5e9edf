"""BSON values: their order, their types and their sums.

The order is https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/.
"""

import decimal
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import NoneType
from typing import Any, Final, TypeAlias

from bson import Binary, Code, DatetimeMS, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from bson.decimal128 import create_decimal128_context

from core.embedded.errors import CommandError

Document: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[Any, ...]
Path: TypeAlias = tuple[str, ...]


class Missing:
    """The value at the end of a path that leads nowhere: not null, which is a stored value."""

    __slots__ = ()


MISSING: Final = Missing()
UNDEFINED_KEY: Final[Key] = (0,)
NULL_KEY: Final[Key] = (5,)
NUMBER, ARRAY = 10, 25
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  dates inside the store are naive UTC, as they are on the wire
_MILLISECOND = timedelta(milliseconds=1)
_INT32, _INT64 = 2**31, 2**63
_NAN_KEY: Final[Key] = (9,)


def order_key(value: Any) -> Key:
    """Return what compares and hashes as BSON does: the rank of the type, then the value."""
    make = _KEYS.get(type(value))
    if make is None:
        raise CommandError(f"The embedded store cannot order a value of the type {type(value).__name__}.", 2)
    return make(value)


def _number(value: float) -> Key:
    return (NUMBER, value) if value == value else _NAN_KEY  # noqa: PLR0124  NaN is below all numbers


def _decimal(value: Decimal128) -> Key:
    number = value.to_decimal()
    return _NAN_KEY if number.is_nan() else (NUMBER, number)


def _object(value: Document) -> Key:
    keys = ((name, order_key(item)) for name, item in value.items())
    return (20, tuple((key[0], name, key) for name, key in keys))


def _pattern(value: "re.Pattern[str] | Regex[str]") -> Key:
    return (50, value.pattern, int(value.flags))


_KEYS: dict[type, Callable[[Any], Key]] = {
    Missing: lambda _: NULL_KEY,
    NoneType: lambda _: NULL_KEY,
    int: lambda value: (NUMBER, value),
    Int64: lambda value: (NUMBER, value),
    float: _number,
    Decimal128: _decimal,
    str: lambda value: (15, value),
    dict: _object,
    DBRef: lambda value: _object(dict(value.as_doc())),
    list: lambda value: (ARRAY, tuple(map(order_key, value))),
    bytes: lambda value: (30, len(value), 0, value),
    Binary: lambda value: (30, len(value), value.subtype, bytes(value)),
    ObjectId: lambda value: (35, value.binary),
    bool: lambda value: (40, value),
    datetime: lambda value: (45, (value - _EPOCH) // _MILLISECOND),
    DatetimeMS: lambda value: (45, int(value)),
    Timestamp: lambda value: (47, value.time, value.inc),
    Regex: _pattern,
    Code: lambda value: (60, str(value)),
    MinKey: lambda _: (-1,),
    MaxKey: lambda _: (127,),
}

_TYPE_NAMES: dict[type, tuple[str, int]] = {
    NoneType: ("null", 10),
    Int64: ("long", 18),
    float: ("double", 1),
    Decimal128: ("decimal", 19),
    str: ("string", 2),
    dict: ("object", 3),
    DBRef: ("object", 3),
    list: ("array", 4),
    bytes: ("binData", 5),
    Binary: ("binData", 5),
    ObjectId: ("objectId", 7),
    bool: ("bool", 8),
    datetime: ("date", 9),
    DatetimeMS: ("date", 9),
    Regex: ("regex", 11),
    Code: ("javascript", 13),
    Timestamp: ("timestamp", 17),
    MinKey: ("minKey", -1),
    MaxKey: ("maxKey", 127),
}
TYPES: Final = dict(_TYPE_NAMES.values()) | {"int": 16}


def type_name(value: Any) -> str:
    """Return MongoDB's name of the type of `value`, "missing" where there is none."""
    if type(value) is int:
        return "int" if -_INT32 <= value < _INT32 else "long"
    return _TYPE_NAMES.get(type(value), ("missing", 0))[0]


def is_number(value: Any) -> bool:
    """Tell whether BSON calls `value` a number; a boolean is none."""
    return type(value) in {int, Int64, float, Decimal128}


def add(left: Any, right: Any) -> Any:
    """Return the sum of two numbers in the wider of their types.

    Raises CommandError (BadValue) where a 64-bit integer overflows.
    """
    if Decimal128 in {type(left), type(right)}:
        with decimal.localcontext(create_decimal128_context()) as context:
            return Decimal128(context.add(as_decimal(left), as_decimal(right)))
    return sized(left + right, left, right)


def sized(result: Any, *operands: Any) -> Any:
    """Return the integer `result` as the 64-bit type when an operand was of it or it needs it; other numbers as they are."""
    if isinstance(result, float):
        return result
    if not -_INT64 <= result < _INT64:
        raise CommandError("The result is outside the 64-bit integers.", 2)
    wide = not -_INT32 <= result < _INT32 or any(type(operand) is Int64 for operand in operands)
    return Int64(result) if wide else int(result)


def as_decimal(value: Any) -> decimal.Decimal:
    """Return a number as a decimal."""
    return value.to_decimal() if type(value) is Decimal128 else decimal.Decimal(value)


def clone(value: Any) -> Any:
    """Return a copy that shares nothing that can change."""
    if type(value) is dict:
        return {name: clone(item) for name, item in value.items()}
    if type(value) is list:
        return [clone(item) for item in value]
    return value


def leaves(value: Any, path: Path) -> list[Any]:
    """Return what `path` leads to, through the arrays on its way, as MongoDB's queries and indexes walk it.

    A branch that ends early gives MISSING; an array at the end stays whole; one on the way that holds no document gives nothing.
    """
    if not path:
        return [value]
    head, rest = path[0], path[1:]
    if type(value) is dict:
        found = value.get(head, MISSING)
        return [found] if not rest or found is MISSING else leaves(found, rest)
    if type(value) is not list:
        return [MISSING]
    results: list[Any] = []
    if head.isdigit() and int(head) < len(value):
        results += leaves(value[int(head)], rest)
    for item in value:
        if type(item) is dict:
            results += leaves(item, path)
    return results


def sort_documents(documents: list[Any], order: list[tuple[Path, int]], document_of: Callable[[Any], Document]) -> list[Any]:
    """Return `documents` sorted by `order` (paths with 1 or -1); equal ones keep their order."""
    for path, direction in reversed(order):
        pick = min if direction > 0 else max
        documents = sorted(
            documents,
            key=lambda item, path=path, pick=pick: _sort_key(document_of(item), path, pick),  # type: ignore[misc]  # bound per turn
            reverse=direction < 0,
        )
    return documents


def _sort_key(document: Document, path: Path, pick: Callable[..., Key]) -> Key:
    return pick(element_keys(document, path)[0])


def element_keys(document: Document, path: Path) -> tuple[list[Key], bool]:
    """Return the keys under which an index holds `document` at `path`, one per array element, and whether an array was met."""
    found = leaves(document, path)
    if len(found) == 1 and type(found[0]) is not list:
        return [order_key(found[0])], _crosses_array(document, path)
    keys: dict[Key, None] = {}
    for leaf in found:
        if type(leaf) is not list:
            keys[order_key(leaf)] = None
        elif leaf:
            keys.update((order_key(item), None) for item in leaf)
        else:
            keys[UNDEFINED_KEY] = None
    return list(keys) or [NULL_KEY], True


def _crosses_array(document: Document, path: Path) -> bool:
    value: Any = document
    for part in path[:-1]:
        value = value.get(part) if type(value) is dict else value
    return type(value) is list


def parse_sort(specification: Any) -> list[tuple[Path, int]]:
    """Return the paths and directions of a sort document.

    Raises CommandError (BadValue) for a direction that is neither 1 nor -1.
    """
    order = []
    for name, direction in dict(specification or {}).items():
        if direction not in {1, -1} or isinstance(direction, bool):
            raise CommandError(f"The sort direction of {name!r} must be 1 or -1, not {direction!r}.", 2)
        order.append((tuple(name.split(".")), int(direction)))
    return order
