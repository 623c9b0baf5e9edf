"""Comments on pages of the wiki."""

from datetime import datetime
from typing import Self

import strawberry

from community.policies import may_delete
from community.turns.policies import may_write_at
from community.wiki import documents
from community.wiki.comments import WIKI_THREADS
from community.wiki.policies import may_edit_comment, may_resolve
from community.wiki.reading import pages_by_ids
from core.paging import Window
from schema.connections import connection_of
from schema.context import Info
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.calm import places_for
from schema.staff.contributions import Contribution
from schema.staff.hidden import Hideable
from schema.staff.members import Member, member_of
from schema.staff.spaces import moderates
from schema.staff.wiki import WikiPage

_COMMENTS = connection_of("schema.staff.wiki_comments", "WikiComment")


@strawberry.type(description="Which words of a page a thread is about: a TextQuoteSelector of W3C Web Annotation.")
class WikiAnchor:
    """Which words of a page a thread is about."""

    quote: str = strawberry.field(description="What was quoted when the thread began.")
    exact: str = strawberry.field(description="What stands there now; what stood there last, once it is gone.")
    prefix: str = strawberry.field(description="What stands right before it, at most 32 characters.")
    suffix: str = strawberry.field(description="What stands right after it, at most 32 characters.")
    start: int = strawberry.field(
        description="Where it begins in the page's text without marks and with one blank for every run of blanks and breaks."
    )
    orphaned: bool = strawberry.field(description="Whether the words are gone from the page.")


@strawberry.type(description="A comment on a page of the wiki: it begins a thread, or answers in one.")
class WikiComment(Hideable, Contribution):
    """A comment on a page of the wiki."""

    document: strawberry.Private[documents.WikiComment]
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    body: str = strawberry.field(description="The text, in Markdown.")
    anchor: WikiAnchor | None = strawberry.field(description="Which words it is about; null: the page, or it is an answer.")
    created_at: datetime = strawberry.field(description="When it was written.")
    updated_at: datetime = strawberry.field(description="When its text was last changed.")
    resolved_at: datetime | None = strawberry.field(description="When its thread was closed as done; null while it is open.")
    is_deleted: bool = strawberry.field(
        description="Whether it was deleted: only its empty place is left, while its thread has answers."
    )

    @classmethod
    def from_document(cls, document: documents.WikiComment) -> Self:
        """Show a comment."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.version,
            body=document.body,
            anchor=WikiAnchor(**document.anchor.model_dump()) if document.anchor else None,
            created_at=document.created_at,
            updated_at=document.updated_at,
            resolved_at=document.resolved_at,
            is_deleted=document.removal is not None,
        )

    @strawberry.field(description="Who wrote it; null once it is deleted.")
    async def author(self, info: Info) -> Author | None:
        """Give who wrote it."""
        if self.is_deleted:
            return None
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="Who closed its thread.")
    async def resolved_by(self, info: Info) -> Member | None:
        """Give who closed it."""
        if self.document.resolved_by is None:
            return None
        return await member_of(info, self.document.resolved_by)

    @strawberry.field(description="The page it is about.")
    async def page(self, info: Info) -> WikiPage | None:
        """Give the page."""
        found = await info.context.load(pages_by_ids, self.document.page_id)
        return WikiPage.from_document(found) if found is not None else None

    @paged("The answers in its thread, oldest first; none for a comment that is itself an answer.", graphql_type=_COMMENTS)
    async def replies(self, info: Info, window: Window) -> object:
        """Give a page of the answers."""

        async def count() -> int:
            return int(await info.context.load(WIKI_THREADS.reply_counts, self.id))

        return pages(info, await info.context.load(WIKI_THREADS.replies, self.id, window), count=count)

    @strawberry.field(description="Whether the viewer can change it.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_edit_comment(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can take it away; who did not write it says why.")
    async def viewer_can_delete(self, info: Info) -> bool:
        """Ask the policies."""
        page = await info.context.load(pages_by_ids, self.document.page_id)
        if page is None or not may_write_at(info.context.actor, await places_for(info, page)):
            return False
        return bool(may_delete(info.context.actor, self.document, is_moderator=await moderates(info, page)))

    @strawberry.field(description="Whether the viewer can close its thread as done, or open it again.")
    def viewer_can_resolve(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(self.document.root) and bool(may_resolve(info.context.actor, self.document))
