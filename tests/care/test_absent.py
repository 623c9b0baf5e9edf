"""What is not there, or not any more: told by the field that named it, and a follow-up of what is gone does nothing."""

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from pymongo.errors import DuplicateKeyError

from auth.actor import ANONYMOUS, Role
from care import channels, conversations, customers
from care.audience.reachability import note_arrived, note_failed_delivery, note_silence
from care.brands.brands import BrandChange, BrandDraft, ChannelBrandDraft, create_brand, set_channel_brand, update_brand
from care.brands.reading import brands_by_ids
from care.cases.last_message import project_last_message, show_newest
from care.cases.merging import finish_merge
from care.channel_departments import ChannelDepartmentDraft, set_channel_department
from care.channel_drafts import ChannelDraft
from care.claims.deciding import accept_claim
from care.claims.observing import ClaimDraft, record_claim
from care.claims.settling import forget_personal, settle_claims
from care.contacts import ContactDraft, log_contact
from care.continuations import continue_where_asked, link
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.claims import ClaimField, ClaimSource
from care.documents.conversations import DeliveryStatus, Message
from care.experiences import engaging
from care.experiences.documents import ExperienceVisit
from care.experiences.drafts import ExperienceChange
from care.experiences.editing import update_experience
from care.experiences.engaging import forget_engagement
from care.files import open_file
from care.follow_ups import follow_up_split
from care.going_live.probing import probe, probe_channel
from care.ingest.steps import take_in
from core.database import Database
from core.errors import DomainError, Forbidden, InvalidInput, NotFound, Unavailable
from core.idempotency import Once
from core.ids import with_prefix
from core.leases import GiveUp, Job
from core.outbound import Outbound
from core.records import change, fresh
from tests.care.experiences.test_experiences import do
from tests.care.ingest.sender import KEYRING, body_of, delivery, said
from tests.care.ingest.sender import make_channel as connect
from tests.care.stored import everything
from tests.care.test_merging import merge, pair
from tests.factories.care import (
    deliver,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    make_reply,
    reread,
)
from tests.factories.community import make_department
from tests.factories.experiences import make_experience

MANAGER = make_actor(Role.MANAGER)
AGENT = make_actor()


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (lambda: set_channel_brand(MANAGER, ChannelBrandDraft(channel_id="chn_none"), expected_version=1), ("channel_id",)),
        (lambda: update_brand(MANAGER, BrandChange(brand_id="brd_none", name="X"), expected_version=1), ("brand_id",)),
        (
            lambda: set_channel_department(MANAGER, ChannelDepartmentDraft(channel_id="chn_none"), expected_version=1),
            ("channel_id",),
        ),
        (lambda: probe_channel(MANAGER, "chn_none", expected_version=1), ("channel_id",)),
        (lambda: update_experience(MANAGER, "exp_none", ExperienceChange(right=[1]), expected_version=1), ("experience_id",)),
    ],
    ids=["channel of a brand", "brand", "channel of a department", "channel to try", "experience"],
)
async def test_what_is_named_and_not_there_is_told_by_its_field(
    store: Database, act: Callable[[], Awaitable[object]], path: tuple[str, ...]
) -> None:
    with pytest.raises(NotFound) as refused:
        await act()

    assert refused.value.path == path


async def test_channel_goes_to_a_department_and_to_none_again(store: Database) -> None:
    channel, department = await make_channel(), await make_department("Kargo")

    for version, wanted in ((1, department.id), (2, None)):
        draft = ChannelDepartmentDraft(channel_id=channel.id, department_id=wanted)
        assert (await set_channel_department(MANAGER, draft, expected_version=version)).department_id == wanted


async def test_customers_know_of_no_brand(store: Database) -> None:
    home = await create_brand(MANAGER, BrandDraft(name="Narin Ev"), once=Once())

    assert await brands_by_ids(ANONYMOUS, [home.id]) == {}
    assert set(await brands_by_ids(AGENT, [home.id])) == {home.id}


async def test_question_that_an_experience_does_not_ask_is_refused(store: Database) -> None:
    experience = await make_experience()

    for question in (9, None):
        with pytest.raises(InvalidInput) as refused:
            await do(experience, ANONYMOUS, uuid4(), "ANSWERED", question=question, choice=1)
        assert refused.value.path == ("question",)
    with pytest.raises(Forbidden):
        await forget_engagement(MANAGER, confirmed=True)
    assert await ExperienceVisit.count() == 0


async def test_follow_ups_of_what_is_gone_do_nothing(store: Database) -> None:
    reply = await make_reply(await make_case(await make_conversation()))
    await deliver(reply.message, DeliveryStatus.FAILED)
    message = await fresh(reply.message)
    await store["customers"].delete_many({})
    public = await make_conversation()
    customer = await make_customer()
    before = await everything()

    await note_failed_delivery(message.id, message.created_at)
    await note_failed_delivery("msg_none", message.created_at)
    await note_silence("cus_none", "case_none", 1, message.created_at)
    await note_arrived("msg_none", message.created_at)
    await forget_personal("cus_none")
    await settle_claims("cus_none")
    await link("cnv_none", public.id)
    await link(public.id, "cnv_none")
    await continue_where_asked(public, customer)
    await show_newest("case_none")
    await follow_up_split("case_none")
    assert await project_last_message("case_none", message) is None

    assert await everything() == before


