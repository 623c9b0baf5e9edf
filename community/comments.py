"""Remarks on questions and answers."""

from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.documents import Comment, Question
from community.drafts import Remark
from community.events import CommentAdded, CommentChanged
from community.policies import may_comment, may_edit
from community.reading import comments_by_ids, require_target
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.records import change


class CommentDraft(BaseModel):
    """A remark on a question or an answer, perhaps in reply to another remark on it."""

    target_id: Annotated[str, Field(max_length=100)]
    in_reply_to_id: Annotated[str, Field(max_length=100)] | None = None
    body: Remark


class CommentChanges(BaseModel):
    """The new text of a remark."""

    body: Remark


async def add_comment(actor: Actor, draft: CommentDraft, *, once: Once) -> Comment:
    """Add a remark.

    Raises NotFound, Forbidden without `question:comment`, InvalidInput for a reply to a remark on something else.
    """
    identifier = once.identifier("cmt")
    if (before := await made_before(Comment, identifier, once)) is not None:
        return before
    target = await require_target(actor, draft.target_id)
    may_comment(actor).enforce()
    await _require_same_target(actor, draft)
    comment = Comment(
        id=identifier,
        created_at=now(),
        question_id=target.id if isinstance(target, Question) else target.question_id,
        target_id=target.id,
        in_reply_to_id=draft.in_reply_to_id,
        author_id=actor.member,
        body=draft.body,
        fingerprint=once.fingerprint,
    )
    comment.record(_added(comment), actor=actor.id)
    return await insert_once(comment, once)


def _added(comment: Comment) -> CommentAdded:
    return CommentAdded(
        comment_id=comment.id,
        question_id=comment.question_id,
        target_id=comment.target_id,
        author_id=comment.author_id,
        in_reply_to_id=comment.in_reply_to_id,
    )


async def edit_comment(actor: Actor, comment_id: str, changes: CommentChanges, *, expected_version: int) -> Comment:
    """Change the text of a remark. Raises NotFound, Forbidden for others than the author and moderators, Conflict."""
    comment = (await comments_by_ids(actor, [comment_id])).get(comment_id)
    if comment is None:
        raise NotFound("There is no such comment.", path=("comment_id",))
    may_edit(actor, comment).enforce()

    def rule(current: Comment) -> None:
        current.body = changes.body
        current.record(CommentChanged(comment_id=current.id, question_id=current.question_id), actor=actor.id)

    return await change(comment, rule, expected_version=expected_version)


async def _require_same_target(actor: Actor, draft: CommentDraft) -> None:
    if draft.in_reply_to_id is None:
        return
    answered = (await comments_by_ids(actor, [draft.in_reply_to_id])).get(draft.in_reply_to_id)
    if answered is None or answered.target_id != draft.target_id:
        raise InvalidInput("This replies to no comment on the same question or answer.", path=("in_reply_to_id",))
