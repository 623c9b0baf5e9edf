"""Calendars and policies for tests, made by the operations."""

from typing import Any

from auth.actor import Role
from care.documents.service_levels import BusinessCalendar, SlaPolicy
from care.service_levels.calendars import create_calendar
from care.service_levels.drafts import CalendarDraft, PolicyDraft
from care.service_levels.sla_policies import create_policy
from core.idempotency import Once
from tests.factories.care import make_actor

OFFICE = [{"weekday": day, "opens": 540, "closes": 1080} for day in range(1, 6)]
"""Monday to Friday, 9 to 18."""
NO_HALT: dict[str, Any] = {"halts": []}


async def make_calendar(**overrides: Any) -> BusinessCalendar:
    """Make a calendar of an office in İstanbul."""
    given = {"name": "Ofis", "zone": "Europe/Istanbul", "week": OFFICE}
    return await create_calendar(make_actor(Role.MANAGER), CalendarDraft.model_validate({**given, **overrides}), once=Once())


async def make_policy(name: str = "Öncelikli müşteriler", **given: Any) -> SlaPolicy:
    """Make a policy; clocks not given are the product's."""
    draft = PolicyDraft.model_validate({"name": name, **given})
    return await create_policy(make_actor(Role.MANAGER), draft, once=Once())
