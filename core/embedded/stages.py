"""Pipeline stages that work on one stream of documents: reshape, unwind, sort, cut, count."""

from collections.abc import Callable
from typing import Any

from core.embedded.errors import CommandError
from core.embedded.expressions import Expression, Scope, compile_expression, reach
from core.embedded.filters import is_operators
from core.embedded.grouping import bucket, group
from core.embedded.projections import keep, leave, path_tree
from core.embedded.values import MISSING, Document, Path, is_number, parse_sort, sort_documents

Documents = list[Document]
Stage = Callable[[Documents, Scope], Documents]


def scoped(document: Document, variables: Scope) -> Scope:
    """Return the scope in which expressions about `document` are evaluated."""
    return {**variables, "ROOT": document, "CURRENT": document}


def _sort(specification: Any) -> Stage:
    order = parse_sort(specification)
    return lambda documents, _: sort_documents(documents, order, lambda document: document)


def whole_number(name: str, value: Any) -> int:
    """Return a whole number that is not negative.

    Raises CommandError (BadValue) naming the stage.
    """
    if not is_number(value) or int(value) != value or value < 0:
        raise CommandError(f"{name} needs a whole number that is not negative.", 2)
    return int(value)


def _skip(specification: Any) -> Stage:
    number = whole_number("$skip", specification)
    return lambda documents, _: documents[number:]


def _limit(specification: Any) -> Stage:
    number = whole_number("$limit", specification)
    if not number:
        raise CommandError("the limit must be positive", 15958)
    return lambda documents, _: documents[:number]


def _count(specification: Any) -> Stage:
    if not isinstance(specification, str) or not specification or "." in specification or specification.startswith("$"):
        raise CommandError("the count field must be a non-empty name without '.' and without a leading '$'", 40156)
    return lambda documents, _: [{specification: len(documents)}] if documents else []


def _grouped(make: Callable[[Any], Callable[[list[Scope]], Documents]]) -> Callable[[Any], Stage]:
    def compiled(specification: Any) -> Stage:
        run = make(specification)
        return lambda documents, variables: run([scoped(document, variables) for document in documents])

    return compiled


def _sort_by_count(specification: Any) -> Stage:
    run = group({"_id": specification, "count": {"$sum": 1}})
    order = parse_sort({"count": -1})
    return lambda documents, variables: sort_documents(
        run([scoped(document, variables) for document in documents]), order, lambda document: document
    )


def _replace_root(specification: Any) -> Stage:
    if not isinstance(specification, dict) or set(specification) != {"newRoot"}:
        raise CommandError("$replaceRoot takes exactly 'newRoot'.", 40231)
    evaluate = compile_expression(specification["newRoot"])

    def run(documents: Documents, variables: Scope) -> Documents:
        roots = [evaluate(scoped(document, variables)) for document in documents]
        if any(type(root) is not dict for root in roots):
            raise CommandError("'newRoot' expression must evaluate to an object.", 40228)
        return roots

    return run


def _unwind(specification: Any) -> Stage:
    options = specification if isinstance(specification, dict) else {"path": specification}
    path, place = options.get("path"), options.get("includeArrayIndex")
    if not isinstance(path, str) or not path.startswith("$"):
        raise CommandError("The path of $unwind must begin with '$'.", 28818)
    if not set(options) <= {"path", "includeArrayIndex", "preserveNullAndEmptyArrays"}:
        raise CommandError("unrecognized option to $unwind stage", 28811)
    parts, keeps = tuple(path[1:].split(".")), bool(options.get("preserveNullAndEmptyArrays"))
    return lambda documents, _: [row for document in documents for row in _rows(document, parts, place, keeps=keeps)]


def _rows(document: Document, path: Path, place: str | None, *, keeps: bool) -> Documents:
    value = reach(document, list(path))
    if type(value) is list and value:
        numbered = enumerate(value)
        return [_numbered(with_value(document, path, item), place, number) for number, item in numbered]
    if value is not None and value is not MISSING and value != []:
        return [_numbered(document, place, None)]
    if not keeps:
        return []
    return [_numbered(leave(document, path_tree([".".join(path)])) if value == [] else document, place, None)]


def _numbered(document: Document, place: str | None, number: int | None) -> Document:
    return document if place is None else with_value(document, tuple(place.split(".")), number)


def with_value(document: Any, path: Path, value: Any) -> Any:
    """Return a copy of `document` with `value` at `path`, in each element where the path meets an array."""
    if not path:
        return value
    if type(document) is list:
        return [with_value(item, path, value) for item in document]
    copy = dict(document) if type(document) is dict else {}
    copy[path[0]] = with_value(copy.get(path[0]), path[1:], value)
    return copy


def _computed(fields: Document, prefix: Path = ()) -> list[tuple[Path, Expression]]:
    """Nested documents name deeper fields; everything else is an expression."""
    found: list[tuple[Path, Expression]] = []
    for name, value in fields.items():
        if name.startswith("$"):
            raise CommandError(f"FieldPath field names may not start with '$': {name}", 16410)
        path = (*prefix, *name.split("."))
        if isinstance(value, dict) and value and not is_operators(value):
            found += _computed(value, path)
        else:
            found.append((path, compile_expression(value)))
    path_tree([".".join(path) for path, _ in found])
    return found


def _add_fields(specification: Any) -> Stage:
    if not isinstance(specification, dict) or not specification:
        raise CommandError("$addFields takes a document with at least one field.", 40272)
    computed = _computed(specification)
    return lambda documents, variables: [_with_fields(document, document, computed, variables) for document in documents]


def _with_fields(base: Document, document: Document, computed: list[tuple[Path, Expression]], variables: Scope) -> Document:
    scope, result = scoped(document, variables), base
    for path, evaluate in computed:
        value = evaluate(scope)
        if value is not MISSING:
            result = with_value(result, path, value)
    return result


def _project(specification: Any) -> Stage:
    if not isinstance(specification, dict) or not specification:
        raise CommandError("$project takes a document with at least one field.", 40177)
    flags = {name: bool(value) for name, value in _flags(specification).items()}
    computed = _computed({name: value for name, value in specification.items() if name not in flags})
    with_id = flags.pop("_id", True) if "_id" in flags or "_id" not in specification else False
    if len(set(flags.values())) > 1 or (computed and False in flags.values()):
        raise CommandError("$project either keeps fields or leaves fields out, not both.", 31254)
    if not computed and (False in flags.values() or (not flags and not with_id)):
        tree = path_tree([*flags, *([] if with_id else ["_id"])])
        return lambda documents, _: [leave(document, tree) for document in documents]
    tree = path_tree([*(["_id"] if with_id else []), *flags])
    return lambda documents, variables: [
        _with_fields(keep(document, tree), document, computed, variables) for document in documents
    ]


def _flags(specification: Document) -> Document:
    return {name: value for name, value in specification.items() if isinstance(value, bool) or is_number(value)}


STAGES: dict[str, Callable[[Any], Stage]] = {
    "$sort": _sort,
    "$skip": _skip,
    "$limit": _limit,
    "$count": _count,
    "$group": _grouped(group),
    "$bucket": _grouped(bucket),
    "$sortByCount": _sort_by_count,
    "$replaceRoot": _replace_root,
    "$unwind": _unwind,
    "$addFields": _add_fields,
    "$project": _project,
}
"""Stages by name: given their specification, the function of the documents and the variables."""
