"""The way out: what leaves, signed how, what becomes of it, and what never leaves."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from auth.actor import SYSTEM
from care import delivery
from care.cases.outgoing import put_outgoing, release_outgoing
from care.channels import IssuedSecret, rotate_secret
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import DeliveryStatus, Message, Visibility
from care.documents.under_way import Outgoing
from care.follow_ups import send_outgoing
from care.ingest.steps import take_in
from care.jobs import SEND
from care.messages import ensure_outgoing, place_of
from care.workers import declare_queues, jobs_worker
from core.clock import clock, now
from core.database import Database
from core.leases import TRIES, LeaseQueue
from core.outbound import LARGEST_ANSWER, Outbound
from core.records import change
from tests.care.ingest.sender import KEYRING, body_of, make_channel, said
from tests.care.ingest.sender import delivery as delivery_of
from tests.care.stored import handle_twice
from tests.receiver import Receiver, listening


async def _reply(made: IssuedSecret, *, state: DeliveryStatus = DeliveryStatus.QUEUED) -> Message:
    """Answer a complaint as an agent would: the entry in the case, the message, the job."""
    return await send_outgoing(*await _entered(made, state=state))


async def _entered(made: IssuedSecret, *, state: DeliveryStatus = DeliveryStatus.QUEUED) -> tuple[Case, Outgoing]:
    """Answer a complaint in the case alone, as a request that died then."""
    await take_in(delivery_of(made.channel.id, body_of(said())))
    case = await Case.find_one({"channel_id": made.channel.id})
    assert case is not None
    entry = Outgoing(
        message_id="msg_reply",
        conversation_id=case.conversation_ids[0],
        body="Kargonuz yarın kapınızda.",
        visibility=Visibility.PUBLIC,
        author_id="mem_1",
        state=state,
        created_at=now(),
        in_reply_to="ext-1",
    )
    return await change(case, lambda current: put_outgoing(current, entry, actor="mem_1")), entry


async def _work(store: Database, times: int = 1) -> None:
    worker = jobs_worker(store, keyring=KEYRING, outbound=Outbound(["127.0.0.1"]))
    for _ in range(times):
        await worker.drain()
        clock.shift(timedelta(minutes=10))


async def _stored() -> Message:
    message = await Message.get("msg_reply")
    assert message is not None
    return message


async def _case() -> Case:
    (case,) = await Case.find_all().to_list()
    return case


async def _job(store: Database) -> dict[str, Any]:
    job = await store["jobs"].find_one({"_id": "send:msg_reply"})
    assert job is not None
    return job


def _check_signature(receiver: Receiver, secrets: Sequence[str]) -> None:
    """Sign what was heard once more by the protocol's own library; its `verify` knows no shifted clock."""
    for heard in receiver.heard:
        at = datetime.fromtimestamp(int(heard.headers["webhook-timestamp"]), UTC)
        mine = [Webhook(secret).sign(heard.headers["webhook-id"], at, heard.body.decode()) for secret in secrets]
        assert heard.headers["webhook-signature"].split(" ") == mine


async def test_reply_leaves_signed_under_its_id(store: Database) -> None:
    await declare_queues(store)
    async with listening() as receiver:
        made = await make_channel(send_url=f"{receiver.url}/send")
        message = await _reply(made)

        await _work(store)

        _check_signature(receiver, [made.secret])
    (heard,) = receiver.heard
    assert (heard.path, heard.headers["webhook-id"], heard.headers["content-type"]) == ("/send", "msg_reply", "application/json")
    body = orjson.loads(heard.body)
    assert datetime.fromisoformat(body.pop("createdAt")) == message.created_at
    assert body == {
        "type": "message",
        "id": "msg_reply",
        "threadId": "post-9",
        "inReplyTo": "ext-1",
        "visibility": "public",
        "text": "Kargonuz yarın kapınızda.",
        "customer": {"id": "u-7", "handle": "@ayse"},
    }
    stored, case = await _stored(), await _case()
    assert (stored.delivery_status, stored.external_id, stored.sent_at is None) == (DeliveryStatus.SENT, "ext-out-1", False)
    assert (case.outgoing, case.first_response.met_at is None) == ([], False)
    assert (await _job(store))["state"] == "DONE"


async def test_reply_leaves_once_however_often_it_is_asked_for(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url))

        for _ in range(3):
            await delivery.queue((await _stored()).id)
            await _work(store)

        assert len(receiver.heard) == 1


async def test_crash_after_sending_settles_without_sending_again(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url))
        before = await store["cases"].find_one({})
        assert before is not None
        await _work(store)
        await store["cases"].update_one({}, {"$set": {"outgoing": before["outgoing"]}})
        await store["jobs"].update_one({"_id": "send:msg_reply"}, {"$set": {"state": "RUNNING", "due": now()}})

        await _work(store)

        assert len(receiver.heard) == 1
    assert (await _case()).outgoing == []


