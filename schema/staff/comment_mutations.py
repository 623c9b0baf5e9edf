"""Remarking on questions, answers, posts and ideas, and closing threads."""

from typing import Annotated, ClassVar

import strawberry

from community.comments import CommentChanges, CommentDraft, add_comment, edit_comment, resolve_thread
from community.directory import members_by_ids
from community.removing import DeletionDraft, delete_comment
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.staff.comments import Comment


@strawberry.input(description="What to remark on a question, an answer, a post or an idea.")
class AddCommentInput:
    """What to remark on a question, an answer, a post or an idea."""

    target_id: strawberry.ID = required("The id of the question, the answer, the post or the idea.")
    in_reply_to_id: strawberry.ID | None = given("The id of the remark there that this replies to.")
    body: str = required("The remark, in Markdown.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `addComment`.")
class AddCommentPayload(Payload):
    """The answer of `addComment`."""

    comment: Comment | None = changed("The remark.")
    target: Node | None = changed("What was remarked on.")


@strawberry.input(description="The new text of a remark.")
class EditCommentInput:
    """The new text of a remark."""

    comment_id: strawberry.ID = required("The id of the remark.")
    body: str = required("The remark, in Markdown.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editComment`.")
class EditCommentPayload(Payload):
    """The answer of `editComment`."""

    written: ClassVar[str | None] = "comment"

    comment: Comment | None = changed("The remark as it is now.")


@strawberry.input(description="Which thread to close as done, or to open again.")
class ResolveThreadInput:
    """Which thread to close as done, or to open again."""

    comment_id: strawberry.ID = required("The id of the remark that began the thread.")
    resolved: bool = required("Whether it is done; it is set, never toggled.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `resolveThread`.")
class ResolveThreadPayload(Payload):
    """The answer of `resolveThread`."""

    written: ClassVar[str | None] = "comment"

    comment: Comment | None = changed("The remark that began the thread, as it is now.")


@strawberry.input(description="Which remark to delete.")
class DeleteCommentInput:
    """Which remark to delete."""

    comment_id: strawberry.ID = required("The id of the remark.")
    reason: str | None = given("Why, 3 to 1,000 characters; who did not write it must say so, and the author reads it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `deleteComment`.")
class DeleteCommentPayload(Payload):
    """The answer of `deleteComment`."""

    written: ClassVar[str | None] = "comment"

    comment: Comment | None = changed("The remark without its words; it is found no more unless others answered in its thread.")


@strawberry.type
class CommentMutations:
    """What members do with remarks."""

    @mutation(AddCommentPayload, description="Remarks on a question, an answer, a post or an idea.")
    async def add_comment(self, info: Info, input: Annotated[AddCommentInput, INPUT]) -> object:
        """Remark."""
        draft = parse(CommentDraft, **values_of(input))
        actor = info.context.actor
        adding = add_comment(actor, draft, once=once_for(info, "addComment", input))
        comment, target = await info.context.beside(adding, members_by_ids, actor.member_id)
        shown = info.context.present(target) if target is not None else None
        return AddCommentPayload(comment=Comment.from_document(comment), target=shown)

    @mutation(EditCommentPayload, description="Changes the text of a remark.")
    async def edit_comment(self, info: Info, input: Annotated[EditCommentInput, INPUT]) -> object:
        """Change the text."""
        changes = parse(CommentChanges, body=input.body)
        comment = await edit_comment(info.context.actor, input.comment_id, changes, expected_version=input.expected_version)
        return EditCommentPayload(comment=Comment.from_document(comment))

    @mutation(DeleteCommentPayload, description="Deletes a remark: one's own, or, with a reason, one where the viewer moderates.")
    async def delete_comment(self, info: Info, input: Annotated[DeleteCommentInput, INPUT]) -> object:
        """Delete a remark."""
        draft = parse(DeletionDraft, **values_of(input, "comment_id"))
        comment = await delete_comment(info.context.actor, input.comment_id, draft, expected_version=input.expected_version)
        info.context.forget()
        return DeleteCommentPayload(comment=Comment.from_document(comment))

    @mutation(ResolveThreadPayload, description="Closes a thread of remarks as done, or opens it again.")
    async def resolve_thread(self, info: Info, input: Annotated[ResolveThreadInput, INPUT]) -> object:
        """Close a thread, or open it."""
        comment = await resolve_thread(
            info.context.actor, input.comment_id, resolved=input.resolved, expected_version=input.expected_version
        )
        return ResolveThreadPayload(comment=Comment.from_document(comment))
