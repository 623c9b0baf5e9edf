"""What the viewer has begun to write in the wiki."""

from datetime import datetime
from typing import Self

import strawberry

from community.wiki import documents
from community.wiki.drafts import count_drafts, list_drafts
from community.wiki.reading import pages_by_ids
from core.paging import Window
from core.text.markdown import render
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.reach import require_staff
from schema.staff.wiki import WikiPage


@strawberry.type(description="What the viewer has begun to write of a page; nobody else sees it.")
class WikiDraft(Node):
    """What the viewer has begun to write of a page."""

    document: strawberry.Private[documents.WikiDraft]
    version: int = strawberry.field(description="Rises with each save; pass it as `expectedVersion`.")
    path: str = strawberry.field(description="Where a new page shall stand; empty for an edit of a page that is there.")
    title: str = strawberry.field(description="The title so far.")
    body: str = strawberry.field(description="The text so far, in Markdown.")
    summary: str | None = strawberry.field(description="What to say of the edit in the list of revisions.")
    tag_slugs: list[str] = strawberry.field(description="The labels so far.", directives=list_size(10))
    base_version: int | None = strawberry.field(
        description="The version of the page that the edit builds on; null for a new page."
    )
    created_at: datetime = strawberry.field(description="When it was begun.")
    updated_at: datetime = strawberry.field(description="When it was last saved.")

    @classmethod
    def from_document(cls, document: documents.WikiDraft) -> Self:
        """Show a draft."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.version,
            path=document.path,
            title=document.title,
            body=document.body,
            summary=document.summary,
            tag_slugs=document.tag_slugs,
            base_version=document.base_version,
            created_at=document.created_at,
            updated_at=document.updated_at,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="The page that it changes; null for a new page, and when the page is gone.")
    async def page(self, info: Info) -> WikiPage | None:
        """Give the page."""
        found = await info.context.load(pages_by_ids, self.document.page_id) if self.document.page_id else None
        return WikiPage.from_document(found) if found is not None else None

    @strawberry.field(description="Whether the page was changed since the edit was begun: publishing it will be a conflict.")
    async def outdated(self, info: Info) -> bool:
        """Compare with the page."""
        found = await info.context.load(pages_by_ids, self.document.page_id) if self.document.page_id else None
        return found is not None and found.version != self.base_version


@strawberry.type
class WikiDraftQueries:
    """What can be asked of the viewer's drafts."""

    @paged("What the viewer has begun to write in the wiki, the last written first.", graphql_type=Connection[WikiDraft])
    async def wiki_drafts(self, info: Info, window: Window) -> object:
        """Give a page of the viewer's drafts."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_drafts(actor, window), count=lambda: count_drafts(actor))
