"""Documents and inputs made from a schema, so that what is added to it later is tested as well."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLArgument,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
)

from schema.portal.schema import portal_schema
from schema.staff.schema import staff_schema

Path = tuple[str, ...]


@cache
def schema_of(audience: str) -> GraphQLSchema:
    """Give the executable schema of an audience, `staff` or `portal`."""
    made = {"staff": staff_schema, "portal": portal_schema}[audience]()
    return made._schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One field at the root: a document that passes every argument as a variable, and the types of these."""

    kind: str
    name: str
    document: str
    arguments: dict[str, GraphQLArgument]

    def leaves(self) -> Iterator[tuple[Path, GraphQLInputType]]:
        """Give every place of the variables that a client can fill, with its type."""
        for name, argument in self.arguments.items():
            yield from _leaves((name,), argument.type, ())


@cache
def operations(audience: str, kind: str, depth: int = 2) -> dict[str, Operation]:
    """Give the operations of a kind, `query`, `mutation` or `subscription`, by name."""
    schema = schema_of(audience)
    root = {"query": schema.query_type, "mutation": schema.mutation_type, "subscription": schema.subscription_type}[kind]
    assert root is not None
    found = {}
    for name, field in root.fields.items():
        declared = ", ".join(f"${one}: {argument.type}" for one, argument in field.args.items())
        passed = ", ".join(f"{one}: ${one}" for one in field.args)
        shown = selection(schema, field.type, depth)
        document = f"{kind}{f'({declared})' if declared else ''} {{ {name}{f'({passed})' if passed else ''}{shown} }}"
        found[name] = Operation(kind, name, document, field.args)
    return found


def selection(schema: GraphQLSchema, given: Any, depth: int, only: str | None = None) -> str:
    """Select every leaf down to a depth; of an interface the kind `only`, else just which one it is."""
    kind = get_named_type(given)
    if is_leaf_type(kind):
        return ""
    if is_abstract_type(kind):
        return _of_abstract(schema, kind, depth, only)
    assert is_object_type(kind)
    parts = [f"{name}{selection(schema, field.type, depth - 1)}" for name, field in _shown(kind, depth)]
    return f" {{ {' '.join(['__typename', *parts])} }}"


def _of_abstract(schema: GraphQLSchema, kind: GraphQLAbstractType, depth: int, only: str | None) -> str:
    chosen = next((one for one in schema.get_possible_types(kind) if one.name == only), None)
    inner = f" ... on {chosen.name}{selection(schema, chosen, depth)}" if chosen else ""
    return f" {{ __typename{inner} }}"


def _shown(kind: GraphQLObjectType, depth: int) -> list[tuple[str, Any]]:
    fields = [(name, field) for name, field in kind.fields.items() if not any(map(is_required_argument, field.args.values()))]
    return [(name, field) for name, field in fields if is_leaf_type(get_named_type(field.type)) or depth > 0]


def _leaves(path: Path, given: GraphQLInputType, above: tuple[str, ...]) -> Iterator[tuple[Path, GraphQLInputType]]:
    named = get_named_type(given)
    if not is_input_object_type(named):
        yield path, given
        return
    yield path, given
    if named.name in above:  # `and`, `or` and `not` go on for ever
        return
    for name, field in named.fields.items():
        inner = (*path, "0", name) if _is_list(given) else (*path, name)
        yield from _leaves(inner, field.type, (*above, named.name))


def _is_list(given: Any) -> bool:
    return is_list_type(given.of_type if is_non_null_type(given) else given)


def placed(variables: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Give the variables with a value at a place, and what has to be around it."""
    changed: Any = dict(variables)
    here = changed
    for name, following in pairwise(path):
        if isinstance(here, list):
            here[0] = dict(here[0]) if here and isinstance(here[0], dict) else {}
            here = here[0]
            continue
        before = here.get(name)
        if following == "0":
            here[name] = [dict(before[0]) if isinstance(before, list) and before else {}]
        else:
            here[name] = dict(before) if isinstance(before, dict) else {}
        here = here[name]
    here[path[-1]] = value
    return dict(changed)


def is_place_in(operation: Operation, path: list[str]) -> bool:
    """Tell whether a refusal's path leads from the arguments to a field of the input."""
    if not path or path[0] not in operation.arguments:
        return False
    kind: Any = operation.arguments[path[0]].type
    for part in path[1:]:
        if part.isdecimal() and _is_list(kind):
            continue
        named = get_named_type(kind)
        if not isinstance(named, GraphQLInputObjectType) or part not in named.fields:
            return False
        kind = named.fields[part].type
    return True
