"""The documents that clients rely on, one by one."""

from pathlib import Path

from graphql import OperationDefinitionNode, parse, print_ast

_FOLDER = Path(__file__).parent


def documents(audience: str) -> dict[str, str]:
    """Give the documents of an audience, `staff` or `portal`, by their names."""
    operations = parse((_FOLDER / f"{audience}.graphql").read_text(encoding="utf-8")).definitions
    return {
        operation.name.value: print_ast(operation)
        for operation in operations
        if isinstance(operation, OperationDefinitionNode) and operation.name
    }


def smallest_schema(audience: str) -> str:
    """Give the smallest schema under which all of an audience's documents validate."""
    return (_FOLDER / f"{audience}.schema.graphql").read_text(encoding="utf-8")
