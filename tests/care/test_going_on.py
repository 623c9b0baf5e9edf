"""What goes on elsewhere: talks that lead into other cases, calls written into one, customers who are known otherwise by now."""

from typing import Any

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care import contacts
from care.cases.opening import read_opening
from care.cases.outgoing import find_outgoing
from care.cases.parting import part_cases
from care.contacts import ContactDraft, log_contact
from care.continuations import continue_where_asked, go_on_privately, where_asked
from care.customers import Person, update_customer
from care.documents.case_states import CaseOrigin, CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.claims import CustomerClaim
from care.documents.conversations import Conversation, Message, Visibility
from care.documents.customers import Customer
from care.forms import FormDraft
from care.ingest.arrivals import Arrival
from care.ingest.firsts import First, take_in_firsts
from care.ingest.generic import MessageSaid
from care.outreach import OutreachDraft, reach_out
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from core.clock import now
from core.database import Database
from core.errors import InvalidInput, NotFound, Unavailable
from core.idempotency import Once, once
from core.records import change, fresh
from tests.care.ingest.sender import said
from tests.care.stored import event_types, everything, handle_twice
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, make_customer, reread, say

AGENT = make_actor()


async def asked_in_public(channel: Channel, customer: Customer) -> Case:
    """Let a customer complain in public and be asked for contact details there."""
    case = await say(await make_conversation(channel, customer))
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    return (await request_contact_details(AGENT, draft, expected_version=case.version, once=Once())).case


async def test_question_on_another_channel_leads_nowhere_and_of_two_the_newest_counts(store: Database) -> None:
    x, other = await make_channel(), await make_channel(kind=ChannelKind.INSTAGRAM)
    customer = await make_customer(x)
    elsewhere = await asked_in_public(other, customer)
    assert await where_asked(x.id, customer) is None
    first = await asked_in_public(x, customer)
    found = await where_asked(x.id, customer)
    assert found is not None
    assert (found.case.id, found.public.id) == (first.id, first.conversation_ids[0])
    found = await where_asked(other.id, customer)
    assert found is not None
    assert found.case.id == elsewhere.id

    private = await make_conversation(x, customer, visibility=Visibility.PRIVATE)
    for _ in range(2):
        await continue_where_asked(private, customer)
    assert (await reread(first)).open_keys == [*first.conversation_ids, private.id]
    assert (await fresh(private)).continued_from == first.conversation_ids[0]