@pytest.mark.parametrize("passing", [500, 502, 503, 408, 409, 425, 429, 302])
async def test_passing_trouble_is_tried_again_under_the_same_id(store: Database, passing: int) -> None:
    async with listening((passing, b""), (passing, b""), (200, b'{"id": 77}')) as receiver:
        made = await make_channel(send_url=receiver.url)
        await _reply(made)

        await _work(store, 3)

        _check_signature(receiver, [made.secret])
    assert [heard.headers["webhook-id"] for heard in receiver.heard] == ["msg_reply"] * 3
    assert len({heard.body for heard in receiver.heard}) == 1
    assert ((await _stored()).delivery_status, (await _stored()).external_id) == (DeliveryStatus.SENT, "77")


@pytest.mark.parametrize("refusal", [400, 401, 403, 404, 410, 413, 422])
async def test_refusal_is_final_and_the_clock_runs_again(store: Database, refusal: int) -> None:
    async with listening((refusal, b"no")) as receiver:
        await _reply(await make_channel(send_url=receiver.url))
        due = (await _case()).first_response.due_at

        await _work(store, 2)

        assert len(receiver.heard) == 1
    stored, case = await _stored(), await _case()
    assert stored.delivery_status is DeliveryStatus.FAILED
    assert stored.delivery_error == f"the channel refused it with HTTP {refusal}"
    assert (case.outgoing, case.first_response.met_at, case.first_response.due_at) == ([], None, due)
    assert (await _job(store))["state"] == "DONE"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b'{"error": "The page\\n took it away."}', ": The page took it away."),
        ('{"error": "' + "ş" * 400 + '"}', ": " + "ş" * 300),
        (b'{"error": {"code": 7}}', ""),
        (b'["error"]', ""),
        (b'{"error": "  "}', ""),
    ],
)
async def test_channel_says_why_it_refuses(store: Database, answer: bytes | str, told: str) -> None:
    async with listening((422, answer.encode() if isinstance(answer, str) else answer)) as receiver:
        await _reply(await make_channel(send_url=receiver.url))
        await _work(store, 1)

    assert (await _stored()).delivery_error == f"the channel refused it with HTTP 422{told}"


async def test_twelve_tries_in_vain_are_the_end(store: Database) -> None:
    async with listening((500, b"")) as receiver:
        await _reply(await make_channel(send_url=receiver.url))

        await _work(store, TRIES - 1)
        assert (await _stored()).delivery_status is DeliveryStatus.QUEUED
        await _work(store, 2)

        assert len(receiver.heard) == TRIES
    stored = await _stored()
    assert stored.delivery_error == "the channel answered with HTTP 500, and so 12 times"
    assert (await _case()).first_response.met_at is None


async def test_nobody_listening_is_tried_again(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url))

    await _work(store)

    assert ((await _stored()).delivery_status, (await _job(store))["state"]) == (DeliveryStatus.QUEUED, "READY")
    assert "NotSentYet: ConnectError" in (await _job(store))["error"]


async def test_private_address_that_is_not_allowed_is_a_failure(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url))

        await jobs_worker(store, keyring=KEYRING, outbound=Outbound()).drain()

        assert receiver.heard == []
    assert (await _stored()).delivery_status is DeliveryStatus.FAILED
    assert "127.0.0.1, which is not public" in ((await _stored()).delivery_error or "")


@pytest.mark.parametrize(
    ("answer", "external_id"),
    [
        (b"", None),
        (b"<html>", None),
        (b"[]", None),
        (b'{"id": null}', None),
        (b'{"id": true}', None),
        (b'{"id": {}}', None),
        (b'{"id": " "}', None),
        (b'{"id": "p-9"}', "p-9"),
        (b"x" * (LARGEST_ANSWER + 1), None),
    ],
)
async def test_whatever_a_receiver_that_took_it_says_it_is_sent(store: Database, answer: bytes, external_id: str | None) -> None:
    async with listening((202, answer)) as receiver:
        await _reply(await make_channel(send_url=receiver.url))

        await _work(store)

    stored = await _stored()
    assert (stored.delivery_status, stored.external_id) == (DeliveryStatus.SENT, external_id)


@pytest.mark.parametrize("environment", list(Environment))
async def test_reply_on_a_channel_without_send_url_is_sent_at_once(store: Database, environment: Environment) -> None:
    await _reply(await make_channel(environment=environment))

    assert (await _stored()).delivery_status is DeliveryStatus.SENT
    assert await store["jobs"].count_documents({}) == 0


async def test_reply_whose_channel_lost_its_send_url_is_sent(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url))
        await store["channels"].update_many({}, {"$unset": {"send_url": ""}})

        await _work(store)

        assert receiver.heard == []
    assert (await _stored()).delivery_status is DeliveryStatus.SENT
    assert (await _case()).outgoing == []


