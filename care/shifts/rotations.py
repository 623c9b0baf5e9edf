"""Rotations: members take turns, day by day or week by week, until the rotation ends."""

from auth.actor import Actor, Permission
from care.documents.shifts import DailyHours, Rotation
from care.reading.shifts import MOST_ROTATIONS, count_rotations, rotations_by_ids
from care.shifts.drafts import RotationDraft
from care.shifts.events import RotationSaved
from care.shifts.shifts import require_channels
from community.creation import insert_once, made_before
from community.members import require_members
from core.clock import now
from core.errors import InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import change


async def create_rotation(actor: Actor, draft: RotationDraft, *, once: Once) -> Rotation:
    """Make a rotation.

    Raises Forbidden without `shift:manage`, InvalidInput for members or channels that are not there and for an end before
    the beginning, LimitReached, IdempotencyMismatch.
    """
    actor.require(Permission.SHIFT_MANAGE)
    identifier = once.identifier("rot")
    if (before := await made_before(Rotation, identifier, once)) is not None:
        return before
    await _require_sound(actor, draft)
    if await count_rotations(actor) >= MOST_ROTATIONS:
        raise LimitReached(f"There are {MOST_ROTATIONS} rotations already; change one of them.")
    rotation = Rotation(id=identifier, created_at=now(), fingerprint=once.fingerprint, **_content(draft))
    rotation.record(RotationSaved(rotation_id=rotation.id), actor=actor.id)
    return await insert_once(rotation, once)


async def update_rotation(actor: Actor, rotation_id: str, draft: RotationDraft, *, expected_version: int) -> Rotation:
    """Write a rotation anew, its past days too: to keep these, end it and make another.

    Raises what `create_rotation` raises, NotFound and Conflict.
    """
    actor.require(Permission.SHIFT_MANAGE)
    rotation = await _require(actor, rotation_id)
    await _require_sound(actor, draft)

    def rule(current: Rotation) -> None:
        for name, value in _content(draft).items():
            setattr(current, name, value)
        current.record(RotationSaved(rotation_id=current.id), actor=actor.id)

    return await change(rotation, rule, expected_version=expected_version)


async def delete_rotation(actor: Actor, rotation_id: str, *, expected_version: int) -> Rotation:
    """Take a rotation out of the plan with all its days, past ones too. Raises Forbidden, NotFound, Conflict."""
    actor.require(Permission.SHIFT_MANAGE)
    rotation = await _require(actor, rotation_id)

    def rule(current: Rotation) -> None:
        current.removed = True
        current.record(RotationSaved(rotation_id=current.id), actor=actor.id)

    return await change(rotation, rule, expected_version=expected_version)


async def _require(actor: Actor, rotation_id: str) -> Rotation:
    found = (await rotations_by_ids(actor, [rotation_id])).get(rotation_id)
    if found is None:
        raise NotFound("There is no such rotation.", path=("rotation_id",))
    return found


async def _require_sound(actor: Actor, draft: RotationDraft) -> None:
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        raise InvalidInput("A rotation must not end before it begins.", path=("ends_on",))
    await require_members(draft.member_ids, path=("member_ids",))
    await require_channels(actor, draft.channel_ids)


def _content(draft: RotationDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "channel_ids": draft.channel_ids,
        "member_ids": draft.member_ids,
        "zone": draft.zone,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "turn_days": draft.turn_days,
        "hours": DailyHours(starts=draft.starts, minutes=draft.minutes, weekdays=draft.weekdays),
    }
