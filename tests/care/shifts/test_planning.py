import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from auth.accounts import disable_account, enable_account
from auth.actor import SYSTEM, Role
from auth.documents import Account, AccountKind
from care.documents.channels import Channel
from care.documents.shifts import CoverageRule, Shift
from care.reading.shifts import coverage_gaps, leaves_in, members_on_duty, plans_by_ids, shifts_in
from care.shifts.coverage import set_coverage, warn_of_gaps
from care.shifts.drafts import CoverageDraft, HandoverDraft, LeaveDraft, RotationDraft, ShiftDraft
from care.shifts.handovers import acknowledge_handover, write_handover
from care.shifts.leaves import cancel_leave, enter_leave
from care.shifts.rotations import delete_rotation, update_rotation
from care.shifts.shifts import cancel_shift, create_shift, take_over_shift
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.ids import with_prefix
from core.records import save
from tests.community.watching import facts
from tests.factories.care import later, make_channel
from tests.factories.community import make_actor
from tests.factories.shifts import make_leave, make_rotation, make_shift

START = datetime(2026, 12, 1, tzinfo=UTC)
DAY = (START, START + timedelta(days=1))


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


async def shown(span: tuple[datetime, datetime] = DAY) -> list[tuple[str, datetime]]:
    return [(plan.member_id, plan.starts_at) for plan in await shifts_in(SYSTEM, span)]


async def open_spans(channel: Channel) -> list[tuple[datetime, datetime]]:
    found = await coverage_gaps(SYSTEM, DAY, channel_ids=[channel.id])
    return [(gap.starts_at, gap.ends_at) for gap in found]


async def test_shifts_rotations_and_leave_make_the_plan(store: Database) -> None:
    channel = await make_channel()
    early, late = await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    await make_shift(early, channel, hour(0), hour(8))
    rotation = await make_rotation(late, early, channel=channel)
    await make_leave(late, hour(10), hour(12))

    assert await shown() == [(early.member, hour(0)), (late.member, hour(8))]
    assert await members_on_duty(hour(9)) == {late.member: {channel.id}}
    assert await members_on_duty(hour(11)) == {}
    assert await open_spans(channel) == [(hour(10), hour(12)), (hour(16), hour(24))]
    assert [leave.member_id for leave in await leaves_in(SYSTEM, DAY)] == [late.member]

    await delete_rotation(SYSTEM, rotation.id, expected_version=1)
    assert await shown() == [(early.member, hour(0))]


async def test_one_takes_a_rotations_day_over_and_gives_it_back(store: Database) -> None:
    channel = await make_channel()
    regular, other, third = [await make_actor(Role.AGENT) for _ in range(3)]
    await make_rotation(regular, channel=channel)
    (day,) = await shifts_in(SYSTEM, DAY)

    ends = await asyncio.gather(
        *(take_over_shift(SYSTEM, day.id, one.member, once=Once()) for one in (other, third)), return_exceptions=True
    )

    assert sorted(type(end).__name__ for end in ends) == ["AlreadyDone", "Shift"]
    (taken,) = [end for end in ends if isinstance(end, Shift)]
    assert await shown() == [(taken.member_id, hour(8))]
    with pytest.raises(InvalidInput, match="a day of a rotation"):
        await cancel_shift(SYSTEM, day.id, expected_version=1)
    await cancel_shift(SYSTEM, taken.id, expected_version=1)
    assert await shown() == [(regular.member, hour(8))]
    with pytest.raises(NotFound):
        await cancel_shift(SYSTEM, taken.id, expected_version=2)


async def test_what_can_not_be_planned_is_refused_by_name(store: Database) -> None:
    channel, member, other = await make_channel(), await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    await make_shift(member, channel, hour(0), hour(8))

    async def refused(path: str, **overrides: object) -> None:
        draft = ShiftDraft(member_id=other.member, channel_ids=[channel.id], starts_at=hour(4), ends_at=hour(9))
        with pytest.raises(InvalidInput) as caught:
            await create_shift(SYSTEM, draft.model_copy(update=overrides), once=Once())
        assert caught.value.path == (path,)

    await refused("member_id", member_id=member.member)
    await refused("member_id", member_id="mem_nobody")
    await refused("channel_ids", channel_ids=[channel.id, "chn_nowhere"])
    await refused("ends_at", ends_at=hour(29))
    with pytest.raises(ValueError, match="must end after it begins"):
        ShiftDraft(member_id=member.member, channel_ids=[channel.id], starts_at=hour(2), ends_at=hour(2))
    with pytest.raises(ValueError, match="no such time zone"):
        RotationDraft.model_validate({"zone": "Mars/Olympus", "starts": "25:00"})
    with pytest.raises(Forbidden):
        await make_shift_as(other, channel)
    assert await Shift.find({}).count() == 1


