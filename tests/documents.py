"""The client documents that the product promised to run for ever, by name."""

from pathlib import Path

from graphql import OperationDefinitionNode, parse, print_ast

FOLDER = Path(__file__).parent / "contract"


def documents(audience: str) -> dict[str, str]:
    """Give the documents of an audience, `staff` or `portal`, by their operation's name."""
    found = {}
    for definition in parse((FOLDER / f"{audience}.graphql").read_text(encoding="utf-8")).definitions:
        assert isinstance(definition, OperationDefinitionNode)
        assert definition.name is not None
        found[definition.name.value] = print_ast(definition)
    return found


STAFF = documents("staff")
PORTAL = documents("portal")
