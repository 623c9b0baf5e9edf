"""What cases are promised: the first policy that fits, kept as it was."""

from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.clocks import ClockStatus, status
from care.cases.priorities import PriorityDraft, set_priority
from care.documents.case_states import Priority
from care.documents.cases import Case
from care.documents.channels import ChannelKind, Environment
from care.service_levels.calendars import update_calendar
from care.service_levels.drafts import CalendarChange, PolicyChange
from care.service_levels.sla_policies import archive_policy, reorder_policies, update_policy
from core.clock import now
from core.database import Database
from tests.care.stored import event_types
from tests.factories.care import (
    conversation_of,
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_reply,
    reread,
    say,
)
from tests.factories.service_levels import make_calendar, make_policy

MANAGER = make_actor(Role.MANAGER)


async def test_without_a_policy_the_promise_is_thirty_minutes_at_every_hour(store: Database) -> None:
    case = await make_case()

    assert case.sla_policy is None
    first, resolution = case.first_response, case.resolution
    assert first.started_at is not None
    assert resolution.started_at is not None
    assert first.due_at == first.started_at + timedelta(minutes=30)
    assert resolution.due_at == resolution.started_at + timedelta(hours=72)
    assert (first.terms, case.next_response.terms, resolution.terms) == (None, None, None)


async def test_first_policy_that_fits_wins(store: Database) -> None:
    everybody = await make_policy("Herkes", first_response={"target_minutes": 60})
    mail = await make_policy("E-posta", conditions={"channel_kinds": ["EMAIL"]}, first_response={"target_minutes": 240})

    assert (await make_case()).first_response.target_seconds == 3600
    await reorder_policies(MANAGER, [mail.id, everybody.id], expected_version=0)

    by_mail = await make_case(await make_conversation(await make_channel(kind=ChannelKind.EMAIL)))
    by_x = await make_case()
    assert (by_mail.sla_policy and by_mail.sla_policy.name, by_mail.first_response.target_seconds) == ("E-posta", 14_400)
    assert (by_x.sla_policy and by_x.sla_policy.name, by_x.first_response.target_seconds) == ("Herkes", 3600)


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"channel_kinds": ["X", "EMAIL"]}, True),
        ({"channel_kinds": ["EMAIL"]}, False),
        ({"priorities": ["MEDIUM"]}, True),
        ({"priorities": ["URGENT"]}, False),
        ({"tags": ["kargo"]}, False),
        ({"lifecycles": ["CUSTOMER"]}, True),
        ({"lifecycles": ["ADVOCATE"]}, False),
        ({"origins": ["CUSTOMER"]}, True),
        ({"origins": ["COMPANY"]}, False),
        ({"environments": ["LIVE"]}, True),
        ({"environments": ["PRACTICE"]}, False),
        ({"channel_kinds": ["X"], "priorities": ["URGENT"]}, False),
    ],
)
async def test_every_condition_must_fit(store: Database, conditions: dict[str, list[str]], *, fits: bool) -> None:
    policy = await make_policy(conditions=conditions)

    case = await make_case()

    assert (case.sla_policy.policy_id if case.sla_policy else None) == (policy.id if fits else None)


async def test_policy_of_one_channel_holds_there_alone(store: Database) -> None:
    channel = await make_channel()
    await make_policy(conditions={"channel_ids": [channel.id]})

    assert (await make_case(await make_conversation(channel))).sla_policy is not None
    assert (await make_case()).sla_policy is None


async def test_running_case_keeps_its_version(store: Database) -> None:
    policy = await make_policy(first_response={"target_minutes": 60}, next_response={"target_minutes": 20})
    case = await make_case()
    change = PolicyChange.model_validate(
        {"policy_id": policy.id, "name": "Yeni", "first_response": {"target_minutes": 5}, "next_response": {"target_minutes": 5}}
    )
    await update_policy(MANAGER, change, expected_version=1)
    await make_reply(case)

    old = await say(await conversation_of(case), "Ne zaman?")
    new = await make_case()

    assert old.sla_policy is not None
    assert (old.sla_policy.name, old.sla_policy.version) == (policy.name, 1)
    assert (old.first_response.target_seconds, old.next_response.target_seconds) == (3600, 1200)
    assert new.sla_policy is not None
    assert (new.sla_policy.name, new.sla_policy.version, new.first_response.target_seconds) == ("Yeni", 2, 300)


