"""Threads: a remark, the answers to it one level deep, and whether it is dealt with; the same for every kind of remark."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from auth.actor import Actor, Permission
from community.batches import count_children, read_children
from community.documents import Threaded
from community.visibility import present_for
from core.clock import now
from core.errors import InvalidInput
from core.gates import PRESENT, Exists, both, to_mongo
from core.paging import Order, Slice, Window

OLDEST_FIRST: Final = Order((("created_at", 1),))
_SHOWN: Final = to_mongo(both(PRESENT, Exists("kept_for", there=False)))
_MOST_TOLD: Final = 100

RemarkT = TypeVar("RemarkT", bound=Threaded)


class ThreadState(StrEnum):
    """Whether a thread is still to be dealt with."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


@dataclass(frozen=True, slots=True)
class Threads(Generic[RemarkT]):
    """The threads of one kind of remark: which field says what they are about, and with what permission they are read."""

    model: type[RemarkT]
    parent: str
    permission: Permission

    async def of(
        self, actor: Actor, parent_ids: Sequence[str], window: Window, state: ThreadState | None = None
    ) -> dict[str, Slice[RemarkT]]:
        """Give a window of the threads about each parent, by their first remark, oldest first.

        The parents are ones that the actor was given; so are the threads of `replies` and `reply_counts`.
        """
        ids = list(parent_ids) if actor.may(self.permission) else []
        found = await read_children(self.model, (self.parent, ids), _roots(actor, state), OLDEST_FIRST, window) if ids else {}
        return {parent_id: found.get(parent_id, Slice([], [])) for parent_id in parent_ids}

    async def counts(self, actor: Actor, parent_ids: Sequence[str], state: ThreadState | None = None) -> dict[str, int]:
        """Count the threads about each parent."""
        ids = list(parent_ids) if actor.may(self.permission) else []
        return dict.fromkeys(parent_ids, 0) | await count_children(self.model, self.parent, ids, _roots(actor, state))

    async def replies(self, actor: Actor, thread_ids: Sequence[str], window: Window) -> dict[str, Slice[RemarkT]]:
        """Give a window of the answers in each thread, oldest first."""
        ids = list(thread_ids) if actor.may(self.permission) else []
        found = await read_children(self.model, ("thread_id", ids), present_for(actor), OLDEST_FIRST, window) if ids else {}
        return {thread_id: found.get(thread_id, Slice([], [])) for thread_id in thread_ids}

    async def reply_counts(self, actor: Actor, thread_ids: Sequence[str]) -> dict[str, int]:
        """Count the answers in each thread."""
        ids = list(thread_ids) if actor.may(self.permission) else []
        return dict.fromkeys(thread_ids, 0) | await count_children(self.model, "thread_id", ids, present_for(actor))

    async def participants(self, remark: RemarkT) -> list[str]:
        """Give who really wrote in the thread of a remark: to tell them, never to tell others."""
        if remark.thread_id is None:
            return [remark.writer_id]
        root = await self.model.get(remark.thread_id)
        replies = self.model.find({"thread_id": remark.thread_id, **_SHOWN}).sort("created_at", "_id")
        written = [*([root] if root else []), *(await replies.limit(_MOST_TOLD).to_list())]
        return list(dict.fromkeys(one.writer_id for one in written if one.removal is None))


def place_in_thread(answered: Threaded | None) -> dict[str, Any]:
    """Give the fields that say where a remark stands: in the thread of the one that it answers, or at the head of its own."""
    if answered is None:
        return {"root": True}
    return {"thread_id": answered.thread_id or answered.id}


def require_root(remark: Threaded) -> None:
    """Refuse a remark that began no thread; InvalidInput."""
    if not remark.root:
        raise InvalidInput("Name the comment that began the thread.", path=("comment_id",))


def set_resolved(remark: Threaded, by: str, *, resolved: bool) -> bool:
    """Close a thread as done, or open it again; tell whether that changed anything."""
    if resolved is (remark.resolved_at is not None):
        return False
    remark.resolved_at = now() if resolved else None
    remark.resolved_by = by if resolved else None
    return True


def _roots(actor: Actor, state: ThreadState | None) -> dict[str, Any]:
    roots = {"root": True, **present_for(actor)}
    return roots if state is None else {**roots, "resolved_at": {"$exists": state is ThreadState.RESOLVED}}
