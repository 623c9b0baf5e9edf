"""All databases and collections of the store, and every effect of writing to them, in order."""

from collections.abc import Iterator
from typing import Any

from core.embedded.collection import Collection
from core.embedded.errors import CommandError
from core.embedded.indexes import Declaration
from core.embedded.records import Record, decode
from core.embedded.values import Document, order_key

Effect = tuple[str, str, Any]


class Catalog:
    """Collections by namespace ("database.collection"). `effects` gathers what the journal has not taken yet."""

    def __init__(self) -> None:
        self._collections: dict[str, Collection] = {}
        self.effects: list[Effect] = []

    def take_effects(self) -> list[Effect]:
        """Return the effects since the last call."""
        effects, self.effects = self.effects, []
        return effects

    def _listen(self, namespace: str, kind: str, what: Any) -> None:
        self.effects.append((namespace, kind, what))

    def existing(self, namespace: str) -> Collection:
        """Return a collection to read: an empty one where there is none yet."""
        found = self._collections.get(namespace)
        return Collection(namespace, self._listen) if found is None else found

    def collection(self, namespace: str) -> Collection:
        """Return a collection to write to, made where there is none yet.

        Raises CommandError (InvalidNamespace).
        """
        found = self._collections.get(namespace)
        if found is None:
            _check_namespace(namespace)
            found = self._collections[namespace] = Collection(namespace, self._listen)
            self._listen(namespace, "create", None)
        return found

    def __contains__(self, namespace: object) -> bool:
        """Tell whether the collection is there."""
        return namespace in self._collections

    def namespaces(self, database: str | None = None) -> list[str]:
        """Return the namespaces of `database`, or all, in the order of their making."""
        return [name for name in self._collections if database is None or name.split(".", 1)[0] == database]

    def crowded(self, most: int) -> list[str]:
        """Return the collections with more than `most` documents."""
        return [name for name, found in list(self._collections.items()) if len(found) > most]

    def drop(self, namespace: str) -> bool:
        """Drop a collection; tell whether it was there."""
        if self._collections.pop(namespace, None) is None:
            return False
        self._listen(namespace, "drop", None)
        return True

    def rename(self, namespace: str, target: str) -> None:
        """Give a collection another name.

        Raises CommandError (NamespaceNotFound).
        """
        found = self._collections.pop(namespace, None)
        if found is None:
            raise CommandError(f"Source collection {namespace} does not exist", 26)
        _check_namespace(target)
        found.namespace = target
        self._collections[target] = found
        self._listen(namespace, "rename", target)

    def replay(self, namespace: str, kind: str, what: Any) -> None:
        """Do again what the journal says was done."""
        if kind == "drop":
            self.drop(namespace)
        elif kind == "rename":
            self.rename(namespace, what)
        else:
            self._replay_in(self.collection(namespace), kind, what)
        self.effects.clear()

    @staticmethod
    def _replay_in(collection: Collection, kind: str, what: Any) -> None:
        if kind == "put":
            collection.restore(decode(what), what)
        elif kind == "remove":
            record = collection.with_id(order_key(what))
            if record is not None:
                collection.remove(record)
        elif kind == "index":
            collection.declare(Declaration.parse(what))
        elif kind == "unindex":
            collection.undeclare(what)

    def everything(self) -> Iterator[Effect]:
        """Return the effects that make the store as it is at the call; later writes do not show in them."""
        copies = [(name, describe(found), list(found.records.values())) for name, found in self._collections.items()]
        return (effect for copy in copies for effect in _making(*copy))


def _making(namespace: str, indexes: list[Document], records: list[Record]) -> Iterator[Effect]:
    yield namespace, "create", None
    for declared in indexes:
        if declared["name"] != "_id_":
            yield namespace, "index", declared
    for record in records:
        yield namespace, "put", record.raw


def _check_namespace(namespace: str) -> None:
    database, _, name = namespace.partition(".")
    if not database or not name or "$" in namespace or "\0" in namespace:
        raise CommandError(f"Invalid namespace specified '{namespace}'", 73)


def describe(collection: Collection) -> list[Document]:
    """Return the indexes of a collection as `listIndexes` shows them."""
    return [index.declaration.describe() for index in collection.indexes.values()]
