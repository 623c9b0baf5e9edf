"""Aggregation pipelines: the leading match through the indexes, then stage by stage; joins, facets and `$merge`."""

from collections.abc import Callable
from typing import Any

from core.embedded.catalog import Catalog
from core.embedded.errors import CommandError, not_faithful
from core.embedded.expressions import Scope, compile_expression, none_if_missing, reach, truth
from core.embedded.filters import compile_filter
from core.embedded.searching import count, find
from core.embedded.stages import STAGES, Documents, Stage, scoped, with_value
from core.embedded.values import Document, Key, leaves, order_key, parse_sort
from core.embedded.writing import merge_into

_JOINED_BY_FIELDS = {"from", "localField", "foreignField", "as"}
_JOINED_BY_PIPELINE = {"from", "let", "pipeline", "as", "localField", "foreignField"}


class Pipeline:
    """A pipeline over the collections of one database.

    Raises CommandError naming the first stage or operator that is malformed or not in the portable subset.
    """

    def __init__(self, catalog: Catalog, database: str, specification: Any, *, nested: bool = False) -> None:
        self._catalog = catalog
        self._database = database
        self._nested = nested
        if not isinstance(specification, list) or not all(isinstance(stage, dict) and len(stage) == 1 for stage in specification):
            raise CommandError("A pipeline is an array of stages, each with exactly one operator.", 40323)
        self._specification: list[Document] = specification
        self._stages = [self._compile(name, operand) for stage in specification for name, operand in stage.items()]

    def run(self, namespace: str, variables: Scope | None = None) -> Documents:
        """Return what the pipeline makes of a collection."""
        collection = self._catalog.existing(namespace)
        filter_, order, skip, limit, used = self._leading()
        if self._counts(used):
            return _counted(count(collection, filter_, skip, limit), self._specification[used])
        documents = [record.document for record in find(collection, filter_, parse_sort(order), skip, limit)]
        return self.continue_with(documents, variables or {}, used)

    def continue_with(self, documents: Documents, variables: Scope, start: int = 0) -> Documents:
        """Return what the stages from `start` on make of `documents`."""
        for stage in self._stages[start:]:
            documents = stage(documents, variables)
        return documents

    def _leading(self) -> tuple[Document, Document, int, int, int]:
        """Return what one find can do of the first stages (match, sort, skip, limit, in this order), and how many these are."""
        found: dict[str, Any] = {}
        names = ["$match", "$sort", "$skip", "$limit"]
        for stage in self._specification:
            [(name, operand)] = stage.items()
            if name not in names or (name == "$match" and _mentions_variables(operand)):
                break
            names = names[names.index(name) + 1 :]
            found[name] = operand
        return (
            found.get("$match", {}),
            found.get("$sort", {}),
            int(found.get("$skip", 0)),
            int(found.get("$limit", 0)),
            len(found),
        )

    def _counts(self, used: int) -> bool:
        """Whether all that follows is counting, as `count_documents` does it."""
        rest = self._specification[used:]
        return len(rest) == 1 and rest[0] in (
            {"$group": {"_id": 1, "n": {"$sum": 1}}},
            {"$group": {"_id": None, "n": {"$sum": 1}}},
        )

    def _compile(self, name: str, operand: Any) -> Stage:
        if name in STAGES:
            return STAGES[name](operand)
        own: dict[str, Callable[[Any], Stage]] = {
            "$match": _match,
            "$lookup": self._lookup,
            "$graphLookup": self._graph_lookup,
            "$facet": self._facet,
            "$merge": self._merge,
        }
        if name not in own:
            raise not_faithful(f"the stage {name}")
        return own[name](operand)

    def _namespace(self, name: Any) -> str:
        if not isinstance(name, str):
            raise CommandError("'from' must be the name of a collection.", 9)
        return f"{self._database}.{name}"

    def _lookup(self, operand: Any) -> Stage:
        known = _JOINED_BY_PIPELINE if "pipeline" in operand else _JOINED_BY_FIELDS
        if (
            not set(operand) <= known
            or not {"from", "as"} <= set(operand)
            or ("localField" in operand) != ("foreignField" in operand)
        ):
            raise CommandError("$lookup takes from, as, localField with foreignField, and let with pipeline.", 9)
        namespace, target = self._namespace(operand["from"]), tuple(operand["as"].split("."))
        inner = Pipeline(self._catalog, self._database, operand.get("pipeline", []), nested=True)
        lets = {name: compile_expression(value) for name, value in operand.get("let", {}).items()}

        def join(document: Document, variables: Scope) -> Document:
            scope = scoped(document, variables)
            bound = {**variables, **{name: none_if_missing(value(scope)) for name, value in lets.items()}}
            if "localField" not in operand:
                return {**with_value(document, target, inner.run(namespace, bound))}
            records = find(self._catalog.existing(namespace), _equal_to(document, operand["localField"], operand["foreignField"]))
            return {**with_value(document, target, inner.continue_with([record.document for record in records], bound))}

        return lambda documents, variables: [join(document, variables) for document in documents]

    def _graph_lookup(self, operand: Any) -> Stage:
        needed = {"from", "startWith", "connectFromField", "connectToField", "as"}
        if not needed <= set(operand) <= needed | {"maxDepth", "depthField", "restrictSearchWithMatch"}:
            raise CommandError("$graphLookup takes from, startWith, connectFromField, connectToField, as.", 40327)
        start, target = compile_expression(operand["startWith"]), tuple(operand["as"].split("."))

        def reached(document: Document, variables: Scope) -> Document:
            return {**with_value(document, target, self._walk(operand, start(scoped(document, variables))))}

        return lambda documents, variables: [reached(document, variables) for document in documents]

    def _walk(self, operand: Document, start: Any) -> Documents:
        collection = self._catalog.existing(self._namespace(operand["from"]))
        restrict, deepest = operand.get("restrictSearchWithMatch", {}), operand.get("maxDepth")
        found: dict[Key, Document] = {}
        frontier, depth = _values(start), 0
        while frontier and (deepest is None or depth <= deepest):
            query = {"$and": [{operand["connectToField"]: {"$in": frontier}}, restrict]}
            fresh = [record.document for record in find(collection, query) if order_key(record.document["_id"]) not in found]
            extra = {operand["depthField"]: depth} if "depthField" in operand else {}
            found |= {order_key(document["_id"]): {**document, **extra} for document in fresh}
            frontier = [value for document in fresh for value in _values(reach(document, operand["connectFromField"].split(".")))]
            depth += 1
        return list(found.values())

    def _facet(self, operand: Any) -> Stage:
        inner = {name: Pipeline(self._catalog, self._database, stages, nested=True) for name, stages in operand.items()}
        return lambda documents, variables: [{name: each.continue_with(documents, variables) for name, each in inner.items()}]

    def _merge(self, operand: Any) -> Stage:
        if self._nested:
            raise CommandError("$merge is only allowed as the last stage of a pipeline.", 40601)

        def run(documents: Documents, _: Scope) -> Documents:
            merge_into(self._catalog, self._database, operand, documents)
            return []

        return run


def _match(operand: Any) -> Stage:
    if not _mentions_variables(operand):
        matches = compile_filter(operand)
        return lambda documents, _: [document for document in documents if matches(document)]
    rest = compile_filter({name: value for name, value in operand.items() if name != "$expr"})
    evaluate = compile_expression(operand.get("$expr", True))
    return lambda documents, variables: [
        document for document in documents if rest(document) and truth(evaluate(scoped(document, variables)))
    ]


def _mentions_variables(operand: Any) -> bool:
    return isinstance(operand, dict) and "$expr" in operand


def _counted(number: int, stage: Document) -> Documents:
    return [{"_id": stage["$group"]["_id"], "n": number}] if number else []


def _values(value: Any) -> list[Any]:
    value = none_if_missing(value)
    return value if type(value) is list else [value]


def _equal_to(document: Document, local: str, foreign: str) -> Document:
    """Return the query for the documents that join: an absent field joins null, an array each of its elements."""
    values = [value for leaf in leaves(document, tuple(local.split("."))) for value in _values(leaf)]
    return {foreign: {"$in": values or [None]}}
