"""Customers who are two people after all: what their cases held of each other goes back to whose it is."""

import asyncio
from datetime import timedelta

import pytest

from care.cases.clocks import ClockStatus, status
from care.cases.merging import MergeDraft, merge_cases
from care.cases.outgoing import settle_outgoing
from care.cases.splitting import SplitDraft, split_case
from care.clock_scan import scan
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import Conversation, DeliveryStatus, Message
from care.documents.customers import Customer
from care.merging import merge_customers, settle_parted, undo_merge
from care.messages import advance_delivery
from care.reading import requests as reading
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from care.requests import RequestMessageDraft, add_message
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.ids import with_prefix
from core.paging import Window
from core.records import change, fresh
from tests.care.stored import event_types, everything, handle_twice
from tests.factories.care import (
    conversation_of,
    deliver,
    later,
    make_actor,
    make_channel,
    make_conversation,
    make_customer,
    make_customer_actor,
    reread,
    say,
)


async def people(*words: str) -> list[tuple[Customer, Case]]:
    """Let customers of one channel complain, each in a talk of their own, ten minutes apart."""
    channel, found = await make_channel(), []
    for said in words:
        customer = await make_customer(channel, handle=f"@{said.lower()}", name=said)
        found.append((customer, await say(await make_conversation(channel, customer), said)))
        later(minutes=10)
    return found


async def join(survivor: Customer, duplicate: Customer) -> str:
    """Merge two customers; give the merge."""
    version = (await fresh(duplicate)).version
    merged = (await merge_customers(make_actor(), survivor.id, duplicate.id, expected_version=version, once=Once())).duplicate
    assert merged.merge is not None
    return merged.merge.id


async def unite(case: Case, into: Case) -> Case:
    """Merge two cases; give the one that goes on."""
    draft = MergeDraft(case_id=case.id, into_id=into.id)
    return (await merge_cases(make_actor(), draft, expected_version=(await reread(case)).version)).into


async def read(customer: Customer) -> list[str]:
    """Give all that a customer reads in the portal, by every way there is."""
    actor = make_customer_actor(customer)
    ids = [case.id for case in (await reading.list_requests(actor, Window())).items]
    pages = await reading.messages_of_requests(actor, ids, Window())
    messages = [message for page in pages.values() for message in page.items]
    every = [with_prefix("rms", message.id) for message in await Message.find({}).to_list()]
    assert len(await reading.request_messages_by_ids(actor, every)) == len(messages)
    assert sum((await reading.message_counts(actor, ids)).values()) == len(messages)
    return sorted(message.body for message in messages)


async def talk_of(case: Case) -> Conversation:
    return await conversation_of(case)


async def parted(case: Case) -> Case:
    """Give the case that was last split off from another one."""
    found = await Case.get((await reread(case)).splits[-1].id)
    assert found is not None
    return found


