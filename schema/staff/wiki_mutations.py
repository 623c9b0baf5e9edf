"""Mutations of the wiki: writing, restoring, moving, vouching and deleting."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry
from typing_extensions import override

from community.wiki.errors import StaleEdit
from community.wiki.moves import Move, move_page
from community.wiki.pages import (
    MergedEdit,
    PageDraft,
    create_page,
    delete_page,
    edit_page,
    merge_edit,
    restore_revision,
)
from community.wiki.verification import Vouching, vouch_for_page
from community.wiki.writing import PageChanges
from core.errors import DomainError
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.wiki import WikiPage
from schema.staff.wiki_conflicts import WikiEditConflict

_PAGE_ID = "The id of the page."
_AS_IT_IS = "The page as it is now."


@strawberry.input(description="The page to write.")
class CreateWikiPageInput:
    """The page to write."""

    path: str = required("Where it shall stand, such as `returns/abroad`; the page above must be there.")
    title: str = required("Its title, 5 to 200 characters.")
    body: str = required("The text, in Markdown, at most 30,000 characters.")
    summary: str | None = given("What to say of it in the list of revisions.")
    tag_slugs: list[str] | None = given("Its labels, at most 5.")
    space_id: strawberry.ID | None = given("The id of the space it is to stand in; absent: all staff read it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createWikiPage`.")
class CreateWikiPagePayload(Payload):
    """The answer of `createWikiPage`."""

    page: WikiPage | None = changed("The new page.")


@strawberry.input(description="What to change of a page; what is absent stays.")
class EditWikiPageInput:
    """What to change of a page; what is absent stays."""

    page_id: strawberry.ID = required(_PAGE_ID)
    title: str | None = given("Its title; can't be emptied.")
    body: str | None = given("The text, in Markdown; can't be emptied.")
    summary: str | None = given("What to say of the edit in the list of revisions.")
    tag_slugs: list[str] | None = given("Its labels, all of them; null: none.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editWikiPage`.")
class EditWikiPagePayload(Payload):
    """The answer of `editWikiPage`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed(_AS_IT_IS)
    conflict: WikiEditConflict | None = changed("On CONFLICT: the edit beside what was written since; null otherwise.")

    @override
    def explain(self, error: DomainError) -> None:
        if isinstance(error, StaleEdit):
            self.conflict = WikiEditConflict.from_conflict(error.edit)


@strawberry.input(description="What a person made of their edit and of what was written meanwhile.")
class MergeWikiEditInput:
    """What a person made of their edit and of what was written meanwhile."""

    page_id: strawberry.ID = required(_PAGE_ID)
    base_version: int = required("The version on which the edit began, told by `conflict.base`.")
    title: str = required("The title.")
    body: str = required("The text, in Markdown, without markers of conflicts.")
    summary: str | None = given("What to say of the edit in the list of revisions.")
    expected_version: int = required("The `version` of the page that was merged with; another one now is a conflict again.")


@strawberry.type(description="The answer of `mergeWikiEdit`.")
class MergeWikiEditPayload(Payload):
    """The answer of `mergeWikiEdit`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed(_AS_IT_IS)
    conflict: WikiEditConflict | None = changed("On CONFLICT: the edit beside what was written since; null otherwise.")

    @override
    def explain(self, error: DomainError) -> None:
        if isinstance(error, StaleEdit):
            self.conflict = WikiEditConflict.from_conflict(error.edit)


@strawberry.input(description="Which revision to restore.")
class RestoreWikiRevisionInput:
    """Which revision to restore."""

    revision_id: strawberry.ID = required("The id of the revision.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `restoreWikiRevision`.")
class RestoreWikiRevisionPayload(Payload):
    """The answer of `restoreWikiRevision`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed(_AS_IT_IS)


@strawberry.input(description="Where a page shall stand.")
class MoveWikiPageInput:
    """Where a page shall stand."""

    page_id: strawberry.ID = required(_PAGE_ID)
    path: str = required("The new path, with the page's own part; the page above must be there.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `moveWikiPage`.")
