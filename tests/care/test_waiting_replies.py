import asyncio
from contextlib import nullcontext
from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from care.cases.clocks import ClockStatus, status
from care.cases.closing import ClosingDraft, close_case
from care.clock_scan import scan
from care.documents.answer_bank import AnswerBankEntry
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus, Message
from care.documents.customers import Customer
from care.errors import UndoExpired
from care.follow_ups import follow_up_outgoing, send_outgoing
from care.reading.requests import messages_of_requests
from care.replies import Reply, ReplyDraft, release, reply_to_case
from care.waiting_replies import reschedule_reply, undo_reply
from core.clock import now
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from notifications import casework
from notifications.documents import Notification, NotificationKind
from tests.care.stored import event_types, everything, handle_twice
from tests.dying import dying
from tests.factories import community
from tests.factories.care import (
    conversation_of,
    deliver,
    later,
    make_actor,
    make_case,
    make_customer_actor,
    make_entry,
    reread,
    say,
)

HOUR = timedelta(hours=1)


async def write(case: Case, actor: Actor | None = None, **overrides: object) -> Reply:
    given = {"case_id": case.id, "conversation_id": case.conversation_ids[0], "body": "Hemen bakıyorum."}
    return await reply_to_case(actor or make_actor(), ReplyDraft.model_validate({**given, **overrides}), once=Once())


async def message_of(reply: Reply) -> Message:
    found = await Message.get(reply.message.id)
    assert found is not None
    return found


async def jobs(store: Database) -> int:
    return await store["jobs"].count_documents({})


async def test_scheduled_reply_meets_the_clock_when_it_leaves_and_not_before(store: Database) -> None:
    case, at = await make_case(), now() + HOUR
    reply = await write(case, send_at=at)

    assert (reply.message.delivery_status, reply.message.scheduled_for) == (DeliveryStatus.SCHEDULED, at)
    assert status(reply.case.first_response, now()) is ClockStatus.RUNNING
    assert (reply.case.status, reply.case.cycle.replied_at, await jobs(store)) == (CaseStatus.NEW, None, 0)

    left_at = later(hours=1)
    await scan()
    assert await scan() == 0
    await handle_twice()

    case, message = await reread(case), await message_of(reply)
    assert case.first_response.breached_at == case.first_response.due_at
    assert case.first_response.met_at is not None
    assert case.first_response.met_at >= left_at
    assert (case.status, message.delivery_status, message.scheduled_for) == (CaseStatus.OPEN, DeliveryStatus.QUEUED, None)
    assert message.created_at >= left_at
    assert case.last_message_id == message.id
    assert await jobs(store) == 1
    assert (await event_types(Case)).count("ReplyQueued") == 1


