"""Remarks that were taken away: their words go at once, and their place goes with the last answer in their thread."""

from community.documents import Comment, Removal
from community.events import CommentChanged, RemarkChanged
from core.clock import now
from core.records import change


def take_away(comment: Comment, by: str, *, reason: str | None, keeps_place: bool) -> None:
    """Take the words of a remark away, once; what it said stays in the store alone, and no edge shows it."""
    if comment.removal is None:
        comment.removal = Removal(by=by, at=now(), reason=reason, body=comment.body)
    comment.body, comment.kept_for = "", None
    comment.deleted_at = None if keeps_place else comment.removal.at


def comment_changed(comment: Comment) -> CommentChanged | RemarkChanged:
    """Give the fact that a remark is another than it was."""
    if comment.question_id is None:
        return RemarkChanged(comment_id=comment.id, target_id=comment.target_id)
    return CommentChanged(comment_id=comment.id, question_id=comment.question_id)


async def has_answers(comment: Comment) -> bool:
    """Tell whether others answered in the thread that a remark began."""
    if not comment.root:
        return False
    return await Comment.find({"thread_id": comment.id, "deleted_at": {"$exists": False}}).limit(1).count() > 0


async def settle_place(comment: Comment) -> Comment:
    """Let the place of a removed remark be there exactly while its thread has answers; can run twice. Give the remark."""
    root = await Comment.get(comment.thread_id) if comment.thread_id is not None else comment
    if root is None or root.removal is None:
        return comment
    keeps_place = await has_answers(root)

    def rule(current: Comment) -> None:
        if current.removal is not None and keeps_place is not (current.deleted_at is None):
            current.deleted_at = None if keeps_place else now()
            current.record(comment_changed(current))

    settled = await change(root, rule)
    return settled if settled.id == comment.id else comment
