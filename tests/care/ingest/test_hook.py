"""The way in: signatures, storing once, quarantine, rotation, an absent store."""

import asyncio
import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from auth.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from care.channel_drafts import ChannelDraft
from care.channels import MOST_FORMER, create_channel, open_secrets, read_channels, rotate_secret, visible_channels
from care.documents.channels import Channel
from care.ingest import quarantine
from care.ingest.forgetting import forget_upon
from care.ingest.hook import LARGEST_BODY, InboundHooks
from care.ingest.quarantine import Quarantine, readmit, sweep
from care.signatures import BadSignature, sign, verify
from core.clock import clock
from core.database import Database
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidInput, LimitReached, NotFound, Unavailable
from core.events import StoredEvent
from core.gates import NOTHING
from core.idempotency import once
from core.leases import LeaseQueue
from core.secrets import Keyring
from tests.care.ingest.sender import KEYRING, body_of, make_channel, said, signed


async def _rows(store: Database, collection: str) -> int:
    return await store[collection].count_documents({})


async def test_delivery_is_stored_as_it_came(store: Database) -> None:
    made = await make_channel()
    body = b'{"events": [ ]}  '

    accepted = await InboundHooks(store, KEYRING).accept(made.channel.id, signed(made.secret, body, webhook_id="w1"), body)

    row = await store["inbox"].find_one({"_id": accepted.delivery_id})
    assert row is not None
    assert (row["channel_id"], row["webhook_id"], bytes(row["body"]), row["state"]) == (made.channel.id, "w1", body, "READY")


async def test_delivery_sent_again_is_one_row(store: Database) -> None:
    made, body = await make_channel(), body_of(said())
    headers = signed(made.secret, body, webhook_id="w1")
    doors = [InboundHooks(store, KEYRING) for _ in range(2)]

    first = await asyncio.gather(*(doors[turn % 2].accept(made.channel.id, headers, body) for turn in range(8)))
    later = [await doors[0].accept(made.channel.id, headers, body) for _ in range(12)]

    assert [accepted.is_new for accepted in [*first, *later]].count(True) == 1
    assert len({accepted.delivery_id for accepted in [*first, *later]}) == 1
    assert await _rows(store, "inbox") == 1


async def test_delivery_under_another_id_or_channel_is_another(store: Database) -> None:
    one, other, body = await make_channel(), await make_channel(name="Y"), body_of(said())
    hooks = InboundHooks(store, KEYRING)

    for made, webhook_id in ((one, "w1"), (one, "w2"), (other, "w1")):
        await hooks.accept(made.channel.id, signed(made.secret, body, webhook_id=webhook_id), body)

    assert await _rows(store, "inbox") == 3


async def test_unknown_channel_stores_nothing(store: Database) -> None:
    made, body = await make_channel(), body_of(said())
    hooks = InboundHooks(store, KEYRING)

    with pytest.raises(NotFound):
        await hooks.accept("chn_unknown", signed(made.secret, body), body)
    with pytest.raises(NotFound):
        await hooks.require_channel("chn_unknown")

    assert (await _rows(store, "inbox"), await _rows(store, "hook_quarantine")) == (0, 0)


def _stamped(headers: dict[str, str]) -> dict[str, str]:
    """Turn a distance from now into a timestamp when the test runs, not when it is collected."""
    distance = headers.get("webhook-timestamp", "")
    if not distance.endswith(" s"):
        return headers
    moment = datetime.now(UTC) + timedelta(seconds=int(distance.removesuffix(" s")))
    return headers | {"webhook-timestamp": str(int(moment.timestamp()))}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"webhook-signature": ""}, "Missing required headers."),
        ({"webhook-id": ""}, "Missing required headers."),
        ({"webhook-id": "another"}, "No matching signature found."),
        ({"webhook-timestamp": ""}, "Missing required headers."),
        ({"webhook-timestamp": "now"}, "Invalid Signature Headers."),
        ({"webhook-timestamp": "nan"}, "Invalid Signature Headers."),
        ({"webhook-timestamp": "9" * 40}, "Invalid Signature Headers."),
        ({"webhook-timestamp": "-310 s"}, "Message timestamp too old."),
        ({"webhook-timestamp": "+400 s"}, "Message timestamp too new."),
        ({"webhook-signature": "v1"}, "webhook-signature holds no v1 signature."),
        ({"webhook-signature": "v1,%%%"}, "webhook-signature holds no v1 signature."),
        ({"webhook-signature": "v1," + "A" * 43 + "="}, "No matching signature found."),
    ],
)
async def test_bad_signature_stores_nothing_but_quarantine(store: Database, changed: dict[str, str], reason: str) -> None:
    made, body = await make_channel(), body_of(said())

    with pytest.raises(BadSignature) as caught:
        await InboundHooks(store, KEYRING).accept(made.channel.id, signed(made.secret, body) | _stamped(changed), body)

    assert str(caught.value) == reason
    assert (await _rows(store, "inbox"), await _rows(store, "hook_quarantine")) == (0, 1)


