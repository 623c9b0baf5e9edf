"""Shifts, leave, coverage and handovers that can't be, and what two managers do at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel, ValidationError

from auth.actor import SYSTEM, Role
from care.contact_parties import ContactPerson
from care.documents.shifts import Leave, Shift
from care.reading import shifts as reading
from care.reading.shifts import handovers_of, leaves_in, plans_by_ids, shifts_in
from care.shifts import leaves, shifts
from care.shifts.coverage import set_coverage
from care.shifts.drafts import CoverageDraft, HandoverDraft, LeaveDraft, RotationDraft, ShiftDraft
from care.shifts.handovers import acknowledge_handover, write_handover
from care.shifts.leaves import cancel_leave, enter_leave
from care.shifts.rotations import delete_rotation
from care.shifts.shifts import cancel_shift, create_shift, take_over_shift
from core.database import Database
from core.errors import InvalidInput, NotFound
from core.idempotency import Once, once
from core.records import change, fresh
from tests.care.stored import event_types
from tests.factories.care import make_actor as nobody
from tests.factories.care import make_channel, make_customer, make_customer_actor
from tests.factories.community import make_actor
from tests.factories.shifts import make_leave, make_rotation, make_shift
from tests.rivals import overtake

START = datetime(2026, 12, 1, tzinfo=UTC)
DAY = (START, START + timedelta(days=1))
TURNS: dict[str, object] = {
    "name": "Gece",
    "channel_ids": ["chn_1"],
    "member_ids": ["mem_1"],
    "zone": "Europe/Istanbul",
    "starts_on": "2026-12-01",
    "turn_days": 1,
    "minutes": 60,
}


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


async def test_leave_of_over_a_year_is_entered_in_parts(store: Database) -> None:
    member = await make_actor(Role.AGENT)
    longest = LeaveDraft(member_id=member.member, starts_at=START, ends_at=START + timedelta(days=366))
    with pytest.raises(InvalidInput, match="at most 366 days") as refused:
        await enter_leave(member, longest.model_copy(update={"ends_at": longest.ends_at + timedelta(seconds=1)}), once=Once())
    assert (refused.value.path, await leaves_in(SYSTEM, DAY)) == (("ends_at",), [])
    await enter_leave(member, longest, once=Once())
    assert [one.member_id for one in await leaves_in(SYSTEM, DAY)] == [member.member]


async def test_leave_that_two_take_back_at_once_is_told_of_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    member = await make_actor(Role.AGENT)
    leave = await make_leave(member, hour(0), hour(8))

    overtake(monkeypatch, leaves, lambda: cancel_leave(SYSTEM, leave.id, expected_version=leave.version))
    await cancel_leave(SYSTEM, leave.id, expected_version=leave.version + 1)

    assert (await event_types(Leave)).count("LeaveSaved") == 2  # that it was entered, and that it was taken back
    assert await leaves_in(SYSTEM, DAY) == []
    with pytest.raises(NotFound):
        await cancel_leave(SYSTEM, leave.id, expected_version=(await fresh(leave)).version)


@pytest.mark.parametrize(
    ("draft", "given", "path"),
    [
        (ShiftDraft, {"starts_at": hour(8), "ends_at": hour(8), "member_id": "mem_1", "channel_ids": ["chn_1"]}, "ends_at"),
        (LeaveDraft, {"starts_at": hour(8), "ends_at": hour(7), "member_id": "mem_1"}, "ends_at"),
        (LeaveDraft, {"starts_at": "soon", "ends_at": hour(7), "member_id": "mem_1"}, "starts_at"),
        (RotationDraft, TURNS | {"starts": "24:00"}, "starts"),
        (ContactPerson, {"name": "Ayşe", "phone": "abc"}, "phone"),
    ],
)
def test_refusal_names_the_field_that_is_wrong(draft: type[BaseModel], given: dict[str, object], path: str) -> None:
    with pytest.raises(ValidationError) as refused:
        draft.model_validate(given)

    assert [one["loc"] for one in refused.value.errors()] == [(path,)]


async def test_what_is_not_there_is_named(store: Database) -> None:
    channel, member = await make_channel(), await make_actor(Role.AGENT)
    shift = await make_shift(member, channel, hour(0), hour(8))

    with pytest.raises(NotFound, match="no such channel") as refused:
        await set_coverage(SYSTEM, CoverageDraft(channel_id="chn_nowhere"), expected_version=0)
    assert refused.value.path == ("channel_id",)
    with pytest.raises(NotFound, match="no such rotation") as refused:
        await delete_rotation(SYSTEM, "rot_none", expected_version=1)
    assert refused.value.path == ("rotation_id",)
    with pytest.raises(NotFound, match="Nothing was handed over") as refused:
        await acknowledge_handover(member, shift.id, expected_version=1)
    assert refused.value.path == ("shift_id",)
    assert await plans_by_ids(SYSTEM, [f"shf_rot_{'0' * 24}_1", "shf_none"]) == {}


async def test_deleted_channel_needs_nobody(store: Database) -> None:
    channel = await make_channel()
    await change(channel, lambda current: setattr(current, "deleted_at", START))
    with pytest.raises(NotFound):
        await set_coverage(SYSTEM, CoverageDraft(channel_id=channel.id), expected_version=0)


async def test_shift_is_not_taken_over_by_who_has_it(store: Database) -> None:
    member = await make_actor(Role.AGENT)
    shift = await make_shift(member, await make_channel(), hour(0), hour(8))
    with pytest.raises(InvalidInput, match="has the shift already") as refused:
        await take_over_shift(SYSTEM, shift.id, member.member, once=Once())
    assert (refused.value.path, await Shift.count()) == (("member_id",), 1)


async def test_request_sent_twice_at_once_plans_one_shift(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    member, channel = await make_actor(Role.AGENT), await make_channel()
    draft = ShiftDraft(member_id=member.member, channel_ids=[channel.id], starts_at=hour(0), ends_at=hour(8))

    def keyed(given: str) -> Once:
        return once(b"secret", actor="sys", operation="createShift", key="k", given=given)

    overtake(monkeypatch, shifts, lambda: create_shift(SYSTEM, draft, once=keyed("same")), before="duties_in")
    made = await asyncio.gather(*(create_shift(SYSTEM, draft, once=keyed("same")) for _ in range(3)))
    assert {one.id for one in made} == {(await Shift.find_all().to_list())[0].id}
    with pytest.raises(InvalidInput) as refused:
        await create_shift(SYSTEM, draft, once=Once())
    assert (refused.value.path, await Shift.count()) == (("member_id",), 1)


async def test_shift_that_two_cancel_at_once_is_cancelled_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    member = await make_actor(Role.AGENT)
    shift = await make_shift(member, await make_channel(), hour(0), hour(8))

    overtake(monkeypatch, shifts, lambda: cancel_shift(SYSTEM, shift.id, expected_version=shift.version))
    with pytest.raises(NotFound, match="no such shift"):
        await cancel_shift(SYSTEM, shift.id, expected_version=shift.version + 1)

    assert (await event_types(Shift)).count("ShiftCancelled") == 1
    assert await shifts_in(SYSTEM, DAY) == []


async def test_day_of_a_rotation_that_never_comes_is_no_shift(store: Database) -> None:
    member, channel = await make_actor(Role.AGENT), await make_channel()
    rotation = await make_rotation(member, channel=channel, ends_on="2026-12-01")
    (day,) = await shifts_in(SYSTEM, (START, START + timedelta(days=3)))
    later_day = f"{day.id.rpartition('_')[0]}_99"

    assert set(await plans_by_ids(SYSTEM, [day.id, later_day])) == {day.id}
    await delete_rotation(SYSTEM, rotation.id, expected_version=rotation.version)
    assert await plans_by_ids(SYSTEM, [day.id]) == {}


async def test_customer_is_told_nothing_of_who_works_when(store: Database) -> None:
    member = await make_actor(Role.AGENT)
    shift = await make_shift(member, await make_channel(), hour(0), hour(8))
    await write_handover(member, HandoverDraft(shift_id=shift.id, note="İade bekliyor"), expected_version=0)

    assert set(await handovers_of(nobody(), [shift.id])) == {shift.id}
    stranger = make_customer_actor(await make_customer())
    assert (await handovers_of(stranger, [shift.id]), await plans_by_ids(stranger, [shift.id])) == ({}, {})


async def test_range_with_too_many_shifts_is_asked_for_in_parts(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = await make_channel()
    for _ in range(2):
        member = await make_actor(Role.AGENT)
        await make_shift(member, channel, hour(0), hour(8))
        await make_leave(member, hour(12), hour(13))
    monkeypatch.setattr(reading, "MOST_SHIFTS", 2)
    assert (len(await shifts_in(SYSTEM, DAY)), len(await leaves_in(SYSTEM, DAY))) == (2, 2)
    monkeypatch.setattr(reading, "MOST_SHIFTS", 1)
    for ask in (shifts_in, leaves_in):
        with pytest.raises(InvalidInput, match="over 1 of them in this range") as refused:
            await ask(SYSTEM, DAY)
        assert refused.value.path == ("range",)
