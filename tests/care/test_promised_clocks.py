"""What a policy says of each clock: its hours, holding replies, halts, renewals, warnings and steps of escalation."""

from datetime import UTC, datetime, timedelta
from typing import Any

from auth.actor import Role
from care.cases import clocks
from care.cases.closing import ClosingDraft, close_case
from care.cases.intake import receive
from care.clock_scan import scan
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus
from care.documents.customers import Customer
from care.documents.promises import Halt, Renewal
from care.follow_ups import keep_incoming
from care.reading.service_levels import count_said_after_breach, said_after_breach
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
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
