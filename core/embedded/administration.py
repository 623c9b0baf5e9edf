"""Commands about the server, its databases, collections and indexes."""

import itertools
from typing import Any

from core.embedded.catalog import Catalog, describe
from core.embedded.cursors import Cursors, encoded
from core.embedded.errors import CommandError
from core.embedded.filters import compile_filter
from core.embedded.indexes import Declaration
from core.embedded.update_operators import now
from core.embedded.values import Document

_connections = itertools.count(1)
_VERSION = [7, 0, 0, 0]


def hello() -> Document:
    """Answer the handshake: a standalone server that speaks MongoDB 7.0's protocol; without replica set no retryable writes."""
    return {
        "helloOk": True,
        "ismaster": True,
        "isWritablePrimary": True,
        "maxBsonObjectSize": 16 * 1024 * 1024,
        "maxMessageSizeBytes": 48_000_000,
        "maxWriteBatchSize": 100_000,
        "localTime": now(),
        "logicalSessionTimeoutMinutes": 30,
        "connectionId": next(_connections),
        "minWireVersion": 0,
        "maxWireVersion": 21,
        "readOnly": False,
        "ok": 1.0,
    }


def build_info() -> Document:
    """Answer `buildInfo`; `modules` says what this is."""
    return {
        "version": ".".join(map(str, _VERSION[:3])),
        "versionArray": _VERSION,
        "modules": ["kopru-embedded"],
        "bits": 64,
        "maxBsonObjectSize": 16 * 1024 * 1024,
        "ok": 1.0,
    }


def list_databases(catalog: Catalog, command: Document) -> Document:
    """Run `listDatabases`; the sizes are those of the documents."""
    names = dict.fromkeys(name.split(".", 1)[0] for name in catalog.namespaces())
    if command.get("nameOnly"):
        return {"databases": [{"name": name} for name in names], "ok": 1.0}
    sizes = {name: _size(catalog, name) for name in names}
    databases = [{"name": name, "sizeOnDisk": size, "empty": False} for name, size in sizes.items()]
    return {"databases": databases, "totalSize": sum(sizes.values()), "ok": 1.0}


def _size(catalog: Catalog, database: str) -> int:
    collections = (catalog.existing(name) for name in catalog.namespaces(database))
    return sum(len(record.raw) for collection in collections for record in collection.records.values())


def drop_database(catalog: Catalog, command: Document) -> Document:
    """Run `dropDatabase`."""
    for namespace in catalog.namespaces(command["$db"]):
        catalog.drop(namespace)
    return {"dropped": command["$db"], "ok": 1.0}


def list_collections(catalog: Catalog, cursors: Cursors, command: Document) -> Document:
    """Run `listCollections`."""
    database = command["$db"]
    matches = compile_filter(command.get("filter") or {})
    names = [namespace.split(".", 1)[1] for namespace in catalog.namespaces(database)]
    identity = {"v": 2, "key": {"_id": 1}, "name": "_id_"}
    found: list[Document] = [
        {"name": name, "type": "collection", "options": {}, "info": {"readOnly": False}, "idIndex": identity} for name in names
    ]
    shown = [each for each in found if matches(each)]
    return cursors.answer(f"{database}.$cmd.listCollections", encoded(shown), command.get("cursor", {}).get("batchSize"))


def create(catalog: Catalog, namespace: str, _command: Document) -> Document:
    """Run `create` for a plain collection.

    Raises CommandError (NamespaceExists).
    """
    if namespace in catalog:
        raise CommandError(f"Collection {namespace} already exists.", 48)
    catalog.collection(namespace)
    return {"ok": 1.0}


def drop(catalog: Catalog, namespace: str) -> Document:
    """Run `drop`; a collection that is not there is no error, as since MongoDB 7."""
    catalog.drop(namespace)
    return {"ns": namespace, "ok": 1.0}


def rename_collection(catalog: Catalog, command: Document) -> Document:
    """Run `renameCollection`."""
    source, target = command["renameCollection"], command["to"]
    if target in catalog:
        if not command.get("dropTarget") or source not in catalog:
            raise CommandError("target namespace exists", 48)
        catalog.drop(target)
    catalog.rename(source, target)
    return {"ok": 1.0}


def create_indexes(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `createIndexes`."""
    declarations = [Declaration.parse(specification) for specification in command["indexes"]]
    created = namespace not in catalog
    collection = catalog.collection(namespace)
    before = len(collection.indexes)
    for declaration in declarations:
        collection.declare(declaration)
    after = len(collection.indexes)
    note = {"note": "all indexes already exist"} if before == after else {}
    answer = {"numIndexesBefore": before, "numIndexesAfter": after, "createdCollectionAutomatically": created}
    return {**answer, **note, "ok": 1.0}


def list_indexes(catalog: Catalog, cursors: Cursors, namespace: str, command: Document) -> Document:
    """Run `listIndexes`.

    Raises CommandError (NamespaceNotFound).
    """
    if namespace not in catalog:
        raise CommandError(f"ns does not exist: {namespace}", 26)
    shown = encoded(describe(catalog.existing(namespace)))
    return cursors.answer(namespace, shown, command.get("cursor", {}).get("batchSize"))


def drop_indexes(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `dropIndexes` for all ("*"), by names or by key.

    Raises CommandError: NamespaceNotFound, IndexNotFound.
    """
    if namespace not in catalog:
        raise CommandError(f"ns not found {namespace}", 26)
    collection, wanted = catalog.existing(namespace), command["index"]
    before = len(collection.indexes)
    for name in _names(describe(collection), wanted):
        collection.undeclare(name)
    return {"nIndexesWas": before, "ok": 1.0}


def _names(declared: list[Document], wanted: Any) -> list[str]:
    if wanted == "*":
        return [each["name"] for each in declared if each["name"] != "_id_"]
    if isinstance(wanted, dict):
        found = [each["name"] for each in declared if list(each["key"].items()) == list(wanted.items())]
        return found or [str(wanted)]
    return list(wanted) if isinstance(wanted, list) else [wanted]
