"""The receiver of e-mail: 250 means stored, and whom it does not know it refuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiosmtplib import SMTP, SMTPDataError, SMTPRecipientsRefused
from pymongo.errors import ConnectionFailure

from auth.actor import SYSTEM
from care.channels import archive_channel
from care.documents.channels import Channel, ChannelAdapter, ChannelKind
from care.ingest import mail_receiver
from care.ingest.mail_receiver import MailProtocol, MailReceiver, receive_for_ever, receiving
from care.mail.reading import LARGEST_MAIL
from care.workers import inbox_worker
from core.clock import now
from core.database import Database
from core.records import save
from core.tasks import running
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import ADDRESS, mail_settings, make_mail_channel, messages, save_mail_channel, written


@asynccontextmanager
async def client_of(store: Database) -> AsyncIterator[SMTP]:
    async with (
        receiving(MailReceiver(store, KEYRING), "smtp", "127.0.0.1", 0) as port,
        SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="mx.example") as client,
    ):
        yield client


async def test_what_is_acknowledged_is_stored_and_becomes_a_message(store: Database) -> None:
    channel = await make_mail_channel()
    raw = written("Nokta ile başlayan satır:\n.\n..son")
    async with client_of(store) as client:
        await client.sendmail("ayse@example.com", [f"Destek+Eki@{ADDRESS.partition('@')[2]}"], raw)

        row = await store["inbox"].find_one({})
    assert row is not None
    assert bytes(row["body"]) == b"Return-Path: <ayse@example.com>\r\nDelivered-To: Destek+Eki@narin.example\r\n" + raw
    assert row["channel_id"] == channel.id
    await inbox_worker(store, keyring=KEYRING).drain()
    assert [message.body for message in await messages()] == ["Nokta ile başlayan satır:\n.\n..son"]


async def test_unknown_recipient_is_refused_for_good(store: Database) -> None:
    await make_mail_channel()
    async with client_of(store) as client:
        with pytest.raises(SMTPRecipientsRefused) as refusal:
            await client.sendmail("ayse@example.com", ["baska@narin.example"], written())

    assert [(one.code, one.message) for one in refusal.value.recipients] == [(550, "5.1.1 There is nobody of this name here")]
    assert await store["inbox"].count_documents({}) == 0


async def test_second_recipient_is_put_off(store: Database) -> None:
    await make_mail_channel()
    async with client_of(store) as client:
        errors, _ = await client.sendmail("ayse@example.com", [ADDRESS, f"iki+{ADDRESS}", ADDRESS], written())

    assert {error.code for error in errors.values()} == {452}
    assert await store["inbox"].count_documents({}) == 1


async def test_too_large_email_is_refused(store: Database) -> None:
    await make_mail_channel()
    async with client_of(store) as client:
        line = b"x" * 998 + b"\r\n"
        await client.ehlo()
        client.esmtp_extensions.pop("size")

        with pytest.raises(SMTPDataError) as refusal:
            await client.sendmail("ayse@example.com", [ADDRESS], written() + line * (LARGEST_MAIL // 1000 + 1))

    assert refusal.value.code == 552
    assert await store["inbox"].count_documents({}) == 0


async def test_email_that_could_not_be_stored_is_asked_for_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_mail_channel()

    async def away(*_: object) -> bool:
        raise ConnectionFailure("away")

    monkeypatch.setattr(mail_receiver, "put", away)
    async with client_of(store) as client:
        with pytest.raises(SMTPDataError) as refusal:
            await client.sendmail("", [ADDRESS], written())

    assert refusal.value.code == 451


async def test_address_that_goes_while_the_email_is_on_its_way_is_refused_for_good(store: Database) -> None:
    channel = await make_mail_channel()
    async with client_of(store) as client:
        await client.ehlo()
        await client.mail("ayse@example.com")
        await client.rcpt(ADDRESS)
        await archive_channel(SYSTEM, channel.id, expected_version=1)

        with pytest.raises(SMTPDataError) as refusal:
            await client.data(written())

    assert (refusal.value.code, refusal.value.message) == (550, "5.1.1 There is nobody of this name here any more")
    assert await store["inbox"].count_documents({}) == 0


async def test_address_that_is_changed_while_it_is_read_is_read_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await make_mail_channel()
    await save_mail_channel(mail_settings(address="eski@narin.example"), KEYRING)
    receiver = MailReceiver(store, KEYRING)
    original, reads = mail_receiver.mail_channels, 0  # type: ignore[attr-defined]  # taken by its user, where it is put in place

    async def changed_meanwhile() -> list[Channel]:
        nonlocal reads
        reads += 1
        found: list[Channel] = await original()
        if reads == 1:
            await archive_channel(SYSTEM, first.id, expected_version=1)
        return found

    monkeypatch.setattr(mail_receiver, "mail_channels", changed_meanwhile)
    assert [await receiver._channel_of(ADDRESS) for _ in range(2)] == [first.id, None]
    assert (await receiver._channel_of("eski@narin.example") is None, reads) == (False, 2)


async def test_channel_without_settings_has_no_address(store: Database) -> None:
    channel = await make_mail_channel()
    await save(Channel(id="chn_bare", created_at=now(), name="Boş", kind=ChannelKind.EMAIL, adapter=ChannelAdapter.EMAIL))
    async with client_of(store) as client:
        await client.sendmail("ayse@example.com", [ADDRESS], written())

    row = await store["inbox"].find_one({})
    assert row is not None
    assert row["channel_id"] == channel.id


async def test_lmtp_answers_once_for_its_one_recipient(store: Database) -> None:
    await make_mail_channel()
    async with receiving(MailReceiver(store, KEYRING), "lmtp", "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        heard = [await reader.readline()]
        for line in (b"EHLO mx", b"LHLO mx", b"MAIL FROM:<>", f"RCPT TO:<{ADDRESS}>".encode(), b"DATA", written() + b"."):
            writer.write(line + b"\r\n")
            heard.append(await reader.readline())
            while heard[-1][3:4] == b"-":
                heard.append(await reader.readline())
        writer.close()
        await writer.wait_closed()

    assert [line[:3] for line in heard if line[3:4] == b" "] == [b"220", b"500", b"250", b"250", b"250", b"354", b"250"]
    assert await store["inbox"].count_documents({}) == 1


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
async def test_second_worker_waits_for_the_port_and_takes_it_over(
    store: Database, monkeypatch: pytest.MonkeyPatch, protocol: MailProtocol
) -> None:
    monkeypatch.setattr(mail_receiver, "_ASK_AGAIN_AFTER", 0.01)
    receiver = MailReceiver(store, KEYRING)
    async with receiving(receiver, protocol, "127.0.0.1", 0) as port:
        waiting = running(receive_for_ever(receiver, protocol, "127.0.0.1", port))
        await waiting.__aenter__()
        await asyncio.sleep(0)
    reader, writer = await _connected(port)
    assert (await reader.readline())[:3] == b"220"
    writer.close()
    await writer.wait_closed()
    await waiting.__aexit__(None, None, None)


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(30):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.01)
