"""What can be asked of the blog."""

from typing import Annotated, Final, Optional

import strawberry

from community.blog.reading import count_drafts, count_posts, list_drafts, list_posts, post_at
from community.listing import UNFILTERED
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.inputs import given
from schema.paging import paged, pages
from schema.staff.blog import BlogPost
from schema.staff.comparators import IdComparator, StringComparator, condition_of
from schema.staff.reach import require_staff


@strawberry.input(
    description="Which posts; all that is given must hold. One of tag, series, authorId, spaceId must have an `eq` or an `in`."
)
class BlogPostFilter:
    """Which posts."""

    and_: list["BlogPostFilter"] | None = given("All of these hold, too.", name="and")
    or_: list["BlogPostFilter"] | None = given("At least one of these holds.", name="or")
    not_: Optional["BlogPostFilter"] = given("This does not hold.", name="not")
    tag: StringComparator | None = given("The slug of one of their labels.")
    series: StringComparator | None = given("The slug of their series.")
    author_id: IdComparator | None = given("One of their authors.")
    space_id: IdComparator | None = given("The space they stand in.")


_WHICH: Final = strawberry.argument(description="Which ones; absent: all that were published.")


@strawberry.type
class BlogQueries:
    """What can be asked of the blog."""

    @strawberry.field(description="The post with a slug; null when there is none for the viewer.")
    async def blog_post(
        self, info: Info, slug: Annotated[str, strawberry.argument(description="Its place in addresses.")]
    ) -> BlogPost | None:
        """Give a post."""
        require_staff(info)
        found = await post_at(info.context.actor, slug)
        return BlogPost.from_document(found) if found is not None else None

    @paged("The posts that were published, the newest first.", graphql_type=Connection[BlogPost])
    async def blog_posts(
        self, info: Info, window: Window, filter: Annotated[BlogPostFilter | None, _WHICH] = strawberry.UNSET
    ) -> object:
        """Give a page of posts."""
        require_staff(info)
        actor, condition = info.context.actor, condition_of(filter) if filter else UNFILTERED
        found = await list_posts(actor, condition=condition, window=window)
        return pages(info, found, count=lambda: count_posts(actor, condition=condition))

    @paged("The viewer's own drafts, and posts of theirs that wait for their time.", graphql_type=Connection[BlogPost])
    async def blog_drafts(self, info: Info, window: Window) -> object:
        """Give a page of drafts."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_drafts(actor, window), count=lambda: count_drafts(actor))
