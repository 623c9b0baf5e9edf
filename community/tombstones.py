"""Remarks that were taken away: their words go at once, and their place goes with the last answer in their thread."""

from typing import Any, TypeVar

from community.documents import Removal, Threaded
from core.clock import now
from core.records import change

RemarkT = TypeVar("RemarkT", bound=Threaded)


def take_away(remark: Threaded, by: str, *, reason: str | None, keeps_place: bool) -> None:
    """Take the words of a remark away that still says something; they stay in the store alone, and no edge shows them."""
    worded: Any = remark
    at = now()
    remark.removal = Removal(by=by, at=at, reason=reason, body=worded.body)
    worded.body, remark.kept_for = "", None
    remark.deleted_at = None if keeps_place else at


async def has_answers(remark: Threaded) -> bool:
    """Tell whether others answered in the thread that a remark began."""
    if not remark.root:
        return False
    return await type(remark).find({"thread_id": remark.id, "deleted_at": {"$exists": False}}).limit(1).count() > 0


async def settle_place(remark: RemarkT) -> RemarkT:
    """Let the place of a removed remark be there exactly while its thread has answers; can run twice. Give the remark."""
    root = await type(remark).get(remark.thread_id) if remark.thread_id is not None else remark
    if root is None or root.removal is None:
        return remark
    keeps_place = await has_answers(root)

    def rule(current: RemarkT) -> None:
        if current.removal is not None and keeps_place is not (current.deleted_at is None):
            current.deleted_at = None if keeps_place else now()
            current.record(current.change())

    settled = await change(root, rule)
    return settled if settled.id == remark.id else remark