async def test_private_talk_of_who_was_asked_nothing_leads_nowhere(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    await make_case(await make_conversation(channel, customer))
    private = await make_conversation(channel, customer, visibility=Visibility.PRIVATE)
    before = await everything(Case, Conversation)

    await continue_where_asked(private, customer)

    assert await everything(Case, Conversation) == before


async def test_private_talk_does_not_go_on_in_a_case_that_was_closed_meanwhile(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    case = await asked_in_public(channel, customer)
    private = await make_conversation(channel, customer, visibility=Visibility.PRIVATE)
    found = await where_asked(channel.id, customer)
    assert found is not None

    def close(current: Case) -> None:
        current.status, current.closed_at, current.open_keys = CaseStatus.CLOSED, now(), None

    await change(await reread(case), close)
    await go_on_privately(found, private)

    assert private.id not in (await reread(case)).conversation_ids
    assert (await fresh(private)).continued_from is None


async def test_customer_without_a_name_on_the_channel_can_not_be_answered_in_private(store: Database) -> None:
    case = await make_case()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    await change(customer, lambda current: setattr(current, "identities", []))
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?", privately=True)

    with pytest.raises(InvalidInput, match="does not tell whom to write to") as refused:
        await reply_to_case(AGENT, draft, once=Once())

    assert (refused.value.path, (await reread(case)).outgoing) == (("privately",), [])


async def test_profile_that_another_customer_took_over_tells_the_former_one_nothing(store: Database) -> None:
    channel = await make_channel()
    former = await make_customer(channel, external_id="u-1")
    await change(former, lambda current: setattr(current, "identities", []))
    told = await event_types(Customer)

    known = await update_customer(channel, Person(external_id="u-1", name="Başkası", followers=9))

    assert known is not None
    assert (known.display_name, known.identities, await CustomerClaim.count()) == ("Ayşe Demir", [], 0)
    assert await event_types(Customer) == told


def call(case: Case, **given: Any) -> ContactDraft:
    told = {"kind": "PHONE", "direction": "OUTBOUND", "body": "Aradık, yarın gelecek.", "case_id": case.id, **given}
    return ContactDraft.model_validate(told)


async def test_call_in_a_case_can_name_its_line(store: Database) -> None:
    case, line = await make_case(), await make_channel(kind=ChannelKind.PHONE)
    await make_channel(kind=ChannelKind.PHONE)

    logged = await log_contact(AGENT, call(case, channel_id=line.id), once=Once())

    assert logged.message.channel_id == line.id
    with pytest.raises(NotFound) as refused:
        await log_contact(AGENT, call(case, channel_id="chn_none"), once=Once())
    assert refused.value.path == ("channel_id",)


@pytest.mark.parametrize("direction", ["INBOUND", "OUTBOUND"])
async def test_call_that_was_cut_off_after_its_case_is_logged_once_by_the_repeat(
    store: Database, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    case = await make_case()
    draft = call(case, direction=direction)
    same = once(b"a secret key of thirty-two bytes", actor="mem_a", operation="logContact", key="k", given=1)

    async def killed(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(contacts, "_kept", killed)
        with pytest.raises(ConnectionError):
            await log_contact(AGENT, draft, once=same)
    told = (await event_types(Case))[-1]
    times = (await event_types(Case)).count(told)
    logged = [await log_contact(AGENT, draft, once=same) for _ in range(2)]

    assert (await event_types(Case)).count(told) == times
    assert len({one.message.id for one in logged}) == 1
    await handle_twice()
    held = await reread(case)
    assert (held.incoming, find_outgoing(held, logged[0].message.id)) == ([], None)
    assert await Message.find({"case_id": case.id}).count() == 2


async def test_call_that_is_neither_in_its_case_nor_stored_is_an_outage(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await make_case()

    def settled(*_: object) -> None:
        """Leave the case as it is: who put the entry in took it out as well."""

    monkeypatch.setattr(contacts, "_put", settled)
    with pytest.raises(Unavailable, match="neither waiting nor stored"):
        await log_contact(AGENT, call(case), once=Once())


@pytest.mark.parametrize("origin", [CaseOrigin.CUSTOMER, CaseOrigin.COMPANY])
async def test_whole_case_goes_back_to_whose_talk_it_is_without_anothers_words(store: Database, origin: CaseOrigin) -> None:
    channel = await make_channel()
    theirs, other = await make_customer(channel), await make_customer(channel)
    if origin is CaseOrigin.CUSTOMER:
        case = await make_case(await make_conversation(channel, theirs))
    else:
        draft = OutreachDraft(
            customer_id=theirs.id, channel_id=channel.id, subject="Teslimat", body="Yarın gelecek.", reason="Gecikti"
        )
        case = (await reach_out(make_actor(Role.MANAGER), draft, once=Once())).case

    def give(current: Case) -> None:
        current.customer_id, current.request_subject = other.id, "Konu"

    await change(await reread(case), give)
    assert await part_cases(theirs.id, by=AGENT.id) == [case.id]

    returned = await reread(case)
    assert (returned.customer_id, returned.request_subject) == (theirs.id, None if origin is CaseOrigin.CUSTOMER else "Konu")
    assert (await event_types(Case)).count("CaseReturned") == 1


async def first(channel: Channel, identifier: str = "ext-1") -> First:
    return First(Arrival(channel, "dlv", now(), 0), MessageSaid.model_validate(said(identifier)))


async def test_firsts_that_an_earlier_try_took_in_are_taken_in_once(store: Database) -> None:
    channel = await make_channel()
    one, opening = await first(channel), await read_opening(None, channel)

    tries = [await take_in_firsts([one], [opening], ["mem_a"]) for _ in range(2)]

    assert [[case.id for case in kept] for kept in tries] == [[one.case_id]] * 2
    assert [await kind.count() for kind in (Customer, Conversation, Case, Message)] == [1] * 4


@pytest.mark.parametrize(("website", "is_taken"), [("", True), (" ", True), ("http://spam.example", False)])
def test_field_that_nobody_sees_stops_programs_alone(website: str, *, is_taken: bool) -> None:
    given = {"name": "Ayşe", "email": "ayse@example.com", "message": "500 adet için fiyat?", "website": website}
    if is_taken:
        assert FormDraft.model_validate(given).message == "500 adet için fiyat?"
    else:
        with pytest.raises(ValidationError, match="Leave this field empty"):
            FormDraft.model_validate(given)
