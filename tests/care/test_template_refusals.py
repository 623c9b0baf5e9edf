"""Message templates that are not there, can't be sent, or are read by a worker that comes too late."""

import pytest

from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.channels import Channel, ChannelKind
from care.documents.templates import MessageTemplate, TemplateState
from care.jobs import TEMPLATES
from care.template_replies import TemplateReplyDraft, send_template
from care.templates import synchronising
from care.templates.keeping import TemplateChange, list_templates, update_message_template
from care.templates.synchronising import read_templates, synchronise_templates
from care.templates.windows import windows_of
from care.workers import declare_queues
from core.database import Database
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.leases import TRIES, GiveUp, Job, TryLater
from core.outbound import Outbound
from core.paging import Window
from core.records import fresh
from tests.care.ingest.sender import KEYRING
from tests.care.stored import event_types
from tests.care.test_message_templates import enter, open_channel, page, synchronise, talk_on, told
from tests.factories.care import make_actor, make_customer, make_customer_actor, say
from tests.receiver import listening
from tests.rivals import overtake

LOOPBACK = Outbound(["127.0.0.1"])


async def read(channel: Channel, attempt: int = 1) -> Channel:
    job = Job("templates:1", 1, attempt, {"kind": TEMPLATES, "channel_id": channel.id})
    await read_templates(job, keyring=KEYRING, outbound=LOOPBACK)
    return await fresh(channel)


async def asked(url: str) -> Channel:
    """Ask for the templates of a channel, which nobody reads yet."""
    channel = await open_channel(url)
    return await synchronise_templates(SYSTEM, channel.id, keyring=KEYRING, expected_version=channel.version)


async def test_template_or_channel_that_is_not_there_is_named(store: Database) -> None:
    with pytest.raises(NotFound, match="no such template") as refused:
        await update_message_template(SYSTEM, TemplateChange(template_id="mtp_none"), expected_version=1)
    assert refused.value.path == ("template_id",)
    for ask in (
        lambda: list_templates(SYSTEM, "chn_none", Window()),
        lambda: synchronise_templates(SYSTEM, "chn_none", keyring=KEYRING, expected_version=1),
    ):
        with pytest.raises(NotFound, match="no such channel") as refused:
            await ask()
        assert refused.value.path == ("channel_id",)


async def test_change_of_words_is_refused_where_no_value_can_fill_them(store: Database) -> None:
    template = await enter(await open_channel())
    named = TemplateChange(template_id=template.id, body="Merhaba {{ad}}")
    with pytest.raises(InvalidInput):
        await update_message_template(SYSTEM, named, expected_version=template.version)
    change = TemplateChange(template_id=template.id, body="Merhaba {{1}}")
    assert (await update_message_template(SYSTEM, change, expected_version=template.version)).body == "Merhaba {{1}}"


async def test_channel_without_a_business_account_has_nothing_to_read(store: Database) -> None:
    given = {"name": "WhatsApp", "kind": ChannelKind.WHATSAPP, "meta": {"app_secret": "s", "verify_token": "v"}}
    channel = (await create_channel(SYSTEM, ChannelDraft.model_validate(given), keyring=KEYRING, once=Once())).channel
    with pytest.raises(InvalidInput, match="business account id first") as refused:
        await synchronise_templates(SYSTEM, channel.id, keyring=KEYRING, expected_version=channel.version)
    assert (refused.value.path, (await fresh(channel)).template_sync) == (("channel_id",), None)


async def test_template_that_asks_for_more_than_words_is_not_sent(store: Database) -> None:
    await declare_queues(store)
    picture = {"type": "HEADER", "format": "IMAGE"}
    async with listening(page(told("resim", "Bakın", "APPROVED", picture))) as graph:
        channel = await synchronise(await open_channel(graph.url), store)
    (template,) = await MessageTemplate.find_all().to_list()
    case = await say(await talk_on(channel))
    draft = TemplateReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], template_id=template.id, values=[])
    with pytest.raises(InvalidInput, match="asks for a picture") as refused:
        await send_template(make_actor(), draft, once=Once())
    assert (refused.value.path, (await fresh(case)).outgoing) == (("template_id",), [])


async def test_job_of_a_channel_that_is_gone_is_given_up(store: Database) -> None:
    channel = await open_channel()
    for gone in (channel, channel.model_copy(update={"id": "chn_none"})):
        with pytest.raises(GiveUp, match="no such channel"):
            await read(gone)


async def test_outage_ends_with_the_last_try(store: Database) -> None:
    await declare_queues(store)
    async with listening((503, b"")) as graph:
        channel = await asked(graph.url)
        with pytest.raises(TryLater):
            await read(channel, attempt=TRIES - 1)
        ended = await read(channel, attempt=TRIES)
        assert len(graph.heard) == 2
        assert (await read(channel)).template_sync == ended.template_sync
        assert len(graph.heard) == 2
    assert ended.template_sync is not None
    assert (ended.template_sync.error or "").endswith(f", and so {TRIES} times")


async def test_channel_whose_credentials_were_taken_away_is_refused(store: Database) -> None:
    await declare_queues(store)
    channel = await asked("http://127.0.0.1:9")
    await Channel.get_pymongo_collection().update_one({"_id": channel.id}, {"$unset": {"sealed_credentials": ""}})
    ended = (await read(channel)).template_sync
    assert ended is not None
    assert (ended.error or "").startswith("The channel is not set up.")


async def test_reading_that_two_workers_end_keeps_the_first_word(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await declare_queues(store)
    async with listening((400, b"{}"), page()) as graph:
        channel = await asked(graph.url)
        overtake(monkeypatch, synchronising, lambda: read(channel))
        ended = (await read(channel)).template_sync
    assert ended is not None
    assert (ended.found, ended.error, len(graph.heard)) == (0, None, 2)


async def test_template_read_anew_without_news_is_told_of_no_more(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(told("kargo"))) as graph:
        channel = await synchronise(await open_channel(graph.url), store)
        before = await event_types(MessageTemplate)
        first = (await MessageTemplate.find_all().to_list())[0].synchronised_at
        channel = await synchronise(channel, store)
    (template,) = await MessageTemplate.find_all().to_list()
    assert (await event_types(MessageTemplate), template.state) == (before, TemplateState.APPROVED)
    assert first is not None
    assert template.synchronised_at is not None
    assert template.synchronised_at > first


async def test_template_that_is_gone_stays_gone(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(told("kargo")), page()) as graph:
        channel = await synchronise(await open_channel(graph.url), store)
        channel = await synchronise(channel, store)
        told_of = await event_types(MessageTemplate)
        await synchronise(channel, store)
    (template,) = await MessageTemplate.find_all().to_list()
    assert (template.state, await event_types(MessageTemplate)) == (TemplateState.DELETED, told_of)


async def test_customer_is_told_nothing_of_the_window(store: Database) -> None:
    talk = await talk_on(await open_channel())
    assert await windows_of(make_customer_actor(await make_customer()), [talk.id]) == {}
    assert set(await windows_of(make_actor(), [talk.id])) == {talk.id}
