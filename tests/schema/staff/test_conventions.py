"""What front-end teams are promised of both schemas' form, checked over the exported SDL."""

from collections.abc import Iterator

import pytest
from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from schema.portal.schema import portal_schema
from schema.staff.schema import staff_schema

SDL = {"staff": staff_schema().as_str(), "portal": portal_schema().as_str()}
EMBEDDED = {"ActionPlanStep", "Tag", "CaseMistake", "ChecklistItem", "ChecklistPoint"}
"""Values inside other objects, which have an id to compare by and none to be asked for."""

Defined = (
    ObjectTypeDefinitionNode
    | InterfaceTypeDefinitionNode
    | InputObjectTypeDefinitionNode
    | EnumTypeDefinitionNode
    | UnionTypeDefinitionNode
    | ScalarTypeDefinitionNode
)
pytestmark = pytest.mark.parametrize("audience", sorted(SDL))


def types(audience: str) -> dict[str, Defined]:
    """Give the types that a schema declares."""
    return {node.name.value: node for node in parse(SDL[audience]).definitions if isinstance(node, Defined)}


def fields(audience: str) -> Iterator[tuple[str, FieldDefinitionNode]]:
    """Give every field of a schema with its place."""
    for name, node in types(audience).items():
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            for field in node.fields or ():
                yield f"{name}.{field.name.value}", field


def named(node: TypeNode) -> str:
    """Give the name of the type inside lists and non-nulls."""
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    return print_ast(node)


def is_list(node: TypeNode) -> bool:
    """Tell whether a type is a list."""
    return isinstance(node.type if isinstance(node, NonNullTypeNode) else node, ListTypeNode)


def undescribed(audience: str) -> Iterator[str]:
    """Give the places of everything that has no description."""
    for name, node in types(audience).items():
        members = getattr(node, "fields", None) or getattr(node, "values", None) or ()
        arguments = [
            (f"{name}.{member.name.value}({argument.name.value})", argument)
            for member in members
            for argument in getattr(member, "arguments", None) or ()
            if isinstance(member, FieldDefinitionNode)
        ]
        everything = [(name, node), *((f"{name}.{member.name.value}", member) for member in members), *arguments]
        yield from (place for place, part in everything if part.description is None or not part.description.value.strip())


def test_everything_is_described(audience: str) -> None:
    assert list(undescribed(audience)) == []


def test_every_mutation_takes_one_input_and_gives_its_own_payload(audience: str) -> None:
    declared = types(audience)
    for place, field in fields(audience):
        if not place.startswith("Mutation."):
            continue
        name = field.name.value[0].upper() + field.name.value[1:]
        (argument,) = field.arguments or ()
        assert (argument.name.value, print_ast(argument.type)) == ("input", f"{name}Input!")
        assert print_ast(field.type) == f"{name}Payload!"
        payload = declared[f"{name}Payload"]
        assert isinstance(payload, ObjectTypeDefinitionNode)
        shown = {part.name.value: print_ast(part.type) for part in payload.fields or ()}
        assert shown.pop("userErrors") == "[UserError!]!"
        assert shown, f"{name}Payload shows nothing of what changed"
        assert all(kind.startswith("[") or not kind.endswith("!") for kind in shown.values()), shown


def test_only_inputs_of_mutations_are_called_input(audience: str) -> None:
    declared = types(audience)
    waiting = [
        named(argument.type)
        for place, field in fields(audience)
        if place.startswith("Mutation.")
        for argument in field.arguments or ()
    ]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        node = declared.get(name)
        if isinstance(node, InputObjectTypeDefinitionNode) and name not in used:
            used.add(name)
            waiting.extend(named(field.type) for field in node.fields or ())
    assert {name for name in declared if name.endswith("Input")} == {name for name in used if name.endswith("Input")}


def test_what_can_be_asked_for_by_id_is_a_node(audience: str) -> None:
    for name, node in types(audience).items():
        if isinstance(node, ObjectTypeDefinitionNode) and name not in EMBEDDED:
            has_id = any(field.name.value == "id" and print_ast(field.type) == "ID!" for field in node.fields or ())
            assert has_id is ("Node" in {interface.name.value for interface in node.interfaces or ()}), name


def test_every_connection_is_whole(audience: str) -> None:
    declared = types(audience)
    connections = {name for name in declared if name.endswith("Connection")}
    for name in connections:
        node = declared[name]
        assert isinstance(node, ObjectTypeDefinitionNode)
        shown = {field.name.value: field.type for field in node.fields or ()}
        assert {"edges", "nodes", "pageInfo", "totalCount", "totalCountCapped"} <= set(shown), name
        edge = declared[named(shown["edges"])]
        assert isinstance(edge, ObjectTypeDefinitionNode)
        parts = {field.name.value: print_ast(field.type) for field in edge.fields or ()}
        assert (parts["cursor"], parts["node"]) == ("String!", named(shown["nodes"])), name


def test_every_list_field_can_be_paged(audience: str) -> None:
    for place, field in fields(audience):
        if not named(field.type).endswith("Connection"):
            continue
        arguments = {argument.name.value: argument for argument in field.arguments or ()}
        first = arguments["first"]
        assert (print_ast(first.type), print_ast(first.default_value or first.type)) in {("Int", "20"), ("Int", "5")}, place
        if place != "Query.eventsSince":
            assert "after" in arguments, place
        assert ("last" in arguments) is ("before" in arguments), place


def test_every_plain_list_says_how_long_it_gets(audience: str) -> None:
    unsaid = [
        place
        for place, field in fields(audience)
        if is_list(field.type)
        and not place.partition(".")[0].endswith(("Connection", "Payload"))
        and not place.startswith("UserError.")
        and "listSize" not in {directive.name.value for directive in field.directives or ()}
    ]
    assert unsaid == []


def test_enum_values_are_upper_case(audience: str) -> None:
    for name, node in types(audience).items():
        if isinstance(node, EnumTypeDefinitionNode):
            assert all(value.name.value == value.name.value.upper() for value in node.values or ()), name


def test_what_is_edited_is_guarded_by_the_version_seen(audience: str) -> None:
    for name, node in types(audience).items():
        if isinstance(node, InputObjectTypeDefinitionNode):
            given = {field.name.value: print_ast(field.type) for field in node.fields or ()}
            assert given.get("expectedVersion", "Int!") == "Int!", name
            assert given.get("idempotencyKey", "String") == "String", name
