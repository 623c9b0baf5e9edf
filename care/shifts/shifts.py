"""Planning shifts by hand: making them, taking over one that somebody else has, cancelling."""

import asyncio

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.shifts import Shift
from care.duty import Plan, day_of_rotation
from care.reading.shifts import duties_in, plans_by_ids, require_plan
from care.shifts.drafts import LONGEST_SHIFT, ShiftDraft
from care.shifts.events import ShiftCancelled, ShiftPlanned
from community.creation import insert_once, made_before
from community.members import require_members
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.outcomes import outcome
from core.records import change


async def create_shift(actor: Actor, draft: ShiftDraft, *, once: Once) -> Shift:
    """Plan a shift.

    Raises Forbidden without `shift:manage`, InvalidInput for a member or channel that is not there, for over 24 hours,
    and when the member is on a shift then already; IdempotencyMismatch.
    """
    actor.require(Permission.SHIFT_MANAGE)
    identifier = once.identifier("shf")
    span = (draft.starts_at, min(draft.ends_at, draft.starts_at + LONGEST_SHIFT))
    made, member, channels, parts = await asyncio.gather(
        outcome(made_before(Shift, identifier, once)),
        outcome(require_members([draft.member_id], path=("member_id",))),
        outcome(require_channels(actor, draft.channel_ids)),
        duties_in(span),
    )
    if (before := made.take()) is not None:
        return before
    if draft.ends_at > span[1]:
        raise InvalidInput("A shift has at most 24 hours.", path=("ends_at",))
    member.take()
    channels.take()
    if taken := await _taken_by_equal_request(draft.member_id, parts, identifier, once):
        return taken
    shift = Shift(
        id=identifier,
        created_at=now(),
        member_id=draft.member_id,
        channel_ids=draft.channel_ids,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        fingerprint=once.fingerprint,
    )
    shift.record(ShiftPlanned(shift_id=shift.id, member_id=shift.member_id), actor=actor.id)
    return await insert_once(shift, once)


async def take_over_shift(actor: Actor, shift_id: str, member_id: str, *, once: Once) -> Shift:
    """Let somebody else work a shift, one made by hand or a rotation's day; a shift of its own takes its place.

    Raises Forbidden without `shift:manage`, NotFound, AlreadyDone when somebody took it over before, InvalidInput for a
    member who is not there, has the shift already or is on another one then, IdempotencyMismatch.
    """
    actor.require(Permission.SHIFT_MANAGE)
    identifier = once.identifier("shf")
    if (before := await made_before(Shift, identifier, once)) is not None:
        return before
    known, member = await asyncio.gather(
        outcome(require_plan(actor, shift_id)), outcome(require_members([member_id], path=("member_id",)))
    )
    plan = known.take()
    member.take()
    if member_id == plan.member_id:
        raise InvalidInput("This member has the shift already.", path=("member_id",))
    parts = await duties_in((plan.starts_at, plan.ends_at))
    if taken := await _taken_by_equal_request(member_id, parts, identifier, once):
        return taken
    shift = Shift(
        id=identifier,
        created_at=now(),
        member_id=member_id,
        channel_ids=list(plan.channel_ids),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        replaces=plan.id,
        fingerprint=once.fingerprint,
    )
    shift.record(ShiftPlanned(shift_id=shift.id, member_id=member_id), actor=actor.id)
    try:
        return await insert_once(shift, once)
    except DuplicateKeyError:
        raise AlreadyDone("Somebody took this shift over already.", path=("shift_id",)) from None


async def cancel_shift(actor: Actor, shift_id: str, *, expected_version: int) -> Shift:
    """Let a shift not take place; one that took the place of another gives it back.

    Raises Forbidden without `shift:manage`, NotFound, InvalidInput for a rotation's day, Conflict.
    """
    actor.require(Permission.SHIFT_MANAGE)
    if day_of_rotation(shift_id) is not None and shift_id in await plans_by_ids(actor, [shift_id]):
        raise InvalidInput("This is a day of a rotation: let somebody take it over, or change the rotation.", path=("shift_id",))
    shift = await Shift.get(shift_id)
    if shift is None or shift.deleted_at is not None:
        raise NotFound("There is no such shift.", path=("shift_id",))

    def rule(current: Shift) -> None:
        if current.deleted_at is not None:
            raise NotFound("There is no such shift.", path=("shift_id",))
        current.deleted_at, current.replaces = now(), None
        current.record(ShiftCancelled(shift_id=current.id, member_id=current.member_id), actor=actor.id)

    return await change(shift, rule, expected_version=expected_version)


async def require_channels(actor: Actor, channel_ids: list[str]) -> None:
    """Refuse ids that no channel has; InvalidInput names them."""
    found = await read_channels(actor, channel_ids)
    unknown = [one for one in channel_ids if one not in found or found[one].deleted_at is not None]
    if unknown:
        raise InvalidInput(f"There is no channel with the id {', '.join(unknown)[:200]}.", path=("channel_ids",))


async def _taken_by_equal_request(member_id: str, parts: list[Plan], identifier: str, once: Once) -> Shift | None:
    """Refuse a member who is on a shift then, unless an equal request was faster: give the shift that one made."""
    if not any(part.member_id == member_id for part in parts):
        return None
    if (before := await made_before(Shift, identifier, once)) is not None:
        return before
    raise InvalidInput("This member is on a shift then already; choose another time or member.", path=("member_id",))
