"""Message templates: their places for values, what the provider tells of them, and the window in which none is needed."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from auth.actor import SYSTEM, Role
from care.channel_drafts import ChannelChange, ChannelDraft
from care.channels import create_channel, update_channel
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.conversations import Conversation, DeliveryStatus, Visibility
from care.documents.templates import MessageTemplate, TemplateState
from care.outreach import OutreachDraft, reach_out
from care.replies import ReplyDraft, release, reply_to_case
from care.template_places import filled, places_of
from care.template_replies import TemplateReplyDraft, send_template
from care.templates.keeping import TemplateDraft, create_message_template
from care.templates.synchronising import synchronise_templates
from care.templates.windows import windows_of
from care.workers import declare_queues, jobs_worker
from core.clock import clock, now
from core.database import Database
from core.errors import AlreadyDone, InvalidInput
from core.idempotency import Once
from core.outbound import Outbound
from core.records import fresh
from tests.care.ingest.sender import KEYRING
from tests.factories.care import make_actor, make_conversation, make_customer, say
from tests.receiver import Receiver, listening

ONCE = Once()
BODY = "Merhaba {{1}}, {{2}} numaralı siparişiniz yolda."


async def open_channel(url: str = "http://127.0.0.1:9", **other: Any) -> Channel:
    known = {"app_secret": "s", "verify_token": "v", "access_token": "t", "account_id": "106540", "business_account_id": "55"}
    given = {"name": "WhatsApp", "kind": ChannelKind.WHATSAPP, "meta": known | {"api_url": url}} | other
    return (await create_channel(SYSTEM, ChannelDraft.model_validate(given), keyring=KEYRING, once=ONCE)).channel


async def enter(channel: Channel, **other: Any) -> MessageTemplate:
    known = {"name": "kargo", "language": "tr", "body": BODY, "state": TemplateState.APPROVED}
    draft = TemplateDraft.model_validate({"channel_id": channel.id} | known | other)
    return await create_message_template(SYSTEM, draft, once=ONCE)


async def talk_on(channel: Channel) -> Conversation:
    customer = await make_customer(channel, external_id="989121234567", handle="+989121234567")
    return await make_conversation(channel, customer, visibility=Visibility.PRIVATE)


async def synchronise(channel: Channel, store: Database, *, expected_version: int | None = None) -> Channel:
    version = (await fresh(channel)).version if expected_version is None else expected_version
    await synchronise_templates(SYSTEM, channel.id, keyring=KEYRING, expected_version=version)
    await jobs_worker(store, keyring=KEYRING, outbound=Outbound(["127.0.0.1"])).drain()
    return await fresh(channel)


def told(name: str, body: str = BODY, status: str = "APPROVED", *others: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "language": "tr", "status": status, "category": "UTILITY", "components": [_part("BODY", body), *others]}


def _part(kind: str, text: str, **other: Any) -> dict[str, Any]:
    return {"type": kind, "text": text, **other}


def page(*rows: dict[str, Any], after: str | None = None) -> tuple[int, bytes]:
    paging = {"cursors": {"after": after}, "next": "https://graph.example/next"} if after else {}
    return 200, orjson.dumps({"data": list(rows), "paging": paging})


@pytest.mark.parametrize(("body", "places"), [("Merhaba", 0), ("{{1}} ve {{ 2 }}", 2), ("{{2}}{{1}}{{1}}", 2)])
def test_places_are_counted(body: str, places: int) -> None:
    assert places_of(body) == places


@pytest.mark.parametrize("body", ["{{2}}", "{{1}} {{3}}", "{{ad}}", "{{}}", " ".join(f"{{{{{one}}}}}" for one in range(1, 22))])
def test_places_that_no_value_can_fill_are_refused(body: str) -> None:
    with pytest.raises(InvalidInput):
        places_of(body)


def test_values_stand_as_they_are_and_are_not_read_again() -> None:
    assert filled("{{1}} {{2}}", ["{{2}}", r"\1"]) == r"{{2}} \1"
    with pytest.raises(InvalidInput, match="at most 1,024"):
        filled("{{1}}", ["a" * 1_025])


async def test_only_channels_of_whatsapp_have_templates_each_name_once(store: Database) -> None:
    channel = await open_channel()
    await enter(channel)
    with pytest.raises(AlreadyDone):
        await enter(channel)
    await enter(channel, language="en_US")
    mail = (await create_channel(SYSTEM, ChannelDraft(name="Web"), keyring=KEYRING, once=ONCE)).channel
    with pytest.raises(InvalidInput, match="Only channels of WhatsApp"):
        await enter(mail)
    assert await MessageTemplate.count() == 2


async def test_window_closes_a_day_after_the_customer_wrote(store: Database) -> None:
    channel = await open_channel()
    conversation = await talk_on(channel)
    actor = make_actor()
    assert (await windows_of(actor, [conversation.id]))[conversation.id].until is None
    said_at = now()
    case = await say(conversation, sent_at=said_at)
    window = (await windows_of(actor, [conversation.id]))[conversation.id]
    assert (window.until, window.is_open(said_at)) == (said_at + timedelta(hours=24), True)
    assert not window.is_open(said_at + timedelta(hours=24))

    late = ReplyDraft(
        case_id=case.id, conversation_id=conversation.id, body="Yarın yazarım.", send_at=said_at + timedelta(hours=25)
    )
    with pytest.raises(InvalidInput, match="let it leave before, or send an approved template with `sendTemplate`"):
        await reply_to_case(actor, late, once=ONCE)
    clock.shift(timedelta(hours=25))
    plain = ReplyDraft(case_id=case.id, conversation_id=conversation.id, body="Yoldadır.")
    with pytest.raises(InvalidInput, match="24 hours after the customer wrote; send an approved template") as refused:
        await reply_to_case(actor, plain, once=ONCE)
    assert refused.value.path == ("conversation_id",)
    assert (await fresh(case)).outgoing == []

    generic = ChannelDraft(name="Genel", kind=ChannelKind.WHATSAPP)
    other = await talk_on((await create_channel(SYSTEM, generic, keyring=KEYRING, once=ONCE)).channel)
    assert await windows_of(actor, [other.id]) == {}


@pytest.mark.parametrize("values", [[], ["Sara"], ["Sara", "1042", "bir daha"]])
async def test_another_number_of_values_is_refused(store: Database, values: list[str]) -> None:
    channel = await open_channel()
    template, case = await enter(channel), await say(await talk_on(channel))
    draft = TemplateReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], template_id=template.id, values=values)
    with pytest.raises(InvalidInput, match=f"This template takes 2 values, and {len(values)} came") as refused:
        await send_template(make_actor(), draft, once=ONCE)
    assert refused.value.path == ("values",)


async def test_template_that_is_not_approved_or_anothers_is_refused(store: Database) -> None:
    channel, elsewhere = await open_channel(), await open_channel()
    paused = await enter(channel, state=TemplateState.PAUSED)
    foreign = await enter(elsewhere)
    case = await say(await talk_on(channel))
    for template, why in ((paused, "PAUSED"), (foreign, "no such template")):
        draft = TemplateReplyDraft(
            case_id=case.id, conversation_id=case.conversation_ids[0], template_id=template.id, values=["a", "b"]
        )
        with pytest.raises(InvalidInput, match=why):
            await send_template(make_actor(), draft, once=ONCE)


async def test_trainees_template_is_released_in_its_own_words_alone(store: Database) -> None:
    channel = await open_channel()
    template, case = await enter(channel), await say(await talk_on(channel))
    draft = TemplateReplyDraft(
        case_id=case.id, conversation_id=case.conversation_ids[0], template_id=template.id, values=["Sara", "{{case.number}}"]
    )
    held = (await send_template(make_actor(Role.TRAINEE), draft, once=ONCE)).message
    mentor = make_actor(Role.MENTOR)
    text = f"Merhaba Sara, {case.number} numaralı siparişiniz yolda."
    assert (held.body, held.delivery_status) == (text, DeliveryStatus.HELD_FOR_REVIEW)
    with pytest.raises(InvalidInput, match="A template leaves as it was approved"):
        await release(mentor, held.id, body="Başka bir metin.")
    released = (await release(mentor, held.id, body=text)).message
    assert released.delivery_status is DeliveryStatus.QUEUED
    assert released.template is not None
    assert (released.template.name, released.template.values) == ("kargo", ["Sara", str(case.number)])


async def test_provider_tells_its_templates_page_after_page(store: Database) -> None:
    await declare_queues(store)
    picture = {"type": "HEADER", "format": "IMAGE"}
    link = {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://narin.example/{{1}}"}]}
    rows = [
        told("kargo"),
        told("iade", "İade {{ad}}"),
        told("resim", "Bakın", "APPROVED", picture),
        told("link", "Bakın", "PAUSED", link),
    ]
    first, second = page(*rows[:2], after="QVFI="), page(*rows[2:], {"name": "boş"})
    async with listening(first, second) as graph:
        channel = await open_channel(graph.url)
        by_hand = await enter(channel, name="elle")
        channel = await synchronise(channel, store)
    assert [heard.path.partition("/message_templates")[0] for heard in graph.heard] == ["/55", "/55"]
    assert graph.heard[1].path.endswith("&after=QVFI=")
    assert channel.template_sync is not None
    assert (channel.template_sync.found, channel.template_sync.error) == (4, None)
    kept = {one.name: one for one in await MessageTemplate.find_all().to_list()}
    assert {name: (one.state, one.objection is None) for name, one in kept.items()} == {
        "kargo": (TemplateState.APPROVED, True),
        "iade": (TemplateState.APPROVED, False),
        "resim": (TemplateState.APPROVED, False),
        "link": (TemplateState.PAUSED, False),
        "elle": (by_hand.state, True),
    }

    async with listening(page(told("kargo", "Yeni {{1}}"))) as graph:
        await _move(channel, graph)
        await synchronise(channel, store)
    kept = {one.name: one for one in await MessageTemplate.find_all().to_list()}
    assert kept["kargo"].body == "Yeni {{1}}"
    assert [kept[name].state for name in ("iade", "resim", "link", "elle")] == [TemplateState.DELETED] * 3 + [by_hand.state]


async def test_refusal_of_the_provider_is_shown_and_an_outage_waited_out(store: Database) -> None:
    await declare_queues(store)
    refusal = (400, b'{"error": {"code": 190, "message": "Session expired"}}')
    async with listening((503, b""), refusal) as graph:
        channel = await synchronise(await open_channel(graph.url), store)
        assert channel.template_sync is not None
        assert channel.template_sync.ended_at is None
        with pytest.raises(AlreadyDone):
            await synchronise_templates(SYSTEM, channel.id, keyring=KEYRING, expected_version=channel.version)
        clock.shift(timedelta(minutes=1))
        await jobs_worker(store, keyring=KEYRING, outbound=Outbound(["127.0.0.1"])).drain()
    sync = (await fresh(channel)).template_sync
    assert sync is not None
    assert sync.ended_at is not None
    assert (sync.error or "").startswith("The access token of the channel is not valid any more.")


async def _move(channel: Channel, graph: Receiver) -> None:
    """Let the channel's provider be found at another address."""
    current = await fresh(channel)
    told = ChannelChange(meta={"access_token": "t", "api_url": graph.url})
    await update_channel(SYSTEM, channel.id, told, keyring=KEYRING, expected_version=current.version)


