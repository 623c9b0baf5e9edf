"""Enums of the domain as enums of a schema, every value described."""

from enum import Enum
from typing import TypeVar

import strawberry

EnumT = TypeVar("EnumT", bound=type[Enum])


def told(kind: EnumT, description: str, *, name: str | None = None, **values: str) -> EnumT:
    """Make an enum of the domain one of the schema; every value must be described, and none that is not there."""
    strawberry.enum(kind, name=name, description=description)
    listed = kind.__strawberry_definition__.values  # type: ignore[attr-defined]  # set by strawberry.enum
    if {value.name for value in listed} != set(values):
        message = f"{kind.__name__} and its descriptions differ"
        raise TypeError(message)
    for value in listed:
        value.description = values[value.name]
    return kind
