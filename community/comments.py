"""Remarks on questions, answers and posts."""

import asyncio
from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.anonymity import acting_as, authorship_in
from community.comment_reading import (
    Remarkable,
    comments_by_ids,
    require_guarded,
    require_remarkable,
    require_remarkable_in_question,
)
from community.creation import insert_once, made_before
from community.documents import Comment, Question, SpaceContent
from community.drafts import Remark
from community.events import CommentAdded, RemarkAdded
from community.handles import few_mentions
from community.moderation.contents import authors_of, place_of, root_of
from community.policies import may_comment, may_edit, may_resolve
from community.spaces.reading import moderates, writable_space
from community.threads import place_in_thread, require_root, set_resolved
from community.turns.limits import limits_now
from community.turns.places import places_in
from community.turns.taking import require_unlocked, take_turn
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once
from core.outcomes import outcome
from core.records import change


class CommentDraft(BaseModel):
    """A remark on a question, an answer or a post, perhaps in reply to another remark on it."""

    target_id: Annotated[str, Field(max_length=100)]
    in_reply_to_id: Annotated[str, Field(max_length=100)] | None = None
    body: Annotated[Remark, few_mentions]


class CommentChanges(BaseModel):
    """The new text of a remark."""

    body: Annotated[Remark, few_mentions]


async def add_comment(actor: Actor, draft: CommentDraft, *, once: Once) -> tuple[Comment, Remarkable | None]:
    """Add a remark, and give it with what it is about; None when the same request came before and that is gone.

    Raises NotFound, Forbidden without `question:comment`, SpaceArchived, InvalidInput for a reply to a remark on
    something else, Locked, RateLimited.
    """
    identifier = once.identifier("cmt")
    made, known, replied, limits = await asyncio.gather(
        outcome(made_before(Comment, identifier, once)),
        outcome(require_remarkable_in_question(actor, draft.target_id)),
        outcome(_answered(actor, draft)),
        limits_now(),
    )
    if (before := made.take()) is not None:
        return before, known.value[0] if known.value is not None else None
    target, question = known.take()
    may_comment(actor).enforce()
    root = question or target
    space = await writable_space(actor, root.space_id, path="target_id") if isinstance(root, SpaceContent) else None
    answered = replied.take()
    comment = Comment(
        id=identifier,
        created_at=now(),
        question_id=question.id if question is not None else None,
        target_id=target.id,
        in_reply_to_id=draft.in_reply_to_id,
        **place_in_thread(answered),
        **authorship_in(actor, question),
        body=draft.body,
        fingerprint=once.fingerprint,
    )
    comment.record(_added(comment), actor=acting_as(actor, comment))
    await take_turn(actor, identifier, places_in(root, space), limits)
    return await insert_once(comment, once), target


def _added(comment: Comment) -> CommentAdded | RemarkAdded:
    if comment.question_id is None:
        return RemarkAdded(
            comment_id=comment.id,
            target_id=comment.target_id,
            author_id=comment.author_id,
            in_reply_to_id=comment.in_reply_to_id,
        )
    return CommentAdded(
        comment_id=comment.id,
        question_id=comment.question_id,
        target_id=comment.target_id,
        author_id=comment.author_id,
        in_reply_to_id=comment.in_reply_to_id,
    )


async def edit_comment(actor: Actor, comment_id: str, changes: CommentChanges, *, expected_version: int) -> Comment:
    """Change the text of a remark. Raises NotFound, Forbidden for others than author and moderators, Locked, Conflict."""
    comment, guard = await require_guarded(actor, comment_id)
    may_edit(actor, comment).enforce()
    await require_unlocked(actor, guard)

    def rule(current: Comment) -> None:
        may_edit(actor, current).enforce()
        current.body = changes.body
        current.record(current.change(), actor=acting_as(actor, current))

    return await change(comment, rule, expected_version=expected_version)


async def resolve_thread(actor: Actor, comment_id: str, *, resolved: bool, expected_version: int) -> Comment:
    """Close a thread as done, or open it again; by the remark that began it.

    Raises NotFound, Forbidden without `question:comment`, NotYours for others than who began it, whom the thing that it is
    about belongs to and who moderates there, InvalidInput for a reply, Locked, Conflict.
    """
    comment, guard = await require_guarded(actor, comment_id)
    target = guard if guard.id == comment.target_id else await require_remarkable(actor, comment.target_id)
    place = guard if isinstance(guard, SpaceContent) and guard.id == root_of(target) else await place_of(root_of(target))
    is_moderator = await moderates(actor, place.space_id if place is not None else None)
    may_resolve(actor, comment, looks_after=is_moderator or actor.member_id in authors_of(target)).enforce()
    require_root(comment)
    await require_unlocked(actor, guard)
    by: str = authorship_in(actor, place if isinstance(place, Question) else None)["author_id"]

    def rule(current: Comment) -> None:
        if set_resolved(current, by, resolved=resolved):
            current.record(current.change(), actor=by)

    return await change(comment, rule, expected_version=expected_version)


async def _answered(actor: Actor, draft: CommentDraft) -> Comment | None:
    """Give the remark that another one replies to. Raises InvalidInput for a remark on something else."""
    if draft.in_reply_to_id is None:
        return None
    answered = (await comments_by_ids(actor, [draft.in_reply_to_id])).get(draft.in_reply_to_id)
    if answered is None or answered.target_id != draft.target_id:
        raise InvalidInput("This replies to no comment on the same question, answer, post or idea.", path=("in_reply_to_id",))
    return answered
