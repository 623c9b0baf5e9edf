"""Leave: members enter when they are away, and are on no shift then."""

from auth.actor import Actor, Permission
from care.documents.shifts import Leave
from care.reading.shifts import leaves_by_ids
from care.shifts.drafts import LONGEST_LEAVE, LeaveDraft
from care.shifts.events import LeaveSaved
from community.creation import insert_once, made_before
from community.members import require_members
from core.clock import now
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change


async def enter_leave(actor: Actor, draft: LeaveDraft, *, once: Once) -> Leave:
    """Enter when a member is away.

    Raises Forbidden for another member's without `shift:manage`, InvalidInput for a member who is not there and for over a
    year, IdempotencyMismatch.
    """
    _require_right(actor, draft.member_id)
    identifier = once.identifier("lve")
    if (before := await made_before(Leave, identifier, once)) is not None:
        return before
    if draft.ends_at - draft.starts_at > LONGEST_LEAVE:
        raise InvalidInput(f"A leave has at most {LONGEST_LEAVE.days} days; enter the next one by itself.", path=("ends_at",))
    await require_members([draft.member_id], path=("member_id",))
    leave = Leave(
        id=identifier,
        created_at=now(),
        member_id=draft.member_id,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        fingerprint=once.fingerprint,
    )
    leave.record(LeaveSaved(leave_id=leave.id, member_id=leave.member_id), actor=actor.id)
    return await insert_once(leave, once)


async def cancel_leave(actor: Actor, leave_id: str, *, expected_version: int) -> Leave:
    """Take a leave back. Raises NotFound, Forbidden for another member's without `shift:manage`, Conflict."""
    leave = (await leaves_by_ids(actor, [leave_id])).get(leave_id)
    if leave is None:
        raise NotFound("There is no such leave.", path=("leave_id",))
    _require_right(actor, leave.member_id)

    def rule(current: Leave) -> None:
        if current.deleted_at is None:
            current.deleted_at = now()
            current.record(LeaveSaved(leave_id=current.id, member_id=current.member_id), actor=actor.id)

    return await change(leave, rule, expected_version=expected_version)


def _require_right(actor: Actor, member_id: str) -> None:
    if not actor.may(Permission.SHIFT_MANAGE) and (actor.member_id is None or actor.member_id != member_id):
        raise Forbidden("You need the permission shift:manage to say when somebody else is away.")
