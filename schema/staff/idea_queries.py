"""What can be asked of ideas."""

from typing import Annotated, Final, Optional

import strawberry

from community.ideas.reading import count_ideas, idea_order, list_ideas
from community.listing import UNFILTERED
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.idea_kinds import IdeaOrderField, IdeaStatus
from schema.inputs import given, required
from schema.paging import paged, pages
from schema.sort_directions import SortDirection
from schema.staff.comparators import EQ, IN, IdComparator, condition_of
from schema.staff.ideas import Idea
from schema.staff.reach import require_staff


@strawberry.input(description="Compares what the company makes of ideas.")
class IdeaStatusComparator:
    """Compares what the company makes of ideas."""

    eq: IdeaStatus | None = given(EQ)
    in_: list[IdeaStatus] | None = given(IN, name="in")


@strawberry.input(
    description="Which ideas; all that is given must hold. One of status, authorId, spaceId must be compared with `eq` or `in`."
)
class IdeaFilter:
    """Which ideas."""

    and_: list["IdeaFilter"] | None = given("All of these hold, too.", name="and")
    or_: list["IdeaFilter"] | None = given("At least one of these holds.", name="or")
    not_: Optional["IdeaFilter"] = given("This does not hold.", name="not")
    status: IdeaStatusComparator | None = given("What the company makes of them.")
    author_id: IdComparator | None = given("Who had them.")
    space_id: IdComparator | None = given("The space they stand in.")


@strawberry.input(description="The order of ideas.")
class IdeaOrder:
    """The order of ideas."""

    field: IdeaOrderField = required("What to order by.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description="Which end comes first.")


_WHICH: Final = strawberry.argument(description="Which ones; absent: all that the viewer may see.")
_ORDER: Final = strawberry.argument(description="In which order; absent: the latest first.")


@strawberry.type
class IdeaQueries:
    """What can be asked of ideas."""

    @paged("Ideas of customers and members, also those that were merged into others.", graphql_type=Connection[Idea])
    async def ideas(
        self,
        info: Info,
        window: Window,
        filter: Annotated[IdeaFilter | None, _WHICH] = strawberry.UNSET,
        order_by: Annotated[IdeaOrder | None, _ORDER] = strawberry.UNSET,
    ) -> object:
        """Give a page of ideas."""
        require_staff(info)
        actor, condition, order = info.context.actor, condition_of(filter) if filter else UNFILTERED, idea_order()
        if order_by:
            order = idea_order(order_by.field, order_by.direction.sign)
        found = await list_ideas(actor, condition=condition, order=order, window=window)
        return pages(info, found, count=lambda: count_ideas(actor, condition=condition, order=order))
