"""Replies and requests that somebody else was faster with, whose message is gone, or whose process died on the way."""

from datetime import timedelta

import pytest

from auth.actor import Role
from care import policies, replies, requests, waiting_replies
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Conversation, DeliveryStatus, Message
from care.documents.customers import Customer
from care.documents.imports import CustomerImport, ImportState
from care.errors import UndoExpired
from care.messages import edit_message, ensure_outgoing, place_of
from care.outreach import reach_out
from care.replies import ReplyDraft, followed, release, reply_to_case
from care.requests import RequestMessageDraft, add_message
from care.waiting_replies import undo_reply
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Forbidden, IdempotencyMismatch, NotFound, Unavailable
from core.idempotency import Once, once
from core.records import fresh
from tests.care.stored import event_types
from tests.care.test_outreach import draft, repeatable
from tests.care.test_requests import make_request, portal_id
from tests.factories.care import make_actor, make_case, make_customer, make_customer_actor, make_reply, reread
from tests.rivals import overtake

HOUR = timedelta(hours=1)


async def scheduled(role: Role = Role.AGENT) -> tuple[Case, Message]:
    """Write a reply that leaves in an hour; a trainee's waits for a mentor first."""
    case = await make_case()
    words = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Yarın ararız.", send_at=now() + HOUR)
    reply = await reply_to_case(make_actor(role), words, once=Once())
    return await reread(case), reply.message


async def test_reply_that_two_take_back_is_taken_back_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, message = await scheduled()
    overtake(monkeypatch, waiting_replies, lambda: undo_reply(make_actor(), message.id))

    with pytest.raises(UndoExpired) as refused:
        await undo_reply(make_actor(), message.id)

    assert refused.value.path == ("message_id",)
    assert (await event_types(Case)).count("ReplyUndone") == 1
    assert (await fresh(message)).deleted_at is not None


async def test_older_word_of_a_held_reply_does_not_hold_it_again(store: Database) -> None:
    case, message = await scheduled(Role.TRAINEE)
    entry = case.outgoing[0].model_copy()
    assert (await fresh(message)).delivery_status is DeliveryStatus.HELD_FOR_REVIEW
    await release(make_actor(Role.MENTOR), message.id)
    assert (await fresh(message)).delivery_status is DeliveryStatus.SCHEDULED

    await ensure_outgoing(case, entry, await place_of(case, entry))  # a handler that read the case before

    kept = await fresh(message)
    assert (kept.delivery_status, kept.scheduled_for) == (DeliveryStatus.SCHEDULED, entry.leaves_at)


async def test_reply_that_two_mentors_release_leaves_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = await make_reply(await make_case(), make_actor(Role.TRAINEE))
    overtake(monkeypatch, replies, lambda: release(make_actor(Role.MENTOR), reply.message.id))

    with pytest.raises(AlreadyDone) as refused:
        await release(make_actor(Role.MENTOR), reply.message.id, body="Başka bir metin.")

    assert refused.value.path == ("message_id",)
    assert (await fresh(reply.message)).body == reply.message.body


async def test_held_reply_whose_talk_is_lost_is_released_in_other_words(store: Database) -> None:
    reply = await make_reply(await make_case(), make_actor(Role.TRAINEE))
    await Conversation.get_pymongo_collection().delete_one({"_id": reply.message.conversation_id})

    released = await release(make_actor(Role.MENTOR), reply.message.id, body="Başka bir metin.")

    assert (released.message.body, released.message.author_id) == ("Başka bir metin.", reply.message.author_id)


async def test_too_many_writers_of_a_case_are_told_to_try_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await make_case()
    monkeypatch.setattr(replies, "_TRIES", 0)
    with pytest.raises(Unavailable, match="too many writers of one case"):
        await make_reply(case)
    assert (await reread(case)).outgoing == []