async def test_body_that_is_no_text_is_verified_by_its_bytes(store: Database) -> None:
    made, body = await make_channel(), b'{"events": [\xff\xfe]}'
    stamp = str(int(datetime.now(UTC).timestamp()))
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"w1.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "webhook-id": "w1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
    hooks = InboundHooks(store, KEYRING)

    assert (await hooks.accept(made.channel.id, headers, body)).is_new
    with pytest.raises(BadSignature):
        await hooks.accept(made.channel.id, headers, body.replace(b"\xff", b"\xfd"))


def test_good_signature_beside_others_is_found() -> None:
    body, at = b"{}", datetime.now(UTC)
    secret, other = "whsec_" + base64.b64encode(b"a" * 32).decode(), "whsec_" + base64.b64encode(b"b" * 32).decode()
    headers = sign([other, secret], "w1", at, body)
    headers["webhook-signature"] = "v1a,ed25519 garbage , v1 " + headers["webhook-signature"]

    assert verify([secret], headers, body) == "w1"
    with pytest.raises(BadSignature, match="This channel has no secret"):
        verify([], headers, body)


async def test_body_over_three_mebibytes_is_refused(store: Database) -> None:
    made, body = await make_channel(), b"x" * (LARGEST_BODY + 1)

    with pytest.raises(LimitReached):
        await InboundHooks(store, KEYRING).accept(made.channel.id, signed(made.secret, body), body)

    assert await _rows(store, "inbox") == 0


