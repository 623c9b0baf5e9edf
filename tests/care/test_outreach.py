import pytest

from auth.actor import Role
from care.cases.clocks import ClockStatus, status
from care.documents.case_states import CaseOrigin, CaseStatus
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Conversation, DeliveryStatus, Message, Visibility
from care.documents.customers import Customer
from care.errors import AnotherCaseOpen
from care.merging import merge_customers
from care.outreach import OutreachDraft, reach_out
from care.reading.requests import list_requests
from care.replies import release
from core.clock import now
from core.database import Database
from core.errors import Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from core.records import fresh, save
from tests.care.stored import event_types, everything, handle_twice
from tests.dying import dying
from tests.factories.care import (
    deliver,
    make_actor,
    make_channel,
    make_conversation,
    make_customer,
    make_customer_actor,
    reread,
    say,
)


def repeatable(**given: object) -> Once:
    return once(b"a secret key of thirty-two bytes", actor="mem_a", operation="reachOut", key="once", given=given)


async def draft(**overrides: object) -> OutreachDraft:
    given = {"subject": "Depo taşındı", "body": "Paketiniz bir gün gecikecek, özür dileriz.", "reason": "Geciken teslimatlar"}
    if "customer_id" not in overrides:
        customer = await make_customer()
        given |= {"customer_id": customer.id, "channel_id": customer.identities[0].channel_id}
    return OutreachDraft.model_validate({**given, **overrides})


async def requests_of(customer_id: str | None) -> list[str]:
    customer = await Customer.get(customer_id)
    assert customer is not None
    return [request.id for request in (await list_requests(make_customer_actor(customer), Window())).items]


async def test_outreach_opens_a_case_of_the_company_with_a_message_on_its_way(store: Database) -> None:
    actor, asked = make_actor(), await draft()

    begun = await reach_out(actor, asked, once=Once())

    case = await reread(begun.case)
    assert (case.origin, case.status, case.subject, case.outreach_reason) == (
        CaseOrigin.COMPANY,
        CaseStatus.OPEN,
        "Depo taşındı",
        "Geciken teslimatlar",
    )
    assert (case.customer_id, case.assignee_id, case.request_subject) == (asked.customer_id, actor.member_id, None)
    clocks = [status(clock, now()) for clock in (case.first_response, case.next_response, case.resolution)]
    assert clocks == [ClockStatus.NOT_APPLICABLE] * 3
    assert (begun.message.delivery_status, begun.message.visibility, begun.message.body) == (
        DeliveryStatus.QUEUED,
        Visibility.PRIVATE,
        asked.body,
    )
    assert await store["jobs"].count_documents({"_id": f"send:{begun.message.id}"}) == 1
    assert await event_types(Case) == ["OutreachStarted", "ReplyQueued"]


async def test_customer_who_answers_an_outreach_starts_the_clock_of_the_same_case(store: Database) -> None:
    begun = await reach_out(make_actor(), await draft(), once=Once())
    await deliver(begun.message)
    conversation = await Conversation.get(begun.case.conversation_ids[0])
    assert conversation is not None

    answered = await say(conversation, "Haber verdiğiniz için teşekkürler, ne zaman gelir?")

    assert answered.id == begun.case.id
    assert status(answered.next_response, now()) is ClockStatus.RUNNING


async def test_customer_sees_nothing_of_an_outreach_before_it_arrived(store: Database) -> None:
    trainee = make_actor(Role.TRAINEE)
    begun = await reach_out(trainee, await draft(), once=Once())
    assert begun.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW
    assert begun.case.status is CaseStatus.NEW
    assert await requests_of(begun.case.customer_id) == []

    released = await release(make_actor(Role.MENTOR), begun.message.id)
    assert await requests_of(begun.case.customer_id) == []
    await deliver(released.message)

    assert await requests_of(begun.case.customer_id) == [begun.case.id]
    assert (await reread(begun.case)).status is CaseStatus.OPEN


