"""What a member was told, and what of it they have read."""

from collections.abc import Iterable
from datetime import datetime

from auth.actor import Actor
from community.visibility import readable_in_spaces, reads_in
from core import gates
from core.clock import now
from core.gates import Gate
from core.ids import with_prefix
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids
from notifications.documents import Notification, ReadState

NEWEST_FIRST = Order((("number", -1),))
UNWITHHELD = gates.Exists("withheld", there=False)
"""What moderators do not hide."""


def visible_notifications(actor: Actor) -> Gate:
    """Let each member see their own, but what tells of a closed space only as long as they are in it."""
    if not actor.member_id:
        return gates.NOTHING
    return gates.both(
        gates.Eq("recipient_id", actor.member_id), gates.Exists("mail_only", there=False), UNWITHHELD, readable_in_spaces(actor)
    )


async def list_notifications(actor: Actor, window: Window) -> Slice[Notification]:
    """Read the viewer's notifications, newest first."""
    return await read_slice(Notification, gates.to_mongo(visible_notifications(actor)), NEWEST_FIRST, window)


async def count_notifications(actor: Actor) -> int:
    """Count the viewer's notifications, up to the cap."""
    return await count(Notification, gates.to_mongo(visible_notifications(actor)))


async def notifications_by_ids(actor: Actor, ids: Iterable[str]) -> dict[str, Notification]:
    """Read those of the notifications that are the viewer's."""
    found = await by_ids(Notification, ids)
    own = {key: row for key, row in found.items() if row.recipient_id == actor.member_id and not (row.mail_only or row.withheld)}
    return {key: row for key, row in own.items() if reads_in(actor, row.closed_space_id)}


def own_state_id(actor: Actor) -> str | None:
    """Give the id of how far the viewer has read; None for who is no member."""
    return _state_id(actor.member_id) if actor.member_id else None


async def read_state(actor: Actor) -> ReadState | None:
    """Read how far the viewer has read; None before the first mark."""
    own = own_state_id(actor)
    return await ReadState.get(own) if own is not None else None


def read_at(state: ReadState | None, notification: Notification) -> datetime | None:
    """Tell when a notification was read: by itself, or by the first mark that covers it."""
    return read_of(state, notification.id, notification.number)


def read_of(state: ReadState | None, identifier: str, number: int) -> datetime | None:
    """Tell when the notification of this id and number was read; None: not yet, or it was made unread again."""
    if state is None or identifier in state.unread:
        return None
    if identifier in state.ids:
        return state.ids[identifier]
    return next((mark.at for mark in state.marks if mark.up_to >= number), None)


async def count_unread(actor: Actor, state: ReadState | None) -> int:
    """Count what the viewer has not read: what is above the last mark, but for what was read singly."""
    if actor.member_id is None:
        return 0
    above = {**gates.to_mongo(visible_notifications(actor)), "number": {"$gt": last_mark(state)}}
    return max(0, await count(Notification, above) + (len(state.unread) - len(state.ids) if state else 0))


async def read_states_by_ids(actor: Actor, ids: Iterable[str]) -> dict[str, ReadState]:
    """Read the viewer's own state, whatever else is asked for."""
    own = own_state_id(actor)
    return await by_ids(ReadState, [own]) if own is not None and own in set(ids) else {}


def nothing_read(member_id: str) -> ReadState:
    """Give how far a member has read who never marked anything; it is stored by the first mark."""
    return ReadState(id=_state_id(member_id), member_id=member_id, created_at=now())


def last_mark(state: ReadState | None) -> int:
    """Give the number up to which everything was read at once."""
    return state.marks[-1].up_to if state and state.marks else 0


def _state_id(member_id: str) -> str:
    return with_prefix("rds", member_id)
