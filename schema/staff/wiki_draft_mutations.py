"""Mutations of drafts of the wiki: beginning, going on, publishing and discarding."""

from typing import Annotated, ClassVar

import strawberry
from typing_extensions import override

from community.wiki.drafts import DraftStart, DraftWords, discard_draft, edit_draft, publish_draft, start_draft
from community.wiki.errors import StaleEdit
from core.errors import DomainError
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.wiki import WikiPage
from schema.staff.wiki_conflicts import WikiEditConflict
from schema.staff.wiki_drafts import WikiDraft

_DRAFT_ID = "The id of the draft."
_PATH = "Where a new page shall stand."
_TITLE = "The title so far; it may be empty until the draft is published."
_BODY = "The text so far, in Markdown; it may be empty until the draft is published."
_SUMMARY = "What to say of the edit in the list of revisions."
_TAGS = "The labels, all of them, at most 5."


@strawberry.input(description="What to begin with; an edit of a page begins with what the page says.")
class CreateWikiDraftInput:
    """What to begin with."""

    page_id: strawberry.ID | None = given("The id of the page to edit; absent: a new page.")
    path: str | None = given(_PATH)
    title: str | None = given(_TITLE)
    body: str | None = given(_BODY)
    summary: str | None = given(_SUMMARY)
    tag_slugs: list[str] | None = given(_TAGS)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createWikiDraft`.")
class CreateWikiDraftPayload(Payload):
    """The answer of `createWikiDraft`."""

    draft: WikiDraft | None = changed("The new draft.")


@strawberry.input(description="What was written since; what is absent stays.")
class EditWikiDraftInput:
    """What was written since."""

    draft_id: strawberry.ID = required(_DRAFT_ID)
    path: str | None = given(_PATH)
    title: str | None = given(_TITLE)
    body: str | None = given(_BODY)
    summary: str | None = given(_SUMMARY)
    tag_slugs: list[str] | None = given(_TAGS)
    base_version: int | None = given("The version of the page that the words were merged with, after a conflict.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editWikiDraft`.")
class EditWikiDraftPayload(Payload):
    """The answer of `editWikiDraft`."""

    written: ClassVar[str | None] = "draft"

    draft: WikiDraft | None = changed("The draft as it is now.")


@strawberry.input(description="Which draft to publish.")
class PublishWikiDraftInput:
    """Which draft to publish."""

    draft_id: strawberry.ID = required(_DRAFT_ID)
    expected_version: int = required("The `version` of the draft you saw; another one now means that it was changed elsewhere.")


@strawberry.type(description="The answer of `publishWikiDraft`.")
class PublishWikiDraftPayload(Payload):
    """The answer of `publishWikiDraft`."""

    page: WikiPage | None = changed("The page; where approvals are needed, its `proposal` is what the draft said.")
    conflict: WikiEditConflict | None = changed(
        "When the page was changed since the draft was begun: the draft beside what was written since; merge, save the draft "
        "with `baseVersion`, and publish again."
    )

    @override
    def explain(self, error: DomainError) -> None:
        if isinstance(error, StaleEdit):
            self.conflict = WikiEditConflict.from_conflict(error.edit)


@strawberry.input(description="Which draft to throw away.")
class DiscardWikiDraftInput:
    """Which draft to throw away."""

    draft_id: strawberry.ID = required(_DRAFT_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `discardWikiDraft`.")
class DiscardWikiDraftPayload(Payload):
    """The answer of `discardWikiDraft`."""

    written: ClassVar[str | None] = "draft"

    draft: WikiDraft | None = changed("The draft as it was last; it is found no more.")


@strawberry.type
class WikiDraftMutations:
    """What is done with drafts of the wiki."""

    @mutation(CreateWikiDraftPayload, description="Begins a draft of a new page, or of an edit of one that is there.")
    async def create_wiki_draft(self, info: Info, input: Annotated[CreateWikiDraftInput, INPUT]) -> object:
        """Begin a draft."""
        start = parse(DraftStart, **values_of(input))
        draft = await start_draft(info.context.actor, start, once=once_for(info, "createWikiDraft", input))
        return CreateWikiDraftPayload(draft=WikiDraft.from_document(draft))

    @mutation(EditWikiDraftPayload, description="Saves what was written in a draft.")
    async def edit_wiki_draft(self, info: Info, input: Annotated[EditWikiDraftInput, INPUT]) -> object:
        """Go on with a draft."""
        words = parse(DraftWords, **values_of(input, "draft_id"))
        draft = await edit_draft(info.context.actor, input.draft_id, words, expected_version=input.expected_version)
        return EditWikiDraftPayload(draft=WikiDraft.from_document(draft))

    @mutation(
        PublishWikiDraftPayload, description="Publishes a draft, or proposes it where approvals are needed; it is gone by it."
    )
    async def publish_wiki_draft(self, info: Info, input: Annotated[PublishWikiDraftInput, INPUT]) -> object:
        """Publish a draft."""
        page = await publish_draft(info.context.actor, input.draft_id, expected_version=input.expected_version)
        return PublishWikiDraftPayload(page=WikiPage.from_document(page))

    @mutation(DiscardWikiDraftPayload, description="Throws a draft away.")
    async def discard_wiki_draft(self, info: Info, input: Annotated[DiscardWikiDraftInput, INPUT]) -> object:
        """Discard a draft."""
        draft = await discard_draft(info.context.actor, input.draft_id, expected_version=input.expected_version)
        return DiscardWikiDraftPayload(draft=WikiDraft.from_document(draft))
