import asyncio

import pytest

from auth.actor import ANONYMOUS, Actor, ActorKind, Role
from care.cases.closing import ClosingDraft, close_case
from care.documents.case_states import CaseStatus, RequestStatus
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.conversations import DeliveryStatus, Message, Visibility
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.errors import CaseClosed, NothingToJudge
from care.notes import NoteDraft, add_internal_note
from care.reading import requests as reading
from care.requests import (
    PORTAL_CHANNEL,
    Contact,
    RequestDraft,
    RequestMessageDraft,
    RequestVerdictDraft,
    add_message,
    portal_channel,
    record_verdict,
    submit_request,
)
from core.database import Database
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.ids import with_prefix
from core.paging import Window
from tests.care.stored import event_types, everything
from tests.factories.care import (
    deliver,
    later,
    make_actor,
    make_case,
    make_channel,
    make_customer,
    make_customer_actor,
    make_reply,
    reread,
)

DRAFT = RequestDraft(subject="İade", body="İade kargom kayboldu.")


def portal_id(case: Case) -> str:
    return with_prefix("req", case.id)


async def make_asker() -> Actor:
    return make_customer_actor(await make_customer(await portal_channel()))


async def make_request(actor: Actor | None = None) -> Case:
    return await reread(await submit_request(actor or await make_asker(), DRAFT, once=Once()))


async def answered(actor: Actor) -> Case:
    return await deliver((await make_reply(await make_request(actor))).message)


def verdict(case: Case, outcome: CycleOutcome, comment: str | None = None) -> RequestVerdictDraft:
    return RequestVerdictDraft(request_id=portal_id(case), verdict=outcome, comment=comment)


async def test_request_becomes_a_case_of_the_portal(store: Database) -> None:
    asker = await make_asker()

    case = await make_request(asker)

    assert (case.channel_id, case.channel_kind) == (PORTAL_CHANNEL, ChannelKind.PORTAL)
    assert (case.subject, case.request_subject) == ("İade", "İade")
    assert (case.customer_id, case.request_status, case.request_version) == (asker.customer_id, RequestStatus.RECEIVED, 1)
    assert case.first_response.due_at is not None
    assert case.incoming == []
    message = await Message.get(str(case.last_message_id))
    assert message is not None
    assert (message.body, message.visibility, message.author_id) == (DRAFT.body, Visibility.PRIVATE, asker.customer_id)


async def test_each_request_is_a_case_of_its_own(store: Database) -> None:
    asker = await make_asker()

    cases = [await make_request(asker) for _ in range(2)]

    assert cases[0].id != cases[1].id
    assert await Case.count() == 2


async def test_the_same_request_again_is_one(store: Database) -> None:
    same = once(b"key", actor="anonymous", operation="submitRequest", key="k", given="a")

    cases = await asyncio.gather(*(submit_request(ANONYMOUS, DRAFT, once=same) for _ in range(3)))

    assert {case.id for case in cases} == {cases[0].id}
    assert (await Case.count(), await Message.count(), await Customer.count(), await Channel.count()) == (1, 1, 1, 1)
    other = once(b"key", actor="anonymous", operation="submitRequest", key="k", given="b")
    with pytest.raises(IdempotencyMismatch):
        await submit_request(ANONYMOUS, DRAFT, once=other)


async def test_request_without_an_account_is_kept_and_can_t_be_read(store: Database) -> None:
    contact = Contact(name="Ayşe", email="ayse@example.com")

    case = await submit_request(ANONYMOUS, DRAFT.model_copy(update={"contact": contact}), once=Once())
    await submit_request(ANONYMOUS, DRAFT, once=Once())

    customer = await Customer.get(str(case.customer_id))
    assert customer is not None
    assert (customer.display_name, customer.email, customer.identities) == ("Ayşe", "ayse@example.com", [])
    assert await reading.requests_by_ids(ANONYMOUS, [portal_id(case)]) == {}
    assert (await reading.list_requests(ANONYMOUS, Window())).items == []
    names = sorted(customer.display_name for customer in await Customer.find({}).to_list())
    assert names == ["Anonymous", "Ayşe"]


