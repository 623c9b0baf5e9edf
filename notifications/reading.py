"""What a member was told, what of it they have read, and marking it read."""

from collections.abc import Iterable
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from core import gates
from core.clock import now
from core.errors import InvalidInput
from core.gates import Gate
from core.ids import with_prefix
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change, save
from notifications.documents import Notification, ReadMark, ReadState
from notifications.events import NotificationsRead

NEWEST_FIRST = Order((("number", -1),))
MOST_MARKED = 100
_KEPT_MARKS = 100


def visible_notifications(actor: Actor) -> Gate:
    """Let each member see their own."""
    return gates.Eq("recipient_id", actor.member_id) if actor.member_id else gates.NOTHING


async def list_notifications(actor: Actor, window: Window) -> Slice[Notification]:
    """Read the viewer's notifications, newest first."""
    return await read_slice(Notification, gates.to_mongo(visible_notifications(actor)), NEWEST_FIRST, window)


async def count_notifications(actor: Actor) -> int:
    """Count the viewer's notifications, up to the cap."""
    return await count(Notification, gates.to_mongo(visible_notifications(actor)))


async def notifications_by_ids(actor: Actor, ids: Iterable[str]) -> dict[str, Notification]:
    """Read those of the notifications that are the viewer's."""
    found = await by_ids(Notification, ids)
    return {key: notification for key, notification in found.items() if notification.recipient_id == actor.member_id}


async def read_state(actor: Actor) -> ReadState | None:
    """Read how far the viewer has read; None before the first mark."""
    return await ReadState.get(_state_id(actor.member_id)) if actor.member_id else None


def read_at(state: ReadState | None, notification: Notification) -> datetime | None:
    """Tell when a notification was read: by itself, or by the first mark that covers it."""
    if state is None:
        return None
    if notification.id in state.ids:
        return state.ids[notification.id]
    return next((mark.at for mark in state.marks if mark.up_to >= notification.number), None)


async def count_unread(actor: Actor, state: ReadState | None) -> int:
    """Count what the viewer has not read: what is above the last mark, but for what was read singly."""
    if actor.member_id is None:
        return 0
    above = {"recipient_id": actor.member_id, "number": {"$gt": _last_mark(state)}}
    return max(0, await count(Notification, above) - (len(state.ids) if state else 0))


async def mark_read(actor: Actor, *, ids: Iterable[str] = (), up_to_id: str | None = None) -> list[Notification]:
    """Mark single notifications, or all up to one, as read; give those that were named.

    Setting, not toggling: what is read stays read with its first time. Raises InvalidInput for a notification that is
    not the viewer's, Forbidden for callers that are no member.
    """
    member_id, wanted = actor.member, list(dict.fromkeys(ids))
    if len(wanted) > MOST_MARKED:
        raise InvalidInput(f"Mark at most {MOST_MARKED} at once, or use upToId.", path=("ids",))
    found = await notifications_by_ids(actor, [*wanted, *([up_to_id] if up_to_id else [])])
    if up_to_id is not None and up_to_id not in found:
        raise InvalidInput("There is no such notification of yours.", path=("upToId",))
    if missing := [identifier for identifier in wanted if identifier not in found]:
        raise InvalidInput(f"There is no such notification of yours: {missing[0]}.", path=("ids",))
    up_to = found[up_to_id].number if up_to_id else None
    await _mark(await _state(member_id), [found[identifier] for identifier in wanted], up_to, actor=actor.id)
    return list(found.values())


async def _mark(state: ReadState, single: list[Notification], up_to: int | None, *, actor: str) -> None:
    moment = now()
    above = await by_ids(Notification, state.ids) if up_to is not None else {}

    def rule(current: ReadState) -> None:
        before = (list(current.marks), dict(current.ids))
        if up_to is not None and up_to > _last_mark(current):
            current.marks = [*current.marks, ReadMark(up_to=up_to, at=moment)][-_KEPT_MARKS:]
            current.ids = {key: at for key, at in current.ids.items() if key in above and above[key].number > up_to}
        for notification in single:
            if notification.number > _last_mark(current):
                current.ids.setdefault(notification.id, moment)
        if (current.marks, current.ids) != before:
            current.record(NotificationsRead(member_id=current.member_id), actor=actor)

    await change(state, rule)


async def _state(member_id: str) -> ReadState:
    identifier = _state_id(member_id)
    found = await ReadState.get(identifier)
    if found is not None:
        return found
    state = ReadState(id=identifier, member_id=member_id, created_at=now())
    try:
        await save(state)
    except DuplicateKeyError:
        return await _state(member_id)
    return state


def _last_mark(state: ReadState | None) -> int:
    return state.marks[-1].up_to if state and state.marks else 0


def _state_id(member_id: str) -> str:
    return with_prefix("rds", member_id)