async def test_test_call_for_which_nobody_waits_is_given_up_and_one_that_ended_is_not_made_again(store: Database) -> None:
    channel = (await connect(send_url="http://127.0.0.1:9/send")).channel

    async def work(number: int, channel_id: str = channel.id) -> None:
        row = {"channel_id": channel_id, "number": number}
        await probe(Job("probe", 1, 1, row), keyring=KEYRING, outbound=Outbound(["127.0.0.1"]))

    for channel_id in (channel.id, "chn_none"):
        with pytest.raises(GiveUp, match="nobody waits"):
            await work(1, channel_id)
    await probe_channel(MANAGER, channel.id, expected_version=1)
    await work(1)
    ended = (await fresh(channel)).probe
    await work(1)
    assert (await fresh(channel)).probe == ended
    await probe_channel(MANAGER, channel.id, expected_version=2)
    with pytest.raises(GiveUp, match="nobody waits"):
        await work(1)


async def test_claim_about_a_customer_who_is_gone_can_not_be_accepted(store: Database) -> None:
    customer = await make_customer()
    draft = ClaimDraft(
        customer_id=customer.id, field=ClaimField.NAME, value="Ali Kaya", source=ClaimSource.SOCIAL_PROFILE, origin="@x"
    )
    claim = await record_claim(AGENT, draft)
    await store["customers"].delete_many({})

    with pytest.raises(NotFound):
        await accept_claim(AGENT, claim.id, expected_version=1)

    assert (await fresh(claim)).state is claim.state


async def test_contact_in_a_case_whose_customer_is_gone_is_refused(store: Database) -> None:
    case = await make_case()
    await store["customers"].delete_many({})
    draft = ContactDraft.model_validate({"kind": "PHONE", "direction": "INBOUND", "body": "Aradı.", "case_id": case.id})

    with pytest.raises(NotFound) as refused:
        await log_contact(AGENT, draft, once=Once())

    assert (refused.value.path, await Message.find({"contact": {"$exists": True}}).count()) == (("case_id",), 0)


async def test_merge_into_a_case_that_is_gone_is_not_finished(store: Database) -> None:
    duplicate, target = await pair()
    await merge(duplicate, target)
    await Case.get_pymongo_collection().delete_one({"_id": target.id})

    with pytest.raises(NotFound):
        await finish_merge(await reread(duplicate))


@pytest.mark.parametrize("gone", ["inbox", "channels"])
async def test_file_whose_delivery_or_channel_is_gone_is_not_there(store: Database, gone: str) -> None:
    channel = (await connect()).channel
    attachment = {"id": "f-1", "url": "https://x.example/f", "name": "a.png", "contentType": "image/png", "size": 3}
    await take_in(delivery(channel.id, body_of(said(attachments=[attachment]))))
    (message,) = await Message.find_all().to_list()
    file = with_prefix("fil", message.id)
    kept = message.attachments[0].model_copy(update={"id": "f-1", "url": f"/files/{file}"})
    if gone == "channels":
        await change(message, lambda current: setattr(current, "attachments", [kept]))
        await Channel.get_pymongo_collection().delete_many({})

    assert await open_file(AGENT, file, keyring=KEYRING, outbound=Outbound()) is None


async def taken(*_: object, **__: object) -> None:
    raise DuplicateKeyError("taken")


async def a_conversation() -> Callable[[], Awaitable[object]]:
    channel = await make_channel()
    customer = await make_customer(channel)
    return lambda: make_conversation(channel, customer)


async def a_customer() -> Callable[[], Awaitable[object]]:
    channel = await make_channel()
    return lambda: make_customer(channel)


async def a_channel() -> Callable[[], Awaitable[object]]:
    draft = ChannelDraft.model_validate({"name": "Narin"})
    return lambda: channels.create_channel(MANAGER, draft, keyring=KEYRING, once=Once())


async def a_visit() -> Callable[[], Awaitable[object]]:
    experience = await make_experience()
    return lambda: do(experience, ANONYMOUS, uuid4(), "OPENED")


@pytest.mark.parametrize(
    ("module", "begun", "refusal"),
    [
        (conversations, a_conversation, Unavailable),
        (customers, a_customer, Unavailable),
        (channels, a_channel, DuplicateKeyError),
        (engaging, a_visit, NotFound),
    ],
    ids=["conversation", "customer", "channel", "visit"],
)
async def test_what_is_forgotten_between_two_looks_is_made_by_the_next_try(
    store: Database,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    begun: Callable[[], Awaitable[Callable[[], Awaitable[Any]]]],
    refusal: type[DomainError] | type[DuplicateKeyError],
) -> None:
    act = await begun()
    with monkeypatch.context() as patched:
        patched.setattr(module, "save", taken)
        with pytest.raises(refusal):
            await act()

    assert await act() is not None
