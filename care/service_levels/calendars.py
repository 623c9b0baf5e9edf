"""Business calendars: making and changing the hours that promises are counted in."""

from auth.actor import Actor, Permission
from care.documents.promises import BusinessHours, ExceptionalDay
from care.documents.service_levels import BusinessCalendar
from care.reading.service_levels import require_calendar
from care.service_levels.drafts import CalendarChange, CalendarDraft, ExceptionDraft
from care.service_levels.events import BusinessCalendarChanged
from community.creation import insert_once, made_before
from core.clock import now
from core.errors import LimitReached
from core.idempotency import Once
from core.records import change

MOST_CALENDARS = 100


async def create_calendar(actor: Actor, draft: CalendarDraft, *, once: Once) -> BusinessCalendar:
    """Make a calendar. Raises Forbidden without `sla:manage`, LimitReached, IdempotencyMismatch."""
    actor.require(Permission.SLA_MANAGE)
    if before := await made_before(BusinessCalendar, once.identifier("bcl"), once):
        return before
    if await BusinessCalendar.find({}).limit(MOST_CALENDARS).count() >= MOST_CALENDARS:
        raise LimitReached(f"There are {MOST_CALENDARS} calendars already; change one of them.")
    calendar = BusinessCalendar(
        id=once.identifier("bcl"),
        created_at=now(),
        name=draft.name,
        hours=BusinessHours(zone=draft.zone, week=draft.week, exceptions=_days(draft.exceptions)),
        fingerprint=once.fingerprint,
    )
    calendar.record(BusinessCalendarChanged(calendar_id=calendar.id), actor=actor.id)
    return await insert_once(calendar, once)


async def update_calendar(actor: Actor, draft: CalendarChange, *, expected_version: int) -> BusinessCalendar:
    """Change a calendar, for the cases that get their terms from now on.

    Raises NotFound, Forbidden without `sla:manage`, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)
    calendar = await require_calendar(actor, draft.calendar_id)

    def rule(current: BusinessCalendar) -> None:
        hours = current.hours
        current.name = draft.name or current.name
        current.hours = BusinessHours(
            zone=draft.zone or hours.zone,
            week=draft.week or hours.week,
            exceptions=hours.exceptions if draft.exceptions is None else _days(draft.exceptions),
        )
        current.record(BusinessCalendarChanged(calendar_id=current.id), actor=actor.id)

    return await change(calendar, rule, expected_version=expected_version)


def _days(drafts: list[ExceptionDraft]) -> list[ExceptionalDay]:
    return [ExceptionalDay.model_validate(draft.model_dump()) for draft in drafts]
