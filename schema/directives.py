"""Directives in the schema that tell clients and gateways what a field costs."""

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="listSize", description="How long a list may get (IBM cost specification)."
)
class ListSize:
    """How long a list may get."""

    assumed_size: int = strawberry.directive_field(name="assumedSize")


def list_size(most: int) -> list[ListSize]:
    """Say that a plain list holds at most so many rows."""
    return [ListSize(assumed_size=most)]