class MoveWikiPagePayload(Payload):
    """The answer of `moveWikiPage`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed(_AS_IT_IS)


@strawberry.input(description="Who vouches for a page, and until when; what is absent stays, null takes it away.")
class VerifyWikiPageInput:
    """Who vouches for a page, and until when."""

    page_id: strawberry.ID = required(_PAGE_ID)
    owner_id: strawberry.ID | None = given("The id of the member who owns it.")
    until: datetime | None = given("Until when it can be relied on, at most two years ahead.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `verifyWikiPage`.")
class VerifyWikiPagePayload(Payload):
    """The answer of `verifyWikiPage`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed(_AS_IT_IS)


@strawberry.input(description="Which page to take out of the wiki.")
class DeleteWikiPageInput:
    """Which page to take out of the wiki."""

    page_id: strawberry.ID = required(_PAGE_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `deleteWikiPage`.")
class DeleteWikiPagePayload(Payload):
    """The answer of `deleteWikiPage`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed("The page as it was last; it is found no more.")


@strawberry.type
class WikiMutations:
    """What is done in the wiki."""

    @mutation(CreateWikiPagePayload, description="Writes a page.")
    async def create_wiki_page(self, info: Info, input: Annotated[CreateWikiPageInput, INPUT]) -> object:
        """Write a page."""
        draft = parse(PageDraft, **values_of(input))
        page = await create_page(info.context.actor, draft, once=once_for(info, "createWikiPage", input))
        return CreateWikiPagePayload(page=WikiPage.from_document(page))

    @mutation(
        EditWikiPagePayload,
        description="Changes what a page says. On CONFLICT the payload shows the page as it is now, and how the two edits merge.",
    )
    async def edit_wiki_page(self, info: Info, input: Annotated[EditWikiPageInput, INPUT]) -> object:
        """Change a page."""
        tags = [] if input.tag_slugs is None else input.tag_slugs
        changes = parse(PageChanges, title=input.title, body=input.body, summary=input.summary, tag_slugs=tags)
        page = await edit_page(info.context.actor, input.page_id, changes, expected_version=input.expected_version)
        return EditWikiPagePayload(page=WikiPage.from_document(page))

    @mutation(MergeWikiEditPayload, description="Saves an edit of an older version, merged with what was written meanwhile.")
    async def merge_wiki_edit(self, info: Info, input: Annotated[MergeWikiEditInput, INPUT]) -> object:
        """Save a merged edit."""
        merged = parse(MergedEdit, **values_of(input, "page_id"))
        page = await merge_edit(info.context.actor, input.page_id, merged, expected_version=input.expected_version)
        return MergeWikiEditPayload(page=WikiPage.from_document(page))

    @mutation(RestoreWikiRevisionPayload, description="Lets a page say again what a revision said; that is a new revision.")
    async def restore_wiki_revision(self, info: Info, input: Annotated[RestoreWikiRevisionInput, INPUT]) -> object:
        """Restore a revision."""
        page = await restore_revision(info.context.actor, input.revision_id, expected_version=input.expected_version)
        return RestoreWikiRevisionPayload(page=WikiPage.from_document(page))

    @mutation(MoveWikiPagePayload, description="Lets a page and what is below it stand elsewhere; old paths still lead there.")
    async def move_wiki_page(self, info: Info, input: Annotated[MoveWikiPageInput, INPUT]) -> object:
        """Move a page."""
        move = parse(Move, path=input.path)
        page = await move_page(info.context.actor, input.page_id, move, expected_version=input.expected_version)
        return MoveWikiPagePayload(page=WikiPage.from_document(page))

    @mutation(VerifyWikiPagePayload, description="Says who vouches for a page, and until when it can be relied on.")
    async def verify_wiki_page(self, info: Info, input: Annotated[VerifyWikiPageInput, INPUT]) -> object:
        """Vouch for a page."""
        vouching = parse(Vouching, owner_id=input.owner_id, until=input.until)
        page = await vouch_for_page(info.context.actor, input.page_id, vouching, expected_version=input.expected_version)
        return VerifyWikiPagePayload(page=WikiPage.from_document(page))

    @mutation(DeleteWikiPagePayload, description="Takes a page out of the wiki that has none below it.")
    async def delete_wiki_page(self, info: Info, input: Annotated[DeleteWikiPageInput, INPUT]) -> object:
        """Delete a page."""
        page = await delete_page(info.context.actor, input.page_id, expected_version=input.expected_version)
        return DeleteWikiPagePayload(page=WikiPage.from_document(page))
