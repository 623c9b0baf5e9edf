"""What can be asked about spaces."""

from typing import Annotated

import strawberry

from community.spaces.reading import count_spaces, list_spaces, space_with_slug, spaces_by_ids
from core.errors import InvalidInput
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.paging import paged, pages
from schema.staff.reach import require_staff
from schema.staff.spaces import Space


@strawberry.type
class SpaceQueries:
    """Reading spaces."""

    @paged("The spaces that the viewer may know of, by name.", graphql_type=Connection[Space])
    async def spaces(
        self,
        info: Info,
        window: Window,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list those out of use instead.")] = None,
        mine: Annotated[bool | None, strawberry.argument(description="Whether to list only those the viewer is in.")] = None,
    ) -> object:
        """Give a page of the spaces."""
        require_staff(info)
        actor, unused, own = info.context.actor, archived is True, mine is True
        found = await list_spaces(actor, window, archived=unused, only_mine=own)
        return pages(info, found, count=lambda: count_spaces(actor, archived=unused, only_mine=own))

    @strawberry.field(description="A space by its id or its short name; null when there is none for the viewer.")
    async def space(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="The id.")] = None,
        slug: Annotated[str | None, strawberry.argument(description="The short name.")] = None,
    ) -> Space | None:
        """Give a space."""
        require_staff(info)
        if (id is None) is (slug is None):
            raise InvalidInput("Name the space by its id or by its short name: one of the two.", path=("id",))
        if id is not None:
            found = await info.context.load(spaces_by_ids, id)
        else:
            found = await space_with_slug(info.context.actor, slug or "")
        return Space.from_document(found) if found is not None else None
