"""Writing commands: insert, update, delete, find-and-modify, and what `$merge` stores."""

from typing import Any

from bson import ObjectId

from core.embedded.catalog import Catalog
from core.embedded.collection import Collection
from core.embedded.errors import CommandError, not_faithful
from core.embedded.projections import compile_projection
from core.embedded.records import Record
from core.embedded.searching import find, hinted
from core.embedded.update_paths import fetch
from core.embedded.updates import Update, upsert_base
from core.embedded.values import MISSING, Document, clone, parse_sort


def insert(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `insert`; what was stored before an error stays."""
    collection = catalog.collection(namespace)
    inserted, errors = 0, []
    for index, document in enumerate(command["documents"]):
        try:
            collection.insert(document)
            inserted += 1
        except CommandError as error:
            errors.append(error.write_error(index))
            if command.get("ordered", True):
                break
    return {"n": inserted, "ok": 1.0, **({"writeErrors": errors} if errors else {})}


def update(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `update`; what was changed before an error stays."""
    answer: Document = {"n": 0, "nModified": 0, "ok": 1.0}
    upserted, errors = [], []
    for index, statement in enumerate(command["updates"]):
        try:
            matched, modified, identity = _update_one(catalog, namespace, statement)
        except CommandError as error:
            errors.append(error.write_error(index))
            if command.get("ordered", True):
                break
            continue
        answer["n"] += matched
        answer["nModified"] += modified
        if identity is not MISSING:
            upserted.append({"index": index, "_id": identity})
    return {**answer, **({"upserted": upserted} if upserted else {}), **({"writeErrors": errors} if errors else {})}


def _update_one(catalog: Catalog, namespace: str, statement: Document) -> tuple[int, int, Any]:
    _refuse_options(statement, {"q", "u", "multi", "upsert", "arrayFilters", "hint", "sort"})
    change = Update(statement["u"], statement.get("arrayFilters"))
    multi = bool(statement.get("multi"))
    if multi and change.replaces:
        raise CommandError("multi update is not supported for replacement-style update", 9)
    collection = catalog.existing(namespace)
    hinted(collection, statement.get("hint"))
    records = find(collection, statement["q"], parse_sort(statement.get("sort")), 0, 0 if multi else 1)
    if not records and statement.get("upsert"):
        return 1, 0, _upsert(catalog.collection(namespace), statement["q"], change).document["_id"]
    modified = [_changed(collection, record, statement["q"], change) is not record for record in records]
    return len(records), sum(modified), MISSING


def _changed(collection: Collection, record: Record, filter_: Document, change: Update) -> Record:
    return collection.replace(record, change.apply(record.document, filter_))


def _upsert(collection: Collection, filter_: Document, change: Update) -> Record:
    base = upsert_base(filter_)
    if change.replaces:
        base = {"_id": base["_id"]} if "_id" in base else {}
    document = change.apply(base, filter_, inserting=True)
    return collection.insert({"_id": document.get("_id", ObjectId()), **document})


def delete(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `delete`."""
    collection = catalog.existing(namespace)
    removed, errors = 0, []
    for index, statement in enumerate(command["deletes"]):
        try:
            _refuse_options(statement, {"q", "limit", "hint"})
            hinted(collection, statement.get("hint"))
            for record in find(collection, statement["q"], None, 0, statement["limit"]):
                collection.remove(record)
                removed += 1
        except CommandError as error:
            errors.append(error.write_error(index))
            if command.get("ordered", True):
                break
    return {"n": removed, "ok": 1.0, **({"writeErrors": errors} if errors else {})}


def find_and_modify(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `findAndModify`: the document before or after the change, and what happened to it."""
    collection, filter_ = catalog.existing(namespace), command.get("query") or {}
    hinted(collection, command.get("hint"))
    project = compile_projection(command.get("fields")) or (lambda document: document)
    found = find(collection, filter_, parse_sort(command.get("sort")), 0, 1)
    if command.get("remove"):
        for record in found:
            collection.remove(record)
        return {"value": project(found[0].document) if found else None, "lastErrorObject": {"n": len(found)}, "ok": 1.0}
    change = Update(command["update"], command.get("arrayFilters"))
    outcome: Document = {"n": len(found), "updatedExisting": bool(found)}
    after: Record | None = None
    if found:
        after = _changed(collection, found[0], filter_, change)
    elif command.get("upsert"):
        after = _upsert(catalog.collection(namespace), filter_, change)
        outcome |= {"n": 1, "upserted": after.document["_id"]}
    shown = after if command.get("new") else next(iter(found), None)
    return {"value": project(shown.document) if shown else None, "lastErrorObject": outcome, "ok": 1.0}


def _refuse_options(statement: Document, known: set[str]) -> None:
    for option in statement:
        if option not in known:
            raise not_faithful(option)


def merge_into(catalog: Catalog, database: str, operand: Any, documents: list[Document]) -> None:
    """Store the results of a pipeline as `$merge` says.

    Raises CommandError for modes outside the portable subset and where a result meets what it must not.
    """
    options = operand if isinstance(operand, dict) else {"into": operand}
    into = options.get("into")
    target = into if isinstance(into, dict) else {"coll": into}
    matched, unmatched = options.get("whenMatched", "merge"), options.get("whenNotMatched", "insert")
    if (
        isinstance(matched, list)
        or matched not in {"replace", "keepExisting", "merge", "fail"}
        or unmatched not in {"insert", "discard", "fail"}
    ):
        raise not_faithful("this mode of $merge")
    if not set(options) <= {"into", "on", "whenMatched", "whenNotMatched"}:
        raise not_faithful("this option of $merge")
    on = options.get("on", "_id")
    collection = catalog.collection(f"{target.get('db', database)}.{target['coll']}")
    for document in documents:
        _merge_one(collection, clone(document), [on] if isinstance(on, str) else on, (matched, unmatched))


def _merge_one(collection: Collection, document: Document, on: list[str], modes: tuple[str, str]) -> None:
    if "_id" in on and "_id" not in document:
        document = {"_id": ObjectId(), **document}
    key = {name: fetch(document, tuple(name.split("."))) for name in on}
    if any(value is MISSING or value is None or isinstance(value, list) for value in key.values()):
        raise CommandError("$merge write error: 'on' field cannot be missing, null, undefined or an array", 51132)
    found = find(collection, {name: {"$eq": value} for name, value in key.items()}, None, 0, 1)
    matched, unmatched = modes
    if (matched if found else unmatched) == "fail":
        raise CommandError("$merge found a document that must not be there, or none where one must be", 11000 if found else 13113)
    if not found and unmatched == "insert":
        collection.insert(document)
    elif found and matched in {"merge", "replace"}:
        old = found[0].document
        kept = old if matched == "merge" else {"_id": old["_id"]}
        if document.get("_id", old["_id"]) != old["_id"]:
            raise CommandError("$merge would change the immutable field '_id'", 66)
        collection.replace(found[0], {**kept, **document})
