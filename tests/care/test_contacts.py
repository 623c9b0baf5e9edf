"""Calls, letters and talks, written down by hand."""

from datetime import timedelta
from functools import partial

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care import contacts
from care.cases.clocks import ClockStatus, status
from care.contacts import ContactDraft, log_contact
from care.customers import Person, ensure_customer, identity_key
from care.documents.case_states import CaseOrigin, CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.claims import ClaimField, ClaimSource, ClaimState, CustomerClaim
from care.documents.conversations import ContactKind, Conversation, DeliveryStatus, Direction, Message
from care.documents.customers import Customer, Identity
from care.errors import CaseClosed
from core.clock import now
from core.database import Database
from core.errors import Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.ids import new_id
from core.records import save
from tests.care.stored import everything, handle_twice
from tests.dying import dying
from tests.factories.care import make_actor, make_case, make_channel, make_customer, make_reply, reread
from tests.rivals import overtake

PHONE = {"name": "Ayşe Demir", "phone": "+90 (212) 555 01 02"}


def draft(**overrides: object) -> ContactDraft:
    given = {"kind": "PHONE", "direction": "INBOUND", "body": "Siparişim gelmedi dedi.", "person": PHONE}
    return ContactDraft.model_validate({**given, **overrides})


def repeatable(**given: object) -> Once:
    return once(b"a secret key of thirty-two bytes", actor="mem_a", operation="logContact", key="once", given=given)


def clocks_of(case: Case) -> list[ClockStatus]:
    return [status(clock, now()) for clock in (case.first_response, case.next_response)]


async def test_call_opens_a_case_whose_clock_runs_from_the_call_on(store: Database) -> None:
    actor, at = make_actor(), now() - timedelta(minutes=10)

    logged = await log_contact(actor, draft(occurred_at=at, duration_seconds=240), once=Once())
    assert logged.case.last_message_id == logged.message.id
    await handle_twice()

    case, message = await reread(logged.case), logged.message
    channel, customer = await Channel.get(case.channel_id), await Customer.get(case.customer_id)
    assert channel is not None
    assert customer is not None
    assert (channel.kind, channel.name, customer.display_name, customer.phone) == (
        ChannelKind.PHONE,
        "Telephone",
        "Ayşe Demir",
        "+90 (212) 555 01 02",
    )
    assert (case.subject, case.status, case.incoming) == ("Siparişim gelmedi dedi.", CaseStatus.NEW, [])
    assert case.first_response.due_at == at + timedelta(minutes=30)
    assert clocks_of(case) == [ClockStatus.RUNNING, ClockStatus.NOT_APPLICABLE]
    assert (message.direction, message.created_at, message.author_id) == (Direction.INBOUND, at, customer.id)
    assert message.contact is not None
    assert (message.contact.kind, message.contact.logged_by, message.contact.duration_seconds) == (
        ContactKind.PHONE,
        actor.member_id,
        240,
    )


async def test_answer_within_the_call_meets_the_clock_at_its_end(store: Database) -> None:
    actor, at = make_actor(), now() - timedelta(minutes=10)

    logged = await log_contact(actor, draft(occurred_at=at, duration_seconds=240, answered=True), once=Once())

    case = await reread(logged.case)
    assert case.first_response.met_at == at + timedelta(seconds=240)
    assert (case.status, case.picked_up_by, case.cycle.replied_at) == (
        CaseStatus.OPEN,
        actor.member_id,
        at + timedelta(seconds=240),
    )
    assert clocks_of(case)[0] is ClockStatus.MET


async def test_answer_can_not_be_later_than_now(store: Database) -> None:
    logged = await log_contact(make_actor(), draft(duration_seconds=3600, answered=True), once=Once())

    assert logged.case.first_response.met_at is not None
    assert logged.case.first_response.met_at <= now()


async def test_second_call_from_the_same_number_is_the_same_customers(store: Database) -> None:
    first = await log_contact(make_actor(), draft(), once=Once())
    second = await log_contact(make_actor(), draft(person={"name": "A. Demir", "phone": "0090 212 5550102"}), once=Once())
    third = await log_contact(make_actor(), draft(person={"name": "Ali"}), once=Once())

    assert first.case.customer_id == second.case.customer_id != third.case.customer_id
    assert await Case.count() == 3


async def test_known_customer_keeps_their_name_and_the_other_one_waits_as_a_claim(store: Database) -> None:
    first = await log_contact(make_actor(), draft(), once=Once())
    for _ in range(2):
        await log_contact(make_actor(), draft(person={**PHONE, "name": "Veli"}), once=Once())
    await log_contact(make_actor(), draft(), once=Once())

    customer = await Customer.get(first.case.customer_id)
    assert customer is not None
    assert (customer.display_name, customer.former_facts) == ("Ayşe Demir", [])
    [claim] = await CustomerClaim.find({"customer_id": customer.id}).to_list()
    said = (claim.field, claim.value, claim.source, claim.state)
    assert said == (ClaimField.NAME, "Veli", ClaimSource.CUSTOMER, ClaimState.PROPOSED)