async def test_outreach_goes_on_in_the_last_private_talk(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    await make_conversation(channel, customer, visibility=Visibility.PUBLIC)
    private = await make_conversation(channel, customer, visibility=Visibility.PRIVATE)

    begun = await reach_out(make_actor(), await draft(customer_id=customer.id, channel_id=channel.id), once=Once())

    assert begun.case.conversation_ids == [private.id]


async def test_outreach_is_refused_where_a_case_is_open(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    await say(await make_conversation(channel, customer, visibility=Visibility.PRIVATE))
    asked = await draft(customer_id=customer.id, channel_id=channel.id)
    before = await everything()

    with pytest.raises(AnotherCaseOpen) as refusal:
        await reach_out(make_actor(), asked, once=Once())

    assert refusal.value.path == ("customer_id",)
    assert await everything() == before


async def test_same_request_again_begins_nothing_new(store: Database) -> None:
    asked = await draft()
    first = await reach_out(make_actor(), asked, once=repeatable(body=asked.body))

    again = await reach_out(make_actor(), asked, once=repeatable(body=asked.body))

    assert (again.case.id, again.message.id) == (first.case.id, first.message.id)
    assert await Case.find({}).count() == await Message.find({}).count() == 1
    with pytest.raises(IdempotencyMismatch):
        await reach_out(make_actor(), asked, once=repeatable(body="another"))


async def test_handlers_find_nothing_left_to_do(store: Database) -> None:
    await reach_out(make_actor(), await draft(), once=Once())
    before = await everything(Case, Message)

    await handle_twice()

    assert await everything(Case, Message) == before


@pytest.mark.parametrize("send_url", [None, "http://127.0.0.1:9/send"], ids=["said", "sent"])
@pytest.mark.parametrize("lost", [0, 1, 2], ids=["conversation", "case", "message"])
async def test_outreach_that_was_cut_off_is_there_once_afterwards(store: Database, lost: int, send_url: str | None) -> None:
    customer = await make_customer(await make_channel(send_url=send_url))
    asked = await draft(customer_id=customer.id, channel_id=customer.identities[0].channel_id)
    key = repeatable(a=1)

    async with dying(lost):
        await reach_out(make_actor(), asked, once=key)
    await handle_twice()
    begun = await reach_out(make_actor(), asked, once=key)
    await handle_twice()

    assert [await kind.count() for kind in (Case, Message, Conversation)] == [1, 1, 1]
    case, message = await reread(begun.case), (await Message.find_all().to_list())[0]
    assert (message.case_id, message.conversation_id) == (case.id, case.conversation_ids[0])
    assert message.delivery_status is (DeliveryStatus.QUEUED if send_url else DeliveryStatus.SENT)
    assert [entry.message_id for entry in case.outgoing] == ([message.id] if send_url else [])
    assert await store["jobs"].count_documents({"_id": f"send:{message.id}"}) == (1 if send_url else 0)


async def test_outreach_after_a_merge_goes_on_where_the_other_one_talked(store: Database) -> None:
    channel, survivor = await make_channel(), await make_customer()
    duplicate = await make_customer(channel)
    talk = await make_conversation(channel, duplicate, visibility=Visibility.PRIVATE)
    version = (await fresh(duplicate)).version
    await merge_customers(make_actor(), survivor.id, duplicate.id, expected_version=version, once=Once())

    begun = await reach_out(make_actor(), await draft(customer_id=survivor.id, channel_id=channel.id), once=Once())

    assert (begun.case.customer_id, begun.case.conversation_ids) == (survivor.id, [talk.id])


async def test_outreach_leaves_what_was_said_for_practice_alone(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    live = await make_conversation(channel, customer, visibility=Visibility.PRIVATE)
    played = live.model_copy(update={"id": "cnv_zzz", "environment": Environment.PRACTICE, "revision": 0})
    await save(played)

    begun = await reach_out(make_actor(), await draft(customer_id=customer.id, channel_id=channel.id), once=Once())

    assert begun.case.conversation_ids == [live.id]


async def test_outreach_needs_a_right_a_customer_and_a_name_on_the_channel(store: Database) -> None:
    asked, elsewhere = await draft(), await make_channel(name="Köprü on Telegram")
    before = await everything()

    with pytest.raises(Forbidden):
        await reach_out(make_actor(Role.HR), asked, once=Once())
    with pytest.raises(NotFound) as unknown:
        await reach_out(make_actor(), asked.model_copy(update={"customer_id": "cus_nobody"}), once=Once())
    with pytest.raises(NotFound) as nowhere:
        await reach_out(make_actor(), asked.model_copy(update={"channel_id": "chn_nowhere"}), once=Once())
    with pytest.raises(InvalidInput) as nameless:
        await reach_out(make_actor(), asked.model_copy(update={"channel_id": elsewhere.id}), once=Once())

    assert (unknown.value.path, nowhere.value.path) == (("customer_id",), ("channel_id",))
    assert nameless.value.message == "Ayşe Demir has no name on Köprü on Telegram; choose a channel that they use."
    assert await everything() == before
