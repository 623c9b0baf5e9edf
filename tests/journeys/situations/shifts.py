"""Situations of shifts, leave and handovers."""

from datetime import UTC, datetime, timedelta

from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.channels import ChannelKind
from care.documents.shifts import Rotation, Shift
from care.shifts.drafts import HandoverDraft, LeaveDraft, RotationDraft, ShiftDraft
from care.shifts.handovers import write_handover
from care.shifts.leaves import enter_leave
from care.shifts.rotations import create_rotation
from care.shifts.shifts import create_shift
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story, member_like


async def _shift(story: Story, who: str) -> Input:
    day = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=next(story.numbers))
    return {
        "memberId": story.world.members["colleague"],
        "startsAt": day.isoformat(),
        "endsAt": (day + timedelta(hours=8)).isoformat(),
        "channelIds": [story.channel.id],
    }


async def _planned(story: Story, member: str = "colleague") -> Shift:
    day = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=next(story.numbers))
    draft = ShiftDraft(
        member_id=story.world.members[member], channel_ids=[story.channel.id], starts_at=day, ends_at=day + timedelta(hours=8)
    )
    return await create_shift(SYSTEM, draft, once=Once())


async def _take_over(story: Story, who: str) -> Input:
    return {"shiftId": (await _planned(story)).id, "memberId": story.world.members["specialist"]}


async def _cancel_shift(story: Story, who: str) -> Input:
    return {"shiftId": (await _planned(story)).id, "expectedVersion": 1}


async def _rotation(story: Story, who: str) -> Input:
    return {
        "name": f"{MARK} Gece",
        "memberIds": [story.world.members["colleague"], story.world.members["specialist"]],
        "channelIds": [story.channel.id],
        "zone": "Europe/Istanbul",
        "startsOn": "2030-01-01",
        "turnDays": 7,
        "starts": "22:00",
        "minutes": 480,
    }


async def _turned(story: Story) -> Rotation:
    draft = RotationDraft(
        name=f"{MARK} Gündüz",
        member_ids=[story.world.members["colleague"]],
        channel_ids=[story.channel.id],
        zone="Asia/Tehran",
        starts_on="2031-01-01",
        turn_days=1,
        starts=480,
        minutes=60,
    )
    return await create_rotation(SYSTEM, draft, once=Once())


async def _update_rotation(story: Story, who: str) -> Input:
    return {"rotationId": (await _turned(story)).id, **await _rotation(story, who), "expectedVersion": 1}


async def _delete_rotation(story: Story, who: str) -> Input:
    return {"rotationId": (await _turned(story)).id, "expectedVersion": 1}


async def _leave(story: Story, who: str) -> Input:
    member = story.world.members[member_like(story, who)]
    return {"memberId": member, "startsAt": "2032-01-01T00:00:00Z", "endsAt": "2032-01-08T00:00:00Z"}


async def _cancel_leave(story: Story, who: str) -> Input:
    given = await _leave(story, who)
    draft = LeaveDraft(member_id=given["memberId"], starts_at=given["startsAt"], ends_at=given["endsAt"])
    return {"leaveId": (await enter_leave(SYSTEM, draft, once=Once())).id, "expectedVersion": 1}


async def _set_coverage(story: Story, who: str) -> Input:
    number = next(story.numbers)
    draft = ChannelDraft(name=f"{MARK} channel {number}", kind=ChannelKind.X)
    made = await create_channel(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())
    return {"channelId": made.channel.id, "leastMembers": 2, "expectedVersion": 0}


async def _hand_over(story: Story, who: str) -> Input:
    shift = await _planned(story, member_like(story, who))
    return {"shiftId": shift.id, "note": f"{MARK} İki müşteri arayacak.", "expectedVersion": 0}


async def _acknowledge(story: Story, who: str) -> Input:
    shift = await _planned(story)
    draft = HandoverDraft(shift_id=shift.id, note=f"{MARK} İki müşteri arayacak.")
    await write_handover(await story.actor("colleague"), draft, expected_version=0)
    return {"shiftId": shift.id, "expectedVersion": 1}


SITUATIONS: dict[str, Situation] = {
    "createShift": _shift,
    "takeOverShift": _take_over,
    "cancelShift": _cancel_shift,
    "createRotation": _rotation,
    "updateRotation": _update_rotation,
    "deleteRotation": _delete_rotation,
    "enterLeave": _leave,
    "cancelLeave": _cancel_leave,
    "setCoverage": _set_coverage,
    "writeHandover": _hand_over,
    "acknowledgeHandover": _acknowledge,
}
