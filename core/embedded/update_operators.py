"""What each update operator does to the value at one concrete path."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bson import Regex

from core.embedded.errors import CommandError, not_faithful
from core.embedded.filters import Predicate, compile_field, compile_filter, is_operators
from core.embedded.update_paths import crosses_array, fetch, remove, store
from core.embedded.values import MISSING, Document, Path, add, clone, is_number, order_key, parse_sort, sort_documents

Apply = Callable[[Document, Path, Any], None]


def _set(document: Document, path: Path, operand: Any) -> None:
    store(document, path, clone(operand))


def _unset(document: Document, path: Path, _: Any) -> None:
    remove(document, path)


def _increment(document: Document, path: Path, operand: Any) -> None:
    if not is_number(operand):
        raise CommandError(f"Cannot increment with non-numeric argument: {{{'.'.join(path)}: {operand!r}}}", 14)
    value = fetch(document, path)
    if value is MISSING:
        store(document, path, operand)
        return
    if not is_number(value):
        raise CommandError(f"Cannot apply $inc to a value of non-numeric type. '{'.'.join(path)}' is {value!r}", 14)
    store(document, path, add(value, operand))


def _lowest(document: Document, path: Path, operand: Any) -> None:
    value = fetch(document, path)
    if value is MISSING or order_key(operand) < order_key(value):
        store(document, path, clone(operand))


def _highest(document: Document, path: Path, operand: Any) -> None:
    value = fetch(document, path)
    if value is MISSING or order_key(operand) > order_key(value):
        store(document, path, clone(operand))


def _array(document: Document, path: Path, operator: str) -> list[Any]:
    value = fetch(document, path)
    if value is MISSING:
        return []
    if type(value) is not list:
        raise CommandError(f"The field '{'.'.join(path)}' must be an array for {operator} but holds {value!r}", 2)
    return value


def _modifiers(operand: Any, operator: str, known: set[str]) -> Document:
    """Return the operand of $push or $addToSet as `$each` and its companions."""
    if not is_operators(operand):
        return {"$each": [operand]}
    if "$position" in operand:
        raise not_faithful("$position")
    if "$each" not in operand or not set(operand) <= known or type(operand["$each"]) is not list:
        raise CommandError(f"{operator} takes {', '.join(sorted(known))}, and $each must be an array.", 2)
    return dict(operand)


def _push(document: Document, path: Path, operand: Any) -> None:
    modifiers = _modifiers(operand, "$push", {"$each", "$slice", "$sort"})
    array = [*_array(document, path, "$push"), *clone(modifiers["$each"])]
    if "$sort" in modifiers:
        array = _sorted(array, modifiers["$sort"])
    if "$slice" in modifiers:
        array = _sliced(array, modifiers["$slice"])
    store(document, path, array)


def _sorted(array: list[Any], order: Any) -> list[Any]:
    if isinstance(order, dict):
        return sort_documents(array, parse_sort(order), lambda item: item)
    if order not in {1, -1}:
        raise CommandError("The $sort of $push must be 1, -1 or a document.", 2)
    return sorted(array, key=order_key, reverse=order < 0)


def _sliced(array: list[Any], size: Any) -> list[Any]:
    if not is_number(size) or int(size) != size:
        raise CommandError("The $slice of $push must be a whole number.", 2)
    count = int(size)
    if count == 0:
        return []
    return array[count:] if count < 0 else array[:count]


def _add_to_set(document: Document, path: Path, operand: Any) -> None:
    array = list(_array(document, path, "$addToSet"))
    present = set(map(order_key, array))
    for item in _modifiers(operand, "$addToSet", {"$each"})["$each"]:
        if order_key(item) not in present:
            present.add(order_key(item))
            array.append(clone(item))
    store(document, path, array)


def _pull(document: Document, path: Path, operand: Any) -> None:
    if fetch(document, path) is MISSING:
        return
    goes = pull_test(operand)
    store(document, path, [item for item in _array(document, path, "$pull") if not goes(item)])


def pull_test(operand: Any) -> Predicate:
    """Return the test of which array elements `$pull` takes away."""
    if isinstance(operand, Regex) or is_operators(operand):
        accepts = compile_field(("element",), operand)
        return lambda item: accepts({"element": item})
    if isinstance(operand, dict):
        matches = compile_filter(operand)
        return lambda item: type(item) is dict and matches(item)
    key = order_key(operand)
    return lambda item: order_key(item) == key


def _pop(document: Document, path: Path, operand: Any) -> None:
    if operand not in {1, -1}:
        raise CommandError("$pop expects 1 or -1", 9)
    if fetch(document, path) is MISSING:
        return
    array = _array(document, path, "$pop")
    store(document, path, array[:-1] if operand == 1 else array[1:])


def _rename(document: Document, path: Path, operand: Any) -> None:
    if not isinstance(operand, str) or not operand:
        raise CommandError("The 'to' field for $rename must be a string", 2)
    target = tuple(operand.split("."))
    value = fetch(document, path)
    if value is MISSING:
        return
    if crosses_array(document, path) or crosses_array(document, target):
        raise CommandError("$rename does not work on array elements.", 2)
    remove(document, path)
    remove(document, target)
    store(document, target, value)


def _current_date(document: Document, path: Path, operand: Any) -> None:
    if operand is not True and operand != {"$type": "date"}:
        raise not_faithful(f"$currentDate with {operand!r}", "Only dates are set.")
    store(document, path, now())


def now() -> datetime:
    """Return the store's time as the wire has it: naive UTC, cut to milliseconds."""
    milliseconds = time.time_ns() // 1_000_000
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000, tzinfo=None)


OPERATORS: dict[str, Apply] = {
    "$set": _set,
    "$unset": _unset,
    "$inc": _increment,
    "$min": _lowest,
    "$max": _highest,
    "$push": _push,
    "$addToSet": _add_to_set,
    "$pull": _pull,
    "$pop": _pop,
    "$rename": _rename,
    "$setOnInsert": _set,
    "$currentDate": _current_date,
}
"""The portable update operators by name."""
