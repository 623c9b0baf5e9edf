"""The wiki: pages, what they said before, and what changed."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from typing_extensions import override

from community.help.reading import articles_of
from community.reading import answers_by_ids
from community.threads import ThreadState
from community.watching import Scopes, looked_after_by, scopes_of
from community.wiki import documents
from community.wiki.approvals import MOST_APPROVALS
from community.wiki.attachments import file_counts, files_of
from community.wiki.comments import WIKI_THREADS
from community.wiki.exporting import ExportFormat, export_id
from community.wiki.paths import DEEPEST, MOST_LINKS
from community.wiki.places import MOST_FORMER
from community.wiki.policies import may_approve, may_comment, may_delete, may_verify, may_write
from community.wiki.reading import (
    addresses_above,
    backlinks_to,
    child_counts,
    children_of,
    count_backlinks,
    pages_at,
    pages_by_ids,
    revision_before,
    revision_counts,
    revisions_of,
    waiting_revisions,
)
from community.wiki.verification import Verification, verification_of
from core.paging import Window
from core.text.markdown import render
from schema.connections import connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.calm import Calmable
from schema.staff.comments import STATE
from schema.staff.contributions import Contribution
from schema.staff.hidden import Hideable
from schema.staff.members import Member, member_of, members_of
from schema.staff.spaces import Space, looks_after, space_of
from schema.staff.strategies import Strategy
from schema.staff.values import Tag
from schema.staff.watching import Watched
from schema.staff.wiki_diffs import WikiDiff
from schema.staff.wiki_proposals import WikiProposal

told(
    Verification,
    "Whether a page can be relied on.",
    name="WikiVerification",
    UNVERIFIED="Nobody ever vouched for it.",
    VERIFIED="Somebody vouches for it.",
    DUE="Somebody vouches for it for two more weeks at most.",
    OUTDATED="Nobody vouches for it any more.",
)


_COMMENTS = connection_of("schema.staff.wiki_comments", "WikiComment")
told(
    ExportFormat,
    "How a part of the wiki is written into a file.",
    name="WikiExportFormat",
    MARKDOWN="A zip of Markdown files with front matter, and the files attached.",
    HTML="One HTML file with its images in it.",
    PDF="A PDF with contents, links between its pages and images.",
)

_FORMAT = strawberry.argument(description="How it is written.")
_FILES = connection_of("schema.staff.wiki_files", "WikiFile")
_PAGES = connection_of("schema.staff.wiki", "WikiPage")


@strawberry.type(description="What a page of the wiki said after one edit; nothing in it ever changes.")
class WikiRevision(Node):
    """What a page of the wiki said after one edit."""

    document: strawberry.Private[documents.WikiRevision]
    version: int = strawberry.field(description="The page's `version` after the edit.")
    title: str = strawberry.field(description="The title.")
    body: str = strawberry.field(description="The text, in Markdown.")
    summary: str | None = strawberry.field(description="What its author said of the edit.")
    restored_version: int | None = strawberry.field(description="The version that was restored; null for any other edit.")
    merged_version: int | None = strawberry.field(
        description="The version on which the edit began, when it was merged with what was written meanwhile; null otherwise."
    )
    proposed: bool = strawberry.field(description="Whether it was proposed only; shown to those who may edit.")
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
            merged_version=document.merged_from,
            proposed=bool(document.proposed),
            created_at=document.created_at,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="Who approved it, where that was needed.", directives=list_size(MOST_APPROVALS))
    async def approved_by(self, info: Info) -> list[Member]:
        """Give who approved it."""
        return await members_of(info, self.document.approved_by)

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
        return await WikiDiff.between(before.body if before is not None else "", self.body)


_REVISIONS = connection_of("schema.staff.wiki", "WikiRevision")


@strawberry.type(description="A page of the wiki.")
class WikiPage(Calmable, Hideable, Watched, Contribution):
    """A page of the wiki."""

    document: strawberry.Private[documents.WikiPage]
    path: str = strawberry.field(description="Where it stands, such as `returns/abroad`.")
    former_paths: list[str] = strawberry.field(
        description="Where it stood before, the latest last; `wikiPage` finds it there too.", directives=list_size(MOST_FORMER)
    )
    broken_links: list[str] = strawberry.field(
        description="The paths that it links to and where no page is.", directives=list_size(MOST_LINKS)
    )
    title: str = strawberry.field(description="Its title.")
    body: str = strawberry.field(description="The text, in Markdown; links within the wiki lead to `/wiki/` and a path.")
    tags: list[Tag] = strawberry.field(description="Its labels.", directives=list_size(10))
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    created_at: datetime = strawberry.field(description="When it was first written.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    verified_until: datetime | None = strawberry.field(description="Until when its owner vouches for it.")
    published: bool = strawberry.field(
        description="Whether something of it was approved, or needed no approval; until then only those who may edit see it."
    )
    approvals_required: int | None = strawberry.field(
        description="How many must approve edits of it and of the pages below; null: as many as above it, 0: nobody."
    )

    @classmethod
    def from_document(cls, document: documents.WikiPage) -> Self:
        """Show a page."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            path=document.path,
            former_paths=document.former_paths,
            broken_links=document.missing,
            title=document.title,
            body=document.body,
            tags=[Tag.from_document(tag) for tag in document.tags],
            version=document.version,
            created_at=document.created_at,
            updated_at=document.updated_at,
            verified_until=document.verified_until,
            published=not document.unpublished,
            approvals_required=document.approvals_required,
        )

    @strawberry.field(
        description="What customers read of it; null: nothing was published.",
        graphql_type=later("schema.staff.help_articles", "HelpArticle", optional=True),
    )
    async def help_article(self, info: Info) -> object:
        """Give the article."""
        found = await info.context.load(articles_of, self.id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="Who vouches for it.")
    async def owner(self, info: Info) -> Member | None:
        """Give the owner."""
        if self.document.owner_id is None:
            return None
        return await member_of(info, self.document.owner_id)

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
        addresses = addresses_above(self.document)[::-1]
        return [info.context.present(page) for page in await info.context.load_many(pages_at, addresses)]

    @strawberry.field(description="The space it stands in; null: in none, for all staff.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        return await space_of(info, self.document)

    @strawberry.field(
        description="The answer to a question that it was made of; null for others and when the viewer may not read it.",
        graphql_type=later("schema.staff.questions", "Answer", optional=True),
    )
    async def source_answer(self, info: Info) -> object:
        """Give the answer."""
        answer_id = self.document.source_answer_id
        found = await info.context.load(answers_by_ids, answer_id) if answer_id is not None else None
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="Whose strategy it is, by whom, and where it comes from; null for a page that is none.")
    def strategy(self) -> Strategy | None:
        """Show what makes it a strategy."""
        return Strategy.of(self.document)

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
        """Give a page of the revisions: of those that are stored, and of those that wait in the page."""
        waiting = waiting_revisions(info.context.actor, self.document)

        async def count() -> int:
            return len(waiting.rows) + int(await info.context.load(revision_counts, self.id, waiting.below))

        stored = await info.context.load(revisions_of, self.id, window, waiting.below)
        return pages(info, waiting.among(stored, window), count=count)

    @paged("Threads about the page or words of it, by their first comment, oldest first.", graphql_type=_COMMENTS)
    async def comment_threads(self, info: Info, window: Window, state: Annotated[ThreadState | None, STATE] = None) -> object:
        """Give a page of the threads."""

        async def count() -> int:
            return int(await info.context.load(WIKI_THREADS.counts, self.id, state))

        return pages(info, await info.context.load(WIKI_THREADS.of, self.id, window, state), count=count)

    @strawberry.field(
        description="Where it is handed out with all pages below it, as published, in one file; at most 1,000 pages. "
        "MARKDOWN: a zip of files with front matter, and the files attached. HTML: one file that needs nothing else. "
        "PDF: for print, at most 400,000 characters."
    )
    def export_url(self, format: Annotated[ExportFormat, _FORMAT]) -> str:
        """Give the address."""
        return f"/files/{export_id(self.id, format)}"

    @paged("The files attached to it, oldest first.", graphql_type=_FILES)
    async def files(self, info: Info, window: Window) -> object:
        """Give a page of the files."""

        async def count() -> int:
            return int(await info.context.load(file_counts, self.id))

        return pages(info, await info.context.load(files_of, self.id, window), count=count)

    @override
    async def _scopes(self, info: Info) -> Scopes:
        above = await info.context.load_many(pages_at, addresses_above(self.document))
        return scopes_of(self.document, [page.id for page in above])

    @override
    async def _concerned(self, info: Info) -> bool:
        return info.context.actor.member_id in looked_after_by(self.document)

    @strawberry.field(description="Whether the viewer can comment on it.")
    async def viewer_can_comment(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_comment(info.context.actor)) and await self._unlocked(info)

    @strawberry.field(description="The edit that waits for approval; null when there is none, and for those who may not edit.")
    def proposal(self, info: Info) -> WikiProposal | None:
        """Give what is proposed."""
        proposal = self.document.proposal
        if proposal is None or not may_write(info.context.actor):
            return None
        return WikiProposal.from_proposal(proposal, "" if self.document.unpublished else self.body)

    @strawberry.field(description="Whether the viewer can approve or reject the edit that waits.")
    def viewer_can_approve(self, info: Info) -> bool:
        """Ask the policy."""
        proposal = self.document.proposal
        return proposal is not None and bool(may_approve(info.context.actor, self.document, proposal))

    @strawberry.field(description="Whether the viewer can change it.")
    async def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_write(info.context.actor)) and await self._unlocked(info)

    @strawberry.field(description="Whether it can be relied on now.")
    def verification(self) -> Verification:
        """Tell."""
        return verification_of(self.document)

    @strawberry.field(description="Whether the viewer can vouch for it.")
    def viewer_can_verify(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_verify(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can take it out of the wiki.")
    async def viewer_can_delete(self, info: Info) -> bool:
        """Ask the policies of the wiki and of the space."""
        return bool(may_delete(info.context.actor)) or await looks_after(info, self.document)
