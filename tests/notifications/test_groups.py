"""Many notifications of one object are one row, counted once, with who caused the last of them."""

from typing import Any

import pytest

from auth.actor import Actor, Role
from care.events import CaseAssigned
from core.clock import now
from core.database import Database
from core.errors import Forbidden, InvalidInput
from core.events import Recorded
from core.handlers import Handlers
from core.paging import Window
from notifications import announcements, groups
from notifications.documents import Notification, NotificationGroup
from notifications.events import NotificationAdded
from notifications.groups import count_groups, group_notification, groups_by_ids, list_groups, unread_of
from notifications.marking import mark_read, mark_unread
from notifications.reading import count_unread, read_state
from tests.factories import community as people
from tests.factories.care import make_case
from tests.notifications.test_announcements import cause


async def tell(actor: Actor, case_id: str, number: int, *, by: str = "system") -> Notification:
    """Tell a member that they have a case, and let it be grouped, twice as a handler may."""
    await announcements.tell_assignee(cause(CaseAssigned(case_id=case_id, assignee_id=actor.member), number=number, actor=by))
    (left,) = await Notification.find({"number": number}).to_list()
    for _ in range(2):
        await group_notification(added(left, number))
    return left


def added(left: Notification, number: int) -> Recorded[Any]:
    fact = NotificationAdded(notification_id=left.id)
    return Recorded(fact=fact, number=1000 + number, event_id=f"n{number}", at=now(), actor="system", subject=left.id)


async def unread(actor: Actor) -> int:
    return await count_unread(actor, await read_state(actor))


async def test_one_row_for_each_object_with_the_last_actors(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    bosses = [await people.make_member(roles=[Role.MANAGER]) for _ in range(4)]
    often, once = await make_case(), await make_case()
    for number, boss in enumerate([*bosses, bosses[1]]):
        await tell(actor, often.id, 10 + number, by=boss.id)
    await tell(actor, once.id, 9, by="system")

    page = await list_groups(actor, Window(limit=5))

    assert [(row.target_id, row.total, row.latest_number) for row in page.items] == [(often.id, 5, 14), (once.id, 1, 9)]
    assert page.items[0].actor_ids == [bosses[1].id, bosses[3].id, bosses[2].id]
    assert page.items[1].actor_ids == []
    assert await count_groups(actor) == 2
    stranger = await people.make_actor(Role.AGENT)
    assert await groups_by_ids(stranger, [page.items[0].id]) == {}


async def test_reading_a_group_and_making_one_of_it_unread_again(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    case = await make_case()
    first, second = [await tell(actor, case.id, number) for number in (1, 2)]
    await tell(actor, (await make_case()).id, 3)
    (group,) = [row for row in (await list_groups(actor, Window(limit=5))).items if row.target_id == case.id]
    assert (unread_of(group, None), await unread(actor)) == (2, 3)

    await mark_read(actor, group_id=group.id)
    assert (unread_of(group, await read_state(actor)), await unread(actor)) == (0, 1)
    await mark_read(actor, everything=True)
    assert await unread(actor) == 0
    for _ in range(2):
        await mark_unread(actor, [first.id])
    assert (unread_of(group, await read_state(actor)), await unread(actor)) == (1, 1)
    await mark_read(actor, ids=[first.id, second.id])
    assert (unread_of(group, await read_state(actor)), await unread(actor)) == (0, 0)


async def test_unread_above_the_last_mark_is_simply_unread(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    left = await tell(actor, (await make_case()).id, 1)
    await mark_read(actor, ids=[left.id])

    await mark_unread(actor, [left.id])

    assert await unread(actor) == 1
    await mark_read(actor, up_to_id=left.id)
    assert await unread(actor) == 0


async def test_others_groups_are_not_ones_own(store: Database) -> None:
    actor, stranger = await people.make_actor(Role.AGENT), await people.make_actor(Role.AGENT)
    left = await tell(actor, (await make_case()).id, 1)
    (group,) = await NotificationGroup.find().to_list()

    with pytest.raises(InvalidInput):
        await mark_read(stranger, group_id=group.id)
    with pytest.raises(InvalidInput):
        await mark_unread(stranger, [left.id])
    with pytest.raises(Forbidden):
        await mark_read(Actor(kind=stranger.kind, id="svc"), everything=True)
    assert await unread(actor) == 1


def test_groups_are_made_of_what_was_ever_told() -> None:
    handlers = Handlers()
    groups.subscribe(handlers)

    (handler,) = handlers.all()
    assert (handler.name, handler.start, set(handler.reactions)) == ("notifications.groups", "first", {"NotificationAdded"})
