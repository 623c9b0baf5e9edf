"""Calendars and policies: who may make them, what is refused, and the order in which they are tried."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.documents.promises import DEFAULT_TERMS, TargetKind
from care.documents.service_levels import BusinessCalendar, SlaOrder, SlaPolicy
from care.reading.service_levels import count_policies, list_calendars, list_policies, policies_by_ids, policies_in_order
from care.service_levels.calendars import create_calendar, update_calendar
from care.service_levels.drafts import CalendarChange, CalendarDraft, PolicyChange, PolicyDraft
from care.service_levels.sla_policies import archive_policy, create_policy, reorder_policies, update_policy
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.care.stored import everything
from tests.factories import community as people
from tests.factories.care import make_actor, make_channel
from tests.factories.service_levels import OFFICE, make_calendar, make_policy

MANAGER = make_actor(Role.MANAGER)
NO_ZONE = "There is no such time zone; take one of the IANA database, such as Europe/Istanbul"
DISORDERED = "Blocks of a day must not overlap, and each must open before it closes"
KINDS = (BusinessCalendar, SlaOrder, SlaPolicy)


def keyed(given: Any) -> Once:
    return once(b"secret", actor="mem_1", operation="create", key="k", given=given)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zone": "Europe/Atlantis"}, NO_ZONE),
        ({"zone": "../../etc/passwd"}, NO_ZONE),
        ({"week": [{"weekday": 1, "opens": "9:00", "closes": "18:00"}]}, "Write the time as 09:30, up to 24:00"),
        ({"week": [{"weekday": 1, "opens": "09:00", "closes": "24:01"}]}, DISORDERED),
        ({"week": []}, "Open for at least 60 minutes a week"),
        ({"week": [{"weekday": 8, "opens": 0, "closes": 600}]}, "Days of the week are 1, Monday, to 7, Sunday"),
        ({"week": [{"weekday": 1, "opens": 600, "closes": 540}]}, DISORDERED),
        ({"week": [{"weekday": 1, "opens": 0, "closes": 1441}]}, DISORDERED),
        (
            {"week": [{"weekday": 1, "opens": 0, "closes": 600}, {"weekday": 1, "opens": 599, "closes": 700}]},
            DISORDERED,
        ),
        ({"exceptions": [{"day": "31.12.2026", "name": "Yılbaşı"}]}, "Write the day as 2026-12-31"),
        ({"exceptions": [{"day": "2027-01-01", "name": "a"}, {"day": "2027-01-01", "name": "b"}]}, "Name each day once"),
    ],
)  # fmt: skip
def test_calendar_that_can_t_be_counted_by_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        CalendarDraft.model_validate({"name": "Ofis", "zone": "Europe/Istanbul", "week": OFFICE, **changes})

    assert [error["msg"] for error in refusal.value.errors()] == [message]


@pytest.mark.parametrize(
    ("clock", "message"),
    [
        ({"target_minutes": 0}, "Input should be greater than or equal to 1"),
        ({"target_minutes": 129_601}, "Input should be less than or equal to 129600"),
        ({"breach_targets": [{"kind": "MEMBER"}]}, "A target of the kind MEMBER, and only that, names a member"),
        ({"breach_targets": [{"kind": "ROLE"}]}, "A target of the kind ROLE, and only that, names a role"),
        ({"breach_targets": [{"kind": "MANAGERS", "role": "AGENT"}]}, "A target of the kind ROLE, and only that, names a role"),
        ({"warnings": [{"elapsed_percent": 100, "targets": [{"kind": "ASSIGNEE"}]}]}, "Input should be less than or equal to 99"),
        ({"warnings": [{"elapsed_percent": 50, "targets": [{"kind": "ASSIGNEE"}]}] * 2}, "Warn at each share of the time once"),
    ],
)
def test_terms_that_can_t_be_kept_are_refused(clock: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        PolicyDraft.model_validate({"name": "Herkes", "first_response": clock})

    assert [error["msg"] for error in refusal.value.errors()] == [message]


async def test_what_a_policy_leaves_out_is_the_product_s(store: Database) -> None:
    policy = await make_policy(resolution={"target_minutes": 600}, conditions={"tags": ["Ürün İadesi"]})

    assert policy.first_response == DEFAULT_TERMS["first_response"]
    assert policy.resolution == DEFAULT_TERMS["resolution"].model_copy(update={"target_minutes": 600})
    assert policy.conditions.tags == ["urun-iadesi"]
    assert [target.kind for target in policy.resolution.breach_targets] == [TargetKind.ASSIGNEE, TargetKind.MANAGERS]


@pytest.mark.parametrize("role", [Role.AGENT, Role.MENTOR, Role.TRAINEE, Role.EXPERT, Role.AGENCY, Role.HR])
async def test_managers_alone_make_policies_and_a_refusal_leaves_no_trace(store: Database, role: Role) -> None:
    policy, calendar, actor = await make_policy(), await make_calendar(), make_actor(role)
    before = await everything(*KINDS)

    with pytest.raises(Forbidden):
        await create_policy(actor, PolicyDraft(name="Herkes"), once=Once())
    with pytest.raises(Forbidden):
        await update_policy(actor, PolicyChange(policy_id=policy.id, name="Başka"), expected_version=1)
    with pytest.raises(Forbidden):
        await archive_policy(actor, policy.id, expected_version=1)
    with pytest.raises(Forbidden):
        await reorder_policies(actor, [policy.id], expected_version=0)
    with pytest.raises(Forbidden):
        await create_calendar(actor, CalendarDraft(name="Ofis", zone="UTC", week=calendar.hours.week), once=Once())
    with pytest.raises(Forbidden):
        await update_calendar(actor, CalendarChange(calendar_id=calendar.id, name="Başka"), expected_version=1)

    assert await everything(*KINDS) == before


async def test_what_is_named_must_be_there(store: Database) -> None:
    missing = {"kind": "MEMBER", "member_id": "mem_nobody"}
    cases: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({"conditions": {"channel_ids": ["chn_none"]}}, ("conditions", "channel_ids", "0")),
        ({"resolution": {"target_minutes": 5, "calendar_id": "bcl_none"}}, ("resolution", "calendar_id")),
        ({"first_response": {"target_minutes": 5, "breach_targets": [missing]}}, ("first_response", "breach_targets")),
        (
            {"next_response": {"target_minutes": 5, "escalations": [{"after_minutes": 5, "targets": [missing]}]}},
            ("next_response", "escalations"),
        ),
    ]
    for given, path in cases:
        with pytest.raises(InvalidInput) as refusal:
            await make_policy(**given)
        assert refusal.value.path == path
    assert await SlaPolicy.find({}).count() == 0


async def test_who_is_told_may_be_named(store: Database) -> None:
    member, channel = await people.make_member(), await make_channel()
    named = {"target_minutes": 5, "breach_targets": [{"kind": "MEMBER", "member_id": member.id}]}

    policy = await make_policy(conditions={"channel_ids": [channel.id]}, first_response=named)

    assert [target.code for target in policy.first_response.breach_targets] == [f"MEMBER:{member.id}"]


async def test_change_makes_the_next_version_and_replaces_what_is_named(store: Database) -> None:
    policy = await make_policy(first_response={"target_minutes": 5, "holding_reply_counts": True})
    change = PolicyChange.model_validate({"policy_id": policy.id, "resolution": {"target_minutes": 100}})

    after = await update_policy(MANAGER, change, expected_version=1)

    assert (after.version, after.first_response, after.resolution.target_minutes) == (2, policy.first_response, 100)
    with pytest.raises(Conflict):
        await update_policy(MANAGER, change, expected_version=1)


async def test_archived_policy_is_not_changed_and_not_listed(store: Database) -> None:
    policy = await make_policy()
    await archive_policy(MANAGER, policy.id, expected_version=1)

    with pytest.raises(AlreadyDone):
        await update_policy(MANAGER, PolicyChange(policy_id=policy.id, name="Başka"), expected_version=2)
    with pytest.raises(AlreadyDone):
        await archive_policy(MANAGER, policy.id, expected_version=2)
    with pytest.raises(InvalidInput):
        await reorder_policies(MANAGER, [policy.id], expected_version=0)
    assert await count_policies(MANAGER) == 0
    assert list(await policies_by_ids(MANAGER, [policy.id])) == [policy.id]


async def test_order_is_said_whole_and_the_rest_follows(store: Database) -> None:
    first, second, third = [await make_policy(name) for name in ("Bir", "İki", "Üç")]

    order = await reorder_policies(MANAGER, [third.id], expected_version=0)
    assert order.version == 1
    policies, version = await policies_in_order(MANAGER)
    assert ([policy.id for policy in policies], version) == ([third.id, first.id, second.id], 1)
    await reorder_policies(MANAGER, [second.id, third.id, first.id], expected_version=1)

    shown = await list_policies(MANAGER, Window(limit=2))
    rest = await list_policies(MANAGER, Window(limit=2, after=shown.positions[-1]))
    assert [policy.name for policy in [*shown.items, *rest.items]] == ["İki", "Üç", "Bir"]
    assert (shown.has_next, rest.has_next) == (True, False)


async def test_two_who_order_at_once_do_not_undo_each_other(store: Database) -> None:
    first, second = await make_policy("Bir"), await make_policy("İki")

    outcomes = await asyncio.gather(
        *(reorder_policies(MANAGER, ids, expected_version=0) for ids in ([first.id, second.id], [second.id, first.id])),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "SlaOrder"]
    with pytest.raises(InvalidInput):
        await reorder_policies(MANAGER, [first.id, first.id], expected_version=1)
    with pytest.raises(Conflict):
        await reorder_policies(MANAGER, [first.id], expected_version=5)


async def test_same_request_makes_one_policy_and_one_calendar(store: Database) -> None:
    policy = PolicyDraft(name="Herkes")
    calendar = CalendarDraft.model_validate({"name": "Ofis", "zone": "UTC", "week": OFFICE})

    policies = await asyncio.gather(*(create_policy(MANAGER, policy, once=keyed("a")) for _ in range(3)))
    calendars = await asyncio.gather(*(create_calendar(MANAGER, calendar, once=keyed("a")) for _ in range(3)))

    assert len({made.id for made in policies}) == len({made.id for made in calendars}) == 1
    with pytest.raises(IdempotencyMismatch):
        await create_policy(MANAGER, policy, once=keyed("b"))
    with pytest.raises(IdempotencyMismatch):
        await create_calendar(MANAGER, calendar, once=keyed("b"))


async def test_calendar_is_changed_in_part(store: Database) -> None:
    calendar = await make_calendar(exceptions=[{"day": "2027-01-01", "name": "Yılbaşı"}])

    after = await update_calendar(MANAGER, CalendarChange(calendar_id=calendar.id, zone="Asia/Tehran"), expected_version=1)
    assert (after.hours.zone, after.hours.week, after.hours.exceptions) == (
        "Asia/Tehran", calendar.hours.week, calendar.hours.exceptions,
    )  # fmt: skip
    cleared = await update_calendar(MANAGER, CalendarChange(calendar_id=calendar.id, exceptions=[]), expected_version=2)
    assert cleared.hours.exceptions == []
    with pytest.raises(NotFound):
        await update_calendar(MANAGER, CalendarChange(calendar_id="bcl_none", name="Başka"), expected_version=1)


async def test_who_reads_no_cases_sees_no_promises(store: Database) -> None:
    policy = await make_policy()

    for role in (Role.EXPERT, Role.AGENCY, Role.HR):
        with pytest.raises(Forbidden):
            await list_policies(make_actor(role), Window())
        with pytest.raises(Forbidden):
            await list_calendars(make_actor(role), Window())
        assert await policies_by_ids(make_actor(role), [policy.id]) == {}
    assert [shown.id for shown in (await list_policies(make_actor(Role.AGENT), Window())).items] == [policy.id]