async def test_each_reads_their_own_again_and_what_is_said_later(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    talk = await talk_of(b)
    merge = await join(first, second)
    into = await unite(b, a)
    assert (await read(first), await read(second)) == (["BIRINCI", "IKINCI"], [])

    await undo_merge(make_actor(), merge)

    assert (await read(first), await read(second)) == (["BIRINCI"], ["IKINCI"])
    heard = await say(talk, "SONRA")
    assert (await read(first), await read(second)) == (["BIRINCI"], ["IKINCI", "SONRA"])
    new, old = await parted(into), await reread(a)
    assert (heard.id, new.customer_id, new.split_from, new.conversation_ids) == (new.id, second.id, a.id, [talk.id])
    assert (new.subject, new.request_subject) == (b.subject, b.request_subject)
    assert new.first_response.due_at == b.first_response.due_at
    assert old.first_response.due_at == a.first_response.due_at
    assert (old.customer_id, old.conversation_ids, old.open_keys, old.left) == (
        first.id,
        a.conversation_ids,
        a.conversation_ids,
        [],
    )
    assert (old.last_message_id, old.absorbed, old.splits[0].id) == (a.last_message_id, [b.id], new.id)
    assert (await reread(b)).merge is not None

    before = await everything(Case, Message)
    await handle_twice()
    assert await everything(Case, Message) == before
    assert (await event_types(Case)).count("CaseSplit") == 1


async def test_which_case_went_on_is_no_matter(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    merge = await join(first, second)
    into = await unite(a, b)

    await undo_merge(make_actor(), merge)

    assert (await read(first), await read(second)) == (["BIRINCI"], ["IKINCI"])
    new = await parted(into)
    assert (new.customer_id, (await reread(into)).customer_id) == (first.id, second.id)
    assert (await say(await talk_of(a), "SONRA")).id == new.id
    assert (new.first_response.due_at, (await reread(into)).first_response.due_at) == (
        a.first_response.due_at,
        b.first_response.due_at,
    )


async def test_before_anything_was_parted_the_portal_shows_nothing_of_anybody_else(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    await join(first, second)
    await unite(b, a)

    def cut_off(customer: Customer) -> None:
        customer.merged_into = None

    await change(await fresh(second), cut_off)
    await say(await talk_of(a), "DAHA")

    assert (await read(first), await read(second)) == (["BIRINCI", "DAHA"], [])
    await settle_parted(second.id, first.id, by="mem_x")
    assert (await read(first), await read(second)) == (["BIRINCI", "DAHA"], ["IKINCI"])


async def test_handler_finishes_what_was_cut_off_and_many_at_once_part_once(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    merge = await join(first, second)
    await unite(b, a)
    united = await everything(Case, Message)
    await undo_merge(make_actor(), merge)
    done = await everything(Case, Message)

    for name in ("cases", "messages"):
        await store[name].delete_many({})
        await store[name].insert_many(united[name])
    await asyncio.gather(*(settle_parted(second.id, first.id, by="mem_x") for _ in range(4)))
    await handle_twice()

    assert (await read(first), await read(second)) == (["BIRINCI"], ["IKINCI"])
    assert sorted(case["_id"] for case in (await everything(Case))["cases"]) == sorted(case["_id"] for case in done["cases"])
    assert len((await reread(a)).splits) == 1


@pytest.mark.parametrize("undone", ["inner", "outer"])
async def test_chain_is_parted_where_it_was_joined(store: Database, undone: str) -> None:
    (first, a), (second, b), (third, c) = await people("BIRINCI", "IKINCI", "UCUNCU")
    inner, outer = await join(second, third), await join(first, second)
    await unite(c, b)
    into = await unite(b, a)
    assert await read(first) == ["BIRINCI", "IKINCI", "UCUNCU"]

    await undo_merge(make_actor(), inner if undone == "inner" else outer)

    halves = {"inner": (["BIRINCI", "IKINCI"], [], ["UCUNCU"]), "outer": (["BIRINCI"], ["IKINCI", "UCUNCU"], [])}
    assert (await read(first), await read(second), await read(third)) == halves[undone]
    assert (await parted(into)).customer_id == (third if undone == "inner" else second).id
    await undo_merge(make_actor(), outer if undone == "inner" else inner)
    assert [await read(one) for one in (first, second, third)] == [["BIRINCI"], ["IKINCI"], ["UCUNCU"]]
    for customer, case in ((first, a), (second, b), (third, c)):
        assert (await say(await talk_of(case), "SONRA")).customer_id == customer.id


async def test_case_that_was_split_again_is_parted_too(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    other = await say(await make_conversation(None, first), "DIGER")
    merge = await join(first, second)
    await unite(other, a)
    into = await unite(b, a)
    goes = [*b.conversation_ids, *other.conversation_ids]
    draft = SplitDraft(case_id=into.id, subject="Ayrı", conversation_ids=goes)
    half = (await split_case(make_actor(), draft, expected_version=(await reread(into)).version, once=Once())).new
    assert (half.customer_id, half.request_subject) == (second.id, None)

    await undo_merge(make_actor(), merge)

    assert (await read(first), await read(second)) == (["BIRINCI", "DIGER"], ["IKINCI"])
    assert (await parted(half)).customer_id == first.id


async def test_what_is_owed_and_on_its_way_goes_with_its_talk(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    asking = ContactDetailsDraft(case_id=b.id, conversation_id=b.conversation_ids[0], body="Numaranız?")
    owed = (await request_contact_details(make_actor(), asking, expected_version=b.version, once=Once())).obligation
    merge = await join(first, second)
    into = await unite(b, a)
    planned = ReplyDraft(case_id=a.id, conversation_id=b.conversation_ids[0], body="Yarın.", send_at=now() + timedelta(minutes=5))
    await reply_to_case(make_actor(), planned, once=Once())
    sent = await Message.find_one({"body": "Numaranız?"})
    assert sent is not None
    assert owed is not None

    await undo_merge(make_actor(), merge)
    await settle_outgoing(a.id, await advance_delivery(sent, DeliveryStatus.SENT))  # by who read it before

    new, old = await parted(into), await reread(a)
    assert ([one.id for one in new.owed], old.owed, old.outgoing) == ([owed.id], [], [])
    assert ([entry.body for entry in new.outgoing], new.status) == (["Yarın."], CaseStatus.PENDING)
    assert status(old.first_response, now()) is ClockStatus.RUNNING
    later(minutes=6)
    await scan()
    await handle_twice()
    assert [entry.state for entry in (await reread(new)).outgoing] == [DeliveryStatus.QUEUED]
    planned_message = await Message.find_one({"body": "Yarın."})
    assert planned_message is not None
    await deliver(planned_message)
    assert ((await reread(new)).outgoing, await read(first)) == ([], ["BIRINCI"])
    assert await read(second) == ["IKINCI", "Numaranız?", "Yarın."]


async def test_message_that_is_not_stored_yet_goes_with_its_talk(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    merge = await join(first, second)
    into = await unite(b, a)
    heard = await say(await talk_of(b), "YOLDA")
    stored = await Message.find_one({"body": "YOLDA"})
    assert stored is not None
    entry = {"message_id": stored.id, "conversation_id": stored.conversation_id, "body": "YOLDA", "visibility": "PUBLIC"}
    times = {"sent_at": now(), "received_at": now(), "author_id": second.id}
    await Message.get_pymongo_collection().delete_one({"_id": stored.id})
    await Case.get_pymongo_collection().update_one({"_id": heard.id}, {"$set": {"incoming": [{**entry, **times}]}})

    await undo_merge(make_actor(), merge)

    new = await parted(into)
    assert (new.incoming, new.last_message_id, (await reread(a)).incoming) == ([], stored.id, [])
    assert (await read(first), await read(second)) == (["BIRINCI"], ["IKINCI", "YOLDA"])


@pytest.mark.parametrize("state", [CaseStatus.CLOSED, CaseStatus.RESOLVED])
async def test_part_of_a_case_that_is_done_with_is_done_with(store: Database, state: CaseStatus) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    merge = await join(first, second)
    into = await unite(b, a)
    for case in (a, b):
        draft = ReplyDraft(case_id=a.id, conversation_id=case.conversation_ids[0], body="Gönderdik.")
        await deliver((await reply_to_case(make_actor(), draft, once=Once())).message)
    done: dict[str, object] = {"status": state.value}
    if state is CaseStatus.CLOSED:
        done |= {"closed_at": now(), "close_reason": "Bitti"}
    await Case.get_pymongo_collection().update_one({"_id": a.id}, {"$set": done})
    if state is CaseStatus.CLOSED:
        await Case.get_pymongo_collection().update_one({"_id": a.id}, {"$unset": {"open_keys": ""}})

    await undo_merge(make_actor(), merge)

    new = await parted(into)
    assert (new.status, new.close_reason) == (state, done.get("close_reason"))
    assert new.open_keys == (None if state is CaseStatus.CLOSED else b.conversation_ids)
    assert status(new.first_response, now()) is ClockStatus.NOT_APPLICABLE
    assert await read(second) == ["Gönderdik.", "IKINCI"]
    back = await say(await talk_of(b), "OLMADI")
    assert (back.id, back.status, len(back.cycles)) == (new.id, CaseStatus.OPEN, 2 if state is CaseStatus.CLOSED else 1)
    assert (await reread(a)).status is state


async def test_case_with_nothing_but_somebody_elses_talk_becomes_theirs(store: Database) -> None:
    channel = await make_channel()
    first, second = await make_customer(channel), await make_customer(channel)
    talk = await make_conversation(channel, second)
    merge = await join(first, second)
    case = await say(talk, "IKINCI")
    await Case.get_pymongo_collection().update_one({"_id": case.id}, {"$set": {"customer_id": first.id}})

    await undo_merge(make_actor(), merge)

    returned = await reread(case)
    assert (returned.customer_id, returned.splits, returned.request_subject) == (second.id, [], None)
    assert (await read(first), await read(second)) == ([], ["IKINCI"])
    assert (await event_types(Case)).count("CaseReturned") == 1


async def test_what_a_customer_adds_in_the_portal_is_theirs_whoever_they_were_merged_with(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    merge = await join(first, second)
    await unite(b, a)

    await add_message(
        make_customer_actor(first), RequestMessageDraft(request_id=with_prefix("req", a.id), body="EK"), once=Once()
    )
    await undo_merge(make_actor(), merge)

    assert (await read(first), await read(second)) == (["BIRINCI", "EK"], ["IKINCI"])


async def test_cases_of_one_customer_stay_one(store: Database) -> None:
    (first, a), (second, b) = await people("BIRINCI", "IKINCI")
    again = await say(await make_conversation(None, first), "YINE")
    into = await unite(again, a)
    merge = await join(first, second)
    before = await everything(Case, Message)

    await undo_merge(make_actor(), merge)

    assert await everything(Case, Message) == before
    assert (await read(first), await read(second), into.id) == (["BIRINCI", "YINE"], ["IKINCI"], a.id)
    assert (await reread(b)).merge is None
