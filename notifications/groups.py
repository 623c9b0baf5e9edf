"""Many notifications of one object as one row: how many, the last of them, and who caused these."""

from collections.abc import Iterable
from typing import Final

from auth.actor import Actor
from community.visibility import readable_in_spaces, reads_in
from core import gates
from core.defaults import change_or_insert, stored_or
from core.events import Recorded
from core.gates import Gate
from core.handlers import Handlers
from core.ids import derived_id
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids
from notifications.documents import GroupedNotification, Notification, NotificationGroup, ReadState
from notifications.events import NotificationAdded, NotificationGrouped
from notifications.reading import UNWITHHELD, read_of

LATEST_FIRST: Final = Order((("latest_number", -1),))
MOST_ACTORS: Final = 3
_KEPT: Final = 100


def subscribe(handlers: Handlers) -> None:
    """Group what was ever told."""
    handlers.group("notifications.groups", start="first").on(NotificationAdded, group_notification)


def visible_groups(actor: Actor) -> Gate:
    """Let each member see their own, but what tells of a closed space only as long as they are in it."""
    if not actor.member_id:
        return gates.NOTHING
    return gates.both(gates.Eq("recipient_id", actor.member_id), UNWITHHELD, readable_in_spaces(actor))


async def list_groups(actor: Actor, window: Window) -> Slice[NotificationGroup]:
    """Read the viewer's groups, the one with the latest notification first."""
    return await read_slice(NotificationGroup, gates.to_mongo(visible_groups(actor)), LATEST_FIRST, window)


async def count_groups(actor: Actor) -> int:
    """Count the viewer's groups, up to the cap."""
    return await count(NotificationGroup, gates.to_mongo(visible_groups(actor)))


async def groups_by_ids(actor: Actor, ids: Iterable[str]) -> dict[str, NotificationGroup]:
    """Read those of the groups that are the viewer's."""
    found = await by_ids(NotificationGroup, ids)
    own = {key: group for key, group in found.items() if group.recipient_id == actor.member_id and not group.withheld}
    return {key: group for key, group in own.items() if reads_in(actor, group.closed_space_id)}


def unread_of(group: NotificationGroup, state: ReadState | None) -> int:
    """Count what of the last hundred of a group its member has not read."""
    return sum(read_of(state, one.id, one.number) is None for one in group.recent)


async def group_notification(event: Recorded[NotificationAdded]) -> None:
    """Count a notification into the row of its object; one that comes again changes nothing."""
    told = await Notification.get(event.fact.notification_id)
    if told is None or told.mail_only:
        return
    identifier = derived_id("ntg", told.recipient_id, told.kind.value, told.target_id)
    first = NotificationGroup(
        id=identifier,
        recipient_id=told.recipient_id,
        kind=told.kind,
        target_id=told.target_id,
        closed_space_id=told.closed_space_id,
        latest_at=told.created_at,
        text=told.text,
        created_at=told.created_at,
    )
    await change_or_insert(await stored_or(first), lambda current: _add(current, told, event))


def _add(group: NotificationGroup, told: Notification, event: Recorded[NotificationAdded]) -> None:
    if event.number <= group.applied:
        return
    group.applied = event.number
    group.closed_space_id = told.closed_space_id
    group.total += 1
    group.recent = [*group.recent, GroupedNotification(id=told.id, number=told.number)][-_KEPT:]
    if told.number >= group.latest_number:
        group.latest_number, group.latest_at, group.text = told.number, told.created_at, told.text
    if told.actor_id is not None:
        group.actor_ids = list(dict.fromkeys([told.actor_id, *group.actor_ids]))[:MOST_ACTORS]
    group.record(NotificationGrouped(group_id=group.id), actor=event.actor)
