"""Marking what one was told as read, and as unread again."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from auth.actor import Actor
from core import gates
from core.clock import now
from core.defaults import change_or_insert
from core.errors import InvalidInput
from core.outcomes import outcome
from core.paging import Window, read_slice
from core.records import by_ids
from notifications.documents import Notification, NotificationGroup, ReadMark, ReadState
from notifications.events import NotificationsRead
from notifications.reading import (
    NEWEST_FIRST,
    last_mark,
    nothing_read,
    notifications_by_ids,
    read_state,
    visible_notifications,
)

MOST_MARKED = 100
MOST_UNREAD = 500
_KEPT_MARKS = 100


@dataclass(frozen=True, slots=True)
class Marked:
    """The notifications that were named, and how far their member has read by then."""

    notifications: list[Notification]
    state: ReadState


async def mark_read(
    actor: Actor,
    *,
    ids: Iterable[str] = (),
    up_to_id: str | None = None,
    group_id: str | None = None,
    everything: bool = False,
) -> Marked:
    """Mark single notifications, all up to one, all of a group, or all there are, as read; give those named by their ids.

    Setting, not toggling: what is read stays read with its first time. Raises InvalidInput for a notification and for a
    group that is not the viewer's, Forbidden for callers that are no member.
    """
    member_id = actor.member
    meant, until, grouped, newest, state = await asyncio.gather(
        outcome(_named(actor, ids)),
        outcome(_last(actor, up_to_id)),
        outcome(_grouped(actor, group_id)),
        _newest(actor, everything=everything),
        read_state(actor),
    )
    named, last, single = meant.take(), until.take(), grouped.take()
    marks = [one.number for one in (last, newest) if one is not None]
    state = await _mark(state or nothing_read(member_id), [*named, *single], max(marks, default=None), actor=actor.id)
    return Marked([*named, *([last] if last and last.id not in {one.id for one in named} else [])], state)


async def mark_unread(actor: Actor, ids: Iterable[str]) -> Marked:
    """Make notifications unread again; give them.

    Raises InvalidInput for one that is not the viewer's and when too many would be unread below what was read at once,
    Forbidden for callers that are no member.
    """
    member_id = actor.member
    meant, state = await asyncio.gather(outcome(_named(actor, ids)), read_state(actor))
    named = meant.take()

    def rule(current: ReadState) -> None:
        before = (dict(current.ids), dict(current.unread))
        _keep(current, set(current.ids) - {one.id for one in named})
        below = {one.id: one.number for one in named if one.number <= last_mark(current)}
        current.unread = current.unread | below
        if len(current.unread) > MOST_UNREAD:
            raise InvalidInput(f"At most {MOST_UNREAD} can be made unread again; read some first.", path=("ids",))
        if (current.ids, current.unread) != before:
            current.record(NotificationsRead(member_id=member_id), actor=actor.id)

    return Marked(named, await change_or_insert(state or nothing_read(member_id), rule))


async def _named(actor: Actor, ids: Iterable[str]) -> list[Notification]:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_MARKED:
        raise InvalidInput(f"Mark at most {MOST_MARKED} at once, or use upToId.", path=("ids",))
    found = await notifications_by_ids(actor, wanted)
    if missing := [identifier for identifier in wanted if identifier not in found]:
        raise InvalidInput(f"There is no such notification of yours: {missing[0]}.", path=("ids",))
    return [found[identifier] for identifier in wanted]


async def _last(actor: Actor, up_to_id: str | None) -> Notification | None:
    """Give the notification up to which all is meant, if one is named."""
    if up_to_id is None:
        return None
    found = (await notifications_by_ids(actor, [up_to_id])).get(up_to_id)
    if found is None:
        raise InvalidInput("There is no such notification of yours.", path=("upToId",))
    return found


async def _grouped(actor: Actor, group_id: str | None) -> list[Notification]:
    """List what is in a group, if one is named."""
    if group_id is None:
        return []
    group = await NotificationGroup.get(group_id)
    if group is None or group.recipient_id != actor.member:
        raise InvalidInput("There is no such group of yours.", path=("groupId",))
    return list((await notifications_by_ids(actor, [one.id for one in group.recent])).values())


async def _newest(actor: Actor, *, everything: bool) -> Notification | None:
    """Give the newest notification there is, if all are meant."""
    if not everything:
        return None
    newest = await read_slice(Notification, gates.to_mongo(visible_notifications(actor)), NEWEST_FIRST, Window(limit=1))
    return next(iter(newest.items), None)


async def _mark(state: ReadState, single: list[Notification], up_to: int | None, *, actor: str) -> ReadState:
    moment = now()
    numbers = await _numbers(state) if up_to is not None else {}

    def rule(current: ReadState) -> None:
        before = (list(current.marks), dict(current.ids), dict(current.unread))
        if up_to is not None and up_to > last_mark(current):
            current.marks = [*current.marks, ReadMark(up_to=up_to, at=moment)][-_KEPT_MARKS:]
            known = numbers | current.numbers
            _keep(current, {key for key in current.ids if known.get(key, 0) > up_to})
        if up_to is not None:
            current.unread = {key: number for key, number in current.unread.items() if number > up_to}
        for notification in single:
            current.unread = {key: number for key, number in current.unread.items() if key != notification.id}
            if notification.number > last_mark(current):
                current.ids = {notification.id: moment} | current.ids
                current.numbers = current.numbers | {notification.id: notification.number}
        if (current.marks, current.ids, current.unread) != before:
            current.record(NotificationsRead(member_id=current.member_id), actor=actor)

    return await change_or_insert(state, rule)


async def _numbers(state: ReadState) -> dict[str, int]:
    """Give the numbers of what was read singly before numbers were kept with it."""
    found = await by_ids(Notification, [one for one in state.ids if one not in state.numbers])
    return {one.id: one.number for one in found.values()}


def _keep(state: ReadState, ids: set[str]) -> None:
    """Let only these be read singly."""
    state.ids = {key: at for key, at in state.ids.items() if key in ids}
    state.numbers = {key: number for key, number in state.numbers.items() if key in ids}