async def test_store_that_does_not_answer_is_unavailable(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made, body = await make_channel(), body_of(said())
    hooks = InboundHooks(store, KEYRING)

    async def lost(*_: object) -> bool:
        raise AutoReconnect("connection closed")

    monkeypatch.setattr(LeaseQueue, "add", lost)
    monkeypatch.setattr(Quarantine, "_has_room", lost)
    with pytest.raises(Unavailable):
        await hooks.accept(made.channel.id, signed(made.secret, body), body)
    with pytest.raises(BadSignature):
        await hooks.accept(made.channel.id, {}, body)

    assert (await _rows(store, "inbox"), await _rows(store, "hook_quarantine")) == (0, 0)


async def test_channel_that_cannot_be_read_is_unavailable(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await make_channel()

    async def lost(_query: object) -> None:
        raise AutoReconnect("connection closed")

    monkeypatch.setattr(Channel, "find_one", lost)
    with pytest.raises(Unavailable):
        await InboundHooks(store, KEYRING).require_channel(made.channel.id)


async def test_no_more_channels_are_remembered_than_there_is_room_for(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("care.ingest.hook._MOST_REMEMBERED", 2)
    hooks = InboundHooks(store, KEYRING)
    await hooks.declare()

    for _ in range(5):
        await hooks.require_channel((await make_channel()).channel.id)

    assert len(hooks._remembered) <= 2


async def test_wrong_secret_key_is_unavailable(store: Database) -> None:
    made, body = await make_channel(), body_of(said())

    with pytest.raises(Unavailable):
        await InboundHooks(store, Keyring(b"another secret of 32 characters.")).accept(
            made.channel.id, signed(made.secret, body), body
        )


async def test_both_secrets_are_taken_for_a_day_after_a_rotation(store: Database) -> None:
    made, body = await make_channel(), body_of(said())
    hooks = InboundHooks(store, KEYRING)
    await hooks.accept(made.channel.id, signed(made.secret, body), body)

    rotated = await rotate_secret(SYSTEM, made.channel.id, keyring=KEYRING, expected_version=1)
    hooks._remembered.clear()

    assert rotated.secret != made.secret
    for secret in (made.secret, rotated.secret):
        await hooks.accept(made.channel.id, signed(secret, body), body)
    clock.shift(timedelta(hours=24))
    later = InboundHooks(store, KEYRING)
    await later.accept(made.channel.id, signed(rotated.secret, body), body)
    with pytest.raises(BadSignature):
        await later.accept(made.channel.id, signed(made.secret, body), body)


async def test_new_secret_is_taken_by_a_process_that_remembers_the_old_one(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("care.ingest.hook._ASK_AGAIN_AFTER", 0.0)
    made, body = await make_channel(), body_of(said())
    hooks = InboundHooks(store, KEYRING)
    await hooks.require_channel(made.channel.id)

    rotated = await rotate_secret(SYSTEM, made.channel.id, keyring=KEYRING, expected_version=1)

    assert (await hooks.accept(made.channel.id, signed(rotated.secret, body), body)).is_new


async def test_each_secret_is_taken_for_a_day_however_often_it_is_rotated_meanwhile(store: Database) -> None:
    made = await make_channel()
    channel, known = made.channel, [made.secret]
    for _ in range(MOST_FORMER):
        rotated = await rotate_secret(SYSTEM, channel.id, keyring=KEYRING, expected_version=channel.version)
        channel, known = rotated.channel, [rotated.secret, *known]
        clock.shift(timedelta(minutes=1))

    assert open_secrets(channel, KEYRING) == known
    with pytest.raises(LimitReached, match="11 secrets are in use"):
        await rotate_secret(SYSTEM, channel.id, keyring=KEYRING, expected_version=channel.version)
    clock.shift(timedelta(hours=24, minutes=-MOST_FORMER))
    assert open_secrets(channel, KEYRING) == known[:-1]
    again = await rotate_secret(SYSTEM, channel.id, keyring=KEYRING, expected_version=channel.version)
    assert open_secrets(again.channel, KEYRING) == [again.secret, *known[:-1]]
    clock.shift(timedelta(hours=25))
    assert open_secrets(channel, KEYRING) == known[:1]


async def test_rotation_needs_permission_and_the_version(store: Database) -> None:
    made = await make_channel()

    with pytest.raises(Forbidden):
        await rotate_secret(ANONYMOUS, made.channel.id, keyring=KEYRING, expected_version=1)
    with pytest.raises(Conflict):
        await rotate_secret(SYSTEM, made.channel.id, keyring=KEYRING, expected_version=2)
    with pytest.raises(NotFound):
        await rotate_secret(SYSTEM, "chn_unknown", keyring=KEYRING, expected_version=1)

    found = (await read_channels(SYSTEM, [made.channel.id]))[made.channel.id]
    assert (found.revision, found.sealed_secrets) == (1, made.channel.sealed_secrets)


async def test_channel_is_created_once_for_one_key(store: Database) -> None:
    draft = ChannelDraft(name=" X ", send_url="https://x.example/send")
    request = once(b"s", actor="a", operation="createChannel", key="k", given=draft.model_dump(mode="json"))
    other = once(b"s", actor="a", operation="createChannel", key="k", given={"name": "Y"})

    first, *others = await asyncio.gather(*(create_channel(SYSTEM, draft, keyring=KEYRING, once=request) for _ in range(4)))
    again = await create_channel(SYSTEM, draft, keyring=KEYRING, once=request)

    assert {other.secret for other in others} == {first.secret}
    assert (first.channel.name, first.channel.id, first.secret) == ("X", again.channel.id, again.secret)
    with pytest.raises(IdempotencyMismatch):
        await create_channel(SYSTEM, draft, keyring=KEYRING, once=other)
    with pytest.raises(Forbidden):
        await create_channel(ANONYMOUS, draft, keyring=KEYRING, once=request)
    assert await _rows(store, "channels") == 1
    assert made_secret_is_sealed(first.channel.sealed_secrets, first.secret)


def made_secret_is_sealed(sealed: list[str], secret: str) -> bool:
    return secret.startswith("whsec_") and all(secret not in text for text in sealed)


@pytest.mark.parametrize("url", ["ftp://x.example/", "https://me:secret@x.example/", "x.example", ""])
def test_send_url_must_be_one_that_can_be_called(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        ChannelDraft(name="X", send_url=url)


async def test_channels_are_hidden_from_customers(store: Database) -> None:
    made = await make_channel()

    assert visible_channels(ANONYMOUS) == NOTHING
    assert await read_channels(ANONYMOUS, [made.channel.id]) == {}
    assert list(await read_channels(SYSTEM, [made.channel.id, "chn_unknown"])) == [made.channel.id]
    assert await read_channels(SYSTEM, []) == {}


async def test_an_agencys_person_sees_the_channels_in_reach(store: Database) -> None:
    mine, other = await make_channel(), await make_channel(name="Y")
    agency = Actor(ActorKind.MEMBER, "mem_1", member_id="mem_1", reach=frozenset({mine.channel.id}), scoped=True)

    assert list(await read_channels(agency, [mine.channel.id, other.channel.id])) == [mine.channel.id]


async def test_quarantine_keeps_the_beginning_of_large_bodies(store: Database) -> None:
    await Quarantine(store).keep("chn_1", {"webhook-id": "w", "authorization": "secret"}, b"x" * (quarantine.LARGEST + 1))

    row = await store["hook_quarantine"].find_one({})
    assert row is not None
    assert (len(row["body"]), row["size"], row["headers"]) == (quarantine.LARGEST, quarantine.LARGEST + 1, {"webhook-id": "w"})
    with pytest.raises(InvalidInput):
        await readmit(SYSTEM, row["_id"], database=store)


async def test_quarantine_keeps_sixty_a_minute_and_channel(store: Database) -> None:
    first, other_process = Quarantine(store), Quarantine(store)
    await first.declare()

    kept = [await first.keep("chn_1", {}, b"x") for _ in range(quarantine.PER_MINUTE + 5)]

    assert (kept.count(True), await _rows(store, "hook_quarantine")) == (60, 60)
    assert not await other_process.keep("chn_1", {}, b"x")
    assert await other_process.keep("chn_2", {}, b"x")


async def test_quarantine_has_a_largest_sum_and_a_longest_time(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "LARGEST_SUM", 10)
    kept = Quarantine(store)

    assert [await kept.keep("chn_1", {}, b"12345") for _ in range(3)] == [True, True, False]
    clock.shift(timedelta(days=7, seconds=1))
    assert await kept.keep("chn_1", {}, b"12345")
    assert await _rows(store, "hook_quarantine") == 1
    clock.shift(timedelta(days=8))
    assert (await sweep(store), await _rows(store, "hook_quarantine")) == (1, 0)


async def test_quarantined_delivery_can_be_taken_in_after_all(store: Database) -> None:
    made, body = await make_channel(), body_of(said())
    with pytest.raises(BadSignature):
        await InboundHooks(store, KEYRING).accept(made.channel.id, {"webhook-id": "w1"}, body)
    row = await store["hook_quarantine"].find_one({})
    assert row is not None

    with pytest.raises(Forbidden):
        await readmit(ANONYMOUS, row["_id"], database=store)
    await readmit(SYSTEM, row["_id"], database=store)

    stored = await store["inbox"].find_one({})
    assert stored is not None
    assert (stored["channel_id"], bytes(stored["body"]), stored["received_at"]) == (made.channel.id, body, row["at"])
    with pytest.raises(NotFound):
        await readmit(SYSTEM, row["_id"], database=store)


async def test_channel_that_another_process_archives_is_forgotten_when_this_one_reads_of_it(store: Database) -> None:
    made, body = await make_channel(), body_of(said())
    hooks = InboundHooks(store, KEYRING)
    await hooks.accept(made.channel.id, signed(made.secret, body), body)
    await store["channels"].update_one({"_id": made.channel.id}, {"$set": {"archived_at": clock.now()}})
    await hooks.accept(made.channel.id, signed(made.secret, body), body)
    told: dict[str, Any] = {
        "number": 1,
        "event_id": "e",
        "at": clock.now(),
        "actor": "mem_a",
        "subject": made.channel.id,
        "node": made.channel.id,
    }
    told |= {"topics": (), "facts": {}, "revision": 2, "version": 1, "payload": {"channel_id": made.channel.id}}

    forget_upon(StoredEvent(type="ConversationOpened", **told))
    await hooks.accept(made.channel.id, signed(made.secret, body), body)
    forget_upon(StoredEvent(type="ChannelChanged", **told))

    with pytest.raises(NotFound):
        await hooks.accept(made.channel.id, signed(made.secret, body), body)
