"""Shifts, rotations and leave for tests, made by the operations."""

from datetime import datetime
from typing import Any

from auth.actor import SYSTEM, Actor
from care.documents.channels import Channel
from care.documents.shifts import Leave, Rotation, Shift
from care.shifts.drafts import LeaveDraft, RotationDraft, ShiftDraft
from care.shifts.leaves import enter_leave
from care.shifts.rotations import create_rotation
from care.shifts.shifts import create_shift
from core.idempotency import Once


async def make_shift(member: Actor, channel: Channel, starts_at: datetime, ends_at: datetime) -> Shift:
    """Plan a shift by hand."""
    draft = ShiftDraft(member_id=member.member, channel_ids=[channel.id], starts_at=starts_at, ends_at=ends_at)
    return await create_shift(SYSTEM, draft, once=Once())


async def make_rotation(*members: Actor, channel: Channel, **overrides: Any) -> Rotation:
    """Let members take turns day by day from 1 December 2026 on, 08:00 to 16:00 in UTC unless told."""
    given = {
        "name": "Gündüz",
        "channel_ids": [channel.id],
        "member_ids": [member.member for member in members],
        "zone": "UTC",
        "starts_on": "2026-12-01",
        "turn_days": 1,
        "starts": "08:00",
        "minutes": 480,
    }
    return await create_rotation(SYSTEM, RotationDraft.model_validate(given | overrides), once=Once())


async def make_leave(member: Actor, starts_at: datetime, ends_at: datetime) -> Leave:
    """Let a member be away."""
    return await enter_leave(SYSTEM, LeaveDraft(member_id=member.member, starts_at=starts_at, ends_at=ends_at), once=Once())
