"""Who is told that they have a shift, and that they have it no more."""

from datetime import timedelta
from typing import Any

from auth.actor import SYSTEM, Role
from care.documents.shifts import Shift
from care.reading.shifts import shifts_in
from care.shifts.events import ShiftCancelled, ShiftPlanned
from care.shifts.shifts import cancel_shift, take_over_shift
from core.clock import now
from core.database import Database
from core.idempotency import Once
from notifications.documents import NotificationKind
from notifications.shifts import tell_of_cancelling, tell_of_shift
from tests.factories.care import make_channel
from tests.factories.community import make_actor
from tests.factories.shifts import make_rotation, make_shift
from tests.notifications.test_announcements import cause, told


def planned(shift: Shift) -> Any:
    return cause(ShiftPlanned(shift_id=shift.id, member_id=shift.member_id))


async def test_who_had_a_shift_is_told_that_somebody_else_works_it(store: Database) -> None:
    first, second = await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    channel = await make_channel()
    shift = await make_shift(first, channel, now() + timedelta(hours=1), now() + timedelta(hours=9))
    taken = await take_over_shift(SYSTEM, shift.id, second.member, once=Once())

    assert await told(tell_of_shift, planned(shift)) == [(first.member, NotificationKind.SHIFT_PLANNED)]
    expected = [(first.member, NotificationKind.SHIFT_CANCELLED), (second.member, NotificationKind.SHIFT_PLANNED)]
    assert set(expected) <= set(await told(tell_of_shift, planned(taken)))


async def test_who_had_a_day_of_a_rotation_is_told(store: Database) -> None:
    first, second = await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    await make_rotation(first, channel=await make_channel())
    day = (await shifts_in(SYSTEM, (now(), now() + timedelta(days=40))))[0]
    taken = await take_over_shift(SYSTEM, day.id, second.member, once=Once())

    assert (first.member, NotificationKind.SHIFT_CANCELLED) in await told(tell_of_shift, planned(taken))


async def test_who_had_a_cancelled_shift_is_told_once(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    shift = await make_shift(agent, await make_channel(), now() + timedelta(hours=1), now() + timedelta(hours=9))
    await cancel_shift(SYSTEM, shift.id, expected_version=1)
    event: Any = cause(ShiftCancelled(shift_id=shift.id, member_id=shift.member_id))

    for _ in range(2):
        assert await told(tell_of_cancelling, event) == [(agent.member, NotificationKind.SHIFT_CANCELLED)]
    assert await told(tell_of_shift, planned(shift)) == [(agent.member, NotificationKind.SHIFT_CANCELLED)]
