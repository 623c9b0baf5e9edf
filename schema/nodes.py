"""The interface of everything that has an id."""

import strawberry


@strawberry.interface(description="An object with a global, stable, opaque id.")
class Node:
    """An object with a global, stable, opaque id."""

    id: strawberry.ID = strawberry.field(description="The global id; its prefix tells the kind.")
