"""Enums of the domain as enums of a schema, every value described."""

from enum import Enum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

EnumT = TypeVar("EnumT", bound=type[Enum])


def told(kind: EnumT, description: str, *, name: str | None = None, **values: str) -> EnumT:
    """Make an enum of the domain one of the schema; every value must be described, and none that is not there."""
    if not hasattr(kind, "__strawberry_definition__"):  # a type that was declared before may have brought it in already
        strawberry.enum(kind)
    definition: StrawberryEnumDefinition = kind.__strawberry_definition__  # type: ignore[attr-defined]  # set by strawberry.enum
    if {value.name for value in definition.values} != set(values):
        message = f"{kind.__name__} and its descriptions differ"
        raise TypeError(message)
    definition.name, definition.description = name or kind.__name__, description
    for value in definition.values:
        value.description = values[value.name]
    return kind
