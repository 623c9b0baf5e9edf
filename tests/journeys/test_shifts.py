"""Who works when, through the API: shifts, a rotation, leave and who stands in, what is lacking a day ahead, and handing over."""

from datetime import datetime, timedelta
from typing import Any

from auth.actor import Role
from care.shifts.coverage import warn_of_gaps
from community.documents import Member
from core.clock import now
from core.records import change
from tests.factories.care import later, make_channel
from tests.factories.community import make_skill
from tests.journeys.conftest import World

SHIFT = """mutation($input: CreateShiftInput!) { createShift(input: $input) {
  shift { id version } coverageGaps { startsAt endsAt reason } userErrors { code path } } }"""
ROTATION = """mutation($input: CreateRotationInput!) { createRotation(input: $input) {
  rotation { id members { displayName } } userErrors { code path } } }"""
LEAVE = """mutation($input: EnterLeaveInput!) { enterLeave(input: $input) { leave { id } userErrors { code path } } }"""
NEED = """mutation($input: SetCoverageInput!) { setCoverage(input: $input) { rule { version } userErrors { code path } } }"""
TAKE_OVER = """mutation($input: TakeOverShiftInput!) { takeOverShift(input: $input) {
  shift { member { displayName } } userErrors { code path } } }"""
WRITE = """mutation($input: WriteHandoverInput!) { writeHandover(input: $input) {
  handover { version note author { displayName } } userErrors { code path } } }"""
READ = """mutation($input: AcknowledgeHandoverInput!) { acknowledgeHandover(input: $input) {
  handover { acknowledgedBy { displayName } } userErrors { code path } } }"""
PLAN = """query($range: DateTimeRange!) { shifts(range: $range) { id startsAt endsAt member { displayName } rotation { name } }
  coverageGaps(range: $range) { startsAt endsAt reason channel { id } } }"""
DUTY = "query($at: DateTime) { onDuty(at: $at) { member { displayName } channels { id } } }"
TOLD_OF = "{ notifications(first: 20) { nodes { kind target { id } } } }"


def told(moment: datetime) -> str:
    """Write a time as the API does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def know(world: World, name: str, skill_id: str) -> None:
    member = await Member.get(world.members[name])
    assert member is not None

    def learn(current: Member) -> None:
        current.skill_ids = [skill_id]

    await change(member, learn)


async def on_duty(world: World, at: datetime) -> list[str]:
    found = (await world.staff("zeynep").execute(DUTY, at=told(at)))["onDuty"]
    return [one["member"]["displayName"] for one in found]


async def test_plan_shows_who_is_there_and_what_is_lacking_before_it_is(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    await world.join("mert", Role.AGENT)
    manager, channel, skill = world.staff("leyla"), await make_channel(), await make_skill("İade")
    await know(world, "mert", skill.id)
    start = (now() + timedelta(days=2)).replace(hour=6, minute=0, second=0, microsecond=0)

    def hour(number: int) -> datetime:
        return start + timedelta(hours=number)

    need = {"channelId": channel.id, "leastMembers": 1, "skillIds": [skill.id], "expectedVersion": 0}
    assert await world.staff("zeynep").refused(NEED, need) == [("FORBIDDEN", ["input"])]
    assert (await manager.do(NEED, need))["rule"] == {"version": 1}
    given = {"startsAt": told(hour(0)), "endsAt": told(hour(8)), "channelIds": [channel.id], "memberId": world.members["zeynep"]}
    made = await manager.do(SHIFT, given)
    assert made["coverageGaps"] == [{"startsAt": told(hour(0)), "endsAt": told(hour(8)), "reason": "NOBODY_QUALIFIED"}]
    turns: dict[str, Any] = {
        "name": "Akşam",
        "memberIds": [world.members["mert"]],
        "channelIds": [channel.id],
        "zone": "Europe/Istanbul",
    }
    turns |= {"startsOn": start.date().isoformat(), "turnDays": 1, "starts": "17:00", "minutes": 240}
    await manager.do(ROTATION, turns)
    away = {"memberId": world.members["zeynep"], "startsAt": told(hour(2)), "endsAt": told(hour(4))}
    assert await world.staff("mert").refused(LEAVE, away) == [("FORBIDDEN", ["input"])]
    await world.staff("zeynep").do(LEAVE, away)

    span = {"from": told(hour(0)), "until": told(hour(12))}
    plan = await world.staff("zeynep").execute(PLAN, range=span)
    assert [(one["member"]["displayName"], one["startsAt"], one["rotation"]) for one in plan["shifts"]] == [
        ("Zeynep", told(hour(0)), None),
        ("Mert", told(hour(8)), {"name": "Akşam"}),  # 17:00 in Istanbul is 14:00 UTC
    ]
    lacking = [(one["startsAt"], one["endsAt"], one["reason"]) for one in plan["coverageGaps"]]
    assert lacking == [
        (told(hour(0)), told(hour(2)), "NOBODY_QUALIFIED"),
        (told(hour(2)), told(hour(4)), "NOBODY_ON_SHIFT"),
        (told(hour(4)), told(hour(8)), "NOBODY_QUALIFIED"),
    ]
    assert [await on_duty(world, hour(number)) for number in (1, 3, 5, 9, 12)] == [["Zeynep"], [], ["Zeynep"], ["Mert"], []]

    over: dict[str, Any] = {"shiftId": plan["shifts"][0]["id"], "memberId": world.members["mert"]}
    assert (await manager.do(TAKE_OVER, over))["shift"]["member"] == {"displayName": "Mert"}
    mended = await manager.execute(PLAN, range=span)
    assert (mended["coverageGaps"], await on_duty(world, hour(3))) == ([], ["Mert"])


async def test_what_nobody_covers_is_told_a_day_ahead_and_a_shift_is_handed_over_in_writing(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    await world.join("mert", Role.AGENT)
    manager, channel = world.staff("leyla"), await make_channel()
    start = (now() + timedelta(hours=1)).replace(microsecond=0)
    given = {"channelIds": [channel.id], "memberId": world.members["zeynep"]}
    first, second, end = (told(start + timedelta(hours=number)) for number in (-2, 19, 40))
    made = (await manager.do(SHIFT, {**given, "startsAt": first, "endsAt": second}))["shift"]
    await manager.do(SHIFT, {**given, "startsAt": second, "endsAt": end})
    await warn_of_gaps()
    await world.settle()
    assert "COVERAGE_GAP" not in [one["kind"] for one in (await manager.execute(TOLD_OF))["notifications"]["nodes"]]
    later(hours=20)
    for name in ("leyla", "zeynep", "mert"):
        await world.sign_in(name)
    for _ in range(2):
        await warn_of_gaps()
        await world.settle()
    kinds = (await world.staff("leyla").execute(TOLD_OF))["notifications"]["nodes"]
    assert [one["target"]["id"] for one in kinds if one["kind"] == "COVERAGE_GAP"] == [channel.id]

    note = {"shiftId": made["id"], "note": "Depo yarın kapalı.", "expectedVersion": 0}
    assert await world.staff("mert").refused(WRITE, note) == [("FORBIDDEN", ["input"])]
    written = (await world.staff("zeynep").do(WRITE, note))["handover"]
    assert written["author"] == {"displayName": "Zeynep"}
    read = {"shiftId": made["id"], "expectedVersion": written["version"]}
    assert (await world.staff("mert").do(READ, read))["handover"] == {"acknowledgedBy": {"displayName": "Mert"}}
