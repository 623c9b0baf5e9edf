"""Exports of large parts of the wiki, which a worker writes."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from community.exports import documents
from community.exports.documents import ExportState
from community.exports.exports import ExportDraft, count_exports, list_exports, start_export
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.reach import reach, require_staff

told(
    ExportState,
    "How far an export has come.",
    name="WikiExportState",
    WAITING="A worker will write it.",
    RUNNING="A worker writes it.",
    DONE="The file can be fetched.",
    FAILED="There is no file; `reason` says why.",
    EXPIRED="The file was kept for seven days and is gone.",
)


@strawberry.type(description="A page and all below it as Markdown files in a zip, for the one member who asked for it.")
class WikiExport(Node):
    """A page and all below it as Markdown files in a zip."""

    document: strawberry.Private[documents.WikiExport]
    title: str = strawberry.field(description="The title of the page when it was asked for.")
    state: ExportState = strawberry.field(description="How far it has come.")
    reason: str | None = strawberry.field(description="Why it failed; null otherwise.")
    total: int | None = strawberry.field(description="How many pages are written; null before they were counted.")
    written: int = strawberry.field(description="How many of them are written so far.")
    size: int | None = strawberry.field(description="The size of the file in bytes; null before it is done.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    finished_at: datetime | None = strawberry.field(description="When it was done, or failed.")
    expires_at: datetime | None = strawberry.field(description="Until when the file is kept.")

    @classmethod
    def from_document(cls, document: documents.WikiExport) -> Self:
        """Show an export."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            state=document.state,
            reason=document.reason,
            total=document.total,
            written=document.written,
            size=document.size,
            created_at=document.created_at,
            finished_at=document.finished_at,
            expires_at=document.expires_at,
        )

    @strawberry.field(description="The page; null once the viewer may not read it.")
    async def page(self, info: Info) -> Node | None:
        """Give the page."""
        found = await reach(info.context, self.document.page_id)
        shown: Node | None = info.context.present(found) if found is not None else None
        return shown

    @strawberry.field(description="Where the file can be fetched by who asked for it; null unless it is done.")
    def url(self) -> str | None:
        """Give the address."""
        return f"/files/{self.document.id}" if self.document.state is ExportState.DONE else None


@strawberry.input(description="Which part of the wiki to export.")
class StartWikiExportInput:
    """Which part of the wiki to export."""

    page_id: strawberry.ID = required("The id of the page; with it go all pages below that the viewer may read.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `startWikiExport`.")
class StartWikiExportPayload(Payload):
    """The answer of `startWikiExport`."""

    export: WikiExport | None = changed("The export, which a worker writes; who asked is told when it is done.")


@strawberry.type
class WikiExportMutations:
    """What is done to take a part of the wiki along."""

    @mutation(StartWikiExportPayload, description="Asks for a page and all below it as Markdown files in a zip, however many.")
    async def start_wiki_export(self, info: Info, input: Annotated[StartWikiExportInput, INPUT]) -> object:
        """Ask for an export."""
        draft = parse(ExportDraft, **values_of(input))
        export = await start_export(info.context.actor, draft, once=once_for(info, "startWikiExport", input))
        return StartWikiExportPayload(export=WikiExport.from_document(export))


@strawberry.type
class WikiExportQueries:
    """What can be asked of exports."""

    @paged("The viewer's own exports of the wiki, the latest first.", graphql_type=Connection[WikiExport])
    async def wiki_exports(self, info: Info, window: Window) -> object:
        """Give a page of exports."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_exports(actor, window), count=lambda: count_exports(actor))