async def test_reply_whose_message_is_gone_is_not_there(store: Database) -> None:
    with pytest.raises(NotFound) as refused:
        await followed(await make_case(), "msg_none")
    assert refused.value.path == ("message_id",)


async def test_outreach_whose_message_is_lost_is_not_told_as_done(store: Database) -> None:
    asked, key = await draft(), repeatable(a=1)
    begun = await reach_out(make_actor(), asked, once=key)
    await Message.get_pymongo_collection().delete_one({"_id": begun.message.id})
    await Case.get_pymongo_collection().update_one({"_id": begun.case.id}, {"$set": {"outgoing": []}})
    with pytest.raises(Unavailable, match="neither waiting nor stored"):
        await reach_out(make_actor(), asked, once=key)
    assert await Case.count() == 1


async def test_edit_of_our_own_words_is_judged_for_nothing(store: Database) -> None:
    reply = (await make_reply(await make_case())).message
    edited = await edit_message(await fresh(reply), body="Çok kötü, berbat!", at=now())
    assert (edited.body, edited.sentiment, edited.intent) == ("Çok kötü, berbat!", None, None)
    assert (await event_types(Message)).count("MessageChanged") >= 1


def keyed(given: str) -> Once:
    return once(b"key", actor="cus", operation="addRequestMessage", key="k", given=given)


async def test_message_of_a_request_that_died_on_the_way_is_kept_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = make_customer_actor(await make_customer())
    case = await make_request(asker)
    words = RequestMessageDraft(request_id=portal_id(case), body="Hâlâ bekliyorum.")

    async def die() -> None:
        raise Unavailable("process")

    overtake(monkeypatch, requests, die, before="keep_incoming")
    with pytest.raises(Unavailable):
        await add_message(asker, words, once=keyed("a"))
    assert [entry.body for entry in (await reread(case)).incoming] == ["Hâlâ bekliyorum."]

    with pytest.raises(IdempotencyMismatch):
        await add_message(asker, words, once=keyed("b"))
    told = [(await add_message(asker, words, once=keyed("a"))).message.id for _ in range(2)]

    assert told[0] == told[1]
    assert [one.id for one in await Message.find({"body": words.body}).to_list()] == [told[0]]
    assert (await reread(case)).incoming == []


async def test_request_of_a_customer_who_is_gone_is_not_there(store: Database) -> None:
    customer = await make_customer()
    asker = make_customer_actor(customer)
    case = await make_request(asker)
    await Customer.get_pymongo_collection().delete_one({"_id": customer.id})
    with pytest.raises(NotFound) as refused:
        await add_message(asker, RequestMessageDraft(request_id=portal_id(case), body="Alo?"), once=Once())
    assert (refused.value.path, await Message.count()) == (("request_id",), 1)


async def test_request_whose_talk_is_lost_goes_on_in_a_new_one(store: Database) -> None:
    customer = await make_customer()
    asker = make_customer_actor(customer)
    case = await make_request(asker)
    await Conversation.get_pymongo_collection().delete_one({"_id": case.conversation_ids[0]})

    for body in ("Alo?", "Hâlâ bekliyorum."):
        await add_message(asker, RequestMessageDraft(request_id=portal_id(case), body=body), once=Once())

    (talk,) = await Conversation.find_all().to_list()
    assert (talk.customer_id, (await reread(case)).led) == (customer.id, [*case.conversation_ids, talk.id])


def test_practice_asks_no_experts_and_imports_are_for_who_may() -> None:
    case = Case.model_construct(environment=Environment.PRACTICE, closed_at=None)
    with pytest.raises(Forbidden, match="only practised"):
        policies.may_consult(make_actor(), case).enforce()
    running = CustomerImport.model_construct(state=ImportState.RUNNING)
    with pytest.raises(Forbidden, match="customer:import"):
        policies.may_cancel_import(make_actor(), running).enforce()
    policies.may_cancel_import(make_actor(Role.MANAGER), running).enforce()
