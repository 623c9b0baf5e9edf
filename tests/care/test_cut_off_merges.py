"""Merges of cases that meet something on their way: another case that was closed, a message, a second worker."""

import asyncio

import pytest

from auth.actor import Role
from care.cases import merging
from care.cases.intake import receive, settle_incoming
from care.cases.merging import MergeDraft, finish_merge, merge_cases
from care.cases.splitting import SplitDraft, finish_splits, split_case
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.follow_ups import follow_up_merge, keep_incoming
from care.messages import ensure_incoming
from core.clock import now
from core.database import Database
from core.errors import InvalidInput, Unavailable
from core.idempotency import Once, once
from core.records import change
from tests.care.stored import event_types, everything
from tests.care.test_merging import pair
from tests.factories.care import (
    conversation_of,
    deliver,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    make_incoming,
    make_reply,
    reread,
)

AGENT = make_actor()


async def cut_off(monkeypatch: pytest.MonkeyPatch, duplicate: Case, target: Case) -> Case:
    """Merge a case into another one, and stop after the first write."""

    async def killed(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(merging, "_absorbed", killed)
        with pytest.raises(ConnectionError):
            await merge_cases(AGENT, MergeDraft(case_id=duplicate.id, into_id=target.id), expected_version=duplicate.version)
    return await reread(duplicate)


def close(current: Case) -> None:
    current.status, current.closed_at, current.open_keys = CaseStatus.CLOSED, now(), None


async def test_two_workers_finish_a_merge_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    duplicate, target = await pair()
    merged = await cut_off(monkeypatch, duplicate, target)

    await asyncio.gather(*(finish_merge(merged.model_copy(deep=True)) for _ in range(4)))

    into = await reread(target)
    assert (into.absorbed, len(into.conversation_ids)) == ([duplicate.id], 2)
    assert (await event_types(Case)).count("CaseAbsorbed") == 1


@pytest.mark.parametrize("waits", [True, False])
async def test_case_that_is_closed_meanwhile_comes_back_for_a_customer_who_waits_alone(
    store: Database, monkeypatch: pytest.MonkeyPatch, *, waits: bool
) -> None:
    duplicate, target = await pair()
    if not waits:
        await deliver((await make_reply(duplicate)).message)
        duplicate = await change(await reread(duplicate), lambda current: setattr(current.resolution, "met_at", now()))
    await cut_off(monkeypatch, duplicate, target)
    await change(await reread(target), close)

    for _ in range(2):
        await follow_up_merge(duplicate.id)

    into = await reread(target)
    assert (into.status is CaseStatus.CLOSED, into.open_keys is None) == (not waits, not waits)
    assert into.absorbed == [duplicate.id]
    assert await Message.find({"case_id": target.id}).count() == (2 if waits else 3)


async def test_case_for_practice_is_not_merged_with_a_real_one(store: Database) -> None:
    channel, practice = await make_channel(), await make_channel(environment=Environment.PRACTICE)
    customer = await make_customer(channel)
    real, played = [await make_case(await make_conversation(one, customer)) for one in (channel, practice)]
    before = await everything(Case)

    for case, into in ((real, played), (played, real)):
        with pytest.raises(InvalidInput, match="for practice") as refused:
            await merge_cases(
                make_actor(Role.MANAGER), MergeDraft(case_id=case.id, into_id=into.id), expected_version=case.version
            )
        assert refused.value.path == ("into_id",)
    assert await everything(Case) == before


@pytest.mark.parametrize("is_settled_late", [True, False])
async def test_message_that_arrives_while_its_case_is_merged_goes_along(store: Database, *, is_settled_late: bool) -> None:
    duplicate, target = await pair()
    conversation = await conversation_of(duplicate)
    customer = await Customer.get(duplicate.customer_id)
    assert customer is not None
    entry = make_incoming(conversation, body="Bir şey daha.")
    heard = await receive(entry, conversation=conversation, customer=customer)
    seen = heard.model_copy(deep=True)
    if is_settled_late:
        message = await ensure_incoming(seen, entry, conversation)
        await merge_cases(AGENT, MergeDraft(case_id=duplicate.id, into_id=target.id), expected_version=heard.version)
        case = await settle_incoming(seen.id, message, seen)
    else:
        await merge_cases(AGENT, MergeDraft(case_id=duplicate.id, into_id=target.id), expected_version=heard.version)
        message = await keep_incoming(seen, entry)
        assert message.case_id == target.id
        case = await reread(target)

    assert (case.id, case.incoming, case.last_message_id) == (target.id, [], message.id)
    assert (await reread(duplicate)).incoming == []


@pytest.mark.parametrize("gone", ["conversation", "case"])
async def test_split_whose_half_can_not_be_stored_is_told_as_an_outage(store: Database, gone: str) -> None:
    case = await make_case()
    key = once(b"a secret key of thirty-two bytes", actor="mem_a", operation="splitCase", key="k", given={"a": 1})
    draft = SplitDraft.model_validate({"case_id": case.id, "subject": "Fatura", "message_id": case.last_message_id})
    halves = await split_case(AGENT, draft, expected_version=case.version, once=key)
    await Case.get_pymongo_collection().delete_one({"_id": halves.new.id})
    if gone == "case":
        with pytest.raises(Unavailable, match="a case that was split off is not stored"):
            await split_case(AGENT, draft, expected_version=case.version, once=key)
        return
    await Case.get_pymongo_collection().update_one({"_id": case.id}, {"$unset": {"splits.0.done_at": ""}})
    await Conversation.get_pymongo_collection().delete_many({})
    with pytest.raises(Unavailable, match="the conversation of a case is not stored"):
        await finish_splits(await reread(case))


async def test_two_workers_make_the_half_of_a_split_once(store: Database) -> None:
    case = await make_case()
    draft = SplitDraft.model_validate({"case_id": case.id, "subject": "Fatura", "message_id": case.last_message_id})
    halves = await split_case(AGENT, draft, expected_version=case.version, once=Once())
    await Case.get_pymongo_collection().delete_one({"_id": halves.new.id})
    await Case.get_pymongo_collection().update_one({"_id": case.id}, {"$unset": {"splits.0.done_at": ""}})
    cut = await reread(case)

    await asyncio.gather(*(finish_splits(cut.model_copy(deep=True)) for _ in range(4)))

    assert (await Case.count(), (await reread(halves.new)).split_from) == (2, case.id)
    assert (await reread(case)).splits[0].done_at is not None


async def test_duplicate_that_was_resolved_leaves_the_other_promise_as_it_is(store: Database) -> None:
    duplicate, target = await pair()
    await deliver((await make_reply(duplicate)).message)
    duplicate = await change(await reread(duplicate), lambda current: setattr(current.resolution, "met_at", now()))

    merged = await merge_cases(AGENT, MergeDraft(case_id=duplicate.id, into_id=target.id), expected_version=duplicate.version)

    assert merged.into.resolution == target.resolution
    assert merged.into.first_response.due_at == target.first_response.due_at
