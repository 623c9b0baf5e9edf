"""Replies that were sent and are taken back: where that can be, what is tried, and what the case owes again."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from auth.actor import Actor, Role
from care.cases.clocks import ClockStatus, status
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelAdapter, ChannelKind
from care.documents.conversations import DeliveryStatus, Message, RetractionState, Visibility
from care.documents.customers import Customer
from care.messages import advance_delivery, withdraw_message
from care.reading.requests import messages_of_requests
from care.replies import ContactDetailsDraft, request_contact_details
from care.retractions.asking import Retracted, RetractionDraft, retract_message
from care.workers import declare_queues, jobs_worker
from core.clock import clock, now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.leases import TRIES
from core.outbound import Outbound
from core.paging import Window
from core.records import fresh
from tests.care.ingest.sender import KEYRING, make_channel
from tests.care.stored import event_types, everything, handle_twice
from tests.factories.care import (
    SENTENCE,
    conversation_of,
    deliver,
    later,
    make_actor,
    make_case,
    make_conversation,
    make_customer_actor,
    make_reply,
    reread,
)
from tests.receiver import listening


async def answered(url: str | None = None) -> tuple[Case, Message, str]:
    """Let a complaint be answered, and the answer be sent; give the case, the answer and the channel's secret."""
    made = await make_channel(send_url=url)
    case = await make_case(await make_conversation(made.channel))
    later(minutes=5)
    reply = await make_reply(case)
    await deliver(await advance_delivery(await fresh(reply.message), DeliveryStatus.SENT, external_id="ext-out-1"))
    return await reread(case), await fresh(reply.message), made.secret


async def retract(message: Message, actor: Actor | None = None, *, version: int | None = None) -> Retracted:
    draft = RetractionDraft(message_id=message.id, reason="Yanlış müşteriye yazıldı")
    expected = (await fresh(message)).version if version is None else version
    return await retract_message(actor or make_actor(), draft, expected_version=expected)


async def work(store: Database, times: int = 1) -> None:
    await declare_queues(store)
    for _ in range(times):
        await jobs_worker(store, keyring=KEYRING, outbound=Outbound(["127.0.0.1"])).drain()
        clock.shift(timedelta(minutes=10))


async def state_of(message: Message) -> tuple[RetractionState, str | None]:
    retraction = (await fresh(message)).retraction
    assert retraction is not None
    return retraction.state, retraction.error


async def portal(case: Case) -> list[str]:
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    shown = await messages_of_requests(make_customer_actor(customer), [case.id], Window())
    return [message.body for message in shown[case.id].items]


async def test_generic_channel_is_asked_signed_and_until_it_says_that_it_is_gone(store: Database) -> None:
    async with listening((503, b""), (200, b"")) as receiver:
        case, message, secret = await answered(receiver.url)
        await store["jobs"].delete_many({})  # that it was sent is told by `answered`
        assert status(case.first_response, now()) is ClockStatus.MET
        assert (await retract(message)).case.id == case.id
        assert await state_of(message) == (RetractionState.RETRACTING, None)

        await work(store, times=2)

        first, second = receiver.heard
    at = datetime.fromtimestamp(int(second.headers["webhook-timestamp"]), UTC)
    signature = Webhook(secret).sign(second.headers["webhook-id"], at, second.body.decode())
    assert second.headers["webhook-signature"] == signature
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"{message.id}.retract.1"
    thread = (await conversation_of(case)).external_thread_id
    known = {"id": message.id, "externalId": "ext-out-1", "threadId": thread, "visibility": "public"}
    assert orjson.loads(first.body) == {"type": "retract", **known}
    assert await state_of(message) == (RetractionState.RETRACTED, None)
    owed, due_at = await reread(case), case.first_response.due_at
    assert (owed.first_response.due_at, owed.first_response.met_at, owed.cycle.replied_at) == (due_at, None, None)
    assert [body for body in await portal(case) if body != SENTENCE] == []
    before = await everything(Case, Message)
    await handle_twice()
    assert await everything(Case, Message) == before
    assert [name for name in await event_types(Message) if "Retract" in name] == ["RetractionAsked", "MessageRetracted"]


async def test_refusal_leaves_it_and_it_can_be_asked_again(store: Database) -> None:
    async with listening((403, b""), (200, b"")) as receiver:
        case, message, _ = await answered(receiver.url)
        await store["jobs"].delete_many({})
        await retract(message)
        await work(store)
        assert await state_of(message) == (RetractionState.FAILED, "the channel refused it with HTTP 403")
        assert (await reread(case)).first_response.met_at is not None
        assert await portal(case) == [SENTENCE, "Hemen bakıyorum."]

        await retract(message)
        await work(store)
    assert await state_of(message) == (RetractionState.RETRACTED, None)
    assert [one.headers["webhook-id"].rpartition(".")[2] for one in receiver.heard] == ["1", "2"]