async def test_contact_fills_what_was_not_known(store: Database) -> None:
    asker = await make_asker()
    for email in ("a@example.com", "b@example.com"):
        await submit_request(asker, DRAFT.model_copy(update={"contact": Contact(email=email)}), once=Once())

    customer = await Customer.get(str(asker.customer_id))

    assert customer is not None
    assert (customer.email, customer.display_name) == ("a@example.com", "Ayşe Demir")


@pytest.mark.parametrize(
    "email", ["ayse", "ayse@", "@example.com", "a b@example.com", "a@b@c.d", "a@localhost", "x" * 300 + "@a.b"]
)
def test_address_that_can_t_be_one_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match=r"ayse@example\.com"):
        Contact(email=email)


async def test_portal_channel_is_found_or_made_once(store: Database) -> None:
    made = await asyncio.gather(*(portal_channel() for _ in range(3)))
    assert {channel.id for channel in made} == {PORTAL_CHANNEL}
    assert await event_types(Channel) == ["ChannelChanged"]


async def test_portal_channel_that_was_set_up_is_used(store: Database) -> None:
    ours = await make_channel(kind=ChannelKind.PORTAL, send_url=None)

    assert (await portal_channel()).id == ours.id


async def test_staff_can_t_submit_and_a_lost_customer_is_told(store: Database) -> None:
    with pytest.raises(Forbidden):
        await submit_request(make_actor(), DRAFT, once=Once())
    lost = Actor(ActorKind.CUSTOMER, "cus_x", customer_id="cus_x", permissions=ANONYMOUS.permissions)
    with pytest.raises(NotFound):
        await submit_request(lost, DRAFT, once=Once())
    assert await Case.count() == 0


async def test_customer_adds_a_message_once(store: Database) -> None:
    asker = await make_asker()
    case = await answered(asker)
    draft = RequestMessageDraft(request_id=portal_id(case), body="Takip numarası: 123")
    same = once(b"key", actor=asker.id, operation="addRequestMessage", key="k", given="a")

    first, second = [await add_message(asker, draft, once=same) for _ in range(2)]

    assert first.message.id == second.message.id
    assert (first.case.id, first.message.body) == (case.id, draft.body)
    assert (await reread(case)).next_response.due_at is not None
    assert await Message.count() == 3
    other = once(b"key", actor=asker.id, operation="addRequestMessage", key="k", given="b")
    with pytest.raises(IdempotencyMismatch):
        await add_message(asker, draft, once=other)


async def test_message_to_a_request_of_another_channel_stays_private(store: Database) -> None:
    case = await make_case()
    draft = RequestMessageDraft(request_id=portal_id(case), body="Adresim: …")

    added = await add_message(make_customer_actor(await customer_of(case)), draft, once=Once())

    assert (added.case.id, added.message.visibility) == (case.id, Visibility.PRIVATE)


async def test_request_closed_long_ago_takes_no_message(store: Database) -> None:
    asker = await make_asker()
    case = await answered(asker)
    case = await record_verdict(asker, verdict(case, CycleOutcome.SATISFIED), expected_version=case.request_version)
    await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=1)
    draft = RequestMessageDraft(request_id=portal_id(case), body="Yine oldu")

    later(days=8)
    with pytest.raises(CaseClosed):
        await add_message(asker, draft, once=Once())

    later(days=-2)
    assert (await add_message(asker, draft, once=Once())).case.status is CaseStatus.OPEN


async def test_satisfied_verdict_resolves_the_request(store: Database) -> None:
    asker = await make_asker()
    case = await answered(asker)

    judged = await record_verdict(asker, verdict(case, CycleOutcome.SATISFIED, "Sağ olun"), expected_version=2)

    assert (judged.request_status, judged.request_version, judged.version) == (RequestStatus.ANSWERED, 3, 1)
    assert (judged.cycle.outcome, judged.cycle.steps[-1].note) == (CycleOutcome.SATISFIED, "Sağ olun")
    assert judged.cycle.steps[-1].completed_by is None
    with pytest.raises(Conflict) as refusal:
        await record_verdict(asker, verdict(case, CycleOutcome.SATISFIED), expected_version=2)
    assert refusal.value.current.request_version == 3


