"""Marking what one was told as read, and as unread again."""

import asyncio
from collections.abc import Iterable

from auth.actor import Actor
from core import gates
from core.clock import now
from core.errors import InvalidInput
from core.outcomes import outcome
from core.paging import Window, read_slice
from core.records import by_ids, change
from notifications.documents import Notification, NotificationGroup, ReadMark, ReadState
from notifications.events import NotificationsRead
from notifications.reading import (
    NEWEST_FIRST,
    found_state,
    last_mark,
    made_state,
    notifications_by_ids,
    own_state,
    visible_notifications,
)

MOST_MARKED = 100
MOST_UNREAD = 500
_KEPT_MARKS = 100


async def mark_read(actor: Actor, *, ids: Iterable[str] = (), up_to_id: str | None = None) -> list[Notification]:
    """Mark single notifications, or all up to one, as read; give those that were named.

    Setting, not toggling: what is read stays read with its first time. Raises InvalidInput for a notification that is
    not the viewer's, Forbidden for callers that are no member.
    """
    member_id = actor.member
    meant, until, state = await asyncio.gather(
        outcome(_named(actor, ids)), notifications_by_ids(actor, [up_to_id] if up_to_id else []), found_state(member_id)
    )
    named, last = meant.take(), until.get(up_to_id or "")
    if up_to_id is not None and last is None:
        raise InvalidInput("There is no such notification of yours.", path=("upToId",))
    await _mark(state or await made_state(member_id), named, last.number if last else None, actor=actor.id)
    return [*named, *([last] if last and last.id not in {one.id for one in named} else [])]


async def mark_all_read(actor: Actor) -> None:
    """Mark everything there is as read. Raises Forbidden for callers that are no member."""
    member_id = actor.member
    newest = await read_slice(Notification, gates.to_mongo(visible_notifications(actor)), NEWEST_FIRST, Window(limit=1))
    if newest.items:
        await _mark(await own_state(member_id), [], newest.items[0].number, actor=actor.id)


async def mark_group_read(actor: Actor, group_id: str) -> NotificationGroup:
    """Mark all of a group as read.

    Raises Forbidden for callers that are no member, InvalidInput for a group that is not the viewer's.
    """
    member_id = actor.member
    group = await NotificationGroup.get(group_id)
    if group is None or group.recipient_id != member_id:
        raise InvalidInput("There is no such group of yours.", path=("groupId",))
    found = await notifications_by_ids(actor, [one.id for one in group.recent])
    await _mark(await own_state(member_id), list(found.values()), None, actor=actor.id)
    return group


async def mark_unread(actor: Actor, ids: Iterable[str]) -> list[Notification]:
    """Make notifications unread again; give them.

    Raises InvalidInput for one that is not the viewer's and when too many would be unread below what was read at once,
    Forbidden for callers that are no member.
    """
    member_id = actor.member
    named = await _named(actor, ids)

    def rule(current: ReadState) -> None:
        before = (dict(current.ids), dict(current.unread))
        current.ids = {key: at for key, at in current.ids.items() if key not in {one.id for one in named}}
        below = {one.id: one.number for one in named if one.number <= last_mark(current)}
        current.unread = current.unread | below
        if len(current.unread) > MOST_UNREAD:
            raise InvalidInput(f"At most {MOST_UNREAD} can be made unread again; read some first.", path=("ids",))
        if (current.ids, current.unread) != before:
            current.record(NotificationsRead(member_id=member_id), actor=actor.id)

    await change(await own_state(member_id), rule)
    return named


async def _named(actor: Actor, ids: Iterable[str]) -> list[Notification]:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_MARKED:
        raise InvalidInput(f"Mark at most {MOST_MARKED} at once, or use upToId.", path=("ids",))
    found = await notifications_by_ids(actor, wanted)
    if missing := [identifier for identifier in wanted if identifier not in found]:
        raise InvalidInput(f"There is no such notification of yours: {missing[0]}.", path=("ids",))
    return [found[identifier] for identifier in wanted]


async def _mark(state: ReadState, single: list[Notification], up_to: int | None, *, actor: str) -> None:
    moment = now()
    above = await by_ids(Notification, state.ids) if up_to is not None else {}

    def rule(current: ReadState) -> None:
        before = (list(current.marks), dict(current.ids), dict(current.unread))
        if up_to is not None and up_to > last_mark(current):
            current.marks = [*current.marks, ReadMark(up_to=up_to, at=moment)][-_KEPT_MARKS:]
            current.ids = {key: at for key, at in current.ids.items() if key in above and above[key].number > up_to}
        if up_to is not None:
            current.unread = {key: number for key, number in current.unread.items() if number > up_to}
        for notification in single:
            current.unread = {key: number for key, number in current.unread.items() if key != notification.id}
            if notification.number > last_mark(current):
                current.ids.setdefault(notification.id, moment)
        if (current.marks, current.ids, current.unread) != before:
            current.record(NotificationsRead(member_id=current.member_id), actor=actor)

    await change(state, rule)
