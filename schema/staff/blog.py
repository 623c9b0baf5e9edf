"""The blog: posts, what they said before, and who acknowledged announcements."""

from datetime import datetime
from typing import Self

import strawberry
from typing_extensions import override

from auth.actor import Role
from community.blog import documents
from community.blog.documents import PostStatus
from community.blog.policies import may_acknowledge, may_edit, may_publish, may_see_acknowledgements, may_withdraw
from community.blog.posts import MOST_CO_AUTHORS
from community.blog.reading import (
    acknowledged_by,
    not_acknowledged_by,
    own_acknowledgements,
    post_revision_counts,
    revisions_of_posts,
)
from community.blog.revisions import waiting_in_post
from community.directory import members_by_ids
from core.paging import Window
from core.text.markdown import plain
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages, pages_of_ids
from schema.staff.authors import Author, author_of
from schema.staff.calm import Calmable
from schema.staff.comments import Discussed
from schema.staff.hidden import Hideable
from schema.staff.members import Member, members_of
from schema.staff.polls import Polled
from schema.staff.spaces import Space, space_of
from schema.staff.values import Tag
from schema.staff.watching import Watched

_MEMBERS = connection_of("schema.staff.members", "Member")
_LONGEST_EXCERPT = 280

told(
    PostStatus,
    "Where a post stands.",
    name="BlogPostStatus",
    DRAFT="Its authors write it; nobody else reads it but who has `blog:manage`.",
    SCHEDULED="It appears by itself at its time.",
    PUBLISHED="All members read it.",
)