async def make_shift_as(actor: object, channel: Channel) -> None:
    draft = ShiftDraft(member_id="mem_x", channel_ids=[channel.id], starts_at=hour(0), ends_at=hour(1))
    await create_shift(actor, draft, once=Once())  # type: ignore[arg-type]  # any actor of a test


async def test_rotation_is_written_anew(store: Database) -> None:
    channel, one, two = await make_channel(), await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    rotation = await make_rotation(one, channel=channel)
    draft = RotationDraft(
        name="Gece",
        member_ids=[two.member],
        channel_ids=[channel.id],
        zone="Asia/Tehran",
        starts_on="2026-12-01",
        ends_on="2026-12-01",
        turn_days=1,
        starts=0,
        minutes=60,
    )

    changed = await update_rotation(SYSTEM, rotation.id, draft, expected_version=1)

    assert changed.version == 2
    assert await shown((hour(-24), hour(48))) == [(two.member, hour(-3.5))]
    with pytest.raises(Conflict):
        await update_rotation(SYSTEM, rotation.id, draft, expected_version=1)
    with pytest.raises(InvalidInput):
        await update_rotation(SYSTEM, rotation.id, draft.model_copy(update={"ends_on": "2026-11-01"}), expected_version=2)


async def test_leave_is_ones_own_affair_or_the_managers(store: Database) -> None:
    member, other, manager = await make_actor(Role.AGENT), await make_actor(Role.AGENT), await make_actor(Role.MANAGER)
    draft = LeaveDraft(member_id=member.member, starts_at=hour(0), ends_at=hour(48))

    leave = await enter_leave(member, draft, once=Once())
    with pytest.raises(Forbidden):
        await enter_leave(other, draft, once=Once())
    with pytest.raises(Forbidden):
        await cancel_leave(other, leave.id, expected_version=1)
    await cancel_leave(manager, leave.id, expected_version=1)

    assert await leaves_in(SYSTEM, DAY) == []


async def test_need_of_a_channel_is_set_by_version(store: Database) -> None:
    channel, agent = await make_channel(), await make_actor(Role.AGENT)
    await make_shift(agent, channel, hour(0), hour(24))
    assert await open_spans(channel) == []

    rule = await set_coverage(SYSTEM, CoverageDraft(channel_id=channel.id, least_members=2), expected_version=0)

    assert rule.version == 1
    assert await open_spans(channel) == [DAY]
    with pytest.raises(Conflict):
        await set_coverage(SYSTEM, CoverageDraft(channel_id=channel.id), expected_version=0)
    await set_coverage(SYSTEM, CoverageDraft(channel_id=channel.id, least_members=0), expected_version=1)
    assert await open_spans(channel) == []
    with pytest.raises(InvalidInput):
        await set_coverage(SYSTEM, CoverageDraft(channel_id=channel.id, skill_ids=["skl_none"]), expected_version=2)


async def test_what_nobody_covers_is_told_a_day_ahead_once(store: Database) -> None:
    channel, agent = await make_channel(), await make_actor(Role.AGENT)
    assert await warn_of_gaps() == 0
    begin = now()
    await make_shift(agent, channel, begin, begin + timedelta(hours=24))
    await make_shift(agent, channel, begin + timedelta(hours=24), begin + timedelta(hours=25))
    await make_shift(agent, channel, begin + timedelta(hours=26), begin + timedelta(hours=48))
    await make_shift(agent, channel, begin + timedelta(hours=48), begin + timedelta(hours=72))

    assert await warn_of_gaps() == 0
    later(hours=2)
    assert [await warn_of_gaps() for _ in range(3)] == [1, 0, 0]
    rule = await CoverageRule.find_one({"channel_id": channel.id})
    assert rule is not None
    assert await facts(store, "coverage_rules", rule.id) == [("CoverageGapAhead", {"channel_id": channel.id})]
    later(hours=30)
    assert await warn_of_gaps() == 0
    later(hours=20)
    assert [await warn_of_gaps(), await warn_of_gaps()] == [1, 0]
    for _ in range(2):
        later(hours=20)
        assert await warn_of_gaps() == 0


