"""Where an update writes: dotted paths with `$`, `$[]` and `$[name]` made concrete, and setting or removing a value there."""

from typing import Any

from core.embedded.errors import CommandError
from core.embedded.filters import Predicate, compile_field, compile_filter, element_test, is_operators
from core.embedded.values import MISSING, Document, Path

_LONGEST_PADDING = 1_500_000


class Positions:
    """What the placeholders of an update's paths stand for in one document."""

    def __init__(self, condition: Document, filters: list[Document]) -> None:
        self._condition = condition
        self._filters = _array_filters(filters)
        self._used: set[str] = set()

    def expand(self, document: Document, path: Path) -> list[Path]:
        """Return the concrete paths of `path` in `document`.

        Raises CommandError (BadValue) where a placeholder meets no array, names no filter or found no match.
        """
        found: list[Path] = [()]
        for part in path:
            if part == "$":
                found = [(*prefix, str(self._matched(document, prefix))) for prefix in found]
            elif part.startswith("$["):
                test = self._test(part[2:-1])
                found = [(*prefix, str(place)) for prefix in found for place in _places(document, prefix, test)]
            else:
                found = [(*prefix, part) for prefix in found]
        return found

    def check_used(self) -> None:
        """Raise CommandError (FailedToParse) for an array filter that no path used."""
        for name in self._filters.keys() - self._used:
            raise CommandError(f"The array filter for identifier '{name}' was not used in the update", 9)

    def _test(self, name: str) -> Predicate | None:
        if not name:
            return None
        if name not in self._filters:
            raise CommandError(f"No array filter found for identifier '{name}'", 2)
        self._used.add(name)
        return self._filters[name]

    def _matched(self, document: Document, prefix: Path) -> int:
        tests = list(_element_tests(self._condition, ".".join(prefix)))
        array = fetch(document, prefix)
        if not tests or type(array) is not list:
            raise CommandError("The positional operator did not find the match needed from the query.", 2)
        places = {next((place for place, item in enumerate(array) if test(item)), -1) for test in tests}
        if len(places) > 1 or places == {-1}:
            message = (
                "The positional operator needs one condition that chooses the array element; use $elemMatch or array filters."
            )
            raise CommandError(message, 2)
        return places.pop()


def _array_filters(filters: list[Document]) -> dict[str, Predicate]:
    found: dict[str, Predicate] = {}
    for specification in filters:
        names = {name.split(".")[0] for name in _names(specification)}
        if len(names) != 1:
            raise CommandError("An array filter must be about exactly one identifier.", 9)
        [name] = names
        if name in found:
            raise CommandError(f"Found multiple array filters with the same top-level field name {name}", 9)
        found[name] = _element_predicate(name, compile_filter(specification))
    return found


def _element_predicate(name: str, matches: Predicate) -> Predicate:
    return lambda item: matches({name: item})


def _names(specification: Document) -> list[str]:
    names = []
    for name, operand in specification.items():
        if name in {"$and", "$or", "$nor"}:
            names += [inner for branch in operand for inner in _names(branch)]
        else:
            names.append(name)
    return names


def _element_tests(condition: Document, array: str) -> list[Predicate]:
    """Return the conditions of the query on elements of the array at the path `array`."""
    tests: list[Predicate] = []
    for name, operand in condition.items():
        if name == "$and":
            tests += [test for branch in operand for test in _element_tests(branch, array)]
        elif name == array:
            tests.append(_own_test(operand))
        elif name.startswith(array + "."):
            tests.append(_inner_test(name[len(array) + 1 :], operand))
    return tests


def _own_test(operand: Any) -> Predicate:
    if is_operators(operand) and set(operand) == {"$elemMatch"}:
        return element_test(operand["$elemMatch"])
    matches = compile_field(("element",), operand)
    return lambda item: matches({"element": item})


def _inner_test(path: str, operand: Any) -> Predicate:
    matches = compile_field(tuple(path.split(".")), operand)
    return lambda item: type(item) is dict and matches(item)


def _places(document: Document, prefix: Path, test: Predicate | None) -> list[int]:
    array = fetch(document, prefix)
    if array is MISSING:
        message = f"The path '{'.'.join(prefix)}' must exist in the document in order to apply array updates."
        raise CommandError(message, 2)
    if type(array) is not list:
        raise CommandError(f"Cannot apply array updates to non-array element {prefix[-1]}: {array!r}", 2)
    return [place for place, item in enumerate(array) if test is None or test(item)]


def fetch(document: Any, path: Path) -> Any:
    """Return the value at a concrete path, MISSING where there is none."""
    value = document
    for part in path:
        if type(value) is dict:
            value = value.get(part, MISSING)
        elif type(value) is list and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def store(document: Document, path: Path, value: Any) -> None:
    """Set the value at a concrete path, making the documents on its way.

    Raises CommandError (PathNotViable) where the path leads through a value that can hold no field.
    """
    parent: Any = document
    for part in path[:-1]:
        if type(parent) is list:
            _pad(parent, part, path)
            parent[int(part)] = {} if parent[int(part)] is MISSING else parent[int(part)]
            parent = parent[int(part)]
        else:
            parent = _fields(parent, part, path).setdefault(part, {})
    last = path[-1]
    if type(parent) is list:
        _pad(parent, last, path)
        parent[int(last)] = value
    else:
        _fields(parent, last, path)[last] = value


def _fields(parent: Any, part: str, path: Path) -> Document:
    if type(parent) is not dict:
        raise CommandError(f"Cannot create field '{part}' in an element of '{'.'.join(path)}' that is no document", 28)
    return parent


def _pad(array: list[Any], part: str, path: Path) -> None:
    if not part.isdigit():
        raise CommandError(f"Cannot create field '{part}' in the array on the path '{'.'.join(path)}'", 28)
    missing = int(part) - len(array)
    if missing > _LONGEST_PADDING:
        raise CommandError("can't backfill more than 1500000 elements", 2)
    if missing >= 0:
        array.extend([None] * missing)
        array.append(MISSING)


def remove(document: Document, path: Path) -> None:
    """Take the field at a concrete path away; in an array null takes its place."""
    parent = fetch(document, path[:-1])
    last = path[-1]
    if type(parent) is dict:
        parent.pop(last, None)
    elif type(parent) is list and last.isdigit() and int(last) < len(parent):
        parent[int(last)] = None


def crosses_array(document: Document, path: Path) -> bool:
    """Tell whether a concrete path leads through an array."""
    return any(type(fetch(document, path[:length])) is list for length in range(1, len(path)))
