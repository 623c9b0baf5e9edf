"""Who is told of the plan of who works when: who was given a shift, and the managers of what nobody covers."""

from auth.actor import Role
from care.documents.channels import Channel
from care.documents.shifts import Shift
from care.shifts.events import CoverageGapAhead, ShiftPlanned
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    handlers.group("notifications.shifts", start="head").on(ShiftPlanned, tell_of_shift).on(CoverageGapAhead, tell_of_gap)


async def tell_of_shift(event: Recorded[ShiftPlanned]) -> None:
    """Tell who was given a shift."""
    shift = await Shift.get(event.fact.shift_id)
    if shift is not None and shift.deleted_at is None:
        when = f"{shift.starts_at:%Y-%m-%d %H:%M} UTC"
        await notify([shift.member_id], NotificationKind.SHIFT_PLANNED, subject=when, target_id=shift.id, cause=event)


async def tell_of_gap(event: Recorded[CoverageGapAhead]) -> None:
    """Tell the managers that within a day nobody will cover a channel for a time."""
    channel = await Channel.get(event.fact.channel_id)
    if channel is not None and channel.deleted_at is None:
        managers = await members_holding((Role.MANAGER,))
        await notify(managers, NotificationKind.COVERAGE_GAP, subject=channel.name, target_id=channel.id, cause=event)
