"""Channels: setting them up, changing them, who may, and how they fare."""

from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from pydantic import ValidationError

from auth.actor import Actor, Role
from care.channel_drafts import ChannelChange, ChannelDraft
from care.channel_health import ChannelHealth, health_of, note_failed, note_received, note_refused, note_sent
from care.channels import archive_channel, create_channel, open_keys, open_secrets, restore_channel, rotate_secret, update_channel
from care.documents.channels import Channel, ChannelAdapter, ChannelKind, Environment
from care.documents.conversations import DeliveryStatus
from care.ingest.hook import InboundHooks
from care.ingest.mail_receiver import MailReceiver
from care.mail.settings import MailSecurity, mail_channels, settings_of
from care.reading.channels import ChannelSelection, count_channels, list_channels
from core.clock import clock, now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from tests.care.ingest.sender import KEYRING, body_of, said, signed
from tests.care.mail.post import send_all, stored
from tests.care.stored import everything
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, make_reply, reread

MANAGER = make_actor(Role.MANAGER)
SMTP = {"host": "smtp.narin.example", "port": 587, "security": "STARTTLS", "user": "destek", "password": "gizli-1"}
IMAP = {"host": "imap.narin.example", "port": 993, "user": "destek", "password": "gizli-2"}
MAIL = {"address": "destek@narin.example", "smtp": SMTP, "imap": IMAP}


async def make(actor: Actor = MANAGER, **given: Any) -> Channel:
    draft = ChannelDraft.model_validate({"name": "Narin", **given})
    return (await create_channel(actor, draft, keyring=KEYRING, once=Once())).channel


async def edit(channel: Channel, actor: Actor = MANAGER, **told: Any) -> Channel:
    change = ChannelChange.model_validate(told)
    return await update_channel(actor, channel.id, change, keyring=KEYRING, expected_version=channel.version)


async def _answer(receiver: MailReceiver) -> str:
    """Give what a sender hears who names the channel's address."""
    nobody: Any = None
    return await receiver.handle_RCPT(nobody, nobody, Envelope(), "destek@narin.example", [])


async def test_email_channel_is_set_up_with_its_passwords_sealed(store: Database) -> None:
    channel = await make(kind=ChannelKind.EMAIL, email=MAIL)

    settings = settings_of(channel, KEYRING)
    assert (channel.adapter, channel.version) == (ChannelAdapter.EMAIL, 1)
    assert settings is not None
    assert (settings.address, settings.smtp.password, settings.smtp.security) == (
        "destek@narin.example",
        "gizli-1",
        MailSecurity.STARTTLS,
    )
    assert "gizli" not in str(await everything(Channel))


async def test_password_stays_while_its_server_and_user_do(store: Database) -> None:
    channel = await make(kind=ChannelKind.EMAIL, email=MAIL)
    without = {**MAIL, "smtp": {**SMTP, "password": None, "port": 465, "security": "TLS"}, "imap": {**IMAP, "password": None}}

    moved = await edit(channel, email=without, name="Narin Destek")

    settings = settings_of(moved, KEYRING)
    assert settings is not None
    assert settings.imap is not None
    assert (moved.name, moved.version) == ("Narin Destek", 2)
    assert (settings.smtp.port, settings.smtp.password, settings.imap.password) == (465, "gizli-1", "gizli-2")
    before = await everything(Channel)
    with pytest.raises(InvalidInput) as refused:  # the password of one server is not shown to another
        await edit(moved, email={**without, "smtp": {**SMTP, "host": "smtp.else.example", "password": None}})
    assert refused.value.path == ("email", "smtp")
    assert await everything(Channel) == before