@strawberry.type(description="A run of posts that belong together.")
class BlogSeries:
    """A run of posts that belong together."""

    slug: str = strawberry.field(description="What `blogPosts` filters by.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="What a post said after one edit; nothing in it ever changes.")
class BlogRevision(Node):
    """What a post said after one edit."""

    document: strawberry.Private[documents.BlogRevision]
    version: int = strawberry.field(description="The post's `version` after the edit.")
    title: str = strawberry.field(description="The title.")
    body: str = strawberry.field(description="The text, in Markdown.")
    created_at: datetime = strawberry.field(description="When it was written.")

    @classmethod
    def from_document(cls, document: documents.BlogRevision) -> Self:
        """Show a revision."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.number,
            title=document.title,
            body=document.body,
            created_at=document.created_at,
        )

    @strawberry.field(description="Who wrote it.")
    async def author(self, info: Info) -> Author | None:
        """Give who wrote it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author


_REVISIONS = connection_of("schema.staff.blog", "BlogRevision")


@strawberry.type(description="What a post asks members to acknowledge.")
class BlogAnnouncement:
    """What a post asks members to acknowledge."""

    post: strawberry.Private[documents.BlogPost]
    roles: list[Role] = strawberry.field(
        description="Whom it is addressed to: who holds one of these; none: every member.", directives=list_size(len(Role))
    )
    due_at: datetime | None = strawberry.field(description="Until when; then those who have not are reminded, once.")
    reminded_at: datetime | None = strawberry.field(description="When they were reminded.")

    @classmethod
    def of(cls, post: documents.BlogPost) -> Self | None:
        """Show what a post asks."""
        asked = post.announcement
        if asked is None:
            return None
        return cls(post=post, roles=asked.roles, due_at=asked.due_at, reminded_at=asked.reminded_at)

    @strawberry.field(description="When the viewer acknowledged it; null: not yet.")
    async def viewer_acknowledged_at(self, info: Info) -> datetime | None:
        """Look the viewer's acknowledgement up."""
        found = await info.context.load(own_acknowledgements, self.post.id)
        return found.created_at if found is not None else None

    @strawberry.field(description="Whether the viewer is asked to acknowledge it; doing so again changes nothing.")
    def viewer_can_acknowledge(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_acknowledge(info.context.actor, self.post))

    @strawberry.field(description="Whether the viewer sees who has acknowledged it and who has not.")
    def viewer_can_see_acknowledgements(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_see_acknowledgements(info.context.actor, self.post))

    @paged("Who has acknowledged it, the first one first; empty for who may not see that.", graphql_type=_MEMBERS)
    async def acknowledged(self, info: Info, window: Window) -> object:
        """Give a page of who has."""
        return await pages_of_ids(info, await acknowledged_by(info.context.actor, self.post), members_by_ids, window)

    @paged("Who has not acknowledged it yet, by name; empty for who may not see that.", graphql_type=_MEMBERS)
    async def missing(self, info: Info, window: Window) -> object:
        """Give a page of who has not."""
        return await pages_of_ids(info, await not_acknowledged_by(info.context.actor, self.post), members_by_ids, window)


@strawberry.type(description="A post of the blog.")
class BlogPost(Calmable, Polled, Hideable, Watched, Discussed):
    """A post of the blog."""

    document: strawberry.Private[documents.BlogPost]
    slug: str = strawberry.field(description="Its place in addresses; it never changes.")
    title: str = strawberry.field(description="Its title.")
    body: str = strawberry.field(description="The text, in Markdown.")
    status: PostStatus = strawberry.field(description="Where it stands.")
    reading_minutes: int = strawberry.field(description="How long it takes to read in its language, at least a minute.")
    tags: list[Tag] = strawberry.field(description="Its labels.", directives=list_size(10))
    series: BlogSeries | None = strawberry.field(description="The run of posts that it belongs to.")
    announcement: BlogAnnouncement | None = strawberry.field(description="What it asks members to acknowledge.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    publish_at: datetime | None = strawberry.field(description="When it will appear by itself.")
    published_at: datetime | None = strawberry.field(description="When it appeared; null for a draft.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.BlogPost) -> Self:
        """Show a post."""
        series = document.series
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            slug=document.slug,
            title=document.title,
            body=document.body,
            status=document.status,
            reading_minutes=document.reading_minutes,
            tags=[Tag.from_document(tag) for tag in document.tags],
            series=BlogSeries(slug=series.slug, name=series.name) if series else None,
            announcement=BlogAnnouncement.of(document),
            created_at=document.created_at,
            updated_at=document.updated_at,
            publish_at=document.publish_at,
            published_at=document.published_at,
            version=document.version,
        )

    @strawberry.field(description="What its authors wrote for lists, else how it begins, as plain text.")
    def excerpt(self) -> str:
        """Give the summary, or the beginning up to a whole word."""
        if self.document.summary is not None:
            return self.document.summary
        beginning = " ".join(plain(self.body).split())
        if len(beginning) <= _LONGEST_EXCERPT:
            return beginning
        return beginning[:_LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"

    @strawberry.field(description="Who began it.")
    async def author(self, info: Info) -> Author | None:
        """Give who began it."""
        author: Author | None = await author_of(info.context, self.document.author_ids[0])
        return author

    @strawberry.field(description="The space it stands in; null: in none, for all staff.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        return await space_of(info, self.document)

    @strawberry.field(description="Who writes it together with the author.", directives=list_size(MOST_CO_AUTHORS))
    async def co_authors(self, info: Info) -> list[Member]:
        """Give the others."""
        return await members_of(info, self.document.author_ids[1:])

    @paged("What it said after each edit, the latest first.", graphql_type=_REVISIONS)
    async def revisions(self, info: Info, window: Window) -> object:
        """Give a page of the revisions: of those that are stored, and of those that wait in the post."""
        waiting = waiting_in_post(self.document)

        async def count() -> int:
            return len(waiting.rows) + int(await info.context.load(post_revision_counts, self.id, waiting.below))

        stored = await info.context.load(revisions_of_posts, self.id, window, waiting.below)
        return pages(info, waiting.among(stored, window), count=count)

    @override
    async def _concerned(self, info: Info) -> bool:
        return info.context.actor.member_id in self.document.author_ids

    @strawberry.field(description="Whether the viewer can change it.")
    async def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_edit(info.context.actor, self.document)) and await self._unlocked(info)

    @strawberry.field(description="Whether the viewer can publish it, now or later.")
    async def viewer_can_publish(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_publish(info.context.actor, self.document)) and await self._unlocked(info)

    @strawberry.field(description="Whether the viewer can make it a draft again.")
    def viewer_can_withdraw(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_withdraw(info.context.actor, self.document))
