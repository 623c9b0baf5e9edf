"""What can be asked of the wiki."""

from enum import StrEnum
from typing import Annotated, Final, Optional

import strawberry

from community.listing import UNFILTERED
from community.wiki.documents import ROOT
from community.wiki.links import count_pages_with_broken_links, pages_with_broken_links
from community.wiki.reading import child_counts, children_of, count_wiki_pages, list_wiki_pages, page_at
from community.wiki.verification import count_wiki_reviews_due, wiki_reviews_due
from core.paging import Order, Window
from schema.connections import Connection
from schema.context import Info
from schema.enums import told
from schema.inputs import given, required
from schema.paging import paged, pages
from schema.sort_directions import SortDirection
from schema.staff.comparators import DateTimeComparator, IdComparator, StringComparator, condition_of
from schema.staff.reach import require_staff
from schema.staff.wiki import WikiPage


class WikiPageOrderField(StrEnum):
    """What pages can be ordered by."""

    UPDATED_AT = "updated_at"


told(WikiPageOrderField, "What pages of the wiki are ordered by.", UPDATED_AT="When they were last changed.")


@strawberry.input(
    description="Which pages; all that is given must hold. "
    "One of tag, ownerId and spaceId must be compared with `eq` or `in`, or the time of the last change bounded."
)
class WikiPageFilter:
    """Which pages."""

    and_: list["WikiPageFilter"] | None = given("All of these hold, too.", name="and")
    or_: list["WikiPageFilter"] | None = given("At least one of these holds.", name="or")
    not_: Optional["WikiPageFilter"] = given("This does not hold.", name="not")
    tag: StringComparator | None = given("The slug of one of their labels.")
    owner_id: IdComparator | None = given("Who vouches for them.")
    space_id: IdComparator | None = given("The space they stand in.")
    updated_at: DateTimeComparator | None = given("When they were last changed.")


@strawberry.input(description="The order of pages of the wiki.")
class WikiPageOrder:
    """The order of pages of the wiki."""

    field: WikiPageOrderField = required("What to order by.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description="Which end comes first.")


_WHICH: Final = strawberry.argument(description="Which ones; absent: all that the viewer may see.")
_SPACE: Final = strawberry.argument(description="The id of the space, each of which has paths of its own; absent: of none.")
_OWNER: Final = strawberry.argument(description="Only those of this member; absent: all that the viewer may see.")
_ORDER: Final = strawberry.argument(description="In which order.")


@strawberry.type
class WikiQueries:
    """What can be asked of the wiki."""

    @strawberry.field(
        description="The page at a path, or the one that stood there last: its `path` tells. Null when there is none."
    )
    async def wiki_page(
        self,
        info: Info,
        path: Annotated[str, strawberry.argument(description="Such as `returns/abroad`, in any spelling.")],
        space_id: Annotated[strawberry.ID | None, _SPACE] = None,
    ) -> WikiPage | None:
        """Give a page."""
        require_staff(info)
        found = await page_at(info.context.actor, path, space_id)
        return WikiPage.from_document(found) if found is not None else None

    @paged("The pages at the top of the wiki, or of one of its spaces, by title.", graphql_type=Connection[WikiPage])
    async def wiki_top(self, info: Info, window: Window, space_id: Annotated[strawberry.ID | None, _SPACE] = None) -> object:
        """Give a page of the pages at the top."""
        require_staff(info)
        top = space_id or ROOT

        async def count() -> int:
            return int(await info.context.load(child_counts, top))

        return pages(info, await info.context.load(children_of, top, window), count=count)

    @paged("Pages of the wiki; without an order the last changed first.", graphql_type=Connection[WikiPage])
    async def wiki_pages(
        self,
        info: Info,
        window: Window,
        filter: Annotated[WikiPageFilter | None, _WHICH] = strawberry.UNSET,
        order_by: Annotated[WikiPageOrder | None, _ORDER] = strawberry.UNSET,
    ) -> object:
        """Give a page of pages."""
        require_staff(info)
        actor = info.context.actor
        condition = condition_of(filter) if filter else UNFILTERED
        order = _order(order_by)
        found = await list_wiki_pages(actor, condition=condition, order=order, window=window)
        return pages(info, found, count=lambda: count_wiki_pages(actor, condition=condition, order=order))

    @paged("Pages that link to where no page is, by title.", graphql_type=Connection[WikiPage])
    async def wiki_broken_links(self, info: Info, window: Window) -> object:
        """Give a page of the pages with broken links."""
        require_staff(info)
        actor = info.context.actor
        found = await pages_with_broken_links(actor, window)
        return pages(info, found, count=lambda: count_pages_with_broken_links(actor))

    @paged(
        "Pages that nobody vouches for any more, or for two more weeks at most, the most urgent first.",
        graphql_type=Connection[WikiPage],
    )
    async def wiki_reviews_due(
        self, info: Info, window: Window, owner_id: Annotated[strawberry.ID | None, _OWNER] = None
    ) -> object:
        """Give a page of the pages to check."""
        require_staff(info)
        actor = info.context.actor
        found = await wiki_reviews_due(actor, window, owner_id=owner_id)
        return pages(info, found, count=lambda: count_wiki_reviews_due(actor, owner_id=owner_id))


def _order(asked: WikiPageOrder | None) -> Order:
    sign = asked.direction.sign if asked else -1
    return Order(((asked.field.value if asked else WikiPageOrderField.UPDATED_AT.value, sign),))