async def test_who_has_but_a_number_is_named_by_the_contact(store: Database) -> None:
    channel = await make_channel(kind=ChannelKind.PHONE)
    nameless = await ensure_customer(channel, Person(external_id="00902125550102", handle="+90 212 555 01 02"))
    assert nameless.display_name == "+90 212 555 01 02"

    logged = await log_contact(make_actor(), draft(), once=Once())

    customer = await Customer.get(nameless.id)
    assert customer is not None
    assert (logged.case.customer_id, customer.display_name) == (nameless.id, "Ayşe Demir")


async def test_letter_is_found_again_by_name_and_address(store: Database) -> None:
    person = {"name": "Ayşe Demir", "address": "Lale Sk. 3\nKadıköy"}
    letters = [
        await log_contact(make_actor(), draft(kind="LETTER", person={**person, "address": address}), once=Once())
        for address in (person["address"], "LALE SK. 3 KADIKÖY", "Gül Sk. 1")
    ]

    assert [one.case.customer_id == letters[0].case.customer_id for one in letters] == [True, True, False]
    assert (await Channel.find_one({"kind": "LETTER"})) is not None


async def test_call_of_ours_is_a_reply_that_took_place(store: Database) -> None:
    case = await make_case()

    logged = await log_contact(make_actor(), draft(direction="OUTBOUND", person=None, case_id=case.id), once=Once())
    await handle_twice()

    case = await reread(case)
    assert (logged.message.delivery_status, logged.message.direction) == (DeliveryStatus.SENT, Direction.OUTBOUND)
    assert (clocks_of(case)[0], case.outgoing) == (ClockStatus.MET, [])
    assert len(case.conversation_ids) == len(case.open_keys or []) == 2
    assert await store["jobs"].count_documents({}) == 0


async def test_call_before_the_customer_wrote_answers_nothing(store: Database) -> None:
    case = await make_case()
    before = draft(direction="OUTBOUND", person=None, case_id=case.id, occurred_at=now() - timedelta(hours=1))

    await log_contact(make_actor(), before, once=Once())

    assert clocks_of(await reread(case))[0] is ClockStatus.RUNNING


async def test_call_of_ours_to_a_customer_opens_a_case_without_a_clock(store: Database) -> None:
    channel = await make_channel(kind=ChannelKind.PHONE, send_url="http://127.0.0.1:9/never")
    customer = await make_customer(channel)

    logged = await log_contact(
        make_actor(), draft(direction="OUTBOUND", person=None, customer_id=customer.id, subject="Depo taşındı"), once=Once()
    )

    case = await reread(logged.case)
    assert (case.origin, case.subject, case.channel_id) == (CaseOrigin.COMPANY, "Depo taşındı", channel.id)
    assert clocks_of(case) == [ClockStatus.NOT_APPLICABLE] * 2
    assert (logged.message.delivery_status, await store["jobs"].count_documents({})) == (DeliveryStatus.SENT, 0)


async def test_calls_of_a_case_share_a_conversation_and_talks_have_their_own(store: Database) -> None:
    case = await make_case()
    for kind in ("PHONE", "PHONE", "IN_PERSON"):
        await log_contact(make_actor(), draft(kind=kind, person=None, case_id=case.id), once=Once())

    case = await reread(case)
    conversations = [await Conversation.get(one) for one in case.conversation_ids]
    assert [one.channel_kind for one in conversations if one] == [ChannelKind.X, ChannelKind.PHONE, ChannelKind.GENERIC]
    assert await Message.find({"case_id": case.id}).count() == 4


async def test_closed_case_comes_back_by_the_customers_call_alone(store: Database) -> None:
    case = await make_case()
    case.status, case.closed_at, case.open_keys = CaseStatus.CLOSED, now(), None
    await save(case)

    with pytest.raises(CaseClosed):
        await log_contact(make_actor(), draft(direction="OUTBOUND", person=None, case_id=case.id), once=Once())
    await log_contact(make_actor(), draft(person=None, case_id=case.id), once=Once())

    case = await reread(case)
    assert (case.status, case.open_keys) == (CaseStatus.OPEN, case.conversation_ids)


