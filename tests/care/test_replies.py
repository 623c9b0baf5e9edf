import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.outgoing import settle_outgoing
from care.documents.case_states import CaseStatus, RequestStatus
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus, Direction, Message, Visibility
from care.documents.obligations import ObligationKind
from care.errors import CaseClosed
from care.replies import ContactDetailsDraft, ReplyDraft, release, reply_to_case, request_contact_details
from core.database import Database
from core.errors import AlreadyDone, Conflict, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.ids import new_id
from tests.care.stored import event_types, everything, handle_twice
from tests.dying import dying
from tests.factories.care import (
    conversation_of,
    deliver,
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_entry,
    make_reply,
    reread,
    say,
)

KEY = b"a secret key of thirty-two bytes"


def repeatable(**given: object) -> Once:
    return once(KEY, actor="mem_a", operation="replyToCase", key="once", given=given)


def draft(case: Case, **overrides: object) -> ReplyDraft:
    given = {"case_id": case.id, "conversation_id": case.conversation_ids[0], "body": "Hemen bakıyorum."}
    return ReplyDraft.model_validate({**given, **overrides})


def contact(case: Case) -> ContactDetailsDraft:
    body = "Lütfen sipariş numaranızı ve telefonunuzu mesaj olarak yazın."
    return ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=body)


