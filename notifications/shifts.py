"""Who is told of the plan of who works when: who was given a shift or has it no more, and the managers of what nobody covers."""

from auth.actor import SYSTEM, Role
from care.documents.channels import Channel
from care.documents.shifts import Shift
from care.reading.shifts import plans_by_ids
from care.shifts.events import CoverageGapAhead, ShiftCancelled, ShiftPlanned
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.shifts", start="head")
    told.on(ShiftPlanned, tell_of_shift).on(ShiftCancelled, tell_of_cancelling).on(CoverageGapAhead, tell_of_gap)


async def tell_of_shift(event: Recorded[ShiftPlanned]) -> None:
    """Tell who was given a shift, and from whom it was taken over."""
    shift = await Shift.get(event.fact.shift_id)
    if shift is None or shift.deleted_at is not None:
        return
    await notify([shift.member_id], NotificationKind.SHIFT_PLANNED, subject=_when(shift), target_id=shift.id, cause=event)
    before = await plans_by_ids(SYSTEM, [shift.replaces] if shift.replaces else [])
    theirs = [plan.member_id for plan in before.values()]
    await notify(theirs, NotificationKind.SHIFT_CANCELLED, subject=_when(shift), target_id=shift.id, cause=event)


async def tell_of_cancelling(event: Recorded[ShiftCancelled]) -> None:
    """Tell whose shift will not take place."""
    shift = await Shift.get(event.fact.shift_id)
    if shift is not None:
        mine, kind = [event.fact.member_id], NotificationKind.SHIFT_CANCELLED
        await notify(mine, kind, subject=_when(shift), target_id=shift.id, cause=event)


def _when(shift: Shift) -> str:
    return f"{shift.starts_at:%Y-%m-%d %H:%M} UTC"


async def tell_of_gap(event: Recorded[CoverageGapAhead]) -> None:
    """Tell the managers that within a day nobody will cover a channel for a time."""
    channel = await Channel.get(event.fact.channel_id)
    if channel is not None and channel.deleted_at is None:
        managers = await members_holding((Role.MANAGER,))
        await notify(managers, NotificationKind.COVERAGE_GAP, subject=channel.name, target_id=channel.id, cause=event)