async def test_send_url_and_form_can_be_taken_away(store: Database) -> None:
    form = {"origins": ["https://Narin.example "], "required": ["Şehir"], "consent": "KVKK metnini okudum."}
    channel = await make(kind=ChannelKind.WEB_FORM, form=form, send_url="https://narin.example/send")

    renamed = await edit(channel, name="Teklif")
    emptied = await edit(renamed, send_url=None, form=None)

    assert renamed.form is not None
    assert (renamed.form.origins, renamed.form.required) == (["https://narin.example"], ["Şehir"])
    assert (renamed.send_url, renamed.name) == ("https://narin.example/send", "Teklif")
    assert (emptied.send_url, emptied.form, emptied.name) == (None, None, "Teklif")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"kind": "EMAIL", "adapter": "EMAIL"}, ("email",)),
        ({"kind": "X", "email": MAIL}, ("kind",)),
        ({"kind": "X", "adapter": "GENERIC", "email": MAIL}, ("email",)),
        ({"kind": "X", "form": {}}, ("form",)),
        ({"kind": "EMAIL", "email": MAIL, "send_url": "https://narin.example"}, ("send_url",)),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(store: Database, given: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        await make(**given)

    assert refused.value.path == path
    assert await Channel.find_all().count() == 0


@pytest.mark.parametrize(
    "given",
    [
        {"name": " "},
        {"send_url": "ftp://narin.example"},
        {"kind": "WEB_FORM", "form": {"origins": ["https://narin.example/path"]}},
        {"kind": "WEB_FORM", "form": {"thanks_url": "javascript:alert(1)"}},
        {"kind": "EMAIL", "email": {**MAIL, "smtp": {**SMTP, "security": "NONE"}}},
    ],
)
def test_wrong_values_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ChannelDraft.model_validate({"name": "Narin", **given})


async def test_change_must_fit_and_be_allowed(store: Database) -> None:
    channel = await make(kind=ChannelKind.X)
    before = await everything(Channel)

    with pytest.raises(InvalidInput):
        await edit(channel, email=MAIL)
    with pytest.raises(Forbidden):
        await edit(channel, make_actor(Role.AGENT), name="Başka")
    with pytest.raises(NotFound):
        await update_channel(MANAGER, "chn_gone", ChannelChange(name="Başka"), keyring=KEYRING, expected_version=1)
    with pytest.raises(Forbidden):
        await make(make_actor(Role.AGENT))
    with pytest.raises(Conflict):
        await update_channel(MANAGER, channel.id, ChannelChange(name="Başka"), keyring=KEYRING, expected_version=7)
    assert await everything(Channel) == before


async def test_old_secret_is_taken_for_a_day(store: Database) -> None:
    first = await create_channel(MANAGER, ChannelDraft(name="Narin"), keyring=KEYRING, once=Once())

    second = await rotate_secret(MANAGER, first.channel.id, keyring=KEYRING, expected_version=1)

    assert open_secrets(second.channel, KEYRING) == [second.secret, first.secret]
    clock.shift(timedelta(hours=24, seconds=1))
    assert open_secrets(second.channel, KEYRING) == [second.secret]


async def test_channels_are_listed_by_kind_and_environment_within_reach(store: Database) -> None:
    x = await make(kind=ChannelKind.X)
    mail = await make(kind=ChannelKind.EMAIL, email=MAIL)
    practice = await make(kind=ChannelKind.X, environment=Environment.PRACTICE)
    agency = make_actor(Role.AGENCY, reach=frozenset({x.id}))

    async def listed(actor: Actor, selection: ChannelSelection | None = None) -> set[str]:
        wanted = selection or ChannelSelection()
        found = await list_channels(actor, wanted, Window())
        assert await count_channels(actor, wanted) == len(found.items)
        return {one.id for one in found.items}

    assert await listed(MANAGER) == {x.id, mail.id, practice.id}
    assert await listed(MANAGER, ChannelSelection(kinds=(ChannelKind.X,))) == {x.id, practice.id}
    assert await listed(MANAGER, ChannelSelection(environments=(Environment.PRACTICE,))) == {practice.id}
    assert await listed(MANAGER, ChannelSelection((ChannelKind.X, ChannelKind.EMAIL), (Environment.LIVE,))) == {x.id, mail.id}
    assert await listed(MANAGER, ChannelSelection(kinds=())) == set()
    assert await listed(agency) == {x.id}


async def test_health_tells_what_happened_last(store: Database) -> None:
    channel, other = await make_channel(), await make_channel()
    await note_received(channel.id)
    await note_refused(channel.id, "No matching signature found.")
    await note_failed(channel.id, "x" * 1_000)
    await note_sent(channel.id)

    health = await health_of(MANAGER, [channel.id, other.id, "chn_gone"])

    at = now()
    told = health[channel.id]
    assert set(health) == {channel.id, other.id}
    assert (told.refused_because, told.failed_because) == ("No matching signature found.", "x" * 300)
    for moment in (told.last_received_at, told.last_refused_at, told.last_failed_at, told.last_sent_at):
        assert moment is not None
        assert timedelta(0) <= at - moment < timedelta(seconds=5)
    assert health[other.id] == ChannelHealth()


async def test_archived_channel_takes_nothing_in_and_nothing_leaves_by_it(store: Database) -> None:
    made = await create_channel(MANAGER, ChannelDraft(name="Narin"), keyring=KEYRING, once=Once())
    mail = await make(kind=ChannelKind.EMAIL, email=MAIL)
    case = await make_case(await make_conversation(made.channel))
    reply = await make_reply(case)
    hooks, body = InboundHooks(store, KEYRING), body_of(said())
    receiver = MailReceiver(store, KEYRING)
    await hooks.require_channel(made.channel.id)  # which is remembered, and forgotten by the next line
    assert await _answer(receiver) == "250 2.1.5 OK"

    archived = await archive_channel(MANAGER, made.channel.id, expected_version=1)
    await archive_channel(MANAGER, mail.id, expected_version=1)

    with pytest.raises(NotFound):
        await hooks.accept(made.channel.id, signed(made.secret, body), body)
    assert await mail_channels() == []
    assert (await _answer(receiver))[:3] == "550"
    assert await count_channels(MANAGER, ChannelSelection()) == 0
    assert await count_channels(MANAGER, ChannelSelection(archived=True)) == 2
    late = await make_reply(await reread(case), body="Yarın kapınızda.")
    await send_all(store)
    assert (await stored(reply.message)).delivery_status is DeliveryStatus.SENT  # said before, and it needed no channel
    failed = await stored(late.message)
    assert (failed.delivery_status, failed.delivery_error) == (DeliveryStatus.FAILED, "the channel is archived")
    with pytest.raises(AlreadyDone):
        await archive_channel(MANAGER, made.channel.id, expected_version=archived.version)

    await restore_channel(MANAGER, made.channel.id, expected_version=archived.version)
    assert (await hooks.accept(made.channel.id, signed(made.secret, body), body)).is_new
    assert await count_channels(MANAGER, ChannelSelection()) == 1


async def test_portal_and_channels_of_others_can_not_be_archived(store: Database) -> None:
    portal, x = await make_channel(kind=ChannelKind.PORTAL), await make_channel()
    before = await everything(Channel)

    with pytest.raises(InvalidInput):
        await archive_channel(MANAGER, portal.id, expected_version=1)
    with pytest.raises(Forbidden):
        await archive_channel(make_actor(Role.AGENT), x.id, expected_version=1)
    with pytest.raises(AlreadyDone):
        await restore_channel(MANAGER, x.id, expected_version=1)
    assert await everything(Channel) == before


async def test_settings_are_given_to_a_channel_that_has_none(store: Database) -> None:
    mail = await make_channel(kind=ChannelKind.EMAIL, adapter=ChannelAdapter.EMAIL, send_url=None)
    bot = await make_channel(kind=ChannelKind.TELEGRAM, adapter=ChannelAdapter.TELEGRAM, send_url=None)
    without = {name: value for name, value in MAIL.items() if name != "imap"}

    sends = await edit(mail, email=without)
    again = await edit(sends, email={**without, "smtp": {**SMTP, "password": None}})
    speaks = await edit(bot, telegram={"bot_token": "1234567:" + "a" * 35, "api_url": None})

    settings = settings_of(again, KEYRING)
    assert settings is not None
    assert (settings.smtp.password, settings.imap) == ("gizli-1", None)
    assert open_keys(speaks, KEYRING).credentials is not None