async def test_archived_policy_is_kept_by_its_cases_and_given_to_no_other(store: Database) -> None:
    policy = await make_policy(next_response={"target_minutes": 20})
    case = await make_case()
    await archive_policy(MANAGER, policy.id, expected_version=1)
    await make_reply(case)

    assert (await say(await conversation_of(case))).next_response.target_seconds == 1200
    assert (await make_case()).sla_policy is None


async def test_running_case_keeps_the_hours_it_got_without_days_that_are_over(store: Database) -> None:
    days = [{"day": "2020-01-01", "name": "Yılbaşı"}, {"day": "2031-01-01", "name": "Yılbaşı"}]
    calendar = await make_calendar(exceptions=days)
    await make_policy(next_response={"target_minutes": 30, "calendar_id": calendar.id})
    case = await make_case()
    change = CalendarChange.model_validate({"calendar_id": calendar.id, "zone": "Asia/Tehran", "exceptions": []})
    await update_calendar(MANAGER, change, expected_version=1)

    kept = (await reread(case)).next_response.terms

    assert kept is not None
    assert kept.hours is not None
    assert (kept.hours.zone, [exception.day for exception in kept.hours.exceptions]) == ("Europe/Istanbul", ["2031-01-01"])


async def test_a_policy_may_promise_nothing(store: Database) -> None:
    await make_policy(first_response={}, resolution={"target_minutes": None})

    case = await make_case()

    assert status(case.first_response, now()) is ClockStatus.NOT_APPLICABLE
    assert (case.first_response.due_at, case.resolution.due_at, case.next_act_at) == (None, None, None)


async def test_priority_alone_changes_no_promise(store: Database) -> None:
    await make_policy("Acil", conditions={"priorities": ["URGENT"]}, first_response={"target_minutes": 10})
    case = await make_case()
    draft = PriorityDraft(case_id=case.id, priority=Priority.URGENT)

    after = await set_priority(make_actor(), draft, expected_version=case.version)

    assert (after.priority, after.sla_policy, after.first_response) == (Priority.URGENT, None, case.first_response)
    assert (await event_types(Case)).count("PriorityChanged") == 1


async def test_promise_is_chosen_anew_when_asked_for(store: Database) -> None:
    await make_policy("Acil", conditions={"priorities": ["URGENT"]}, first_response={"target_minutes": 10})
    case = await make_case()
    later(minutes=5)
    draft = PriorityDraft(case_id=case.id, priority=Priority.URGENT, choose_policy=True)

    after = await set_priority(make_actor(), draft, expected_version=case.version)

    assert (await event_types(Case)).count("PolicyChosen") == 1
    assert after.sla_policy is not None
    assert after.sla_policy.name == "Acil"
    assert after.first_response.started_at == case.first_response.started_at
    assert after.first_response.due_at == after.due_key
    assert after.first_response.started_at is not None
    assert after.due_key == after.first_response.started_at + timedelta(minutes=10)
    calm = PriorityDraft(case_id=case.id, priority=Priority.LOW, choose_policy=True)
    back = await set_priority(make_actor(), calm, expected_version=after.version)
    assert (back.sla_policy, back.first_response.due_at) == (None, case.first_response.due_at)


async def test_broken_promise_stays_broken_under_another_policy(store: Database) -> None:
    await make_policy("Sakin", conditions={"priorities": ["LOW"]}, first_response={"target_minutes": 600})
    case = await make_case()
    later(minutes=31)
    draft = PriorityDraft(case_id=case.id, priority=Priority.LOW, choose_policy=True)

    after = await set_priority(make_actor(), draft, expected_version=case.version)

    assert after.first_response.breached_at == case.first_response.due_at


async def test_practice_has_its_own_promises(store: Database) -> None:
    await make_policy(conditions={"environments": ["PRACTICE"]}, first_response={"target_minutes": 5})
    channel = await make_channel(environment=Environment.PRACTICE)

    assert (await make_case(await make_conversation(channel))).first_response.target_seconds == 300
