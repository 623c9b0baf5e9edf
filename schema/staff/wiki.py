"""The wiki: pages, what they said before, and what changed."""

import asyncio
from datetime import datetime
from typing import Self

import strawberry

from community.directory import members_by_ids
from community.wiki import documents
from community.wiki.documents import ROOT
from community.wiki.paths import DEEPEST
from community.wiki.places import MOST_FORMER
from community.wiki.policies import may_delete, may_verify, may_write
from community.wiki.reading import (
    backlinks_to,
    child_counts,
    children_of,
    count_backlinks,
    pages_at,
    pages_by_ids,
    revision_before,
    revision_counts,
    revisions_of,
)
from community.wiki.revisions import compare
from core.paging import Window
from core.text.markdown import render
from schema.connections import connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.enums import HunkKind
from schema.staff.members import Member
from schema.staff.values import Tag

_PAGES = connection_of("schema.staff.wiki", "WikiPage")
_MOST_HUNKS = 60_000


@strawberry.type(description="A run of whole lines of a text that was changed.")
class DiffHunk:
    """A run of whole lines of a text that was changed."""

    kind: HunkKind = strawberry.field(description="What became of them.")
    text: str = strawberry.field(description="The lines, with their ends.")


@strawberry.type(description="What changed in a text. Hunks SAME and ADDED are the text after, SAME and REMOVED the text before.")
class WikiDiff:
    """What changed in a text."""

    hunks: list[DiffHunk] = strawberry.field(description="The runs of lines, in their order.", directives=list_size(_MOST_HUNKS))


@strawberry.type(description="What a page of the wiki said after one edit; nothing in it ever changes.")
class WikiRevision(Node):
    """What a page of the wiki said after one edit."""

    document: strawberry.Private[documents.WikiRevision]
    version: int = strawberry.field(description="The page's `version` after the edit.")
    title: str = strawberry.field(description="The title.")
    body: str = strawberry.field(description="The text, in Markdown.")
    summary: str | None = strawberry.field(description="What its author said of the edit.")
    restored_version: int | None = strawberry.field(description="The version that was restored; null for any other edit.")
    created_at: datetime = strawberry.field(description="When it was written.")

    @classmethod
    def from_document(cls, document: documents.WikiRevision) -> Self:
        """Show a revision."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.number,
            title=document.title,
            body=document.body,
            summary=document.summary,
            restored_version=document.restored_from,
            created_at=document.created_at,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="Who wrote it.")
    async def author(self, info: Info) -> Author | None:
        """Give who wrote it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(
        description="The page; null when it was deleted.", graphql_type=later("schema.staff.wiki", "WikiPage", optional=True)
    )
    async def page(self, info: Info) -> object:
        """Give the page."""
        found = await info.context.load(pages_by_ids, self.document.page_id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="What changed since the revision before, line by line; of the first one everything is new.")
    async def diff(self) -> WikiDiff:
        """Compare with the revision before."""
        before = await revision_before(self.document)
        hunks = await asyncio.to_thread(compare, before.body if before is not None else "", self.body)
        return WikiDiff(hunks=[DiffHunk(kind=hunk.kind, text=hunk.text) for hunk in hunks])


_REVISIONS = connection_of("schema.staff.wiki", "WikiRevision")


@strawberry.type(description="A page of the wiki.")
class WikiPage(Node):
    """A page of the wiki."""

    document: strawberry.Private[documents.WikiPage]
    path: str = strawberry.field(description="Where it stands, such as `returns/abroad`.")
    former_paths: list[str] = strawberry.field(
        description="Where it stood before, the latest last; `wikiPage` finds it there too.", directives=list_size(MOST_FORMER)
    )
    title: str = strawberry.field(description="Its title.")
    body: str = strawberry.field(description="The text, in Markdown; links within the wiki lead to `/wiki/` and a path.")
    tags: list[Tag] = strawberry.field(description="Its labels.", directives=list_size(10))
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    created_at: datetime = strawberry.field(description="When it was first written.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    verified_until: datetime | None = strawberry.field(description="Until when its owner vouches for it.")

    @classmethod
    def from_document(cls, document: documents.WikiPage) -> Self:
        """Show a page."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            path=document.path,
            former_paths=document.former_paths,
            title=document.title,
            body=document.body,
            tags=[Tag.from_document(tag) for tag in document.tags],
            version=document.version,
            created_at=document.created_at,
            updated_at=document.updated_at,
            verified_until=document.verified_until,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="Who vouches for it.")
    async def owner(self, info: Info) -> Member | None:
        """Give the owner."""
        if self.document.owner_id is None:
            return None
        found = await info.context.load(members_by_ids, self.document.owner_id)
        return Member.from_document(found) if found is not None else None

    @strawberry.field(description="Who wrote it first.")
    async def author(self, info: Info) -> Author | None:
        """Give who wrote it first."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="Who changed it last.")
    async def last_editor(self, info: Info) -> Author | None:
        """Give who changed it last."""
        author: Author | None = await author_of(info.context, self.document.edited_by)
        return author

    @strawberry.field(
        description="The pages above it, from the top down: breadcrumbs.",
        graphql_type=later("schema.staff.wiki", "WikiPage", many=True),
        directives=list_size(DEEPEST),
    )
    async def ancestors(self, info: Info) -> list[object]:
        """Give the pages above."""
        if self.document.parent_id == ROOT:
            return []
        parts = self.path.split("/")
        above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        return [info.context.present(page) for page in await info.context.load_many(pages_at, above)]

    @paged("The pages right below it, by title.", graphql_type=_PAGES)
    async def children(self, info: Info, window: Window) -> object:
        """Give a page of the pages below."""

        async def count() -> int:
            return int(await info.context.load(child_counts, self.id))

        return pages(info, await info.context.load(children_of, self.id, window), count=count)

    @paged("The pages that link to it, wherever it stood when they were written, by title.", graphql_type=_PAGES)
    async def backlinks(self, info: Info, window: Window) -> object:
        """Give a page of the pages that link to it."""
        actor = info.context.actor
        found = await backlinks_to(actor, self.document, window)
        return pages(info, found, count=lambda: count_backlinks(actor, self.document))

    @paged("What it said after each edit, the latest first.", graphql_type=_REVISIONS)
    async def revisions(self, info: Info, window: Window) -> object:
        """Give a page of the revisions."""

        async def count() -> int:
            return int(await info.context.load(revision_counts, self.id))

        return pages(info, await info.context.load(revisions_of, self.id, window), count=count)

    @strawberry.field(description="Whether the viewer can change it.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_write(info.context.actor))

    @strawberry.field(description="Whether the viewer can vouch for it.")
    def viewer_can_verify(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_verify(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can take it out of the wiki.")
    def viewer_can_delete(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_delete(info.context.actor))
