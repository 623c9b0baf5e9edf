"""The arithmetic expressions, with MongoDB's result types: a date plus milliseconds is a date, whole numbers stay whole."""

import decimal
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bson import Decimal128

from core.embedded.errors import CommandError
from core.embedded.values import MISSING, add, as_decimal, is_number, sized

_MILLISECOND = timedelta(milliseconds=1)


def _absent(*values: Any) -> bool:
    return any(value is None or value is MISSING for value in values)


def _numbers(name: str, *values: Any) -> None:
    for value in values:
        if not is_number(value):
            raise CommandError(f"{name} only supports numeric types, not {type(value).__name__}.", 14)


def _add(*values: Any) -> Any:
    if _absent(*values):
        return None
    dates = [value for value in values if isinstance(value, datetime)]
    if len(dates) > 1:
        raise CommandError("Only one date allowed in an $add expression.", 16612)
    total: Any = 0
    for value in values:
        if not isinstance(value, datetime):
            _numbers("$add", value)
            total = add(total, value)
    return dates[0] + round(float(as_decimal(total))) * _MILLISECOND if dates else total


def _subtract(left: Any, right: Any) -> Any:
    if _absent(left, right):
        return None
    if isinstance(left, datetime):
        if isinstance(right, datetime):
            return sized((left - right) // _MILLISECOND, 0)
        _numbers("$subtract", right)
        return left - round(float(as_decimal(right))) * _MILLISECOND
    _numbers("$subtract", left, right)
    return _exact(left, right, lambda first, second: first - second)


def _exact(left: Any, right: Any, work: Callable[[Any, Any], Any]) -> Any:
    if Decimal128 in {type(left), type(right)}:
        return Decimal128(work(as_decimal(left), as_decimal(right)))
    return sized(work(left, right), left, right)


def _multiply(*values: Any) -> Any:
    if _absent(*values):
        return None
    _numbers("$multiply", *values)
    product: Any = 1
    for value in values:
        product = _exact(product, value, lambda first, second: first * second)
    return product


def _divide(left: Any, right: Any) -> Any:
    if _absent(left, right):
        return None
    _numbers("$divide", left, right)
    if as_decimal(right) == 0:
        raise CommandError("can't $divide by zero", 2)
    if Decimal128 in {type(left), type(right)}:
        return _exact(left, right, lambda first, second: first / second)
    return left / right


def _modulo(left: Any, right: Any) -> Any:
    if _absent(left, right):
        return None
    _numbers("$mod", left, right)
    if as_decimal(right) == 0:
        raise CommandError("can't $mod by zero", 16610)
    if isinstance(left, float) or isinstance(right, float):
        return math.fmod(left, right)
    return _exact(left, right, _remainder)


def _remainder(first: Any, second: Any) -> Any:
    """Return the remainder, with the sign of the dividend."""
    rest = abs(first) % abs(second)
    return -rest if first < 0 else rest


def _unary(name: str, whole: Callable[[Any], Any], other: Callable[[Any], Any]) -> tuple[int, int, Callable[..., Any]]:
    def work(value: Any) -> Any:
        if _absent(value):
            return None
        _numbers(name, value)
        if isinstance(value, int):
            return whole(value)
        if isinstance(value, Decimal128):
            raise CommandError(f"{name} of a decimal is not supported by the embedded store.", 238)
        return other(value)

    return 1, 1, work


def _same(value: int) -> int:
    return value


def _rounding(name: str, how: str) -> tuple[int, int, Callable[..., Any]]:
    def work(value: Any, place: Any = 0) -> Any:
        if _absent(value, place):
            return None
        _numbers(name, value, place)
        rounded = as_decimal(value).quantize(decimal.Decimal(1).scaleb(-int(place)), rounding=how)
        if isinstance(value, Decimal128):
            return Decimal128(rounded)
        return float(rounded) if isinstance(value, float) else sized(int(rounded), value)

    return 1, 2, work


_MANY = 1_000
ARITHMETIC: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "$add": (0, _MANY, _add),
    "$subtract": (2, 2, _subtract),
    "$multiply": (0, _MANY, _multiply),
    "$divide": (2, 2, _divide),
    "$mod": (2, 2, _modulo),
    "$abs": _unary("$abs", lambda value: sized(abs(value), value), abs),
    "$ceil": _unary("$ceil", _same, lambda value: float(math.ceil(value))),
    "$floor": _unary("$floor", _same, lambda value: float(math.floor(value))),
    "$round": _rounding("$round", decimal.ROUND_HALF_EVEN),
    "$trunc": _rounding("$trunc", decimal.ROUND_DOWN),
}
"""Operators by name: the least and the most arguments, and the function."""
