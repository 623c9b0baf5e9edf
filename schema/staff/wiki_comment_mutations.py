"""Mutations of comments on pages of the wiki."""

from typing import Annotated, ClassVar

import strawberry

from community.removing import DeletionDraft, delete_wiki_comment
from community.wiki.comments import CommentChanges, CommentDraft, add_comment, edit_comment, resolve_thread
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.wiki_comments import WikiComment

_COMMENT_ID = "The id of the comment."
_AS_IT_IS = "The comment as it is now."


@strawberry.input(description="Words of a page, as they are shown: without marks of Markdown.")
class WikiQuoteInput:
    """Words of a page, as they are shown."""

    exact: str = required("The words, at most 1,000 characters.")
    prefix: str | None = given("What stands right before them, to tell them from their like.")
    suffix: str | None = given("What stands right after them.")


@strawberry.input(description="The comment to add: on a page, on words of it, or in answer to another one.")
class AddWikiCommentInput:
    """The comment to add."""

    page_id: strawberry.ID = required("The id of the page.")
    body: str = required("The text, in Markdown, at most 5,000 characters.")
    quote: WikiQuoteInput | None = given("The words it is about; absent: all of the page.")
    in_reply_to_id: strawberry.ID | None = given("The comment that it answers, in whose thread it stands.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `addWikiComment`.")
class AddWikiCommentPayload(Payload):
    """The answer of `addWikiComment`."""

    comment: WikiComment | None = changed("The new comment.")


@strawberry.input(description="What a comment shall say.")
class EditWikiCommentInput:
    """What a comment shall say."""

    comment_id: strawberry.ID = required(_COMMENT_ID)
    body: str = required("The text, in Markdown, at most 5,000 characters.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editWikiComment`.")
class EditWikiCommentPayload(Payload):
    """The answer of `editWikiComment`."""

    written: ClassVar[str | None] = "comment"

    comment: WikiComment | None = changed(_AS_IT_IS)


@strawberry.input(description="Which comment to take away.")
class DeleteWikiCommentInput:
    """Which comment to take away."""

    comment_id: strawberry.ID = required(_COMMENT_ID)
    reason: str | None = given("Why, 3 to 1,000 characters; who did not write it must say it, and the author reads it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `deleteWikiComment`.")
class DeleteWikiCommentPayload(Payload):
    """The answer of `deleteWikiComment`."""

    written: ClassVar[str | None] = "comment"

    comment: WikiComment | None = changed("The comment as it was last; it is found no more.")


@strawberry.input(description="Which thread to close as done, or to open again.")
class ResolveWikiThreadInput:
    """Which thread to close as done, or to open again."""

    comment_id: strawberry.ID = required("The id of the comment that began the thread.")
    resolved: bool = required("Whether it is done.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `resolveWikiThread`.")
class ResolveWikiThreadPayload(Payload):
    """The answer of `resolveWikiThread`."""

    written: ClassVar[str | None] = "comment"

    comment: WikiComment | None = changed(_AS_IT_IS)


@strawberry.type
class WikiCommentMutations:
    """What is done with comments on pages."""

    @mutation(AddWikiCommentPayload, description="Comments on a page, on words of it, or answers in a thread.")
    async def add_wiki_comment(self, info: Info, input: Annotated[AddWikiCommentInput, INPUT]) -> object:
        """Add a comment."""
        draft = parse(CommentDraft, **values_of(input))
        comment = await add_comment(info.context.actor, draft, once=once_for(info, "addWikiComment", input))
        return AddWikiCommentPayload(comment=WikiComment.from_document(comment))

    @mutation(EditWikiCommentPayload, description="Changes the text of a comment.")
    async def edit_wiki_comment(self, info: Info, input: Annotated[EditWikiCommentInput, INPUT]) -> object:
        """Change a comment."""
        changes = parse(CommentChanges, body=input.body)
        comment = await edit_comment(info.context.actor, input.comment_id, changes, expected_version=input.expected_version)
        return EditWikiCommentPayload(comment=WikiComment.from_document(comment))

    @mutation(
        DeleteWikiCommentPayload,
        description="Takes a comment away; one that others answered keeps an empty place. Others than its author say why.",
    )
    async def delete_wiki_comment(self, info: Info, input: Annotated[DeleteWikiCommentInput, INPUT]) -> object:
        """Take a comment away."""
        draft = parse(DeletionDraft, **values_of(input, "comment_id"))
        comment = await delete_wiki_comment(info.context.actor, input.comment_id, draft, expected_version=input.expected_version)
        return DeleteWikiCommentPayload(comment=WikiComment.from_document(comment))

    @mutation(ResolveWikiThreadPayload, description="Closes a thread as done, or opens it again.")
    async def resolve_wiki_thread(self, info: Info, input: Annotated[ResolveWikiThreadInput, INPUT]) -> object:
        """Close a thread, or open it."""
        comment = await resolve_thread(
            info.context.actor, input.comment_id, resolved=input.resolved, expected_version=input.expected_version
        )
        return ResolveWikiThreadPayload(comment=WikiComment.from_document(comment))
