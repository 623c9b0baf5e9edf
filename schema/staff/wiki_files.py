"""Files attached to pages of the wiki."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from community.wiki import documents
from community.wiki.attachments import attach_file, remove_file
from community.wiki.reading import pages_by_ids
from schema.context import Info
from schema.errors import Payload, mutation
from schema.inputs import INPUT, changed, expected_version, required
from schema.nodes import Node
from schema.staff.members import Member, member_of
from schema.staff.wiki import WikiPage


@strawberry.type(description="A file attached to a page of the wiki.")
class WikiFile(Node):
    """A file attached to a page of the wiki."""

    document: strawberry.Private[documents.WikiFile]
    version: int = strawberry.field(description="Pass it as `expectedVersion`.")
    name: str = strawberry.field(description="Its name.")
    content_type: str = strawberry.field(description="What its name says it is, as a media type.")
    size: int = strawberry.field(description="Its size in bytes.")
    url: str = strawberry.field(
        description="Where it is handed out to who may read the page; an image is shown in a text by `![what it shows](url)`."
    )
    created_at: datetime = strawberry.field(description="When it was attached.")

    @classmethod
    def from_document(cls, document: documents.WikiFile) -> Self:
        """Show a file."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.version,
            name=document.name,
            content_type=document.content_type,
            size=document.size,
            url=f"/files/{document.id}",
            created_at=document.created_at,
        )

    @strawberry.field(description="The page it belongs to.")
    async def page(self, info: Info) -> WikiPage | None:
        """Give the page."""
        found = await info.context.load(pages_by_ids, self.document.page_id)
        return WikiPage.from_document(found) if found is not None else None

    @strawberry.field(description="Who attached it.")
    async def uploaded_by(self, info: Info) -> Member | None:
        """Give who attached it."""
        return await member_of(info, self.document.uploaded_by)


@strawberry.input(description="Which file to attach to which page.")
class AttachWikiFileInput:
    """Which file to attach to which page."""

    page_id: strawberry.ID = required("The id of the page.")
    file_id: strawberry.ID = required("The id of the place that the file was sent to, made by `stageUpload`.")


@strawberry.type(description="The answer of `attachWikiFile`.")
class AttachWikiFilePayload(Payload):
    """The answer of `attachWikiFile`."""

    file: WikiFile | None = changed("The file; the same one attached again is the same.")


@strawberry.input(description="Which file to take away.")
class RemoveWikiFileInput:
    """Which file to take away."""

    file_id: strawberry.ID = required("The id of the file.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `removeWikiFile`.")
class RemoveWikiFilePayload(Payload):
    """The answer of `removeWikiFile`."""

    written: ClassVar[str | None] = "file"

    file: WikiFile | None = changed("The file as it was last; it is found no more.")


@strawberry.type
class WikiFileMutations:
    """What is done with files of pages."""

    @mutation(AttachWikiFilePayload, description="Attaches a file that the viewer sent to a page.")
    async def attach_wiki_file(self, info: Info, input: Annotated[AttachWikiFileInput, INPUT]) -> object:
        """Attach a file."""
        file = await attach_file(info.context.actor, input.page_id, input.file_id)
        return AttachWikiFilePayload(file=WikiFile.from_document(file))

    @mutation(RemoveWikiFilePayload, description="Takes a file of a page away for good.")
    async def remove_wiki_file(self, info: Info, input: Annotated[RemoveWikiFileInput, INPUT]) -> object:
        """Take a file away."""
        file = await remove_file(info.context.actor, input.file_id, expected_version=input.expected_version)
        return RemoveWikiFilePayload(file=WikiFile.from_document(file))