async def test_each_gap_of_a_day_is_told_and_one_that_opens_again(store: Database) -> None:
    channel, agent = await make_channel(), await make_actor(Role.AGENT)
    begin = now()
    await make_shift(agent, channel, begin, begin + timedelta(hours=20))
    await make_shift(agent, channel, begin + timedelta(hours=21), begin + timedelta(hours=30))
    await make_shift(agent, channel, begin + timedelta(hours=31), begin + timedelta(hours=55))
    assert [await warn_of_gaps(), await warn_of_gaps()] == [1, 0]
    later(hours=8)
    assert [await warn_of_gaps(), await warn_of_gaps()] == [1, 0]

    leave = await make_leave(agent, begin + timedelta(hours=9), begin + timedelta(hours=10))
    assert [await warn_of_gaps(), await warn_of_gaps()] == [1, 0]
    await cancel_leave(SYSTEM, leave.id, expected_version=1)
    assert await warn_of_gaps() == 0
    await make_leave(agent, begin + timedelta(hours=9), begin + timedelta(hours=10))
    assert [await warn_of_gaps(), await warn_of_gaps()] == [1, 0]


async def test_who_can_not_sign_in_any_more_is_on_no_duty(store: Database) -> None:
    channel = await make_channel()
    leaving, staying = await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    account = Account(id=with_prefix("acc", leaving.member), created_at=START, kind=AccountKind.MEMBER, name="Eski")
    await save(account)
    await make_shift(leaving, channel, hour(0), hour(12))
    await make_shift(staying, channel, hour(12), hour(24))
    assert await open_spans(channel) == []

    await disable_account(SYSTEM, account.id)
    assert await open_spans(channel) == [(hour(0), hour(12))]
    assert await members_on_duty(hour(1)) == {}
    assert await shown() == [(leaving.member, hour(0)), (staying.member, hour(12))]

    await enable_account(SYSTEM, account.id)
    assert await members_on_duty(hour(1)) == {leaving.member: {channel.id}}


async def test_note_is_handed_over_and_read_once(store: Database) -> None:
    channel = await make_channel()
    leaving, coming, other = [await make_actor(Role.AGENT) for _ in range(3)]
    await make_rotation(leaving, channel=channel)
    (day,) = await shifts_in(SYSTEM, DAY)
    draft = HandoverDraft(shift_id=day.id, note="İki müşteri arayacak.")
    with pytest.raises(Forbidden):
        await write_handover(other, draft, expected_version=0)

    note = await write_handover(leaving, draft, expected_version=0)
    with pytest.raises(Conflict):
        await write_handover(leaving, draft, expected_version=0)
    with pytest.raises(Forbidden):
        await acknowledge_handover(leaving, day.id, expected_version=note.version)
    read = await acknowledge_handover(coming, day.id, expected_version=note.version)
    with pytest.raises(AlreadyDone):
        await acknowledge_handover(other, day.id, expected_version=read.version)

    assert (read.acknowledged_by, read.note) == (coming.member, "İki müşteri arayacak.")
    anew = await write_handover(leaving, draft.model_copy(update={"note": "Üç."}), expected_version=read.version)
    assert (anew.note, anew.acknowledged_at) == ("Üç.", None)


async def test_only_the_company_sees_the_plan(store: Database) -> None:
    channel, agent = await make_channel(), await make_actor(Role.AGENT)
    shift = await make_shift(agent, channel, hour(0), hour(8))
    service = await make_actor()

    assert set(await plans_by_ids(service, [shift.id, "shf_none", "nonsense"])) == {shift.id}
    for span in ((hour(1), hour(1)), (hour(0), hour(24 * 93))):
        with pytest.raises(InvalidInput):
            await shifts_in(SYSTEM, span)