async def test_held_reply_never_leaves_before_it_is_released(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url), state=DeliveryStatus.HELD_FOR_REVIEW)
        await delivery.queue("msg_reply")
        await _work(store)
        assert (receiver.heard, (await _job(store))["state"]) == ([], "DEAD")
        case = await _case()
        entry = case.outgoing[0].model_copy(update={"state": DeliveryStatus.QUEUED, "body": "Released."})

        for _ in range(2):
            await send_outgoing(case, entry)
        await _work(store)

        assert [orjson.loads(heard.body)["text"] for heard in receiver.heard] == ["Released."]


@pytest.mark.parametrize("made", [(), ("message",), ("job",), ("message", "job")])
async def test_reply_whose_request_died_anywhere_leaves_once(store: Database, made: tuple[str, ...]) -> None:
    async with listening() as receiver:
        case, entry = await _entered(await make_channel(send_url=receiver.url))
        if "message" in made:
            await ensure_outgoing(case, entry, await place_of(case, entry))
        if "job" in made:
            await delivery.queue(entry.message_id)

        await _work(store)
        assert len(receiver.heard) == int("job" in made)
        await handle_twice()
        await _work(store)

        assert [heard.headers["webhook-id"] for heard in receiver.heard] == ["msg_reply"]
    assert ((await _stored()).delivery_status, (await _case()).outgoing) == (DeliveryStatus.SENT, [])
    assert [(row["_id"], row["state"]) async for row in store["jobs"].find({})] == [("send:msg_reply", "DONE")]


async def test_released_reply_whose_job_is_there_before_its_message_is_let_go_leaves_as_released(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url), state=DeliveryStatus.HELD_FOR_REVIEW)

        def rule(current: Case) -> None:
            current.outgoing[0].body = "Released."
            release_outgoing(current, current.outgoing[0], now(), actor="mem_2")

        await change(await _case(), rule)
        await delivery.queue("msg_reply")
        for _ in range(2):
            await _work(store)
            assert [orjson.loads(heard.body)["text"] for heard in receiver.heard] == ["Released."]
            await handle_twice()
    assert ((await _stored()).body, (await _stored()).delivery_status) == ("Released.", DeliveryStatus.SENT)


async def test_worker_and_request_that_store_one_message_at_once_send_it_once(store: Database) -> None:
    async with listening() as receiver:
        case, entry = await _entered(await make_channel(send_url=receiver.url))
        await delivery.queue(entry.message_id)

        ends = await asyncio.gather(*(send_outgoing(case, entry) for _ in range(4)), _work(store))
        await _work(store)

        assert [heard.headers["webhook-id"] for heard in receiver.heard] == ["msg_reply"]
    assert {end.id for end in ends if isinstance(end, Message)} == {"msg_reply"}
    assert await Message.find({"direction": "OUTBOUND"}).count() == 1
    assert ((await _stored()).delivery_status, (await _case()).outgoing) == (DeliveryStatus.SENT, [])


async def test_practice_never_leaves(store: Database) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url, environment=Environment.PRACTICE))

        await _work(store, 2)

        assert receiver.heard == []
    assert (await _stored()).delivery_status is DeliveryStatus.QUEUED
    assert ((await _job(store))["state"], (await _job(store))["error"]) == ("DEAD", "what is not LIVE never leaves")


@pytest.mark.parametrize(
    ("collection", "changed", "reason"),
    [
        ("messages", {"direction": "INBOUND"}, "the message is not one to send"),
        ("messages", {"deleted_at": "now"}, "the message is not one to send"),
        ("messages", {"environment": "PRACTICE"}, "what is not LIVE never leaves"),
        ("channels", {"deleted_at": "now"}, "there is no such channel any more"),
    ],
)
async def test_what_is_not_to_be_sent_waits_for_an_operator(
    store: Database, collection: str, changed: dict[str, Any], reason: str
) -> None:
    async with listening() as receiver:
        await _reply(await make_channel(send_url=receiver.url))
        value = {name: now() if told == "now" else told for name, told in changed.items()}
        await store[collection].update_many({}, {"$set": value})

        await _work(store)

        assert receiver.heard == []
    assert ((await _job(store))["state"], (await _job(store))["error"]) == ("DEAD", reason)


async def test_job_of_no_message_and_job_of_no_kind_wait_for_an_operator(store: Database) -> None:
    jobs = LeaseQueue(store, "jobs")
    await jobs.add(delivery.job_id("msg_nowhere"), {"kind": SEND, "message_id": "msg_nowhere"})
    await jobs.add("x:1", {"kind": "x"})

    await _work(store)

    dead = {row["_id"]: row["error"] for row in await LeaseQueue(store, "jobs").dead()}
    assert dead == {"send:msg_nowhere": "there is no such message", "x:1": "nobody knows jobs of the kind x"}


async def test_after_a_rotation_both_secrets_sign_for_a_day(store: Database) -> None:
    async with listening() as receiver:
        made = await make_channel(send_url=receiver.url)
        rotated = await rotate_secret(SYSTEM, made.channel.id, keyring=KEYRING, expected_version=1)
        await _reply(made)

        await _work(store)

        _check_signature(receiver, [rotated.secret, made.secret])
        assert len(receiver.heard) == 1