async def test_channel_that_never_answers_is_given_up(store: Database) -> None:
    async with listening((500, b"")) as receiver:
        _, message, _ = await answered(receiver.url)
        await store["jobs"].delete_many({})
        await retract(message)
        await work(store, times=TRIES)
        assert len(receiver.heard) == TRIES
    assert await state_of(message) == (RetractionState.FAILED, f"the channel answered with HTTP 500, and so {TRIES} times")


async def test_what_never_left_is_gone_at_once_and_another_answer_goes_on_counting(store: Database) -> None:
    case, message, _ = await answered()
    later(minutes=1)
    second = (await make_reply(await reread(case), body="İkinci.")).message

    await retract(message)

    kept = await reread(case)
    assert (await state_of(message), kept.first_response.met_at) == (
        (RetractionState.RETRACTED, None),
        case.first_response.met_at,
    )
    assert (await portal(case), kept.cycle.replied_at is None) == ([SENTENCE, "İkinci."], False)
    await retract(second)
    assert ((await reread(case)).first_response.met_at, await portal(case)) == (None, [SENTENCE])
    assert await store["jobs"].count_documents({}) == 0


async def test_resolved_case_is_worked_on_again_and_a_closed_one_stays_closed(store: Database) -> None:
    for state in (CaseStatus.RESOLVED, CaseStatus.CLOSED):
        case, message, _ = await answered()
        await Case.get_pymongo_collection().update_one({"_id": case.id}, {"$set": {"status": state.value, "closed_at": now()}})
        await retract(message)
        expected = CaseStatus.OPEN if state is CaseStatus.RESOLVED else CaseStatus.CLOSED
        assert (await reread(case)).status is expected
        assert ((await reread(case)).first_response.met_at is None) is (state is CaseStatus.RESOLVED)


async def test_question_that_is_gone_is_not_waited_for(store: Database) -> None:
    case = await make_case(await make_conversation((await make_channel()).channel))
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    asked = await request_contact_details(make_actor(), draft, expected_version=case.version, once=Once())
    await deliver(await fresh(asked.message))
    assert ((await reread(case)).status, len((await reread(case)).owed)) == (CaseStatus.PENDING, 1)

    await retract(asked.message)

    assert ((await reread(case)).status, (await reread(case)).owed) == (CaseStatus.OPEN, [])


async def test_retracting_is_refused(store: Database) -> None:
    _, message, _ = await answered()
    said = (await Message.find({"direction": "INBOUND"}).to_list())[0]
    queued = await make_reply(await make_case(await make_conversation((await make_channel(send_url="http://x.example")).channel)))
    before = await everything()
    with pytest.raises(Forbidden):
        await retract(message, make_actor(Role.TRAINEE))
    with pytest.raises(NotFound):
        await retract(message, make_actor(Role.EXPERT))
    with pytest.raises(Conflict):
        await retract(message, version=9)
    for one, words in ((said, "Only a reply"), (queued.message, "just being sent")):
        with pytest.raises(InvalidInput, match=words) as refusal:
            await retract(one)
        assert refusal.value.path == ("message_id",)
    assert await everything() == before
    await retract(message)
    with pytest.raises(AlreadyDone):
        await retract(message)


@pytest.mark.parametrize(
    ("kind", "adapter", "visibility", "words"),
    [
        (ChannelKind.WHATSAPP, ChannelAdapter.META, Visibility.PRIVATE, "no private message"),
        (ChannelKind.X, ChannelAdapter.X, Visibility.PRIVATE, "for its sender alone"),
        (ChannelKind.TELEGRAM, ChannelAdapter.TELEGRAM, Visibility.PRIVATE, "no id"),
    ],
)
async def test_channel_that_cant_says_so(
    store: Database, kind: ChannelKind, adapter: ChannelAdapter, visibility: Visibility, words: str
) -> None:
    case, message, _ = await answered()
    told = {"kind": kind.value, "adapter": adapter.value}
    await Channel.get_pymongo_collection().update_one({"_id": case.channel_id}, {"$set": told})
    away = {"visibility": visibility.value, "external_id": "x" if kind is ChannelKind.TELEGRAM else "1"}
    await Message.get_pymongo_collection().update_one({"_id": message.id}, {"$set": away})
    with pytest.raises(InvalidInput, match=words) as refusal:
        await retract(message)
    assert (refusal.value.path, (await fresh(message)).retraction) == (("message_id",), None)


async def test_channels_own_word_that_it_is_gone_hides_nothing_from_colleagues(store: Database) -> None:
    _, message, _ = await answered()
    await retract(message)
    await withdraw_message(await fresh(message), at=now())
    assert (await fresh(message)).deleted_at is None
