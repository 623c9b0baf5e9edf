import asyncio
from datetime import timedelta

import pytest

from care.cases.intake import receive, settle_incoming
from care.cases.opening import subject_of
from care.documents.case_states import CaseStatus, RequestStatus
from care.documents.cases import Case
from care.documents.conversations import Message
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.messages import ensure_incoming
from core.database import Database
from core.errors import NotFound
from core.ids import derived_id
from core.records import fresh
from tests.care.stored import event_types
from tests.factories.care import later, make_case, make_conversation, make_incoming, make_reply, reread, say


async def test_first_message_opens_a_case_with_its_clocks(store: Database) -> None:
    conversation = await make_conversation()
    entry = make_incoming(conversation)
    customer = await Customer.get(conversation.customer_id)
    assert customer is not None

    case = await receive(entry, conversation=conversation, customer=customer)

    assert case.id == derived_id("case", conversation.id, entry.message_id)
    assert (case.number, case.status, case.request_status, case.request_version) == (1, CaseStatus.NEW, RequestStatus.RECEIVED, 1)
    assert (case.subject, case.request_subject) == (entry.body, entry.body)
    assert (case.reach, case.reach_key, case.severity) == (5_400, 5_400, 33)
    assert (case.open_keys, case.customer_id) == ([conversation.id], customer.id)
    assert case.first_response.due_at == entry.sent_at + timedelta(minutes=30)
    assert case.due_key == case.first_response.due_at
    assert case.resolution.due_at == entry.sent_at + timedelta(hours=72)
    assert case.next_act_at == entry.sent_at + timedelta(minutes=15)
    assert [waiting.message_id for waiting in case.incoming] == [entry.message_id]
    assert await event_types(Case) == ["CaseOpened"]


async def test_the_same_message_again_changes_nothing(store: Database) -> None:
    conversation = await make_conversation()
    entry = make_incoming(conversation)
    customer = await Customer.get(conversation.customer_id)
    assert customer is not None

    cases = await asyncio.gather(*(receive(entry, conversation=conversation, customer=customer) for _ in range(8)))
    case = await reread(cases[0])
    message = await ensure_incoming(case, case.incoming[0])
    await settle_incoming(case.id, message)
    settled = await settle_incoming(case.id, message)
    again = await receive(entry, conversation=conversation, customer=customer)

    assert {one.id for one in cases} == {case.id}
    assert await Case.count() == 1
    assert await Message.count() == 1
    assert (again.id, again.revision, again.incoming) == (case.id, settled.revision, [])
    assert await event_types(Case) == ["CaseOpened", "MessageChanged"]


async def test_further_messages_join_the_open_case_and_move_no_clock(store: Database) -> None:
    conversation = await make_conversation()
    first = await say(conversation)
    later(minutes=5)

    second = await say(conversation, "Hâlâ bekliyorum")

    assert second.id == first.id
    assert (second.first_response, second.next_response) == (first.first_response, first.next_response)
    assert (second.version, second.request_version) == (1, 1)
    assert second.last_message_id != first.last_message_id
    assert await Message.count() == 2


async def test_messages_at_once_make_one_case(store: Database) -> None:
    conversation = await make_conversation()

    cases = await asyncio.gather(*(say(conversation, f"mesaj {number}") for number in range(6)))

    assert {case.id for case in cases} == {cases[0].id}
    assert await Case.count() == 1
    assert await Message.count() == 6
    assert (await reread(cases[0])).incoming == []


async def test_message_after_our_reply_starts_the_next_response_once(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation)
    await make_reply(case)
    later(minutes=2)
    answered = await say(conversation, "Teşekkürler, ama hâlâ gelmedi")
    later(minutes=2)

    again = await say(conversation, "Orada mısınız?")

    assert answered.next_response.started_at is not None
    assert answered.next_response.due_at == answered.next_response.started_at + timedelta(minutes=30)
    assert again.next_response == answered.next_response


@pytest.mark.parametrize("status", [CaseStatus.PENDING, CaseStatus.SNOOZED, CaseStatus.RESOLVED])
async def test_waiting_case_is_open_again_when_the_customer_writes(store: Database, status: CaseStatus) -> None:
    conversation = await make_conversation()
    await make_case(conversation, status=status)

    case = await say(conversation, "Buradayım")

    assert (case.status, case.request_status, len(case.cycles)) == (CaseStatus.OPEN, RequestStatus.IN_PROGRESS, 1)


async def test_judged_case_starts_another_cycle_when_the_customer_writes(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation)
    judged = {"status": CaseStatus.RESOLVED.value, "cycles.0.outcome": CycleOutcome.SATISFIED.value}
    await Case.get_pymongo_collection().update_one({"_id": case.id}, {"$set": judged})

    again = await say(conversation, "Yine bozuldu")

    assert (len(again.cycles), again.current_step) == (2, ResolutionStep.CONTACT)
    assert "CaseReopened" in await event_types(Case)


async def test_closed_case_comes_back_within_seven_days_and_not_later(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation)
    closed_at = later(minutes=1)
    closing = {"status": "CLOSED", "closed_at": closed_at}
    rows = Case.get_pymongo_collection()
    await rows.update_one({"_id": case.id}, {"$set": closing, "$unset": {"open_keys": ""}})

    later(days=6, hours=23)
    back = await say(conversation, "Sorun sürüyor")

    assert (back.id, back.status, back.closed_at, back.open_keys) == (case.id, CaseStatus.OPEN, None, [conversation.id])
    assert len(back.cycles) == 2

    await rows.update_one({"_id": case.id}, {"$set": closing | {"closed_at": later(minutes=1)}, "$unset": {"open_keys": ""}})
    later(days=7, minutes=1)
    new = await say(conversation, "Başka bir konu")

    assert (new.id == case.id, new.number, new.status) == (False, 2, CaseStatus.NEW)
    assert (new.follows, back.follows) == (case.id, None)


async def test_settling_shows_the_newest_message_last(store: Database) -> None:
    conversation = await make_conversation()
    first = await say(conversation)
    later(minutes=1)
    second = await say(conversation, "ikinci")
    message = await Message.get(str(first.last_message_id))
    assert message is not None

    await settle_incoming(first.id, message)

    assert (await fresh(second)).last_message_id == second.last_message_id


async def test_settling_in_no_case_is_refused(store: Database) -> None:
    case = await make_case()
    message = await Message.get(str(case.last_message_id))
    assert message is not None

    with pytest.raises(NotFound):
        await settle_incoming("case_none", message)


@pytest.mark.parametrize(
    ("body", "given", "subject"),
    [
        ("İade istiyorum\nhemen", {}, "İade istiyorum"),
        ("  \n ikinci satır", {}, "ikinci satır"),
        ("kelime " * 30, {}, "kelime " * 13 + "kelime…"),
        ("x" * 200, {}, "x" * 100 + "…"),
        ("", {}, "Message without words"),
        ("", {"attachments": [{"id": "a", "url": "https://x.example/a"}]}, "Attachment"),
        ('{"broken', {"unparsed": True}, "A delivery that could not be understood"),
    ],
)
async def test_subject_is_the_first_line_cut_between_words(
    store: Database, body: str, given: dict[str, object], subject: str
) -> None:
    entry = make_incoming(await make_conversation(), body=body, **given)

    assert subject_of(entry) == subject
