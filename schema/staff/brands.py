"""Brands of the company's."""

from typing import Self

import strawberry

from care.documents import brands
from schema.nodes import Node


@strawberry.type(description="A brand of the company's.")
class Brand(Node):
    """A brand of the company's."""

    name: str = strawberry.field(description="What it is called.")
    archived: bool = strawberry.field(description="Whether it is out of use.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: brands.Brand) -> Self:
        """Show a brand."""
        return cls(id=strawberry.ID(document.id), name=document.name, archived=document.archived, version=document.version)
