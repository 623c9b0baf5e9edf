"""Reading notifications and marking them read: set, never toggled, the first time stays."""

import asyncio
from datetime import timedelta

import pytest

from auth.actor import ANONYMOUS, Actor, Role
from core.clock import clock, now
from core.database import Database
from core.errors import Forbidden, InvalidInput
from core.paging import Window
from core.records import save
from notifications.documents import Notification, NotificationKind, ReadState
from notifications.marking import mark_read
from notifications.reading import (
    count_notifications,
    count_unread,
    list_notifications,
    notifications_by_ids,
    read_at,
    read_state,
)
from tests.factories.care import make_actor


async def leave(actor: Actor, number: int) -> Notification:
    notification = Notification(
        id=f"ntf_{actor.member}_{number:03}",
        created_at=now(),
        recipient_id=actor.member,
        kind=NotificationKind.ASSIGNED,
        text=f"Number {number}",
        target_id="case_1",
        number=number,
    )
    await save(notification)
    return notification


async def unread(actor: Actor) -> int:
    return await count_unread(actor, await read_state(actor))


async def test_own_notifications_newest_first(store: Database) -> None:
    actor, other = make_actor(Role.AGENT), make_actor(Role.AGENT)
    mine = [await leave(actor, number) for number in (1, 2, 3)]
    theirs = await leave(other, 4)

    page = await list_notifications(actor, Window(limit=2))

    assert [row.number for row in page.items] == [3, 2]
    assert (page.has_next, await count_notifications(actor), await unread(actor)) == (True, 3, 3)
    assert list(await notifications_by_ids(actor, [mine[0].id, theirs.id])) == [mine[0].id]


async def test_single_marks_and_marks_up_to(store: Database) -> None:
    actor = make_actor(Role.AGENT)
    first, second, third = [await leave(actor, number) for number in (1, 2, 3)]

    await mark_read(actor, ids=[third.id])
    early = now()
    assert await unread(actor) == 2
    clock.shift(timedelta(minutes=1))
    assert [row.id for row in (await mark_read(actor, up_to_id=second.id)).notifications] == [second.id]

    state = await read_state(actor)
    assert state is not None
    assert (await unread(actor), list(state.ids)) == (0, [third.id])
    assert read_at(state, third) == state.ids[third.id] <= early
    assert read_at(state, first) == read_at(state, second) == state.marks[0].at


async def test_later_marks_leave_the_first_time(store: Database) -> None:
    actor = make_actor(Role.AGENT)
    first, second = [await leave(actor, number) for number in (1, 2)]
    await mark_read(actor, up_to_id=first.id)
    before = await read_state(actor)
    clock.shift(timedelta(minutes=1))
    await mark_read(actor, ids=[first.id])
    await mark_read(actor, up_to_id=first.id)
    unchanged = await read_state(actor)
    await mark_read(actor, up_to_id=second.id)
    after = await read_state(actor)

    assert before is not None
    assert unchanged is not None
    assert after is not None
    assert unchanged.revision == before.revision
    assert read_at(after, first) == read_at(before, first)
    assert read_at(after, second) is not None


async def test_single_marks_are_folded_when_passed(store: Database) -> None:
    actor = make_actor(Role.AGENT)
    first, second = [await leave(actor, number) for number in (1, 2)]
    await mark_read(actor, ids=[first.id])
    await mark_read(actor, up_to_id=second.id)

    state = await read_state(actor)
    assert state is not None
    assert state.ids == {}


async def test_marks_set_at_once_are_all_kept(store: Database) -> None:
    actor = make_actor(Role.AGENT)
    first, second, third = [await leave(actor, number) for number in (1, 2, 3)]

    await asyncio.gather(mark_read(actor, ids=[third.id]), mark_read(actor, up_to_id=first.id), mark_read(actor, ids=[second.id]))
    await asyncio.gather(mark_read(actor, ids=[third.id]), mark_read(actor, up_to_id=second.id))

    state = await read_state(actor)
    assert state is not None
    assert (await unread(actor), list(state.ids), [mark.up_to for mark in state.marks]) == (0, [third.id], [1, 2])
    assert await ReadState.find().count() == 1


async def test_single_marks_whose_numbers_were_not_kept_are_folded_too(store: Database) -> None:
    actor = make_actor(Role.AGENT)
    first, second, third = [await leave(actor, number) for number in (1, 2, 3)]
    await mark_read(actor, ids=[first.id, third.id])
    await store["read_states"].update_many({}, {"$unset": {"numbers": ""}})

    await mark_read(actor, up_to_id=second.id)

    state = await read_state(actor)
    assert state is not None
    assert (await unread(actor), list(state.ids)) == (0, [third.id])


async def test_everything_at_once_is_one_write(store: Database) -> None:
    actor = make_actor(Role.AGENT)
    first, second, third = [await leave(actor, number) for number in (1, 2, 3)]

    marked = await mark_read(actor, ids=[third.id], up_to_id=first.id, everything=True)

    assert ([one.id for one in marked.notifications], marked.state.revision) == ([third.id, first.id], 1)
    assert [read_at(marked.state, one) for one in (first, second, third)] == [marked.state.marks[0].at] * 3


async def test_what_is_not_ones_own_cannot_be_marked(store: Database) -> None:
    actor, other = make_actor(Role.AGENT), make_actor(Role.AGENT)
    theirs = await leave(other, 1)

    with pytest.raises(InvalidInput) as single:
        await mark_read(actor, ids=[theirs.id])
    with pytest.raises(InvalidInput) as up_to:
        await mark_read(actor, up_to_id="ntf_nothing")
    with pytest.raises(InvalidInput) as many:
        await mark_read(actor, ids=[f"ntf_{number}" for number in range(101)])

    assert (single.value.path, up_to.value.path, many.value.path) == (("ids",), ("upToId",), ("ids",))
    assert await ReadState.find().count() == 0


async def test_strangers_have_none(store: Database) -> None:
    assert (await list_notifications(ANONYMOUS, Window())).items == []
    assert await count_unread(ANONYMOUS, None) == 0
    assert await read_state(ANONYMOUS) is None
    with pytest.raises(Forbidden):
        await mark_read(ANONYMOUS, ids=[])
