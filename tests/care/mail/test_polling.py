"""Fetching from a mailbox: every e-mail once, the mailbox as it was, whatever breaks on the way."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import ConnectionFailure

from care.documents.channels import Channel
from care.ingest import mail_poll
from care.ingest.inbox import put
from care.ingest.mail_poll import poll, watch_mailboxes
from care.jobs import jobs
from care.mail import imap
from care.workers import declare_queues, inbox_worker, jobs_worker
from core.clock import clock, now
from core.database import Database
from core.leases import LEASE, GiveUp, LeaseLost, TryLater
from core.outbound import Outbound
from core.records import save
from tests.care.ingest.sender import KEYRING
from tests.care.mail.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.care.mail.post import PLAIN, make_mail_channel, messages, written

OUTBOUND = Outbound(["127.0.0.1"])


async def make_mailbox(server: ImapServer, **overrides: Any) -> Channel:
    mailbox = {**PLAIN, "port": server.port, "user": USER, "password": PASSWORD, **overrides}
    channel = await make_mail_channel(imap=mailbox)
    await declare_queues(Channel.get_pymongo_collection().database)
    await watch_mailboxes(KEYRING)
    return channel


async def look(store: Database) -> None:
    """Let the worker look into the mailboxes that are due, then take in what it stored."""
    await jobs_worker(store, keyring=KEYRING, outbound=OUTBOUND).drain()
    await inbox_worker(store, keyring=KEYRING).drain()


async def bodies() -> list[str]:
    return sorted(message.body for message in await messages())


async def row_of(store: Database, channel: Channel) -> dict[str, Any]:
    row = await store["jobs"].find_one({"_id": f"poll:{channel.id}"})
    assert row is not None
    return row


async def test_what_is_new_is_fetched_once_and_stays_unread(store: Database) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server)
        server.mails = {3: written("bir"), 5: written("iki")}
        await look(store)
        assert await bodies() == ["bir", "iki"]

        clock.shift(timedelta(seconds=31))
        server.mails[9] = written("üç")
        await look(store)
        clock.shift(timedelta(seconds=31))
        await look(store)

    assert await bodies() == ["bir", "iki", "üç"]
    row = await row_of(store, channel)
    assert (row["uidvalidity"], row["uid"], row["state"]) == (7, 9, "READY")
    fetches = [command for command in server.commands if "FETCH" in command]
    assert [command.split()[2] for command in fetches] == ["3", "5", "9"]
    assert all("BODY.PEEK[]" in command for command in fetches)
    assert {command.split()[0] for command in server.commands} == {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}


async def test_many_are_fetched_in_several_looks_that_follow_each_other(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_poll, "_MOST_AT_ONCE", 3)
    async with imap_server() as server:
        await make_mailbox(server)
        server.mails = {uid: written(f"{uid}") for uid in range(1, 9)}

        await look(store)

    assert await bodies() == [str(uid) for uid in range(1, 9)]


async def test_mailbox_numbered_anew_gives_nothing_twice_and_loses_nothing(store: Database) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server)
        first, second = written("bir"), written("iki")
        server.mails = {30: first}
        await look(store)

        server.uidvalidity, server.mails = 8, {1: first, 2: second}
        clock.shift(timedelta(seconds=31))
        await look(store)

    assert await bodies() == ["bir", "iki"]
    assert (await row_of(store, channel))["uid"] == 2
    day = (now() - timedelta(days=1)).day
    assert [command for command in server.commands if "SINCE" in command][-1].startswith(f"UID SEARCH SINCE {day}-")


async def test_email_deleted_between_the_list_and_the_fetch_is_passed_over(store: Database) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server)
        server.mails, server.gone = {1: written("bir"), 2: written("iki")}, {1}
        await look(store)

    assert (await bodies(), (await row_of(store, channel))["uid"]) == (["iki"], 2)


async def test_channel_that_only_sends_is_not_looked_into(store: Database) -> None:
    await make_mail_channel()
    await declare_queues(store)

    await watch_mailboxes(KEYRING)

    assert await store["jobs"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("security", "refuses", "told"),
    [
        ("NONE", "EXAMINE", "the folder can't be opened"),
        ("NONE", "UID SEARCH", "SEARCH was refused"),
        ("NONE", "UID FETCH", "FETCH was refused"),
        ("TLS", None, "127.0.0.1 does not answer"),
        ("STARTTLS", None, "127.0.0.1 did not let us in"),
    ],
)
async def test_refusal_of_the_server_is_told_and_the_mailbox_looked_into_again(
    store: Database, security: str, refuses: str | None, told: str
) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server, security=security)
        server.mails, server.refuses = {1: written("bir")}, refuses
        await look(store)

    row = await row_of(store, channel)
    assert told in row["error"]
    assert (row["state"], await bodies()) == ("READY", [])


@pytest.mark.parametrize("dies_at", ["LOGIN", "EXAMINE", "SEARCH", "FETCH 2"])
async def test_line_that_goes_dead_loses_nothing_and_doubles_nothing(store: Database, dies_at: str) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server)
        server.mails, server.dies_at = {1: written("bir"), 2: written("iki")}, dies_at
        await look(store)
        row = await row_of(store, channel)
        assert (row["state"], row["attempt"], bool(row["error"])) == ("READY", 0, True)

        server.dies_at = None
        clock.shift(timedelta(seconds=61))
        await look(store)

    assert await bodies() == ["bir", "iki"]


async def test_store_that_fails_leaves_the_rest_for_the_next_look(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = 0

    async def failing(*given: Any) -> bool:
        nonlocal stored
        stored += 1
        if stored == 2:
            raise ConnectionFailure("away")
        return await put(*given)

    monkeypatch.setattr(mail_poll, "put", failing)
    async with imap_server() as server:
        channel = await make_mailbox(server)
        server.mails = {1: written("bir"), 2: written("iki"), 3: written("üç")}
        await look(store)
        assert (await bodies(), (await row_of(store, channel))["uid"]) == (["bir"], 1)

        clock.shift(timedelta(minutes=5))
        await look(store)

    assert await bodies() == ["bir", "iki", "üç"]


async def test_worker_that_lost_its_lease_moves_nothing(store: Database) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server)
        server.mails = {1: written("bir")}
        slow = await jobs().claim()
        assert slow is not None
        clock.shift(LEASE + timedelta(seconds=1))
        await look(store)

        server.mails[2] = written("iki")
        with pytest.raises(LeaseLost):
            await poll(slow, database=store, keyring=KEYRING, outbound=OUTBOUND)

    assert (await bodies(), (await row_of(store, channel))["uid"]) == (["bir"], 1)


async def test_wrong_password_is_tried_again_and_told(store: Database) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server, password="yanlış")
        server.mails = {1: written("bir")}
        await look(store)

    assert "did not let us in" in (await row_of(store, channel))["error"]
    assert await bodies() == []


async def test_private_address_is_not_looked_into(store: Database) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server)
        await jobs_worker(store, keyring=KEYRING, outbound=Outbound()).drain()

    assert "not public" in (await row_of(store, channel))["error"]
    assert server.commands == []


async def test_too_large_email_is_kept_to_a_point_and_says_so(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "LARGEST_MAIL", 2_000)
    async with imap_server() as server:
        await make_mailbox(server)
        raw = written("uzun " * 2_000)
        server.mails = {1: raw, 2: written("kısa")}
        await look(store)

    cut = next(body for body in await bodies() if body.startswith("uzun"))
    assert cut.endswith(f"[… {len(raw)}]")
    assert len(cut) < 2_500


async def test_mailbox_of_a_channel_that_is_gone_is_left_and_taken_up_again(store: Database) -> None:
    async with imap_server() as server:
        channel = await make_mailbox(server)
        channel.deleted_at = now()
        await save(channel)
        job = await jobs().claim()
        assert job is not None
        with pytest.raises(GiveUp):
            await poll(job, database=store, keyring=KEYRING, outbound=OUTBOUND)
        await jobs().bury(job, reason="gone")
        await watch_mailboxes(KEYRING)
        assert (await row_of(store, channel))["state"] == "DEAD"

        channel.deleted_at = None
        await save(channel)
        await watch_mailboxes(KEYRING)
        again = await jobs().claim()
        assert again is not None
        with pytest.raises(TryLater, match="the next look"):
            await poll(again, database=store, keyring=KEYRING, outbound=OUTBOUND)
