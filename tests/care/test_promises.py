"""What cases are promised: the first policy that fits, kept as it was, and what it says of each clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.actor import Role
from care.cases import clocks
from care.cases.clocks import ClockStatus, status
from care.cases.closing import ClosingDraft, close_case
from care.cases.intake import receive
from care.cases.priorities import PriorityDraft, set_priority
from care.clock_scan import scan
from care.documents.cases import Case, CaseStatus, Priority
from care.documents.channels import ChannelKind, Environment
from care.documents.conversations import DeliveryStatus
from care.documents.customers import Customer
from care.documents.promises import Halt, Renewal
from care.follow_ups import keep_incoming
from care.reading.service_levels import count_said_after_breach, said_after_breach
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from care.service_levels.calendars import update_calendar
from care.service_levels.drafts import CalendarChange, PolicyChange
from care.service_levels.sla_policies import archive_policy, reorder_policies, update_policy
from core.clock import clock, now
from core.database import Database
from core.idempotency import Once
from core.paging import Window
from tests.care.stored import event_types, handle_twice
from tests.factories.care import (
    conversation_of,
    deliver,
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer_actor,
    make_incoming,
    make_reply,
    reread,
    say,
)
from tests.factories.service_levels import make_calendar, make_policy

MANAGER = make_actor(Role.MANAGER)


def target(kind: str, **of: Any) -> dict[str, Any]:
    return {"kind": kind, **of}


async def hold(case: Case) -> Any:
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="İnceliyoruz.", holding=True)
    return await reply_to_case(make_actor(), draft, once=Once())


async def ask_for_contact(case: Case) -> Case:
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    asked = await request_contact_details(make_actor(), draft, expected_version=case.version, once=Once())
    return asked.case


def move_to(moment: datetime) -> None:
    clock.shift(moment - now())


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


async def test_due_times_are_counted_in_business_hours(store: Database) -> None:
    calendar = await make_calendar(exceptions=[{"day": "2027-04-23", "name": "Ulusal Egemenlik ve Çocuk Bayramı"}])
    await make_policy(first_response={"target_minutes": 30, "calendar_id": calendar.id, "warnings": [
        {"elapsed_percent": 50, "targets": [target("ASSIGNEE")]}]})  # fmt: skip
    move_to(datetime(2027, 4, 22, 14, 45, tzinfo=UTC))  # 17:45 in İstanbul, on the eve of the holiday, a Friday

    case = await make_case()

    due_at = datetime(2027, 4, 26, 6, 15, tzinfo=UTC)
    assert case.first_response.due_at is not None
    assert abs(case.first_response.due_at - due_at) < timedelta(minutes=1)
    warn_at = clocks.warn_at(case.first_response)
    assert warn_at is not None
    assert abs(warn_at - datetime(2027, 4, 26, 6, 0, tzinfo=UTC)) < timedelta(minutes=1)  # in the morning, when somebody is there
    move_to(warn_at + timedelta(minutes=1))
    await scan()
    warned = await reread(case)
    assert (warned.first_response.warned_percent, warned.first_response.breached_at) == (50, None)


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


async def test_holding_reply_leaves_and_the_clock_runs_on(store: Database) -> None:
    case = await make_case()

    held = await hold(case)

    assert held.message.delivery_status is DeliveryStatus.QUEUED
    after = await deliver(held.message)
    assert (after.status, after.cycle.replied_at, after.answered_at) == (CaseStatus.OPEN, None, None)
    assert (after.first_response.met_at, after.first_response.due_at) == (None, case.first_response.due_at)
    assert after.reached_at is not None
    later(minutes=31)
    await scan()
    assert (await reread(case)).first_response.breached_at == case.first_response.due_at


async def test_holding_reply_counts_where_the_policy_says_so(store: Database) -> None:
    await make_policy(first_response={"target_minutes": 30, "holding_reply_counts": True})
    case = await make_case()

    assert (await hold(case)).case.first_response.met_at is not None


async def test_holding_reply_does_not_stand_for_an_answer_that_failed(store: Database) -> None:
    case = await make_case()
    answer = await make_reply(case)
    later(seconds=1)
    held = await hold(case)
    await deliver(held.message)

    after = await deliver(answer.message, DeliveryStatus.FAILED)

    assert (after.first_response.met_at, after.first_response.due_at) == (None, case.first_response.due_at)


async def test_holding_reply_that_counts_stands_for_an_answer_that_failed(store: Database) -> None:
    await make_policy(first_response={"target_minutes": 30, "holding_reply_counts": True})
    answer = await make_reply(await make_case())
    later(seconds=1)
    held = await hold(answer.case)
    await deliver(held.message)

    after = await deliver(answer.message, DeliveryStatus.FAILED)

    assert after.first_response.met_at is not None


async def test_clocks_stand_while_the_customer_has_the_turn_if_the_policy_says_so(store: Database) -> None:
    waiting = [Halt.WAITING_FOR_CUSTOMER]
    await make_policy(next_response={"target_minutes": 60, "halts": waiting}, resolution={"target_minutes": 600, "halts": []})
    case = await make_case()
    await make_reply(case)
    case = await say(await conversation_of(case), "Bir de şu var.")
    later(minutes=10)

    pending = await ask_for_contact(case)

    assert pending.next_response.met_at is not None  # the request for details is an answer
    assert (pending.resolution.paused_at, pending.resolution.paused_for) == (None, None)


async def test_resolution_stands_by_default_and_goes_on_with_what_was_left(store: Database) -> None:
    case = await make_case()
    later(hours=1)
    pending = await ask_for_contact(case)
    assert pending.resolution.paused_for is Halt.WAITING_FOR_CUSTOMER
    later(hours=5)

    back = await say(await conversation_of(case), "0532 000 00 00")

    assert back.resolution.due_at is not None
    assert case.resolution.due_at is not None
    assert abs(back.resolution.due_at - case.resolution.due_at - timedelta(hours=5)) < timedelta(minutes=1)
    assert (back.resolution.paused_at, back.resolution.paused_for, back.resolution.renewed_at) == (None, None, None)


async def test_resolution_starts_anew_when_the_customer_has_answered_if_the_policy_says_so(store: Database) -> None:
    renewals = [Renewal.CUSTOMER_ANSWERED]
    await make_policy(resolution={"target_minutes": 600, "renewals": renewals})
    case = await make_case()
    later(hours=1)
    await ask_for_contact(case)
    later(hours=5)

    back = await say(await conversation_of(case), "0532 000 00 00")

    assert back.resolution.renewed_at is not None
    assert back.resolution.renewed_upon is Renewal.CUSTOMER_ANSWERED
    assert back.resolution.due_at == back.resolution.renewed_at + timedelta(minutes=600)


async def test_first_response_is_counted_from_the_last_word_if_the_policy_says_so(store: Database) -> None:
    await make_policy(first_response={"target_minutes": 30, "renewals": [Renewal.CUSTOMER_WROTE]})
    case = await make_case()
    later(minutes=20)

    after = await say(await conversation_of(case), "Orada kimse var mı?")

    assert after.first_response.renewed_upon is Renewal.CUSTOMER_WROTE
    assert after.first_response.due_at is not None
    assert abs(after.first_response.due_at - now() - timedelta(minutes=30)) < timedelta(minutes=1)


async def test_late_clock_is_not_renewed(store: Database) -> None:
    await make_policy(first_response={"target_minutes": 30, "renewals": [Renewal.CUSTOMER_WROTE]})
    case = await make_case()
    later(minutes=40)

    after = await say(await conversation_of(case), "Orada kimse var mı?")

    assert (after.first_response.due_at, after.first_response.renewed_at) == (case.first_response.due_at, None)


async def test_warnings_and_escalations_are_each_told_once(store: Database) -> None:
    await make_policy(first_response={
        "target_minutes": 60,
        "warnings": [{"elapsed_percent": percent, "targets": [target("ASSIGNEE")]} for percent in (50, 90)],
        "breach_targets": [target("ROLE", role="MENTOR")],
        "escalations": [
            {"after_minutes": 0, "targets": [target("MANAGERS")]},
            {"after_minutes": 30, "targets": [target("ON_DUTY"), target("MANAGERS")]},
        ],
    })  # fmt: skip
    case = await make_case()

    seen = []
    for minutes in (31, 24, 6, 30, 60):
        later(minutes=minutes)
        await scan()
        await scan()
        kinds = await event_types(Case)
        seen.append([kinds.count(kind) for kind in ("ClockWarned", "ClockBreached", "ClockEscalated")])

    assert seen == [[1, 0, 0], [2, 0, 0], [2, 1, 1], [2, 1, 2], [2, 1, 2]]
    after = await reread(case)
    assert [escalation.step for escalation in after.first_response.escalations] == [0, 1]
    (row,) = await Case.get_pymongo_collection().find({}).to_list()
    told = [(event["type"], event["payload"]["targets"]) for event in row["pending"] if event["type"].startswith("Clock")]
    assert told == [
        ("ClockWarned", ["ASSIGNEE"]),
        ("ClockWarned", ["ASSIGNEE"]),
        ("ClockBreached", ["ROLE:MENTOR"]),
        ("ClockEscalated", ["MANAGERS"]),
        ("ClockEscalated", ["ON_DUTY", "MANAGERS"]),
    ]


async def test_nobody_is_called_once_the_customer_was_answered(store: Database) -> None:
    step = {"after_minutes": 30, "targets": [target("MANAGERS")]}
    await make_policy(first_response={"target_minutes": 60, "escalations": [step]})
    case = await make_case()
    later(minutes=61)
    await scan()

    await make_reply(case)
    later(minutes=60)
    await scan()

    assert (await event_types(Case)).count("ClockEscalated") == 0


async def test_nobody_is_called_about_a_closed_case(store: Database) -> None:
    step = {"after_minutes": 30, "targets": [target("MANAGERS")]}
    await make_policy(first_response={"target_minutes": 60, "escalations": [step]})
    case = await make_case()
    later(minutes=61)
    await scan()
    draft = ClosingDraft(case_id=case.id, reason="Reklam.")

    closed = await close_case(MANAGER, draft, expected_version=case.version)
    later(minutes=60)

    assert (closed.first_response.breached_at, closed.next_act_at) == (case.first_response.due_at, None)
    assert await scan() == 0
    assert (await event_types(Case)).count("ClockEscalated") == 0


async def test_what_is_said_after_a_breach_is_linked_to_the_late_case(store: Database) -> None:
    case = await make_case()
    conversation = await conversation_of(case)
    later(minutes=20)
    await say(conversation, "Bekliyorum.")
    later(minutes=20)
    customer = await Customer.get(conversation.customer_id)
    assert customer is not None
    entry = make_incoming(conversation, body="Rezalet! Herkese anlatacağım.")
    await receive(entry, conversation=conversation, customer=customer)  # and here the process ends
    again = entry.model_copy(update={"after_breach": False})
    taken = await receive(again, conversation=conversation, customer=customer)
    await keep_incoming(taken, again)

    found = await said_after_breach(make_actor(), [case.id], Window())

    assert [message.body for message in found[case.id].items] == ["Rezalet! Herkese anlatacağım."]
    assert await count_said_after_breach(make_actor(), [case.id]) == {case.id: 1}
    assert await said_after_breach(make_customer_actor(customer), [case.id], Window()) == {}


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


async def test_handlers_run_twice_leave_the_case_as_it_is(store: Database) -> None:
    await make_policy(
        first_response={"target_minutes": 10, "escalations": [{"after_minutes": 0, "targets": [target("MANAGERS")]}]}
    )
    case = await make_case()
    later(minutes=11)
    await scan()
    before = await reread(case)

    await handle_twice()

    assert (await reread(case)).model_dump() == before.model_dump()
