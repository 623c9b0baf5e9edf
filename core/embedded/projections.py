"""Projections of find: fields to keep or to leave out, and `$elemMatch`."""

from collections.abc import Callable
from typing import Any

from core.embedded.errors import CommandError, not_faithful
from core.embedded.filters import element_test
from core.embedded.values import MISSING, Document, is_number

Projection = Callable[[Document], Document]
Tree = dict[str, Any]


def compile_projection(specification: Any) -> Projection | None:
    """Return the function that projects a document, or None where everything is kept.

    Raises CommandError for a mixture of keeping and leaving out, colliding paths and operators outside the portable subset.
    """
    fields = dict(specification or {})
    if not fields:
        return None
    matches = {name: _element_match(name, fields.pop(name)) for name in list(fields) if isinstance(fields[name], dict)}
    flags = {name: _flag(name, value) for name, value in fields.items()}
    with_id = flags.pop("_id", None)
    if len(set(flags.values())) > 1:
        raise CommandError("A projection either keeps fields or leaves fields out, not both.", 31254)
    keeping = any(flags.values())
    if keeping or (not flags and (with_id or matches)):
        names = [*flags, *([] if with_id is False else ["_id"])]
        return _with_elements(_keeping(path_tree(names)), matches)
    return _with_elements(_leaving(path_tree([*flags, *(["_id"] if with_id is False else [])])), matches)


def _flag(name: str, value: Any) -> bool:
    if name.startswith("$") or name.endswith(".$"):
        raise not_faithful("the positional projection", "Use $elemMatch.")
    if not isinstance(value, bool) and not is_number(value):
        raise not_faithful(f"the expression in the projection of {name!r}", "Use an aggregation.")
    return bool(value)


def _element_match(name: str, value: dict[str, Any]) -> Callable[[Any], bool]:
    operator = next(iter(value), "an empty document")
    if set(value) != {"$elemMatch"}:
        raise not_faithful(f"{operator} in the projection of {name!r}")
    if "." in name:
        raise CommandError("$elemMatch in a projection works on top-level fields only.", 31275)
    return element_test(value["$elemMatch"])


def path_tree(names: list[str]) -> Tree:
    """Return dotted names as nested dicts, empty ones at the ends.

    Raises CommandError where one name leads through another.
    """
    tree: Tree = {}
    for name in names:
        parts, branch = name.split("."), tree
        for part in parts[:-1]:
            branch = branch.setdefault(part, {})
            if branch is _END:
                raise CommandError(f"Path collision at {name}", 31249)
        if parts[-1] in branch:
            raise CommandError(f"Path collision at {name}", 31250)
        branch[parts[-1]] = _END
    return tree


class _End(dict[str, Any]):
    """The end of a path."""


_END = _End()


def _keeping(tree: Tree) -> Projection:
    return lambda document: keep(document, tree)


def keep(document: Document, tree: Tree) -> Document:
    """Return `document` with only the paths of `tree`."""
    result: Document = {}
    for name, value in document.items():
        branch = tree.get(name)
        if branch is None:
            continue
        kept = value if branch is _END else _keep_inside(value, branch)
        if kept is not MISSING:
            result[name] = kept
    return result


def _keep_inside(value: Any, tree: Tree) -> Any:
    if type(value) is dict:
        return keep(value, tree)
    if type(value) is list:
        inner = (_keep_inside(item, tree) for item in value)
        return [item for item in inner if item is not MISSING]
    return MISSING


def _leaving(tree: Tree) -> Projection:
    return lambda document: leave(document, tree)


def leave(document: Document, tree: Tree) -> Document:
    """Return `document` without the paths of `tree`."""
    return {
        name: value if name not in tree else _leave_inside(value, tree[name])
        for name, value in document.items()
        if tree.get(name) is not _END
    }


def _leave_inside(value: Any, tree: Tree) -> Any:
    if type(value) is dict:
        return leave(value, tree)
    if type(value) is list:
        return [_leave_inside(item, tree) for item in value]
    return value


def _with_elements(project: Projection, matches: dict[str, Callable[[Any], bool]]) -> Projection:
    if not matches:
        return project

    def projected(document: Document) -> Document:
        result = project(document)
        for name, accepts in matches.items():
            result.pop(name, None)
            array = document.get(name)
            found = next((item for item in array if accepts(item)), MISSING) if type(array) is list else MISSING
            if found is not MISSING:
                result[name] = [found]
        return result

    return projected
