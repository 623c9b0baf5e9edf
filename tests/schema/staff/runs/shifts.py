"""Runs of the documents about who works when."""

from datetime import UTC, date, datetime

from care.documents.channels import Channel
from care.shifts.coverage import set_coverage
from care.shifts.drafts import CoverageDraft, HandoverDraft
from care.shifts.handovers import write_handover
from tests.factories import care, community, shifts
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World

RANGE = {"from": "2026-12-01T00:00:00Z", "until": "2026-12-02T00:00:00Z"}


def at(hour: int) -> datetime:
    return datetime(2026, 12, 1, hour, tzinfo=UTC)


def shown(hour: int) -> str:
    return f"2026-12-01T{hour:02}:00:00.000Z"


async def _of_the_case(world: World) -> Channel:
    channel = await Channel.get(world.case.channel_id)
    assert channel is not None
    return channel


@run
async def run_create_shift(staff: Staff, world: World) -> None:
    channel = await _of_the_case(world)
    given = {"memberId": world.agent.member, "startsAt": shown(8), "endsAt": shown(16), "channelIds": [channel.id]}
    planned = await staff.do(world.manager, "CreateShift", **given, idempotencyKey="shift-1")
    assert planned == {
        "shift": {
            "id": planned["shift"]["id"],
            "version": 1,
            "startsAt": shown(8),
            "endsAt": shown(16),
            "member": {"id": world.agent.member, "displayName": "Deniz Kaya"},
        },
        "coverageGaps": [],
        "userErrors": [],
    }
    assert await staff.do(world.manager, "CreateShift", **given, idempotencyKey="shift-1") == planned
    skill = await community.make_skill("İade")
    draft = CoverageDraft(channel_id=channel.id, skill_ids=[skill.id])
    await set_coverage(world.manager, draft, expected_version=0)
    later = {**given, "memberId": world.expert.member, "startsAt": shown(16), "endsAt": shown(20)}
    unqualified = await staff.do(world.manager, "CreateShift", **later)
    assert unqualified["coverageGaps"] == [{"startsAt": shown(16), "endsAt": shown(20), "reason": "NOBODY_QUALIFIED"}]


@run
async def run_shifts(staff: Staff, world: World) -> None:
    channel = await _of_the_case(world)
    by_hand = await shifts.make_shift(world.agent, channel, at(0), at(8))
    rotation = await shifts.make_rotation(world.expert, world.mentor, channel=channel, starts="08:00", minutes=480)
    await write_handover(world.agent, HandoverDraft(shift_id=by_hand.id, note="Kargo sorunu sürüyor."), expected_version=0)
    found = (await staff.ask(world.agent, "Shifts", range=RANGE))["shifts"]
    place = [{"id": channel.id, "name": channel.name, "kind": "X"}]
    assert found == [
        {
            "id": by_hand.id,
            "startsAt": shown(0),
            "endsAt": shown(8),
            "member": {"id": world.agent.member, "displayName": "Deniz Kaya"},
            "channels": place,
            "handoverNote": "Kargo sorunu sürüyor.",
        },
        {
            "id": f"{rotation.id.replace('rot_', 'shf_')}-{date(2026, 12, 1).toordinal()}",
            "startsAt": shown(8),
            "endsAt": shown(16),
            "member": {"id": world.expert.member, "displayName": "Ali Rezaei"},
            "channels": place,
            "handoverNote": None,
        },
    ]


@run
async def run_coverage_gaps(staff: Staff, world: World) -> None:
    channel = await _of_the_case(world)
    await shifts.make_shift(world.agent, channel, at(6), at(12))
    await shifts.make_shift(world.expert, channel, at(12), at(18))
    await shifts.make_leave(world.expert, at(14), at(15))
    other = await care.make_channel(name="Narin mağaza")
    found = (await staff.ask(world.manager, "CoverageGaps", range=RANGE))["coverageGaps"]
    mine = [gap for gap in found if gap["channel"]["id"] == channel.id]
    spans = [(shown(0), shown(6)), (shown(14), shown(15)), (shown(18), "2026-12-02T00:00:00.000Z")]
    assert mine == [
        {
            "startsAt": begin,
            "endsAt": end,
            "channel": {"id": channel.id, "name": channel.name},
            "reason": "NOBODY_ON_SHIFT",
        }
        for begin, end in spans
    ]
    assert [(gap["startsAt"], gap["endsAt"]) for gap in found if gap["channel"]["id"] == other.id] == [
        (shown(0), "2026-12-02T00:00:00.000Z")
    ]