async def test_reply_meets_the_first_response_and_opens_the_case(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    at = later(minutes=3)

    reply = await reply_to_case(actor, draft(case), once=Once())

    assert (reply.case.status, reply.case.request_status, reply.case.request_version) == (
        CaseStatus.OPEN,
        RequestStatus.IN_PROGRESS,
        2,
    )
    met = reply.case.first_response.met_at
    assert met is not None
    assert timedelta(0) <= met - at < timedelta(seconds=5)
    assert reply.case.cycle.replied_at == met
    assert reply.case.first_response.breached_at is None
    assert reply.case.version == 1
    assert (reply.message.delivery_status, reply.message.visibility) == (DeliveryStatus.QUEUED, Visibility.PUBLIC)
    assert (reply.message.author_id, reply.message.case_id) == (actor.member_id, case.id)
    assert reply.case.last_message_id == reply.message.id
    jobs = await store["jobs"].find({}).to_list()
    assert [job["message_id"] for job in jobs] == [reply.message.id]
    assert await event_types(Case) == ["CaseOpened", "MessageChanged", "ReplyQueued"]


async def test_reply_answers_the_last_message_on_the_channel(store: Database) -> None:
    conversation = await make_conversation()
    await say(conversation, external_id="ext-1")
    case = await say(conversation, external_id="ext-2")

    reply = await make_reply(case)

    assert reply.message.in_reply_to == "ext-2"


async def test_late_reply_is_marked_as_met_and_broken(store: Database) -> None:
    case = await make_case()
    later(minutes=31)

    reply = await make_reply(case)

    assert reply.case.first_response.met_at is not None
    assert reply.case.first_response.breached_at == case.first_response.due_at


async def test_the_same_request_again_gives_the_same_reply(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    same = repeatable(body="x")

    first, *others = await asyncio.gather(*(reply_to_case(actor, draft(case), once=same) for _ in range(4)))
    await deliver(first.message)
    after = await reply_to_case(actor, draft(case), once=same)

    assert {reply.message.id for reply in [first, *others, after]} == {first.message.id}
    assert [message.id for message in await Message.find({}).to_list() if message.author_id == actor.member_id] == [
        first.message.id
    ]
    assert (await event_types(Case)).count("ReplyQueued") == 1
    assert (await reread(case)).outgoing == []
    with pytest.raises(IdempotencyMismatch):
        await reply_to_case(actor, draft(case), once=repeatable(body="y"))


async def test_delivered_reply_leaves_the_case(store: Database) -> None:
    reply = await make_reply(await make_case())

    case = await deliver(reply.message)
    again = await settle_outgoing(case.id, await fresh_message(reply.message))

    assert case.outgoing == []
    assert case.reached_at == case.first_response.met_at
    assert again.revision == case.revision


async def fresh_message(message: Message) -> Message:
    found = await Message.get(message.id)
    assert found is not None
    return found


async def test_waiting_reply_does_not_leave_the_case(store: Database) -> None:
    reply = await make_reply(await make_case())

    case = await settle_outgoing(reply.case.id, reply.message)

    assert [entry.message_id for entry in case.outgoing] == [reply.message.id]


async def test_failed_reply_reopens_the_clock_with_its_old_due_time(store: Database) -> None:
    case = await make_case()
    reply = await make_reply(case)

    failed = await deliver(reply.message, DeliveryStatus.FAILED)

    assert failed.first_response == case.first_response
    assert (failed.status, failed.request_status, failed.outgoing) == (CaseStatus.NEW, RequestStatus.RECEIVED, [])
    assert failed.cycle.replied_at is None
    assert (failed.due_key, failed.next_act_at) == (case.due_key, case.next_act_at)
    assert (await event_types(Case))[-1] == "ReplyFailed"


async def test_failed_reply_reopens_nothing_when_a_later_one_reached_the_customer(store: Database) -> None:
    case = await make_case()
    first = await make_reply(case)
    later(seconds=1)
    second = await make_reply(first.case)
    await deliver(second.message)

    failed = await deliver(first.message, DeliveryStatus.FAILED)

    assert failed.first_response.met_at is not None
    assert failed.status is CaseStatus.OPEN


async def test_reply_on_its_way_inherits_the_clock_of_a_failed_one(store: Database) -> None:
    case = await make_case()
    first = await make_reply(case)
    later(seconds=1)
    second = await make_reply(first.case)

    inherited = await deliver(first.message, DeliveryStatus.FAILED)
    both_failed = await deliver(second.message, DeliveryStatus.FAILED)

    assert inherited.first_response.met_at is not None
    assert (both_failed.first_response, both_failed.status) == (case.first_response, CaseStatus.NEW)


async def test_failure_after_another_question_leaves_one_clock_running(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation)
    reply = await make_reply(case)
    later(minutes=1)
    await say(conversation, "Orada mısınız?")

    failed = await deliver(reply.message, DeliveryStatus.FAILED)

    assert failed.first_response == case.first_response
    assert (failed.next_response.due_at, failed.next_response.met_at) == (None, None)


async def test_reply_of_a_trainee_is_held_and_meets_no_clock(store: Database) -> None:
    case = await make_case()

    reply = await make_reply(case, make_actor(Role.TRAINEE))

    assert reply.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW
    assert reply.case.first_response == case.first_response
    assert (reply.case.status, reply.case.last_message_id) == (CaseStatus.NEW, case.last_message_id)
    assert await store["jobs"].count_documents({}) == 0
    assert (await event_types(Case))[-1] == "ReplyHeld"


async def test_released_reply_meets_the_clock_with_its_final_text(store: Database) -> None:
    held = await make_reply(await make_case(), make_actor(Role.TRAINEE))
    at = later(minutes=4)

    released = await release(make_actor(Role.MENTOR), held.message.id, body="Kargonuz yarın kapınızda.")

    assert (released.message.body, released.message.delivery_status) == ("Kargonuz yarın kapınızda.", DeliveryStatus.QUEUED)
    met = released.case.first_response.met_at
    assert met is not None
    assert met >= at
    assert released.case.status is CaseStatus.OPEN
    assert released.case.last_message_id == held.message.id
    assert [job["message_id"] for job in await store["jobs"].find({}).to_list()] == [held.message.id]
    assert (await event_types(Case))[-1] == "ReplyReleased"


async def test_reply_is_released_once(store: Database) -> None:
    held = await make_reply(await make_case(), make_actor(Role.TRAINEE))
    mentor = make_actor(Role.MENTOR)
    await release(mentor, held.message.id)
    before = await everything()

    with pytest.raises(AlreadyDone):
        await release(mentor, held.message.id)
    await deliver(await fresh_message(held.message))
    with pytest.raises(AlreadyDone):
        await release(mentor, held.message.id)
    with pytest.raises(NotFound):
        await release(mentor, new_id("msg"))

    assert (await everything())["jobs"] == before["jobs"]


@pytest.mark.parametrize("body", ["", "   ", "x" * 20_001])
async def test_released_text_has_the_limits_of_a_reply(store: Database, body: str) -> None:
    held = await make_reply(await make_case(), make_actor(Role.TRAINEE))
    before = await everything()

    with pytest.raises(InvalidInput) as refusal:
        await release(make_actor(Role.MENTOR), held.message.id, body=body)

    assert refusal.value.path == ("body",)
    assert await everything() == before


async def test_reply_into_another_case_s_conversation_is_refused(store: Database) -> None:
    case, other = await make_case(), await make_conversation()
    before = await everything()

    with pytest.raises(InvalidInput) as refusal:
        await reply_to_case(make_actor(), draft(case, conversation_id=other.id), once=Once())

    assert refusal.value.path == ("conversation_id",)
    assert await everything() == before


async def test_reply_names_the_answer_it_was_made_from(store: Database) -> None:
    case, entry = await make_case(), await make_entry()

    reply = await reply_to_case(make_actor(), draft(case, answer_bank_entry_id=entry.id), once=Once())

    assert reply.message.answer_bank_entry_id == entry.id
    with pytest.raises(InvalidInput) as refusal:
        await reply_to_case(make_actor(), draft(case, answer_bank_entry_id=new_id("abe")), once=Once())
    assert refusal.value.path == ("answer_bank_entry_id",)


async def test_closed_case_takes_no_reply(store: Database) -> None:
    case = await make_case(status=CaseStatus.CLOSED)
    before = await everything()

    with pytest.raises(CaseClosed):
        await make_reply(case)

    assert await everything() == before


async def test_request_for_contact_details_waits_for_the_customer_and_owes_their_use(store: Database) -> None:
    case = await make_case()

    asked = await request_contact_details(make_actor(), contact(case), expected_version=1, once=Once())

    assert asked.obligation is not None
    assert (asked.obligation.kind, asked.obligation.message_id) == (ObligationKind.CONTACT_DETAILS, asked.message.id)
    assert asked.obligation.due_at - asked.obligation.started_at == timedelta(hours=24)
    assert (asked.case.status, asked.case.request_status, asked.case.version) == (
        CaseStatus.PENDING,
        RequestStatus.WAITING_FOR_YOU,
        2,
    )
    assert asked.case.resolution.paused_at is not None
    assert asked.case.first_response.met_at is not None
    assert (await event_types(Case))[-2:] == ["ReplyQueued", "ObligationStarted"]


async def test_answer_to_the_request_resumes_the_resolution(store: Database) -> None:
    case = await make_case()
    asked = await request_contact_details(make_actor(), contact(case), expected_version=1, once=Once())
    later(hours=10)

    answered = await say(await conversation_of(case), "0555 000 00 00")

    assert case.resolution.due_at is not None
    assert answered.resolution.due_at is not None
    moved = answered.resolution.due_at - case.resolution.due_at
    assert timedelta(hours=10) <= moved < timedelta(hours=10, seconds=5)
    assert (answered.status, answered.resolution.paused_at) == (CaseStatus.OPEN, None)
    assert answered.obligations == asked.case.obligations


async def test_failed_request_for_contact_details_owes_nothing(store: Database) -> None:
    case = await make_case()
    asked = await request_contact_details(make_actor(), contact(case), expected_version=1, once=Once())

    failed = await deliver(asked.message, DeliveryStatus.FAILED)

    assert (failed.obligations, failed.status, failed.resolution.paused_at) == ([], CaseStatus.NEW, None)


async def test_held_request_for_contact_details_owes_nothing_until_its_release(store: Database) -> None:
    case = await make_case()

    held = await request_contact_details(make_actor(Role.TRAINEE), contact(case), expected_version=1, once=Once())
    released = await release(make_actor(Role.MENTOR), held.message.id)

    assert (held.obligation, held.case.status, held.case.version) == (None, CaseStatus.NEW, 2)
    assert released.case.status is CaseStatus.PENDING
    assert [owed.message_id for owed in released.case.obligations] == [held.message.id]


async def test_request_for_contact_details_meets_the_expected_version_once(store: Database) -> None:
    case, actor, same = await make_case(), make_actor(), repeatable(a=1)
    first = await request_contact_details(actor, contact(case), expected_version=1, once=same)

    again = await request_contact_details(actor, contact(case), expected_version=1, once=same)
    with pytest.raises(Conflict) as refusal:
        await request_contact_details(actor, contact(case), expected_version=1, once=Once())

    assert again.message.id == first.message.id
    assert again.obligation == first.obligation
    assert refusal.value.current.version == 2


async def test_request_on_a_resolved_case_brings_it_back_to_waiting(store: Database) -> None:
    case = await make_case(status=CaseStatus.RESOLVED)

    asked = await request_contact_details(make_actor(), contact(case), expected_version=1, once=Once())

    assert asked.case.status is CaseStatus.PENDING


@pytest.mark.parametrize("lost", [1, 2], ids=["message", "nothing more"])
async def test_reply_that_has_nowhere_to_leave_by_is_sent_at_once_and_its_entry_goes(store: Database, lost: int) -> None:
    case = await make_case(await make_conversation(await make_channel(send_url=None)))

    if lost == 1:
        async with dying(lost):
            await make_reply(case)
    else:
        assert (await make_reply(case)).message.delivery_status is DeliveryStatus.SENT
    assert len((await reread(case)).outgoing) == 1
    await handle_twice()

    settled = await reread(case)
    (message,) = await Message.find({"direction": Direction.OUTBOUND.value}).to_list()
    assert (settled.outgoing, settled.last_message_id, settled.reached_at) == ([], message.id, settled.answered_at)
    assert (message.delivery_status, message.sent_at is not None) == (DeliveryStatus.SENT, True)
    assert await event_types(Message) == ["MessageChanged"]
    assert await store["jobs"].count_documents({}) == 0