@pytest.mark.parametrize("direction", ["INBOUND", "OUTBOUND"])
@pytest.mark.parametrize("whose", ["case", "person"])
async def test_same_request_twice_is_one_contact(store: Database, direction: str, whose: str) -> None:
    case = await make_case()
    asked = draft(direction=direction, **({"case_id": case.id, "person": None} if whose == "case" else {}))
    first = await log_contact(make_actor(), asked, once=repeatable(body="a"))
    before = await everything()

    again = await log_contact(make_actor(), asked, once=repeatable(body="a"))

    assert (again.case.id, again.message.id) == (first.case.id, first.message.id)
    assert await everything() == before
    with pytest.raises(IdempotencyMismatch):
        await log_contact(make_actor(), asked, once=repeatable(body="b"))
    assert await everything() == before
    await handle_twice()
    assert await Message.find({"contact": {"$exists": True}}).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"case_id": "case_1"},
        {"person": None},
        {"kind": "LETTER", "duration_seconds": 3},
        {"kind": "LETTER", "answered": True},
        {"direction": "OUTBOUND", "answered": True},
        {"duration_seconds": -1},
        {"person": {"name": "Ayşe", "phone": "abc"}},
        {"person": {"name": ""}},
        {"body": " "},
    ],
)
def test_contact_that_can_not_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        draft(**wrong)


@pytest.mark.parametrize("direction", ["INBOUND", "OUTBOUND"])
@pytest.mark.parametrize(
    ("whose", "lost"),
    [("case", 0), ("case", 1), ("case", 2), ("customer", 0), ("customer", 1), ("customer", 2)]
    + [("person", lost) for lost in range(4)],
)
async def test_contact_that_was_cut_off_is_there_once_afterwards(store: Database, direction: str, whose: str, lost: int) -> None:
    channel = await make_channel(kind=ChannelKind.PHONE)
    case, customer = await make_case(), await make_customer(channel)
    parties: dict[str, dict[str, object]] = {
        "case": {"case_id": case.id, "person": None},
        "customer": {"customer_id": customer.id, "person": None},
        "person": {},
    }
    asked = draft(direction=direction, **parties[whose])
    first = Once() if lost == 0 else repeatable(body="a")

    async with dying(lost):
        await log_contact(make_actor(), asked, once=first)
    await handle_twice()
    logged = await log_contact(make_actor(), asked, once=repeatable(body="a"))
    await handle_twice()

    (message,) = await Message.find({"contact": {"$exists": True}}).to_list()
    (talk,) = await Conversation.find({"channel_id": channel.id}).to_list()
    held = await reread(logged.case)
    assert (message.id, message.case_id, message.conversation_id) == (logged.message.id, held.id, talk.id)
    assert (held.incoming, held.outgoing, held.last_message_id) == ([], [], message.id)
    assert await Case.count() == (1 if whose == "case" else 2)
    assert await Customer.find({"identities.channel_id": channel.id}).count() == (2 if whose == "person" else 1)


async def test_a_name_that_another_customer_takes_meanwhile_is_whose_the_call_was(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await make_channel(kind=ChannelKind.PHONE)
    key = identity_key(channel.id, "00902125550102")

    for direction in ("INBOUND", "OUTBOUND"):
        await store["customers"].delete_many({})
        taker = Customer(id=new_id("cus"), created_at=now(), display_name="Ayşe", identities=[_phone(channel, key)])
        overtake(monkeypatch, contacts, partial(save, taker), before="meet")
        logged = await log_contact(make_actor(), draft(direction=direction), once=Once())
        talk = await Conversation.get(logged.message.conversation_id)
        assert talk is not None
        assert (logged.case.customer_id, logged.message.customer_id, talk.customer_id) == (taker.id,) * 3


def _phone(channel: Channel, key: str) -> Identity:
    number = key.partition(":")[2]
    return Identity(key=key, channel_id=channel.id, channel_kind=channel.kind, external_id=number, handle=number)


async def test_refusals_leave_no_trace(store: Database) -> None:
    case = await make_case()
    await make_reply(case)
    elsewhere = make_actor(Role.AGENCY, reach=frozenset({"chn_other"}))
    before = await everything()

    for actor, asked, refusal in (
        (make_actor(Role.EXPERT), draft(), Forbidden),
        (elsewhere, draft(person=None, case_id=case.id), NotFound),
        (make_actor(), draft(person=None, case_id="case_none"), NotFound),
        (make_actor(), draft(channel_id="chn_none"), NotFound),
        (make_actor(), draft(person=None, customer_id="cus_none"), NotFound),
        (make_actor(), draft(occurred_at=now() + timedelta(hours=1)), InvalidInput),
        (make_actor(), draft(occurred_at=now() - timedelta(days=400)), InvalidInput),
    ):
        with pytest.raises(refusal):
            await log_contact(actor, asked, once=Once())

    assert await everything() == before
