"""Telling customers in the portal, and what they read of it."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, ActorKind
from community.drafts import ids, may_be_id
from community.notices.documents import Notice, NoticeKind
from community.notices.events import NoticeAdded
from core.clock import now
from core.errors import Forbidden
from core.events import Recorded
from core.ids import derived_id
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change, save

MOST_TOLD: Final = 1_000
"""How many customers are told of one event."""
MOST_READ: Final = 100
LATEST_FIRST: Final = Order((("number", -1),))


class ReadDraft(BaseModel):
    """Which notices were read."""

    notice_ids: Annotated[list[str], ids(MOST_READ, "notices")]


async def tell_customers(
    author_ids: Iterable[str], kind: NoticeKind, *, target_id: str, cause: Recorded[Any], about_id: str | None = None
) -> None:
    """Leave one notice each for the customers among these, but none for who caused it; can run twice.

    What several events tell of is told once, by the id of what it is about.
    """
    customers = [one for one in dict.fromkeys(author_ids) if one.startswith("cus_") and one != cause.actor]
    for customer_id in customers[:MOST_TOLD]:
        notice = Notice(
            id=derived_id("pnt", customer_id, about_id or cause.event_id, kind.value),
            created_at=now(),
            customer_id=customer_id,
            kind=kind,
            target_id=target_id,
            about_id=about_id,
            number=cause.number,
        )
        notice.record(NoticeAdded(notice_id=notice.id))
        try:
            await save(notice)
        except DuplicateKeyError:
            continue


async def notices_by_ids(actor: Actor, notice_ids: Sequence[str]) -> dict[str, Notice]:
    """Give those of the notices that are the customer's own."""
    if _own(actor) is None:
        return {}
    found = await by_ids(Notice, [one for one in notice_ids if may_be_id(one, "pnt")])
    return {one.id: one for one in found.values() if one.customer_id == actor.customer_id}


async def list_notices(actor: Actor, window: Window) -> Slice[Notice]:
    """List what the customer was told, the latest first; nothing for anybody else."""
    own = _own(actor)
    return await read_slice(Notice, own, LATEST_FIRST, window) if own is not None else Slice([], [])


async def count_notices(actor: Actor) -> int:
    """Count the same notices, up to 10,001."""
    own = _own(actor)
    return await count(Notice, own) if own is not None else 0


async def count_unread(actor: Actor) -> int:
    """Count those that were not read, up to 10,001."""
    own = _own(actor)
    return await count(Notice, {**own, "read_at": {"$exists": False}}) if own is not None else 0


async def mark_notices_read(actor: Actor, draft: ReadDraft) -> int:
    """Say that one read some notices; others' and unknown ones are passed over. Give how many are left unread.

    Raises Forbidden for who is not signed in.
    """
    if _own(actor) is None:
        raise Forbidden("Sign in to do this.")
    for notice in (await notices_by_ids(actor, draft.notice_ids)).values():
        if notice.read_at is None:
            await change(notice, _read)
    return await count_unread(actor)


def _read(notice: Notice) -> None:
    notice.read_at = notice.read_at or now()


def _own(actor: Actor) -> dict[str, Any] | None:
    is_customer = actor.kind is ActorKind.CUSTOMER and actor.customer_id is not None
    return {"customer_id": actor.customer_id} if is_customer else None