async def test_unsatisfied_verdict_starts_the_next_cycle(store: Database) -> None:
    asker = await make_asker()
    case = await answered(asker)

    judged = await record_verdict(asker, verdict(case, CycleOutcome.UNSATISFIED, "Olmadı"), expected_version=2)

    assert (len(judged.cycles), judged.current_step, judged.status) == (2, ResolutionStep.CONTACT, CaseStatus.OPEN)
    assert judged.next_response.due_at is not None
    assert judged.cycles[0].outcome_note == "Olmadı"
    with pytest.raises(NothingToJudge):
        await record_verdict(asker, verdict(case, CycleOutcome.SATISFIED), expected_version=3)


async def test_verdict_before_an_answer_or_of_another_kind_is_refused(store: Database) -> None:
    asker = await make_asker()
    case = await make_request(asker)
    before = await everything()

    with pytest.raises(NothingToJudge):
        await record_verdict(asker, verdict(case, CycleOutcome.SATISFIED), expected_version=1)
    with pytest.raises(InvalidInput):
        await record_verdict(asker, verdict(case, CycleOutcome.OVERRIDDEN), expected_version=1)

    assert await everything() == before


async def test_request_of_another_customer_is_not_there(store: Database) -> None:
    case = await answered(await make_asker())
    other = make_customer_actor(await make_customer(await make_channel(), external_id="u-2"))
    before = await everything()

    for request_id in (portal_id(case), case.id, "req_unknown", ""):
        with pytest.raises(NotFound):
            await add_message(other, RequestMessageDraft(request_id=request_id, body="x"), once=Once())
        draft = RequestVerdictDraft(request_id=request_id, verdict=CycleOutcome.SATISFIED)
        with pytest.raises(NotFound):
            await record_verdict(other, draft, expected_version=2)
        assert await reading.requests_by_ids(other, [request_id]) == {}

    assert await everything() == before


async def test_customer_reads_what_was_said_to_them_and_nothing_else(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    asker = make_customer_actor(await customer_of(case))
    first = str(case.last_message_id)
    later(seconds=1)
    sent = await make_reply(case, agent, body="Bakıyoruz")
    await deliver(sent.message)
    later(seconds=1)
    hidden = [
        (await make_reply(case, make_actor(Role.TRAINEE), body="taslak")).message,
        (await make_reply(case, agent, body="yolda")).message,
        await add_internal_note(agent, NoteDraft(case_id=case.id, body="not"), once=Once()),
    ]
    failed = await make_reply(case, agent, body="ulaşmadı")
    await deliver(failed.message, DeliveryStatus.FAILED)

    shown = await reading.messages_of_requests(asker, [case.id], Window())
    last = await reading.messages_of_requests(asker, [case.id], Window(limit=1, backwards=True))

    assert [message.id for message in shown[case.id].items] == [first, sent.message.id]
    assert [message.id for message in last[case.id].items] == [sent.message.id]
    assert await reading.message_counts(asker, [case.id]) == {case.id: 2}
    ids = [with_prefix("rms", message.id) for message in [sent.message, failed.message, *hidden]]
    assert list(await reading.request_messages_by_ids(asker, ids)) == [ids[0]]
    assert await reading.request_messages_by_ids(await make_other(), ids) == {}
    assert await reading.messages_of_requests(await make_other(), [case.id], Window()) == {}


async def customer_of(case: Case) -> Customer:
    found = await Customer.get(str(case.customer_id))
    assert found is not None
    return found


async def make_other() -> Actor:
    return make_customer_actor(await make_customer(await make_channel(), external_id="u-other"))


async def test_customer_lists_own_requests_of_the_world_only(store: Database) -> None:
    asker = await make_asker()
    mine = [await make_request(asker) for _ in range(2)]
    await make_request()
    practice = await make_request(asker)
    await Case.get_pymongo_collection().update_one({"_id": practice.id}, {"$set": {"environment": "PRACTICE"}})

    listed = await reading.list_requests(asker, Window())

    assert {case.id for case in listed.items} == {case.id for case in mine}
    assert await reading.count_requests(asker) == 2
    assert await reading.requests_by_ids(asker, []) == {}
    assert list(await reading.requests_by_ids(asker, [portal_id(mine[0]), portal_id(practice)])) == [portal_id(mine[0])]
