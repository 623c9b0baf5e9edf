"""Indexes: a sorted list of keys for each declared one and, for a unique one, a map from key to its holder."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sortedcontainers import SortedList

from core.embedded.errors import CommandError, not_faithful
from core.embedded.values import MISSING, Document, Key, Path, element_keys, leaves

_OPTIONS = {"key", "name", "unique", "sparse", "v", "ns", "background"}
_REFUSED = {
    "partialFilterExpression": "a partial index (partialFilterExpression)",
    "collation": "a collation on an index",
    "expireAfterSeconds": "a TTL index (expireAfterSeconds)",
    "wildcardProjection": "a wildcard index",
    "hidden": "a hidden index",
}


class Top:
    """What sorts after every key: the open end of a range."""

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        """Tell that nothing is above it."""
        return False

    def __gt__(self, other: object) -> bool:
        """Tell that everything is below it."""
        return True


TOP = Top()


@dataclass(frozen=True, slots=True)
class Descending:
    """A key that sorts the other way round, for the part of an index that runs against its first one."""

    key: Key

    def __lt__(self, other: object) -> bool:
        """Tell whether the other key is the lower one."""
        return other.key < self.key if isinstance(other, Descending) else NotImplemented

    def __gt__(self, other: object) -> bool:
        """Tell whether the other key is the higher one."""
        return other.key > self.key if isinstance(other, Descending) else NotImplemented


@dataclass(frozen=True, slots=True)
class Declaration:
    """An index as it was declared."""

    name: str
    fields: tuple[tuple[Path, int], ...]
    unique: bool
    sparse: bool

    @classmethod
    def parse(cls, specification: Document) -> "Declaration":
        """Return the declaration of one element of `createIndexes`.

        Raises CommandError for kinds of index that the store would not do faithfully.
        """
        for option in specification:
            if option in _REFUSED:
                raise not_faithful(_REFUSED[option])
            if option not in _OPTIONS:
                raise not_faithful(f"the index option {option}")
        fields = []
        for name, direction in specification["key"].items():
            if direction not in {1, -1}:
                raise not_faithful(f"an index of the kind {direction!r}")
            if "$**" in name:
                raise not_faithful("a wildcard index")
            fields.append((tuple(name.split(".")), int(direction)))
        unique, sparse = bool(specification.get("unique")), bool(specification.get("sparse"))
        return cls(specification["name"], tuple(fields), unique, sparse)

    @property
    def pattern(self) -> Document:
        """The key document."""
        return {".".join(path): direction for path, direction in self.fields}

    def describe(self) -> Document:
        """Return the index as `listIndexes` shows it."""
        shown = () if self.name == "_id_" else ("unique", "sparse")
        options = {name: True for name in shown if getattr(self, name)}
        return {"v": 2, "key": self.pattern, "name": self.name, **options}


class Index:
    """The keys of one declared index over the documents of a collection, by their positions."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.paths = [path for path, _ in declaration.fields]
        first = declaration.fields[0][1]
        self.turned = [direction != first for _, direction in declaration.fields]
        self.multikey = [False] * len(self.paths)
        self.entries: Any = SortedList()
        self._holders: dict[Key, int] = {}
        self._shares_array = len({path[0] for path in self.paths}) < len(self.paths)

    def keys(self, document: Document) -> set[Key]:
        """Return the keys of `document`; none where the index is sparse and the document has none of its fields.

        Raises CommandError (CannotIndexParallelArrays) where two of its fields are arrays.
        """
        if self.declaration.sparse and not any(_present(document, path) for path in self.paths):
            return set()
        if self._shares_array and len(self.paths) > 1:
            return {key for part in self._by_element(document) for key in self._combined(part)}
        return self._combined(document)

    def _by_element(self, document: Document) -> list[Document]:
        """Two fields of one array's elements belong together element by element."""
        parts = [document]
        for root in {path[0] for path in self.paths if len(path) > 1}:
            array = document.get(root)
            if type(array) is list and array:
                self.multikey = [many or path[0] == root for many, path in zip(self.multikey, self.paths, strict=True)]
                parts = [{**part, root: item} for part in parts for item in array]
        return parts

    def _combined(self, document: Document) -> set[Key]:
        keys: list[Key] = [()]
        arrays = 0
        for number, path in enumerate(self.paths):
            found, many = element_keys(document, path)
            if many:
                arrays += 1
                self.multikey[number] = True
            parts = [Descending(key) for key in found] if self.turned[number] else found
            keys = [(*key, part) for key in keys for part in parts]
        if arrays > 1:
            raise CommandError(f"cannot index parallel arrays in {self.declaration.name}", 171)
        return set(keys)

    def holder(self, key: Key) -> int | None:
        """Return the position of the document that holds `key` in a unique index."""
        return self._holders.get(key)

    def check(self, keys: set[Key], position: int) -> bool:
        """Tell whether the index is unique and another document holds one of `keys`."""
        return self.declaration.unique and any(self._holders.get(key, position) != position for key in keys)

    def add(self, keys: set[Key], position: int) -> None:
        """Hold `keys` for the document at `position`."""
        for key in keys:
            self.entries.add((*key, position))
            if self.declaration.unique:
                self._holders[key] = position

    def discard(self, keys: set[Key], position: int) -> None:
        """Let `keys` of the document at `position` go."""
        for key in keys:
            self.entries.remove((*key, position))
            self._holders.pop(key, None)

    def bounds(self, prefix: Key, low: Key | None, high: Key | None) -> tuple[Key, Key]:
        """Return the lowest and the highest entry of a range after equal leading keys; `low` and `high` are (key, inclusive)."""
        part = [Descending(key) if self.turned[number] else key for number, key in enumerate(prefix)]
        if low is None and high is None:
            return tuple(part), (*part, TOP)
        if len(part) < len(self.turned) and self.turned[len(part)]:
            low, high = high, low
            low, high = low and (Descending(low[0]), low[1]), high and (Descending(high[0]), high[1])
        return _edge(part, low, after=False), _edge(part, high, after=True)

    def count(self, bounds: tuple[Key, Key]) -> int:
        """Return how many entries lie between two bounds."""
        low, high = bounds
        return int(self.entries.bisect_left(high) - self.entries.bisect_left(low))

    def walk(self, bounds: tuple[Key, Key], *, backward: bool) -> Iterator[Key]:
        """Return the entries between two bounds, in the index's order or backward."""
        entries: Iterator[Key] = self.entries.irange(*bounds, reverse=backward)
        return entries


def _edge(prefix: list[Any], bound: Key | None, *, after: bool) -> Key:
    if bound is None:
        return (*prefix, TOP) if after else tuple(prefix)
    key, inclusive = bound
    return (*prefix, key, TOP) if inclusive == after else (*prefix, key)


def _present(document: Document, path: Path) -> bool:
    return any(leaf is not MISSING for leaf in leaves(document, path))
