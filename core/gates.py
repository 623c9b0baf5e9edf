"""Who may read what, as data: one condition, rendered to Mongo for reads and judged in Python for events."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Eq:
    """The field has this value; a list field holds it."""

    field: str
    value: str | int | bool


@dataclass(frozen=True, slots=True)
class In:
    """The field has one of these values; a list field holds one of them. No values: nothing passes."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is there, or, with `there` false, it is not. Null is stored as absent."""

    field: str
    there: bool = True


@dataclass(frozen=True, slots=True)
class InOrAbsent:
    """The field is not there, or has one of these values: one condition on one key, which needs no `$or`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these conditions holds; none: everything passes."""

    parts: tuple["Gate", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these conditions holds; none: nothing passes."""

    parts: tuple["Gate", ...] = ()


Gate = Eq | In | InOrAbsent | Exists | All | Some

EVERYTHING: Gate = All()
NOTHING: Gate = Some()
PRESENT: Gate = Exists("deleted_at", there=False)


def both(*gates: Gate) -> Gate:
    """Join conditions that must all hold, without needless nesting; whether a field is there is asked once."""
    parts: list[Gate] = []
    for gate in gates:
        further = gate.parts if isinstance(gate, All) else (gate,)
        parts.extend(part for part in further if not isinstance(part, Exists) or part not in parts)
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def to_mongo(gate: Gate) -> dict[str, Any]:
    """Render a condition as a Mongo filter of the portable subset."""
    match gate:
        case Eq(field, value):
            return {field: value}
        case In(field, values) | InOrAbsent(field, values):
            return {field: _among(gate, values)}
        case Exists(field, there):
            return {field: {"$exists": there}}
        case All(parts):
            return _joined("$and", [to_mongo(part) for part in parts]) if parts else {}
        case Some(parts):
            return _joined("$or", [to_mongo(part) for part in parts]) if parts else {"_id": {"$in": []}}


def _among(gate: In | InOrAbsent, values: tuple[str, ...]) -> Any:
    if isinstance(gate, InOrAbsent):
        return {"$in": [None, *values]} if values else {"$exists": False}
    return values[0] if len(values) == 1 else {"$in": list(values)}


def _joined(operator: str, filters: list[dict[str, Any]]) -> dict[str, Any]:
    if len(filters) == 1:
        return filters[0]
    keys = [key for part in filters for key in part]
    if operator == "$and" and len(keys) == len(set(keys)):
        return {key: value for part in filters for key, value in part.items()}
    return {operator: filters}


def admits(gate: Gate, document: Mapping[str, Any]) -> bool:
    """Judge a stored document, or the facts of an event, as Mongo would."""
    match gate:
        case Eq(field, value):
            return _holds(document, field, (value,))
        case In(field, values) | InOrAbsent(field, values):
            may_lack = isinstance(gate, InOrAbsent) and not _has(document, field.split("."))
            return may_lack or _holds(document, field, values)
        case Exists(field, there):
            return _has(document, field.split(".")) is there
        case All(parts):
            return all(admits(part, document) for part in parts)
        case Some(parts):
            return any(admits(part, document) for part in parts)


def _holds(document: Mapping[str, Any], field: str, values: Iterable[object]) -> bool:
    return any(_same(found, value) for found in _values(document, field) for value in values)


def _same(found: object, wanted: object) -> bool:
    return isinstance(found, bool) is isinstance(wanted, bool) and found == wanted


def _values(document: object, path: str) -> Iterable[object]:
    found = _walk(document, path.split("."))
    for value in found:
        yield value
        if isinstance(value, list | tuple):
            yield from value


def _walk(value: object, path: list[str]) -> list[object]:
    if not path:
        return [value]
    if isinstance(value, Mapping):
        return _walk(value[path[0]], path[1:]) if path[0] in value else []
    if isinstance(value, list | tuple):
        return [found for part in value for found in _walk(part, path) if isinstance(part, Mapping)]
    return []


def _has(document: object, path: list[str]) -> bool:
    return bool(_walk(document, path))


def tokens(gate: Gate, name: Callable[[str, str], str]) -> tuple[str, ...]:
    """List the reader tokens of a gate's values, for stores that know tokens instead of fields."""
    match gate:
        case Eq(field, value):
            return (name(field, str(value)),)
        case In(field, values) | InOrAbsent(field, values):
            return tuple(name(field, value) for value in values)
        case All(parts) | Some(parts):
            return tuple(token for part in parts for token in tokens(part, name))
        case Exists():
            return ()
