"""Reading commands: find, aggregate, count and distinct."""

from typing import Any

from core.embedded.catalog import Catalog
from core.embedded.cursors import Cursors, encoded
from core.embedded.errors import CommandError
from core.embedded.pipelines import Pipeline
from core.embedded.projections import compile_projection
from core.embedded.searching import count as count_matches
from core.embedded.searching import find as find_records
from core.embedded.searching import hinted
from core.embedded.stages import whole_number
from core.embedded.values import MISSING, Document, Key, leaves, order_key, parse_sort


def find(catalog: Catalog, cursors: Cursors, namespace: str, command: Document) -> Document:
    """Run `find`."""
    collection = catalog.existing(namespace)
    hinted(collection, command.get("hint"))
    project = compile_projection(command.get("projection"))
    skip, limit = whole_number("skip", command.get("skip", 0)), int(command.get("limit", 0))
    records = find_records(collection, command.get("filter") or {}, parse_sort(command.get("sort")), skip, abs(limit))
    documents = encoded([project(record.document) for record in records]) if project else [record.raw for record in records]
    return cursors.answer(namespace, documents, command.get("batchSize"), single=bool(command.get("singleBatch")) or limit < 0)


def aggregate(catalog: Catalog, cursors: Cursors, namespace: str, command: Document) -> Document:
    """Run `aggregate` on a collection."""
    hinted(catalog.existing(namespace), command.get("hint"))
    documents = Pipeline(catalog, command["$db"], command["pipeline"]).run(namespace)
    return cursors.answer(namespace, encoded(documents), command.get("cursor", {}).get("batchSize"))


def count(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `count`."""
    collection = catalog.existing(namespace)
    hinted(collection, command.get("hint"))
    skip, limit = whole_number("skip", command.get("skip", 0)), abs(int(command.get("limit", 0)))
    return {"n": count_matches(collection, command.get("query") or {}, skip, limit), "ok": 1.0}


def distinct(catalog: Catalog, namespace: str, command: Document) -> Document:
    """Run `distinct`: the values of a field and the elements of arrays there, each once, in BSON order."""
    key = command["key"]
    if not isinstance(key, str) or not key:
        raise CommandError("distinct needs the name of a field.", 14)
    path, found = tuple(key.split(".")), dict[Key, Any]()
    for record in find_records(catalog.existing(namespace), command.get("query") or {}):
        for leaf in leaves(record.document, path):
            values = leaf if type(leaf) is list else [leaf]
            found |= {order_key(value): value for value in values if value is not MISSING}
    return {"values": [found[each] for each in sorted(found)], "ok": 1.0}
