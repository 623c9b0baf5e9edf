import asyncio
from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Role
from care.cases.clocks import ClockStatus, status
from care.cases.splitting import SplitCases, SplitDraft, split_case
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.errors import CaseClosed
from care.reading.requests import messages_of_requests
from core.clock import now
from core.database import Database
from core.errors import Conflict, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.care.stored import event_types, everything, handle_twice
from tests.care.test_merging import merge, pair
from tests.factories.care import (
    conversation_of,
    deliver,
    later,
    make_actor,
    make_case,
    make_customer_actor,
    make_reply,
    reread,
    say,
)


async def split(case: Case, *, version: int | None = None, key: Once | None = None, **what: object) -> SplitCases:
    draft = SplitDraft.model_validate({"case_id": case.id, "subject": "Fatura yanlış", **what})
    return await split_case(
        make_actor(), draft, expected_version=case.version if version is None else version, once=key or Once()
    )


async def of_two_places() -> Case:
    duplicate, target = await pair()
    return (await merge(duplicate, target)).into


async def ids_of(case: Case) -> list[str]:
    return [message.id for message in await Message.find({"case_id": case.id}).sort("created_at").to_list()]


async def test_talk_from_a_message_on_becomes_a_case_of_its_own(store: Database) -> None:
    case = await make_case()
    await deliver((await make_reply(case)).message)
    later(minutes=3)
    heard = await say(await conversation_of(case), "Bu arada faturam da yanlış.\nDüzeltir misiniz?")
    message_id = str(heard.last_message_id)

    halves = await split(heard, message_id=message_id)

    old, new = await reread(case), halves.new
    assert (new.subject, new.request_subject, new.split_from) == ("Fatura yanlış", "Bu arada faturam da yanlış.", case.id)
    assert new.number > case.number
    message = await Message.get(message_id)
    assert message is not None
    assert new.first_response.due_at == message.created_at + timedelta(minutes=30)
    assert status(old.next_response, now()) is ClockStatus.NOT_APPLICABLE
    assert status(old.first_response, now()) is ClockStatus.MET
    assert (old.left, old.open_keys, new.open_keys) == (case.conversation_ids, None, case.conversation_ids)
    assert ([*await ids_of(new)], message_id in await ids_of(old)) == ([message_id], False)
    assert (len(new.cycles), new.status, old.version) == (1, CaseStatus.NEW, heard.version + 1)

    assert (await say(await conversation_of(case), "Hâlâ yanlış.")).id == new.id
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    shown = await messages_of_requests(make_customer_actor(customer), [old.id, new.id], Window())
    assert [len(shown[one].items) for one in (old.id, new.id)] == [2, 2]

    before = await everything(Case, Message)
    await handle_twice()
    assert await everything(Case, Message) == before
    assert (await event_types(Case)).count("CaseSplit") == 1


async def test_conversation_becomes_a_case_of_its_own(store: Database) -> None:
    case = await of_two_places()
    stays, goes = case.conversation_ids

    halves = await split(case, conversation_ids=[goes])

    assert (halves.case.conversation_ids, halves.new.conversation_ids) == ([stays], [goes])
    assert (halves.case.open_keys, halves.new.open_keys, halves.case.left) == ([stays], [goes], [])
    assert status(halves.new.first_response, now()) is ClockStatus.RUNNING
    assert status(halves.case.first_response, now()) is ClockStatus.RUNNING
    assert (len(await ids_of(halves.case)), len(await ids_of(halves.new))) == (1, 1)


async def test_split_of_what_was_answered_promises_no_first_answer(store: Database) -> None:
    case = await make_case()
    message_id = str(case.last_message_id)
    later(minutes=1)
    await deliver((await make_reply(case)).message)

    halves = await split(await reread(case), message_id=message_id)

    assert status(halves.new.first_response, now()) is ClockStatus.NOT_APPLICABLE
    assert status(halves.new.resolution, now()) is ClockStatus.RUNNING


