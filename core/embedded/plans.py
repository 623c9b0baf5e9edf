"""Choosing the index that answers a filter and a sort with the fewest entries read."""

import heapq
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.embedded.constraints import Constraint, Constraints
from core.embedded.indexes import Index
from core.embedded.values import Key, Path

Order = list[tuple[Path, int]]
_MOST_PREFIXES = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """Ranges of one index; `sorted` where walking gives the asked order, `exact` where they hold the matches and nothing else."""

    index: Index
    ranges: list[tuple[Key, Key]]
    depth: int
    sorted: bool
    backward: bool
    exact: bool
    estimate: int

    def positions(self) -> Iterator[int]:
        """Return the positions of the documents, each once, in the asked order where the plan is sorted."""
        walks = [self.index.walk(bounds, backward=self.backward) for bounds in self.ranges]
        entries: Iterable[Key] = itertools.chain.from_iterable(walks)
        if self.sorted and len(walks) > 1:
            entries = heapq.merge(*walks, key=lambda entry: entry[self.depth :], reverse=self.backward)
        if len(walks) == 1 and not any(self.index.multikey):
            return (entry[-1] for entry in entries)
        return _once(entry[-1] for entry in entries)

    def cost(self, limit: int, fewest: int) -> float:
        """Return how many entries it is expected to read where `fewest` is the best guess of the number of matches."""
        if self.sorted and limit:
            return min(self.estimate, limit * self.estimate / max(1, fewest))
        return self.estimate * (1 if self.sorted else 1.5)


def _once(positions: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for position in positions:
        if position not in seen:
            seen.add(position)
            yield position


def best_plan(indexes: Iterable[Index], constraints: Constraints, order: Order, limit: int) -> Plan | None:
    """Return the plan that reads least, or None where no index helps."""
    plans = [plan for index in indexes for plan in _plans(index, constraints, order)]
    if not plans:
        return None
    fewest = min(plan.estimate for plan in plans)
    return min(plans, key=lambda plan: (plan.cost(limit, fewest), not plan.sorted))


def _plans(index: Index, constraints: Constraints, order: Order) -> Iterator[Plan]:
    by_path = constraints.by_path
    if index.declaration.sparse and not any(path in by_path and by_path[path].proves_presence for path in index.paths):
        return
    depth = 0
    prefixes: list[Key] = [()]
    points = _points(index, constraints, depth)
    while points is not None and len(prefixes) * len(points) <= _MOST_PREFIXES:
        prefixes = [(*prefix, point) for prefix in prefixes for point in points]
        depth += 1
        points = _points(index, constraints, depth)
        if points is not None and _helps_sort(index, constraints, order, depth):
            yield _plan(index, constraints, order, depth, prefixes)
    plan = _plan(index, constraints, order, depth, prefixes)
    if depth or (order and plan.sorted) or _range(index, constraints, depth) or index.declaration.sparse:
        yield plan


def _helps_sort(index: Index, constraints: Constraints, order: Order, depth: int) -> bool:
    return bool(order) and _direction(index, constraints, order, depth) is not None


def _points(index: Index, constraints: Constraints, depth: int) -> list[Key] | None:
    constraint = _constraint(index, constraints, depth)
    return constraint.points if constraint else None


def _constraint(index: Index, constraints: Constraints, depth: int) -> Constraint | None:
    """Of two fields in one array's elements the second narrows only where both conditions are about the same element."""
    if depth == len(index.paths):
        return None
    path = index.paths[depth]
    found = constraints.by_path.get(path)
    for earlier, many in zip(index.paths[:depth], index.multikey, strict=False):
        known = constraints.by_path.get(earlier)
        same = found and known and found.element == known.element != 0
        if many and earlier[0] == path[0] and not same:
            return None
    return found


def _range(index: Index, constraints: Constraints, depth: int) -> Constraint | None:
    constraint = _constraint(index, constraints, depth)
    return constraint if constraint and constraint.low is not None else None


def _plan(index: Index, constraints: Constraints, order: Order, depth: int, prefixes: list[Key]) -> Plan:
    between = _range(index, constraints, depth)
    low, high = (between.low, between.high) if between else (None, None)
    if between and between.two_sided and index.multikey[depth]:
        low = None  # on an array each side may be met by another element: one side only narrows
    ranges = [index.bounds(prefix, low, high) for prefix in prefixes]
    direction = _direction(index, constraints, order, depth)
    covered = {*index.paths[:depth], *([index.paths[depth]] if between else [])}
    return Plan(
        index=index,
        ranges=ranges,
        depth=depth,
        sorted=not order or direction is not None,
        backward=direction == -1,
        exact=constraints.exact and not any(index.multikey) and covered == set(constraints.by_path),
        estimate=sum(map(index.count, ranges)),
    )


def _direction(index: Index, constraints: Constraints, order: Order, depth: int) -> int | None:
    """Return 1 or -1 where walking the index after `depth` equal fields forward or backward gives the order, else None."""
    fixed = _fixed(index, constraints)
    rest = list(zip(index.paths, index.turned, index.multikey, strict=True))[depth:]
    directions: set[int] = set()
    for path, direction in order:
        if path in fixed:
            continue
        while rest and rest[0][0] in fixed:
            rest.pop(0)
        if not rest or rest[0][0] != path or rest[0][2]:
            return None
        directions.add(-direction if rest.pop(0)[1] else direction)
    return None if len(directions) > 1 else next(iter(directions), 1)


def _fixed(index: Index, constraints: Constraints) -> set[Path]:
    """Return the fields of the index that are alike in all matches: one equality, and no array."""
    singles = {
        path for path, constraint in constraints.by_path.items() if constraint.points is not None and len(constraint.points) == 1
    }
    return {path for path, many in zip(index.paths, index.multikey, strict=True) if path in singles and not many}