async def test_company_comes_first_by_a_template(store: Database) -> None:
    channel = await open_channel()
    template = await enter(channel)
    customer = await make_customer(channel, external_id="989121234567", handle="+989121234567")
    known = {"customer_id": customer.id, "channel_id": channel.id, "subject": "Gecikme"}
    both = {"body": "Gecikecek.", "template_id": template.id}
    few = {"template_id": template.id, "values": ["Sara"]}
    for given, path, why in (
        ({}, "body", "Give a `body` or a `templateId`"),
        (both, "body", "Give a `body` or a `templateId`"),
        ({"body": "Gecikecek."}, "channel_id", "name an approved template (`templateId`) in place of `body`"),
        (few, "values", "2 values, and 1 came"),
    ):
        draft = OutreachDraft.model_validate(known | given)
        with pytest.raises(InvalidInput) as refused:
            await reach_out(make_actor(), draft, once=ONCE)
        assert refused.value.path == (path,)
        assert why in refused.value.message
    assert await Case.count() == 0

    whole = OutreachDraft.model_validate(known | {"template_id": template.id, "values": ["Sara", "1042"]})
    begun = await reach_out(make_actor(), whole, once=ONCE)
    assert begun.message.body == "Merhaba Sara, 1042 numaralı siparişiniz yolda."
    assert begun.message.template is not None
    assert begun.message.template.name == "kargo"
