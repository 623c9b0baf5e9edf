"""Customers who could not be reached: noted by what failed, once each, and over when they are in contact again."""

from datetime import timedelta

import pytest

from auth.actor import Role
from care.audience.coverage import coverage_report
from care.audience.reachability import AttemptDraft, note_failed_delivery, open_attempts, record_attempt
from care.audience.traits import CoverageDimension
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.contacts import ContactDraft, log_contact
from care.documents.channels import Environment
from care.documents.conversations import ContactKind, DeliveryStatus, Direction, Message
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome
from care.documents.reachability import UnreachedReason
from care.merging import merge_customers
from care.messages import advance_delivery
from care.reading.customer_lists import CustomerOrderField, CustomerSelection, count_customers, list_customers
from care.reports.ranges import ReportRange
from core.clock import now
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import everything, handle_twice
from tests.factories.care import (
    deliver,
    later,
    make_actor,
    make_channel,
    make_conversation,
    make_customer,
    make_reply,
    say,
)

AGENT = make_actor()
UNREACHED = CustomerSelection(unreachable=True, field=CustomerOrderField.UNREACHABLE_SINCE, sign=1)


async def failed_for(customer: Customer) -> Message:
    """Let a reply to the customer fail for good."""
    case = await say(await make_conversation(customer=customer))
    message = (await make_reply(case)).message
    later(minutes=1)
    await deliver(message, DeliveryStatus.FAILED)
    await handle_twice()
    return message


async def tried(customer: Customer, note: str | None = None) -> Customer:
    draft = AttemptDraft(customer_id=customer.id, kind=ContactKind.PHONE, note=note)
    return await record_attempt(AGENT, draft, expected_version=(await fresh(customer)).version)


async def unreached() -> list[str]:
    return [one.id for one in (await list_customers(AGENT, UNREACHED, window=Window())).items]


def reasons(customer: Customer) -> list[UnreachedReason]:
    return [attempt.reason for attempt in open_attempts(customer)]


async def test_failed_delivery_makes_a_customer_unreachable_until_they_write(store: Database) -> None:
    customer = await make_customer()
    message = await failed_for(customer)

    noted = await fresh(customer)
    assert (noted.unreachable, noted.unreachable_since, noted.version) == (True, noted.attempts[0].at, 1)
    assert [(one.id, one.reason, one.case_id) for one in noted.attempts] == [
        (message.id, UnreachedReason.DELIVERY_FAILED, message.case_id)
    ]
    assert await unreached() == [customer.id]

    later(minutes=1)
    await say(await make_conversation(customer=customer))
    await handle_twice()
    back = await fresh(customer)
    assert (back.unreachable, back.unreachable_since, reasons(back)) == (None, None, [])
    assert await unreached() == []
    await note_failed_delivery(message.id, noted.attempts[0].at)
    assert await fresh(customer) == back


async def test_machine_of_theirs_is_not_the_customer(store: Database) -> None:
    customer = await make_customer()
    await failed_for(customer)
    later(minutes=1)
    await say(await make_conversation(customer=customer), automatic=True)
    await handle_twice()

    assert reasons(await fresh(customer)) == [UnreachedReason.DELIVERY_FAILED]


async def test_case_closed_for_silence_counts_once_a_cycle(store: Database) -> None:
    customer = await make_customer()
    case = await say(await make_conversation(customer=customer))
    await deliver((await make_reply(case)).message)
    later(days=30)
    case = await fresh(case)
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.NO_ANSWER, note="Cevap vermedi")
    await record_customer_verdict(make_actor(Role.MANAGER), draft, expected_version=case.version)
    await handle_twice()

    assert reasons(await fresh(customer)) == [UnreachedReason.NO_ANSWER]


async def test_calls_in_vain_are_written_down_and_a_talk_ends_them(store: Database) -> None:
    customer = await make_customer()
    await tried(customer, "Açmadı")
    later(hours=1)
    second = await tried(customer)
    assert [(one.reason, one.kind, one.by, one.note) for one in second.attempts] == [
        (UnreachedReason.NOT_MET, ContactKind.PHONE, AGENT.id, "Açmadı"),
        (UnreachedReason.NOT_MET, ContactKind.PHONE, AGENT.id, None),
    ]
    assert second.unreachable_since == second.attempts[0].at

    later(hours=1)
    call = ContactDraft(
        kind=ContactKind.PHONE, direction=Direction.OUTBOUND, body="Konuştuk, yarın gelecek.", customer_id=customer.id
    )
    await log_contact(AGENT, call, once=Once())
    await handle_twice()
    assert reasons(await fresh(customer)) == []


async def test_message_that_arrives_ends_failed_deliveries_but_no_silence(store: Database) -> None:
    failed, silent = await make_customer(), await make_customer()
    for customer in (failed, silent):
        await failed_for(customer)
    await tried(silent)
    for customer in (failed, silent):
        case = await say(await make_conversation(customer=customer), automatic=True)
        message = (await make_reply(case)).message
        later(minutes=1)
        await deliver(message)
        await advance_delivery(await fresh(message), DeliveryStatus.DELIVERED)
    await handle_twice()

    assert reasons(await fresh(failed)) == []
    assert reasons(await fresh(silent)) == [UnreachedReason.DELIVERY_FAILED, UnreachedReason.NOT_MET]


async def test_who_was_merged_is_not_reached_as_the_survivor(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    await merge_customers(make_actor(Role.MANAGER), survivor.id, duplicate.id, expected_version=1, once=Once())
    await failed_for(duplicate)

    assert await unreached() == [survivor.id]
    later(minutes=1)
    await say(await make_conversation(customer=duplicate))
    await handle_twice()
    assert await unreached() == []


async def test_list_tells_the_unreachable_from_the_rest_and_the_report_counts_them(store: Database) -> None:
    first, second, fine = await make_customer(), await make_customer(), await make_customer()
    await tried(first)
    later(hours=1)
    await tried(second)

    assert await unreached() == [first.id, second.id]
    assert await count_customers(AGENT, UNREACHED) == 2
    rest = await list_customers(AGENT, CustomerSelection(unreachable=False), window=Window())
    assert [one.id for one in rest.items] == [fine.id]
    with pytest.raises(InvalidInput):
        await list_customers(AGENT, CustomerSelection(field=CustomerOrderField.UNREACHABLE_SINCE), window=Window())
    span = ReportRange(now() - timedelta(days=1), now())
    report = await coverage_report(make_actor(Role.MANAGER), span, CoverageDimension.LIFECYCLE)
    assert report.whole.unreachable == 2


async def test_practice_reaches_nobody(store: Database) -> None:
    customer = await make_customer()
    message = await failed_for(customer)
    later(minutes=1)
    practised = await make_conversation(await make_channel(environment=Environment.PRACTICE), customer)
    await say(practised)
    await handle_twice()

    assert [attempt.id for attempt in open_attempts(await fresh(customer))] == [message.id]


async def test_refused_attempts_leave_no_trace(store: Database) -> None:
    customer = await make_customer()
    draft = AttemptDraft(customer_id=customer.id, kind=ContactKind.PHONE)
    before = await everything()

    with pytest.raises(Forbidden):
        await record_attempt(make_actor(Role.TRAINEE), draft, expected_version=1)
    with pytest.raises(NotFound):
        await record_attempt(make_actor(Role.AGENCY), draft, expected_version=1)
    with pytest.raises(InvalidInput):
        await record_attempt(AGENT, draft.model_copy(update={"kind": ContactKind.LETTER}), expected_version=1)
    with pytest.raises(Conflict):
        await record_attempt(AGENT, draft, expected_version=2)
    assert await everything() == before
