"""What a filter says about single paths: the equalities and ranges that an index can answer."""

from dataclasses import dataclass, field
from typing import Any

from bson import MaxKey, MinKey, Regex

from core.embedded.filters import is_operators
from core.embedded.indexes import TOP
from core.embedded.values import NULL_KEY, Document, Key, Path, order_key

Bound = tuple[Any, bool]


@dataclass(slots=True)
class Constraint:
    """Every match has one of the keys `points`, or one from `low` to `high` (key, inclusive); `exact` where that says it all.

    Constraints with the same `element` (not 0) are about one and the same array element.
    """

    points: list[Key] | None = None
    low: Bound | None = None
    high: Bound | None = None
    present: bool = False
    exact: bool = True
    from_below: bool = False
    element: int = 0
    two_sided: bool = False

    def narrow(self, other: "Constraint") -> bool:
        """Join another range of the same path; tell whether nothing of either is left out."""
        self.present = self.present or other.present
        if other.low is None:
            return False
        if self.low is None:
            self.low, self.high, self.from_below = other.low, other.high, other.from_below
            return False
        opposite = not self.two_sided and self.from_below != other.from_below and self.low[0][0] == other.low[0][0]
        if opposite:
            self.low, self.high = (other.low, self.high) if self.from_below else (self.low, other.high)
            self.two_sided = True
        return opposite

    @property
    def proves_presence(self) -> bool:
        """Whether every match has the field, so that a sparse index knows it."""
        if self.points is not None:
            return NULL_KEY not in self.points
        return self.present or self.low is not None or self.high is not None


@dataclass(slots=True)
class Constraints:
    """The constraints of a filter by path; `exact` where they are the whole filter."""

    by_path: dict[Path, Constraint] = field(default_factory=dict)
    exact: bool = True
    elements: int = 0

    def add(self, path: Path, constraint: Constraint | None, element: int) -> None:
        """Join what one condition, on the array element number `element` if not 0, says to what is known of its path."""
        if constraint is None:
            self.exact = False
            return
        constraint.element = element
        self.exact = self.exact and constraint.exact
        known = self.by_path.get(path)
        if known is None:
            self.by_path[path] = constraint
        elif known.points is None and constraint.points is None:
            self.exact = self.exact and known.narrow(constraint)
        else:
            self.exact = False
            self.by_path[path] = known if known.points is not None else constraint


def constraints_of(filter_: Document) -> Constraints:
    """Return what `filter_` says about single paths; alternatives (`$or`) are not looked into."""
    found = Constraints()
    _collect(filter_, (), found, 0)
    return found


def _collect(filter_: Document, prefix: Path, found: Constraints, element: int) -> None:
    for name, operand in filter_.items():
        if name == "$comment":
            continue
        if name == "$and":
            for branch in operand:
                _collect(branch, prefix, found, element)
        elif name.startswith("$"):
            found.exact = False
        else:
            _add_field((*prefix, *name.split(".")), operand, found, element)


def _add_field(path: Path, operand: Any, found: Constraints, element: int) -> None:
    if not is_operators(operand):
        found.add(path, _points([operand]), element)
        return
    for operator, value in operand.items():
        if operator == "$elemMatch":
            found.exact = False
            if isinstance(value, dict) and not is_operators(value):
                found.elements += 1
                _collect(value, path, found, found.elements)
        else:
            found.add(path, _of_operator(operator, value), element)


def _of_operator(operator: str, value: Any) -> Constraint | None:
    if operator == "$eq":
        return _points([value])
    if operator == "$in" and isinstance(value, list):
        return _points(value)
    if operator in {"$gt", "$gte", "$lt", "$lte"}:
        return _range(operator, value)
    if operator == "$exists" and value:
        return Constraint(present=True, exact=False)
    return None


def _points(values: list[Any]) -> Constraint | None:
    """Arrays are kept by their elements, so a whole array cannot be looked up; a pattern is no key."""
    if any(isinstance(value, (list, Regex)) for value in values):
        return None
    return Constraint(points=list(dict.fromkeys(map(order_key, values))))


def _range(operator: str, value: Any) -> Constraint | None:
    if value is None or isinstance(value, (list, Regex, MinKey, MaxKey)):
        return None
    key = order_key(value)
    bound = (key, operator in {"$gte", "$lte"})
    bottom, top = ((key[0],), True), ((key[0], TOP), True)
    return Constraint(low=bound, high=top) if operator in {"$gt", "$gte"} else Constraint(low=bottom, high=bound, from_below=True)
