"""Taking replies back where the channel is gone, archived or another one by now, and when two workers do it."""

import pytest

from care.documents.cases import Case
from care.documents.channels import Channel, ChannelAdapter, ChannelKind, Environment
from care.documents.conversations import DeliveryStatus, Message, RetractionState
from care.jobs import RETRACT
from care.retractions import settling
from care.retractions.asking import follow_up_retraction
from care.retractions.doing import retract as do_retract
from care.retractions.settling import end_retraction
from care.workers import declare_queues
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, InvalidInput
from core.leases import GiveUp, Job, TryLater
from core.outbound import Outbound
from core.records import fresh
from tests.care.ingest.sender import KEYRING
from tests.care.stored import event_types
from tests.care.test_retracting import answered, retract, state_of
from tests.factories.care import conversation_of, later, make_reply, reread, say
from tests.receiver import listening
from tests.rivals import overtake


async def do(message: Message, attempt: int = 1) -> None:
    job = Job("retract:1", 1, attempt, {"kind": RETRACT, "message_id": message.id})
    await do_retract(job, keyring=KEYRING, outbound=Outbound(["127.0.0.1"]))


async def turn(case: Case, **told: object) -> None:
    """Let a case's channel be another one by now."""
    await Channel.get_pymongo_collection().update_one({"_id": case.channel_id}, {"$set": told})


async def asked(url: str = "http://127.0.0.1:9") -> tuple[Case, Message]:
    """Ask for a reply of a channel to be taken back, which no worker has done yet."""
    case, message, _ = await answered(url)
    return case, (await retract(message)).message


async def test_job_of_a_message_that_is_gone_or_stands_is_given_up(store: Database) -> None:
    await declare_queues(store)
    _, message, _ = await answered("http://127.0.0.1:9")
    for one in (message, message.model_copy(update={"id": "msg_none"})):
        with pytest.raises(GiveUp, match="no such message"):
            await do(one)


async def test_reply_that_never_reached_the_customer_is_not_taken_back(store: Database) -> None:
    _, message, _ = await answered()
    failed = {"delivery_status": DeliveryStatus.FAILED.value}
    await Message.get_pymongo_collection().update_one({"_id": message.id}, {"$set": failed})
    with pytest.raises(AlreadyDone, match="never reached the customer") as refused:
        await retract(message)
    assert (refused.value.path, (await fresh(message)).retraction) == (("message_id",), None)


async def test_archived_channel_is_taken_into_use_first(store: Database) -> None:
    case, message, _ = await answered("http://127.0.0.1:9")
    await turn(case, archived_at=now())
    with pytest.raises(InvalidInput, match="archived; take it into use again") as refused:
        await retract(message)
    assert refused.value.path == ("message_id",)


async def test_reply_of_practice_is_gone_at_once(store: Database) -> None:
    await declare_queues(store)
    case, message, _ = await answered("http://127.0.0.1:9")
    await turn(case, environment=Environment.PRACTICE.value)
    await store["jobs"].delete_many({})
    await retract(message)
    assert (await state_of(message), await store["jobs"].count_documents({})) == ((RetractionState.RETRACTED, None), 0)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"archived_at": True}, "the channel is archived"),
        ({"send_url": None}, "the channel has lost the way by which this was sent"),
    ],
)
async def test_channel_that_changed_meanwhile_ends_it_with_the_reason(
    store: Database, told: dict[str, object], reason: str
) -> None:
    await declare_queues(store)
    case, message = await asked()
    await turn(case, **{name: now() if value is True else value for name, value in told.items()})
    await do(message)
    assert await state_of(message) == (RetractionState.FAILED, reason)


async def test_provider_is_asked_by_its_adapter_and_its_pause_is_kept(store: Database) -> None:
    await declare_queues(store)
    case, message = await asked()
    token = "123456:" + "A" * 35
    async with listening((429, b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 7200}}'), (200, b"{}")) as api:
        sealed = KEYRING.encrypt('{"bot_token": "%s", "api_url": "%s"}' % (token, api.url))  # noqa: UP031 - braces of JSON
        kind = {"kind": ChannelKind.TELEGRAM.value, "adapter": ChannelAdapter.TELEGRAM.value}
        await turn(case, sealed_credentials=sealed, **kind)
        await Message.get_pymongo_collection().update_one({"_id": message.id}, {"$set": {"external_id": "77:9"}})
        with pytest.raises(TryLater) as later_on:
            await do(message)
        assert later_on.value.pause == 3_600.0
        await do(message)
    assert [heard.path for heard in api.heard] == [f"/bot{token}/deleteMessage"] * 2
    assert await state_of(message) == (RetractionState.RETRACTED, None)


async def test_reply_that_two_workers_take_back_is_told_of_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await declare_queues(store)
    async with listening((200, b"")) as receiver:
        _, message = await asked(receiver.url)
        overtake(monkeypatch, settling, lambda: do(message))
        await do(message)
        await do(message)
        assert len(receiver.heard) == 2
    assert await state_of(message) == (RetractionState.RETRACTED, None)
    assert (await event_types(Message)).count("MessageRetracted") == 1
    assert await end_retraction(message, error="zu spät") == await fresh(message)


async def test_reply_whose_channel_is_gone_is_gone_with_it(store: Database) -> None:
    await declare_queues(store)
    case, message = await asked()
    await Channel.get_pymongo_collection().delete_one({"_id": case.channel_id})
    await follow_up_retraction(await fresh(message))
    assert await state_of(message) == (RetractionState.RETRACTED, None)


async def test_who_wrote_again_since_waits_by_the_clock_that_runs(store: Database) -> None:
    case, _, _ = await answered()
    conversation = await conversation_of(case)
    later(minutes=5)
    await say(conversation, "Hâlâ gelmedi!")
    later(minutes=5)
    second = (await make_reply(await reread(case))).message
    later(minutes=5)
    await say(conversation, "Ne zaman?")
    met = (await reread(case)).first_response.met_at

    await retract(second)

    owed = await reread(case)
    assert (owed.first_response.met_at, owed.next_response.met_at, owed.answered_at) == (met, None, None)
    assert owed.next_response.due_at is not None
