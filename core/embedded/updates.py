"""Updates: a new document made from a stored one, or from an upsert's filter, by operators or by replacement."""

import itertools
from dataclasses import dataclass
from typing import Any

from bson import DBRef

from core.embedded.errors import CommandError, not_faithful
from core.embedded.filters import is_operators
from core.embedded.update_operators import OPERATORS
from core.embedded.update_paths import Positions, store
from core.embedded.values import MISSING, Document, Path, clone, order_key

_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One operator on one path."""

    path: Path
    operator: str
    operand: Any

    @property
    def touched(self) -> list[Path]:
        """All paths it writes to."""
        if self.operator == "$rename" and isinstance(self.operand, str):
            return [self.path, tuple(self.operand.split("."))]
        return [self.path]


class Update:
    """A parsed update: by operators, or a replacement.

    Raises CommandError for what is malformed, conflicting or outside the portable subset.
    """

    def __init__(self, specification: Any, array_filters: list[Document] | None = None) -> None:
        if isinstance(specification, list):
            raise not_faithful("an update pipeline", "Use update operators.")
        self.replaces = not is_operators(specification)
        self._replacement: Document = specification if self.replaces else {}
        self._changes = [] if self.replaces else _changes(specification)
        self._filters = array_filters or []
        if self.replaces:
            check_fields(self._replacement)

    def apply(self, document: Document, condition: Document, *, inserting: bool = False) -> Document:
        """Return `document` as the update makes it; the given one stays as it is.

        Raises CommandError where an operator does not fit what is stored; `_id` cannot change.
        """
        if self.replaces:
            result = _replaced(document, self._replacement)
        else:
            result = clone(document)
            self._operate(result, condition, inserting=inserting)
        if "_id" in document and order_key(result.get("_id", MISSING)) != order_key(document["_id"]):
            raise CommandError("Performing an update on the path '_id' would modify the immutable field '_id'", 66)
        return result

    def _operate(self, document: Document, condition: Document, *, inserting: bool) -> None:
        positions = Positions(condition, self._filters)
        steps = [(path, change) for change in self._changes for path in positions.expand(document, change.path)]
        positions.check_used()
        _refuse_conflicts([path for path, change in steps if change.operator != "$rename"])
        for path, change in steps:
            if inserting or change.operator != "$setOnInsert":
                OPERATORS[change.operator](document, path, change.operand)


def _changes(specification: Document) -> list[Change]:
    changes = []
    for operator, fields in specification.items():
        if not operator.startswith("$"):
            raise CommandError(f"An update holds operators only, not the field {operator!r}.", 9)
        if operator not in OPERATORS:
            raise not_faithful(operator)
        if not isinstance(fields, dict):
            raise CommandError(f"Modifiers operate on fields but {operator} was given {fields!r}.", 9)
        changes += [Change(_path(name), operator, operand) for name, operand in fields.items()]
    _refuse_conflicts([path for change in changes for path in change.touched])
    return sorted(changes, key=lambda change: [_numeric(part) for part in change.path])


def _path(name: str) -> Path:
    path = tuple(name.split("."))
    if not all(path):
        raise CommandError(f"The update path '{name}' contains an empty field name, which is not allowed.", 56)
    for part in path:
        if part.startswith("$") and part != "$" and not (part.startswith("$[") and part.endswith("]")):
            raise CommandError(f"The dollar ($) prefixed field '{part}' in '{name}' is not valid.", 52)
    return path


def _numeric(part: str) -> tuple[bool, int, str]:
    """Sort new fields by their names, numbers by size."""
    return (True, 0, part) if not part.isdigit() else (False, int(part), "")


def _refuse_conflicts(paths: list[Path]) -> None:
    ordered = sorted(paths)
    for first, second in itertools.pairwise(ordered):
        if second[: len(first)] == first:
            name = ".".join(second)
            raise CommandError(f"Updating the path '{name}' would create a conflict at '{'.'.join(first)}'", 40)


def _replaced(document: Document, replacement: Document) -> Document:
    identity = {"_id": document["_id"]} if "_id" in document else {}
    return {**identity, **clone(replacement)}


def upsert_base(condition: Document) -> Document:
    """Return what an upsert starts from: the equalities of its filter.

    Raises CommandError where the filter names one path twice.
    """
    base: Document = {}
    seen: list[Path] = []
    for name, value in _equalities(condition):
        path = _path(name)
        seen.append(path)
        _refuse_conflicts(seen)
        store(base, path, clone(value))
    return base


def _equalities(condition: Document) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, operand in condition.items():
        if name == "$and" or (name == "$or" and len(operand) == 1):
            found += [pair for branch in operand for pair in _equalities(branch)]
        elif name.startswith("$"):
            continue
        elif not is_operators(operand):
            found.append((name, operand))
        elif "$eq" in operand:
            found.append((name, operand["$eq"]))
    return found


def check_fields(value: Any, depth: int = 0) -> None:
    """Refuse to store what update operators would not reach alike on every server.

    Raises CommandError for dollar-prefixed and dotted field names, for links (DBRef), and for nesting over 100 levels.
    """
    if depth > _DEEPEST:
        raise CommandError(f"The document is nested deeper than {_DEEPEST} levels.", 15)
    if isinstance(value, DBRef):
        raise not_faithful("a DBRef", "Store the id alone.")
    if type(value) is dict:
        for name in value:
            _check_name(name)
    for item in value.values() if type(value) is dict else value if type(value) is list else ():
        check_fields(item, depth + 1)


def _check_name(name: str) -> None:
    if name.startswith("$"):
        raise CommandError(f"The dollar ($) prefixed field '{name}' is not valid for storage.", 52)
    if "." in name:
        raise CommandError(f"The dotted field '{name}' is not valid for storage.", 57)