async def test_reply_is_taken_back_within_its_15_seconds(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    reply = await write(case, actor, undoable=True, body="Yanlış yazdım.")
    assert reply.message.scheduled_for == reply.message.created_at + timedelta(seconds=15)
    later(seconds=14)
    await scan()

    undone = await undo_reply(actor, reply.message.id)

    assert undone.message.body == "Yanlış yazdım."
    later(minutes=1)
    await scan()
    await handle_twice()
    case = await reread(case)
    assert (case.outgoing, status(case.first_response, now()), case.status) == ([], ClockStatus.RUNNING, CaseStatus.NEW)
    assert ((await message_of(reply)).deleted_at is not None, await jobs(store)) == (True, 0)
    with pytest.raises(NotFound):
        await undo_reply(actor, reply.message.id)


@pytest.mark.parametrize("lost", [None, 2], ids=["whole", "cut off"])
async def test_reply_that_is_taken_back_before_its_message_is_stored_never_comes_back(store: Database, lost: int | None) -> None:
    case, actor = await make_case(), make_actor()
    async with dying(1):
        await write(case, actor, undoable=True)
    before = await reread(case)
    (entry,) = before.outgoing
    assert await Message.get(entry.message_id) is None

    async with dying(lost) if lost is not None else nullcontext():
        await undo_reply(actor, entry.message_id)
    await send_outgoing(before, entry)  # whoever was slow
    await handle_twice()
    later(minutes=1)
    await scan()

    message = await Message.get(entry.message_id)
    assert message is not None
    assert (message.deleted_at is not None, (await reread(case)).outgoing, await jobs(store)) == (True, [], 0)


async def test_undo_comes_too_late_once_the_reply_left(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    reply, at_once = await write(case, actor, undoable=True), await write(await make_case(), actor)
    later(seconds=16)
    await scan()
    await handle_twice()
    before = await everything()

    for gone in (reply, at_once):
        with pytest.raises(UndoExpired, match="has left already"):
            await undo_reply(actor, gone.message.id)
        with pytest.raises(UndoExpired):
            await reschedule_reply(actor, gone.message.id, now() + HOUR, expected_version=1)
    assert await everything() == before
    await deliver(await message_of(reply))
    with pytest.raises(UndoExpired):
        await undo_reply(actor, reply.message.id)


async def test_undo_and_leaving_at_once_end_in_one_of_the_two(store: Database) -> None:
    for _ in range(10):
        case, actor = await make_case(), make_actor()
        reply = await write(case, actor, undoable=True)
        later(seconds=15)

        undone, _ = await asyncio.gather(undo_reply(actor, reply.message.id), scan(), return_exceptions=True)
        await follow_up_outgoing(case.id, reply.message.id)

        message = await message_of(reply)
        if isinstance(undone, UndoExpired):
            assert (message.delivery_status, message.deleted_at) == (DeliveryStatus.QUEUED, None)
        else:
            assert message.deleted_at is not None
            assert await store["jobs"].count_documents({"_id": f"send:{message.id}"}) == 0


async def test_scheduled_reply_is_moved_and_let_go_at_once(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    reply = await write(case, actor, send_at=now() + HOUR)
    at = now() + 2 * HOUR

    moved = await reschedule_reply(actor, reply.message.id, at, expected_version=1)
    assert (moved.message.scheduled_for, moved.case.outgoing[0].leaves_at, moved.case.version) == (at, at, 2)
    with pytest.raises(Conflict):
        await reschedule_reply(actor, reply.message.id, None, expected_version=1)
    gone = await reschedule_reply(actor, reply.message.id, None, expected_version=2)

    assert (gone.message.delivery_status, await jobs(store)) == (DeliveryStatus.QUEUED, 1)
    assert status(gone.case.first_response, now()) is ClockStatus.MET


async def test_trainees_scheduled_reply_waits_for_the_mentor_first_and_then_for_its_time(store: Database) -> None:
    case, trainee = await make_case(), await community.make_actor(Role.TRAINEE)
    reply = await write(case, trainee, send_at=now() + HOUR)
    assert reply.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW
    assert (await write(await make_case(), trainee, undoable=True)).case.outgoing[0].leaves_at is None
    with pytest.raises(InvalidInput, match="waits for a mentor"):
        await reschedule_reply(trainee, reply.message.id, None, expected_version=1)

    released = await release(make_actor(Role.MENTOR), reply.message.id)
    assert released.message.delivery_status is DeliveryStatus.SCHEDULED
    await handle_twice(casework.subscribe)
    assert [note.kind for note in await Notification.find({}).to_list()] == [NotificationKind.DRAFT_REVIEWED]
    later(hours=1)
    await scan()
    await handle_twice()
    assert (await message_of(reply)).delivery_status is DeliveryStatus.QUEUED

    late = await write(await make_case(), trainee, send_at=now() + HOUR)
    later(hours=2)
    assert (await release(make_actor(Role.MENTOR), late.message.id)).message.delivery_status is DeliveryStatus.QUEUED


async def test_held_reply_is_taken_back_by_its_author_and_by_mentors_alone(store: Database) -> None:
    trainee, case = make_actor(Role.TRAINEE), await make_case()
    first, second = await write(case, trainee), await write(case, trainee)
    before = await everything()
    with pytest.raises(Forbidden, match="Only its author"):
        await undo_reply(make_actor(), first.message.id)
    assert await everything() == before

    await undo_reply(trainee, first.message.id)
    await undo_reply(make_actor(Role.MENTOR), second.message.id)

    assert (await reread(case)).outgoing == []


async def test_case_is_not_closed_while_a_reply_is_scheduled_and_the_customer_sees_nothing_of_it(store: Database) -> None:
    case, manager = await make_case(), make_actor(Role.MANAGER)
    await write(case, manager, send_at=now() + HOUR)
    with pytest.raises(InvalidInput, match="scheduled"):
        await close_case(manager, ClosingDraft(case_id=case.id, reason="Bitti."), expected_version=1)

    customer = await Customer.get(case.customer_id)
    assert customer is not None
    seen = (await messages_of_requests(make_customer_actor(customer), [case.id], Window()))[case.id]
    assert [message.author_id for message in seen.items] == [customer.id]


async def test_customer_who_writes_meanwhile_is_answered_by_the_scheduled_reply(store: Database) -> None:
    case = await make_case()
    await write(case, send_at=now() + timedelta(minutes=20))
    later(minutes=10)
    await say(await conversation_of(case), "Acele eder misiniz?")
    later(minutes=10)
    await scan()

    case = await reread(case)
    assert status(case.first_response, now()) is ClockStatus.MET
    assert case.cycle.replied_at == case.first_response.met_at


async def test_answer_of_the_bank_is_used_when_the_reply_leaves(store: Database) -> None:
    entry = await make_entry()
    await write(await make_case(), make_actor(Role.MENTOR), send_at=now() + HOUR, answer_bank_entry_id=entry.id)
    await handle_twice()
    unused = await AnswerBankEntry.get(entry.id)
    later(hours=1)
    await scan()
    await handle_twice()
    used = await AnswerBankEntry.get(entry.id)

    assert (unused and unused.use_count, used and used.use_count) == (0, 1)


async def test_handlers_finish_what_a_dead_request_left(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    reply, undone = await write(case, actor, send_at=now() + HOUR), await write(case, actor, undoable=True)
    await undo_reply(actor, undone.message.id)
    ids = {"_id": {"$in": [reply.message.id]}}
    await Message.get_pymongo_collection().delete_many(ids)
    await Message.get_pymongo_collection().update_one({"_id": undone.message.id}, {"$unset": {"deleted_at": ""}})

    await handle_twice()

    assert (await message_of(reply)).delivery_status is DeliveryStatus.SCHEDULED
    assert (await message_of(undone)).deleted_at is not None


async def test_time_must_lie_ahead_and_the_same_request_again_is_the_same_reply(store: Database) -> None:
    case, actor, before = await make_case(), make_actor(), await everything()
    for wrong in (now() - HOUR, now() + timedelta(days=366)):
        with pytest.raises(InvalidInput) as refusal:
            await write(case, actor, send_at=wrong)
        assert refusal.value.path == ("send_at",)
    assert {name: rows for name, rows in (await everything()).items() if rows != before[name]} == {}

    at = now() + HOUR
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Bakıyorum.", send_at=at)
    same = once(b"a secret key of thirty-two bytes", actor=actor.id, operation="replyToCase", key="k", given={"at": str(at)})
    first = await reply_to_case(actor, draft, once=same)
    later(hours=2)
    await scan()
    again = await reply_to_case(actor, draft, once=same)

    assert (again.message.id, await Message.find({"direction": "OUTBOUND"}).count()) == (first.message.id, 1)
