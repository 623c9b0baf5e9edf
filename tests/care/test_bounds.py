"""How many there can be of what a company sets up, and what of it is refused before anything is stored."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from auth.actor import Role
from care import ordered_policies
from care.documents.assignment import AssignmentPolicy
from care.documents.customers import Lifecycle
from care.documents.service_levels import BusinessCalendar, SlaPolicy
from care.documents.shifts import Rotation
from care.mail.settings import EmailSettings
from care.prospects import planning
from care.prospects.planning import PlanDraft, StepDraft, add_step, create_plan
from care.reading import listening as reading_listening
from care.reading.listening import MentionSelection, count_mentions
from care.service_levels import calendars
from care.service_levels.drafts import CalendarDraft, ExceptionDraft
from care.shifts import rotations
from care.shifts.drafts import LeaveDraft, RotationDraft, ShiftDraft
from care.syncs.keeping import CrmSyncDraft
from core.clock import now
from core.database import Database
from core.errors import InvalidInput, LimitReached
from core.idempotency import Once
from core.records import Record, change
from tests.factories import assignment, service_levels
from tests.factories.care import make_actor, make_channel, make_customer
from tests.factories.community import make_actor as join
from tests.factories.community import make_member
from tests.factories.shifts import make_rotation

Make = Callable[[], Awaitable[object]]
ROTATION: dict[str, Any] = {
    "name": "Gündüz", "channel_ids": ["chn_a"], "member_ids": ["mem_a"], "zone": "UTC", "starts_on": "2026-12-01", "turn_days": 1,
    "starts": "08:00", "minutes": 480,
}  # fmt: skip
SERVER = {"host": "mail.narin.example", "port": 465}


async def _rotation() -> object:
    return await make_rotation(await join(Role.AGENT), channel=await make_channel())


MADE: list[tuple[type[Record], ModuleType, str, Make]] = [
    (BusinessCalendar, calendars, "MOST_CALENDARS", service_levels.make_calendar),
    (SlaPolicy, ordered_policies, "MOST_POLICIES", service_levels.make_policy),
    (AssignmentPolicy, ordered_policies, "MOST_POLICIES", assignment.make_policy),
    (Rotation, rotations, "MOST_ROTATIONS", _rotation),
]


@pytest.mark.parametrize(("kind", "module", "bound", "make"), MADE, ids=[row[0].__name__ for row in MADE])
async def test_one_more_than_there_can_be_is_refused(
    store: Database, monkeypatch: pytest.MonkeyPatch, kind: type[Record], module: ModuleType, bound: str, make: Make
) -> None:
    monkeypatch.setattr(module, bound, 2)
    for _ in range(2):
        await make()
    with pytest.raises(LimitReached, match="There are 2 "):
        await make()
    assert await kind.count() == 2


async def test_plan_has_so_many_steps(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = await change(await make_customer(), lambda current: setattr(current, "lifecycle", Lifecycle.PROSPECT))
    step = StepDraft(title="Arayın", owner_id=(await make_member()).id, due_at=now() + timedelta(hours=2))
    plan = await create_plan(make_actor(), PlanDraft(customer_id=customer.id, goal="Kış siparişi", steps=[step]), once=Once())
    monkeypatch.setattr(planning, "MOST_STEPS", 2)

    plan = await add_step(make_actor(), plan.id, step, expected_version=plan.version)
    with pytest.raises(LimitReached, match="at most 2 steps"):
        await add_step(make_actor(), plan.id, step, expected_version=plan.version)
    assert len(plan.steps) == 2


async def test_filter_of_mentions_names_so_many_values(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_listening, "MOST_NAMED", 2)
    manager = make_actor(Role.MANAGER)
    assert await count_mentions(manager, MentionSelection(query_ids=("lsq_1", "lsq_2"))) == 0
    with pytest.raises(InvalidInput, match="Name at most 2 values") as refused:
        await count_mentions(manager, MentionSelection(query_ids=("lsq_1", "lsq_2", "lsq_3")))
    assert refused.value.path == ("filter", "query_id")


def _span(since: datetime, **other: Any) -> dict[str, Any]:
    return {"member_id": "mem_a", "starts_at": since, "ends_at": since + timedelta(hours=1), **other}


@pytest.mark.parametrize(
    ("draft", "given", "message"),
    [
        (LeaveDraft, _span(datetime(1999, 12, 31, tzinfo=UTC)), "Choose a time from 2000 to 2099"),
        (LeaveDraft, _span(datetime(2100, 1, 1, tzinfo=UTC)), "Choose a time from 2000 to 2099"),
        (ShiftDraft, _span(datetime(2026, 12, 1, tzinfo=UTC), channel_ids=[]), "Name at least one"),
        (RotationDraft, ROTATION | {"starts_on": "1999-12-31"}, "Choose a day from 2000 to 2099"),
        (RotationDraft, ROTATION | {"ends_on": "2100-01-01"}, "Choose a day from 2000 to 2099"),
        (RotationDraft, ROTATION | {"member_ids": []}, "Name at least one"),
        (RotationDraft, ROTATION | {"weekdays": []}, "Name days from 1 (Monday) to 7 (Sunday), at least one"),
        (RotationDraft, ROTATION | {"weekdays": [0, 1]}, "Name days from 1 (Monday) to 7 (Sunday), at least one"),
        (RotationDraft, ROTATION | {"starts": "24:00"}, "A day's hours begin from 00:00 to 23:59"),
        (
            ExceptionDraft,
            {"day": "2026-12-31", "name": "Yılbaşı", "blocks": [{"opens": 600, "closes": 540}]},
            "Blocks of a day must not overlap, and each must open before it closes",
        ),
        (CrmSyncDraft, {"name": "SAP", "system": "SAP", "url": "https://crm.example/a#b"}, "The URL must end before the #"),
        (
            EmailSettings,
            {"address": "destek@narin.example", "smtp": SERVER, "imap": SERVER},
            "A mailbox is opened by a user and a password",
        ),
        (
            EmailSettings,
            {"address": "destek+kargo@narin.example", "smtp": SERVER},
            "Give the address without a +; what follows it is ours to use",
        ),
    ],
)
def test_draft_says_what_is_wrong_with_it(draft: type[BaseModel], given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        draft.model_validate(given)
    assert {error["msg"] for error in refused.value.errors()} == {message}


def test_days_of_a_rotation_are_each_there_once_and_in_order() -> None:
    assert RotationDraft.model_validate(ROTATION | {"weekdays": [5, 1, 5]}).weekdays == [1, 5]
    assert RotationDraft.model_validate(ROTATION).weekdays == [1, 2, 3, 4, 5, 6, 7]


def test_day_of_a_calendar_may_have_hours_of_its_own() -> None:
    blocks = [{"opens": 600, "closes": 720}, {"opens": 780, "closes": 900}]
    day = {"day": "2026-12-31", "name": "Yılbaşı", "blocks": blocks}
    given = {"name": "Ofis", "zone": "UTC", "week": service_levels.OFFICE, "exceptions": [day]}
    assert CalendarDraft.model_validate(given).exceptions[0].model_dump() == day
