"""One collection: its documents in the order they came and its indexes, changed together or not at all."""

from collections.abc import Callable
from typing import Any

from bson import ObjectId, Regex

from core.embedded.errors import CommandError
from core.embedded.indexes import Declaration, Index
from core.embedded.records import Record, encode
from core.embedded.updates import check_fields
from core.embedded.values import MISSING, Document, Key, leaves, order_key

Listener = Callable[[str, str, Any], None]
_ID_INDEX = Declaration("_id_", ((("_id",), 1),), unique=True, sparse=False)


class Collection:
    """The documents of one namespace. `listener` hears of every effect: (namespace, kind, what)."""

    def __init__(self, namespace: str, listener: Listener) -> None:
        self.namespace = namespace
        self.records: dict[int, Record] = {}
        self.indexes = {_ID_INDEX.name: Index(_ID_INDEX)}
        self._last = 0
        self._listener = listener

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.records)

    def with_id(self, key: Key) -> Record | None:
        """Return the document whose `_id` has the order key `key`."""
        position = self.indexes["_id_"].holder((key,))
        return None if position is None else self.records[position]

    def insert(self, document: Document) -> Record:
        """Store a new document, with an ObjectId where it has no `_id`.

        Raises CommandError: DuplicateKey, BSONObjectTooLarge, or a field name or an `_id` that cannot be stored.
        """
        if next(iter(document), None) != "_id":
            document = {"_id": document["_id"] if "_id" in document else ObjectId(), **document}
        check_fields(document)
        if isinstance(document["_id"], (list, Regex)):
            raise CommandError(f"can't use a {type(document['_id']).__name__} for _id", 53)
        record = Record(self._last + 1, document, encode(document))
        self._put(None, record)
        self._last += 1
        return record

    def replace(self, old: Record, document: Document) -> Record:
        """Store `document` in the place of `old`, unless they are alike; return what is stored now.

        Raises CommandError as `insert` does; then nothing has changed.
        """
        raw = encode(document)
        if raw == old.raw:
            return old
        check_fields(document)
        record = Record(old.position, document, raw)
        self._put(old, record)
        return record

    def restore(self, document: Document, raw: bytes) -> None:
        """Take a document as the journal has it, in the place of the one with its `_id`."""
        old = self.with_id(order_key(document["_id"]))
        if old is None:
            self._last += 1
        self._put(old, Record(old.position if old else self._last, document, raw))

    def remove(self, record: Record) -> None:
        """Remove a stored document."""
        for index in self.indexes.values():
            index.discard(index.keys(record.document), record.position)
        del self.records[record.position]
        self._listener(self.namespace, "remove", record.document["_id"])

    def _put(self, old: Record | None, new: Record) -> None:
        steps = []
        for index in self.indexes.values():
            before = index.keys(old.document) if old else set()
            after = index.keys(new.document)
            if before == after:
                continue
            if index.check(after - before, new.position):
                raise self._duplicate(index, new.document)
            steps.append((index, before - after, after - before))
        for index, gone, come in steps:
            index.discard(gone, new.position)
            index.add(come, new.position)
        self.records[new.position] = new
        self._listener(self.namespace, "put", new.raw)

    def _duplicate(self, index: Index, document: Document) -> CommandError:
        declaration = index.declaration
        found = {".".join(path): next(iter(leaves(document, path)), MISSING) for path in index.paths}
        value = {name: None if leaf is MISSING else leaf for name, leaf in found.items()}
        message = f"E11000 duplicate key error collection: {self.namespace} index: {declaration.name} dup key: {value!r}"
        return CommandError(message, 11000, keyPattern=declaration.pattern, keyValue=value)

    def declare(self, declaration: Declaration) -> None:
        """Build an index; the same one again changes nothing.

        Raises CommandError: DuplicateKey where stored documents break a unique one; IndexOptionsConflict where its name or fields
        are taken by another.
        """
        for known in (index.declaration for index in self.indexes.values()):
            if known == declaration or known.fields == declaration.fields == _ID_INDEX.fields:
                return
            if known.name == declaration.name or known.fields == declaration.fields:
                raise CommandError(f"An equivalent index already exists with a different name or options: {known.name}", 85)
        index = Index(declaration)
        for record in self.records.values():
            keys = index.keys(record.document)
            if index.check(keys, record.position):
                raise self._duplicate(index, record.document)
            index.add(keys, record.position)
        self.indexes[declaration.name] = index
        self._listener(self.namespace, "index", declaration.describe())

    def undeclare(self, name: str) -> None:
        """Drop the index `name`.

        Raises CommandError: IndexNotFound; InvalidOptions for the index on `_id`.
        """
        if name == "_id_":
            raise CommandError("cannot drop _id index", 72)
        if name not in self.indexes:
            raise CommandError(f"index not found with name [{name}]", 27)
        del self.indexes[name]
        self._listener(self.namespace, "unindex", name)
