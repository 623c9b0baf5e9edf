"""From the inbox to cases: every event once, in whatever order and however often it comes."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from care.customers import UNKNOWN_SENDER, customer_id
from care.documents.channels import Environment
from care.documents.conversations import Conversation, DeliveryStatus, Direction, Message, Visibility
from care.documents.customers import Customer
from care.ingest import messages as ingest_messages
from care.ingest import steps
from care.ingest.generic import LONGEST_TEXT
from care.ingest.hook import InboundHooks
from care.ingest.inbox import put
from care.ingest.steps import EventsFailed, take_in
from care.workers import inbox_worker, jobs_worker
from core.clock import clock, now
from core.database import Database
from core.leases import GiveUp, LeaseQueue
from core.outbound import Outbound
from core.records import save
from tests.care.ingest.sender import KEYRING, body_of, delivery, make_channel, said, signed
from tests.care.ingest.taken import counted, message_of, only_case, take
from tests.care.ingest.test_generic import JSON


async def _work_jobs(store: Database) -> int:
    return await jobs_worker(store, keyring=KEYRING, outbound=Outbound()).drain()


async def test_complaint_becomes_a_case_with_a_clock(store: Database) -> None:
    made = await make_channel()
    event = said(attachments=[{"url": "https://x.example/f.png", "name": "f.png", "contentType": "image/png", "size": 7}])

    await take(made.channel.id, event)

    case, message = await only_case(), await message_of(made.channel.id)
    customer, conversation = await Customer.get(message.customer_id), await Conversation.get(message.conversation_id)
    assert customer is not None
    assert conversation is not None
    assert (case.channel_id, case.customer_id, case.conversation_ids) == (made.channel.id, customer.id, [conversation.id])
    assert (case.incoming, case.last_message_id, case.first_response.target_seconds) == ([], message.id, 1800)
    assert case.first_response.due_at == message.sent_at + timedelta(minutes=30)  # type: ignore[operator]  # set by the hook
    assert (message.body, message.language, message.visibility) == ("Siparişim iki haftadır gelmedi!", "tr", Visibility.PUBLIC)
    assert (message.direction, message.author_id, message.external_id) == (Direction.INBOUND, customer.id, "ext-1")
    assert message.attachments[0].model_dump(exclude={"id"}) == {
        "url": "https://x.example/f.png",
        "name": "f.png",
        "content_type": "image/png",
        "size": 7,
    }
    assert (customer.display_name, customer.identities[0].handle, customer.identities[0].followers) == ("Ayşe", "@ayse", 5400)
    assert (conversation.external_thread_id, conversation.external_url) == ("post-9", "https://x.example/post/9")


async def test_twenty_deliveries_of_the_same_are_one_of_everything(store: Database) -> None:
    made, body = await make_channel(), body_of(said())
    hooks, worker = InboundHooks(store, KEYRING), inbox_worker(store)
    headers = signed(made.secret, body, webhook_id="w1")

    await asyncio.gather(*(hooks.accept(made.channel.id, headers, body) for _ in range(8)))
    worked = await worker.drain()
    for _ in range(12):
        await hooks.accept(made.channel.id, headers, body)
    worked += await worker.drain()

    assert (worked, await store["inbox"].count_documents({})) == (1, 1)
    assert await counted(store) == {"customers": 1, "conversations": 1, "cases": 1, "messages": 1}


async def test_the_same_message_in_eight_deliveries_at_once_is_one(store: Database) -> None:
    made, body = await make_channel(), body_of(said())

    await asyncio.gather(*(take_in(delivery(made.channel.id, body)) for _ in range(8)))

    assert await counted(store) == {"customers": 1, "conversations": 1, "cases": 1, "messages": 1}
    case = await only_case()
    assert (case.incoming, case.next_response.due_at) == ([], None)


async def test_delivery_taken_in_again_changes_nothing(store: Database) -> None:
    made = await make_channel()
    one = delivery(made.channel.id, body_of(said(), said("ext-2", "Merhaba?"), {"type": "story", "id": "s"}, 5))
    await take_in(one)
    before = {name: await store[name].find({}).sort("_id", 1).to_list() for name in ("customers", "cases", "messages")}

    await take_in(one)

    assert {name: await store[name].find({}).sort("_id", 1).to_list() for name in before} == before


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\x00", b"[]", b'"hello"', b'{"events": {}}', "şikâyet".encode("cp1254")])
async def test_broken_delivery_is_kept_and_shown_with_a_clock(store: Database, body: bytes) -> None:
    made = await make_channel()

    await take_in(delivery(made.channel.id, body))

    case = await only_case()
    (message,) = await Message.find_all().to_list()
    customer = await Customer.get(message.customer_id)
    assert customer is not None
    assert (customer.display_name, customer.identities) == (UNKNOWN_SENDER, [])
    assert (message.unparsed, message.body) == (True, body.decode("utf-8", "replace"))
    assert case.first_response.due_at is not None
    assert case.subject == "A delivery that could not be understood"


async def test_broken_deliveries_at_once_have_one_unknown_sender(store: Database) -> None:
    made = await make_channel()

    await asyncio.gather(*(take_in(delivery(made.channel.id, b"{")) for _ in range(6)))

    assert await counted(store) == {"customers": 1, "conversations": 1, "cases": 1, "messages": 6}


async def test_unknown_type_is_a_message_of_its_author_that_starts_the_clock(store: Database) -> None:
    made = await make_channel()
    event = said("ext-5") | {"type": "story.mention"}

    await take(made.channel.id, event)

    case, (message,) = await only_case(), await Message.find_all().to_list()
    assert (message.unparsed, orjson.loads(message.body)) == (True, event)
    assert message.author_id == customer_id(made.channel.id, "u-7")
    assert case.first_response.due_at is not None


async def test_one_bad_event_holds_up_none_of_the_others(store: Database) -> None:
    made = await make_channel()

    await take(made.channel.id, 5, said("a"), {"type": "message"}, said("b"), None, said("c"))

    bodies = [message.unparsed for message in await Message.find_all().to_list()]
    assert (bodies.count(True), bodies.count(False)) == (3, 3)


async def test_event_that_keeps_failing_is_shown_unparsed_and_the_others_are_in(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_channel()
    one = delivery(made.channel.id, body_of(said("a"), said("b")))
    real = ingest_messages.receive_message

    async def failing(arrival: Any, event: Any) -> None:
        if event.message_id == "a":
            raise KeyError("a bug")
        await real(arrival, event)

    monkeypatch.setattr(steps, "receive_message", failing)
    for attempt in (1, 2, 3):
        with pytest.raises(EventsFailed, match="events 0"):
            await take_in(one, attempt=attempt)
    assert [message.external_id for message in await Message.find_all().to_list()] == ["b"]

    await take_in(one, attempt=4)

    assert sorted(message.unparsed for message in await Message.find_all().to_list()) == [False, True]


async def test_delivery_of_a_channel_that_is_gone_waits_for_an_operator(store: Database) -> None:
    queue = LeaseQueue(store, "inbox")
    await put(queue, delivery("chn_gone", body_of(said())))

    with pytest.raises(GiveUp):
        await take_in(delivery("chn_gone", body_of(said())))
    await inbox_worker(store).drain()

    assert [row["error"] for row in await queue.dead()] == ["there is no such channel any more"]


async def test_long_text_is_cut_and_kept_whole_in_the_inbox(store: Database) -> None:
    made, text = await make_channel(), "çok uzun " * 5000
    body = body_of(said(text=text))
    await put(LeaseQueue(store, "inbox"), delivery(made.channel.id, body))

    await inbox_worker(store).drain()

    row = await store["inbox"].find_one({})
    assert row is not None
    assert (len((await message_of(made.channel.id)).body), bytes(row["body"]), row["state"]) == (LONGEST_TEXT, body, "DONE")


async def test_private_part_of_a_public_thread_is_another_conversation(store: Database) -> None:
    made = await make_channel()

    await take(made.channel.id, said("a"), said("b", visibility="private"), said("c", thread={"id": "post-10"}))

    conversations = await Conversation.find_all().to_list()
    assert sorted((one.external_thread_id, one.visibility.value) for one in conversations) == [
        ("post-10", "PUBLIC"),
        ("post-9", "PRIVATE"),
        ("post-9", "PUBLIC"),
    ]


async def test_time_of_the_provider_counts_within_a_week(store: Database) -> None:
    made, week = await make_channel(), timedelta(days=7)
    one = delivery(made.channel.id, b"")
    old, older, future = (one.received_at + shift for shift in (-week, -week - timedelta(seconds=1), timedelta(minutes=1)))

    body = body_of(said("a", sentAt=old), said("b", sentAt=older), said("c", sentAt=future), said("d", sentAt=None))
    await take_in(type(one)(one.channel_id, one.webhook_id, body, one.received_at))

    sent = [(await message_of(made.channel.id, name)).sent_at for name in "abcd"]
    assert sent == [old, one.received_at, one.received_at, one.received_at]


async def test_customer_is_kept_up_to_date(store: Database) -> None:
    made = await make_channel()
    await take(made.channel.id, said())
    renamed = {"id": "u-7", "name": "Ayşe Yılmaz", "handle": "@ayse_y", "followers": 6000}

    await take(made.channel.id, {"type": "profile", "author": renamed}, {"type": "profile", "author": {"id": "stranger"}})
    await take(made.channel.id, {"type": "profile", "author": renamed})

    (customer,) = await Customer.find_all().to_list()
    identity = customer.identities[0]
    assert (customer.display_name, identity.handle, identity.followers) == ("Ayşe Yılmaz", "@ayse_y", 6000)
    assert (identity.profile_url, customer.revision) == ("https://x.example/ayse", 2)


async def test_identity_that_another_customer_holds_leads_to_that_customer(store: Database) -> None:
    made = await make_channel()
    await take(made.channel.id, said("a"))
    (customer,) = await Customer.find_all().to_list()
    moved = Customer(id="cus_portal", created_at=now(), display_name="Ayşe", identities=customer.identities)
    await store["customers"].delete_many({})
    await save(moved)

    await take(made.channel.id, said("b"))

    assert (await message_of(made.channel.id, "b")).customer_id == "cus_portal"


async def test_url_of_the_thread_that_comes_later_is_added(store: Database) -> None:
    made = await make_channel()

    await take(made.channel.id, said("a", thread={"id": "t"}), said("b", thread={"id": "t", "url": "https://x.example/t"}))
    await take(made.channel.id, said("c", thread={"id": "t"}))

    (conversation,) = await Conversation.find_all().to_list()
    assert conversation.external_url == "https://x.example/t"


async def test_edit_changes_the_message_and_an_older_edit_does_not(store: Database) -> None:
    made = await make_channel()
    await take(made.channel.id, said())
    at = now()
    edit = {"type": "message.edited", "messageId": "ext-1", "text": "The parcel came.", "sentAt": at}
    older = edit | {"text": "older", "sentAt": at - timedelta(seconds=5)}

    await take(made.channel.id, edit, older, edit, edit | {"text": "x" * 30_000, "sentAt": at + timedelta(milliseconds=1)})

    message = await message_of(made.channel.id)
    assert (len(message.body), message.edited_at, message.revision) == (LONGEST_TEXT, at + timedelta(milliseconds=1), 3)


async def test_of_edits_without_a_time_the_one_that_came_last_stands(store: Database) -> None:
    made = await make_channel()
    edits = [{"type": "message.edited", "messageId": "ext-1", "text": text} for text in ("one", "two")]
    files = edits[1] | {"attachments": [{"id": "f", "url": "https://x.example/f"}]}

    await take(made.channel.id, said(), *edits, files)

    message = await message_of(made.channel.id)
    assert (message.body, [file.id for file in message.attachments]) == ("two", ["f"])


async def test_withdrawn_message_is_hidden_and_takes_no_edit(store: Database) -> None:
    made = await make_channel()
    gone = {"type": "message.deleted", "messageId": "ext-1", "sentAt": None}

    await take(made.channel.id, said(), gone, gone, {"type": "message.edited", "messageId": "ext-1", "text": "back"}, said())

    message = await message_of(made.channel.id)
    assert (message.deleted_at is not None, message.body) == (True, "Siparişim iki haftadır gelmedi!")


async def test_reactions_are_one_a_person(store: Database) -> None:
    made = await make_channel()

    def reaction(author: str, **other: object) -> dict[str, object]:
        return {"type": "reaction", "messageId": "ext-1", "author": {"id": author}} | other

    await take(made.channel.id, said(), reaction("a", kind="👍"), reaction("b", kind="❤️"), reaction("a", kind="😡"))
    await take(made.channel.id, reaction("a", kind="😡"), reaction("b", kind="❤️", removed=True), reaction("c"))

    reactions = (await message_of(made.channel.id)).reactions
    assert [(one.author_id, one.kind) for one in reactions] == [(customer_id(made.channel.id, "a"), "😡")]


async def test_news_before_their_message_wait_for_it(store: Database) -> None:
    made = await make_channel()
    edit = {"type": "message.edited", "messageId": "ext-1", "text": "edited", "sentAt": now() + timedelta(seconds=1)}
    await take(made.channel.id, edit, {"type": "reaction", "messageId": "ext-1", "author": {"id": "a"}, "kind": "👍"})
    assert await store["jobs"].count_documents({}) == 2
    await _work_jobs(store)
    assert await store["jobs"].count_documents({"state": "READY", "attempt": 0}) == 2

    await take(made.channel.id, said())
    clock.shift(timedelta(seconds=2))
    await _work_jobs(store)

    message = await message_of(made.channel.id)
    assert (message.body, len(message.reactions)) == ("edited", 1)
    assert await store["jobs"].count_documents({"state": "DONE"}) == 2


async def test_after_a_day_an_edit_without_message_is_shown_and_a_reaction_ends(store: Database) -> None:
    made = await make_channel()
    edit = {"type": "message.edited", "messageId": "ext-1", "text": "nobody saw this", "author": {"id": "u-7"}}
    await take(made.channel.id, edit, {"type": "message.deleted", "messageId": "ext-9"})

    clock.shift(timedelta(hours=24))
    await _work_jobs(store)

    assert await store["jobs"].count_documents({"state": "DONE"}) == 2
    (message,) = await Message.find_all().to_list()
    assert (message.unparsed, "nobody saw this" in message.body) == (True, True)
    assert message.customer_id == customer_id(made.channel.id, "u-7")


async def test_waiting_news_of_a_channel_that_is_gone_wait_for_an_operator(store: Database) -> None:
    made = await make_channel()
    await take(made.channel.id, {"type": "message.deleted", "messageId": "ext-9"})
    await store["channels"].delete_many({})

    await _work_jobs(store)

    assert await store["jobs"].count_documents({"state": "DEAD"}) == 1


async def _replied(made_id: str, status: DeliveryStatus, external_id: str | None = "out-1") -> Message:
    await take(made_id, said())
    inbound = await message_of(made_id)
    reply = Message(
        id="msg_reply",
        created_at=now(),
        case_id=inbound.case_id,
        conversation_id=inbound.conversation_id,
        customer_id=inbound.customer_id,
        channel_id=made_id,
        direction=Direction.OUTBOUND,
        visibility=Visibility.PUBLIC,
        body="We are on it.",
        external_id=external_id,
        delivery_status=status,
    )
    await save(reply)
    return reply


async def _status() -> DeliveryStatus | None:
    message = await Message.get("msg_reply")
    assert message is not None
    return message.delivery_status


async def test_echo_of_our_own_message_is_none_of_the_customers(store: Database) -> None:
    made = await make_channel()
    await _replied(made.channel.id, DeliveryStatus.SENT)

    await take(made.channel.id, said("out-1", "We are on it.", author={"id": "our-page"}))

    assert await counted(store) == {"customers": 1, "conversations": 1, "cases": 1, "messages": 2}


@pytest.mark.parametrize(
    ("before", "reports", "after"),
    [
        ("SENT", ["delivered", "read"], "READ"),
        ("SENT", ["read", "delivered", "sent"], "READ"),
        ("QUEUED", ["sent"], "SENT"),
        ("QUEUED", ["failed"], "FAILED"),
        ("SENT", ["failed", "delivered"], "FAILED"),
        ("SENT", ["delivered", "failed"], "DELIVERED"),
        ("HELD_FOR_REVIEW", ["sent", "delivered", "failed"], "HELD_FOR_REVIEW"),
    ],
)
@pytest.mark.parametrize("reference", ["out-1", "msg_reply"])
async def test_delivery_only_goes_forward(store: Database, before: str, reports: list[str], after: str, reference: str) -> None:
    made = await make_channel()
    await _replied(made.channel.id, DeliveryStatus(before))

    for _ in range(2):
        for report in reports:
            await take(made.channel.id, {"type": "delivery", "messageId": reference, "status": report, "error": "no such user"})

    message = await Message.get("msg_reply")
    assert message is not None
    assert message.delivery_status == after
    assert message.delivery_error == ("no such user" if after == "FAILED" else None)


async def test_delivery_of_a_customers_message_means_nothing(store: Database) -> None:
    made = await make_channel()

    await take(made.channel.id, said(), {"type": "delivery", "messageId": "ext-1", "status": "read"})

    assert (await message_of(made.channel.id)).delivery_status is None


async def test_another_channel_cannot_speak_of_our_messages(store: Database) -> None:
    made, other = await make_channel(), await make_channel(name="Y")
    await _replied(made.channel.id, DeliveryStatus.SENT)

    await take(other.channel.id, {"type": "delivery", "messageId": "msg_reply", "status": "failed"})
    await take(other.channel.id, {"type": "message.deleted", "messageId": "ext-1"})

    assert await _status() is DeliveryStatus.SENT
    assert (await message_of(made.channel.id)).deleted_at is None


async def test_practice_channel_makes_practice_cases(store: Database) -> None:
    made = await make_channel(environment=Environment.PRACTICE)

    await take(made.channel.id, said())

    assert (await only_case()).environment is Environment.PRACTICE
    assert (await message_of(made.channel.id)).environment is Environment.PRACTICE


@given(raw=JSON)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_event_becomes_a_message(store: Database, raw: object) -> None:
    made = await make_channel()
    try:
        body = body_of(raw)
    except TypeError:  # no JSON of UTF-8: numbers over 64 bits
        body = repr(raw).encode("utf-8", "replace")

    await take_in(delivery(made.channel.id, body))

    assert await Message.find({"channel_id": made.channel.id}).count() == 1


@given(raw=JSON)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_body_is_taken_in(store: Database, raw: object) -> None:
    made = await make_channel()
    try:
        body = orjson.dumps(raw)
    except TypeError:  # as above
        body = repr(raw).encode("utf-8", "replace")

    await take_in(delivery(made.channel.id, body))

    assert await Message.find({"channel_id": made.channel.id}).count() == 1