async def test_split_that_was_cut_off_is_finished(store: Database) -> None:
    for finish in ("message", "handler"):
        case = await make_case()
        halves = await split(case, message_id=case.last_message_id)
        await Case.get_pymongo_collection().delete_one({"_id": halves.new.id})
        await Case.get_pymongo_collection().update_one({"_id": case.id}, {"$unset": {"splits.0.done_at": ""}})
        await Message.get_pymongo_collection().update_many({"case_id": halves.new.id}, {"$set": {"case_id": case.id}})
        if finish == "message":
            assert (await say(await conversation_of(case), "Hâlâ yanlış.")).id == halves.new.id
        else:
            await handle_twice()
        assert (await reread(halves.new)).split_from == case.id
        assert str(case.last_message_id) in await ids_of(halves.new)
        assert (await reread(case)).splits[0].done_at is not None


async def test_closed_halves_come_back_each_for_itself(store: Database) -> None:
    case = await make_case()
    halves = await split(case, message_id=case.last_message_id)
    closing = {"$set": {"status": "CLOSED", "closed_at": now()}, "$unset": {"open_keys": ""}}
    await Case.get_pymongo_collection().update_many({}, closing)

    assert (await say(await conversation_of(case), "Yine oldu.")).id == halves.new.id

    both = await of_two_places()
    stays, goes = both.conversation_ids
    apart = await split(both, conversation_ids=[goes])
    merged = (await merge(apart.new, apart.case)).into
    await Case.get_pymongo_collection().update_one({"_id": merged.id}, closing)
    await Case.get_pymongo_collection().update_one({"_id": merged.id}, {"$set": {"closed_at": now() - timedelta(days=8)}})
    first, second = await Conversation.get(stays), await Conversation.get(goes)
    assert first is not None
    assert second is not None
    fresh = await say(first, "Yeni bir şey.")
    await Case.get_pymongo_collection().update_one({"_id": merged.id}, {"$set": {"closed_at": now()}})
    back = await say(second, "Yine oldu.")
    assert (fresh.open_keys, back.id, back.open_keys) == ([stays], merged.id, [goes])


async def test_same_request_again_splits_once_and_so_do_many_at_once(store: Database) -> None:
    case = await make_case()

    def key(subject: str) -> Once:
        return once(b"a secret key of thirty-two bytes", actor="mem_a", operation="splitCase", key="k", given={"s": subject})

    message_id = case.last_message_id
    found = await asyncio.gather(*(split(case, key=key("a"), message_id=message_id, version=1) for _ in range(4)))
    again = await split(await reread(case), key=key("a"), message_id=message_id, version=1)

    made = {halves.new.id for halves in found}
    assert made == {again.new.id}
    assert await Case.find({}).count() == 2
    with pytest.raises(IdempotencyMismatch):
        await split(await reread(case), key=key("b"), message_id=message_id, version=1)


async def test_splitting_is_refused(store: Database) -> None:
    case, other, both = await make_case(), await make_case(), await of_two_places()
    busy = (await make_reply(await make_case())).case
    closed = await make_case(status=CaseStatus.CLOSED, open_keys=None)
    reply = (await make_reply(other)).message
    before = await everything()

    wrong: list[tuple[Case, dict[str, Any], tuple[str, ...]]] = [
        (case, {}, ("conversation_ids",)),
        (case, {"conversation_ids": case.conversation_ids}, ("conversation_ids",)),
        (case, {"conversation_ids": []}, ("conversation_ids",)),
        (both, {"conversation_ids": other.conversation_ids}, ("conversation_ids",)),
        (both, {"conversation_ids": both.conversation_ids[:1], "message_id": both.last_message_id}, ("conversation_ids",)),
        (case, {"message_id": other.last_message_id}, ("message_id",)),
        (case, {"message_id": "msg_nowhere"}, ("message_id",)),
        (other, {"message_id": reply.id}, ("message_id",)),
        (busy, {"message_id": (await ids_of(busy))[0]}, ("case_id",)),
    ]
    for where, what, path in wrong:
        with pytest.raises(InvalidInput) as refusal:
            await split(where, version=(await reread(where)).version, **what)
        assert refusal.value.path == path, what
    with pytest.raises(CaseClosed):
        await split(closed, message_id=closed.last_message_id)
    with pytest.raises(Conflict):
        await split(case, message_id=case.last_message_id, version=9)
    draft = SplitDraft(case_id=case.id, subject="Fatura", message_id=case.last_message_id)
    with pytest.raises(NotFound):
        await split_case(make_actor(Role.EXPERT), draft, expected_version=1, once=Once())

    after = await everything()
    assert after == before
