"""Webhooks from making one to its receiver: as its owner may see it, in order, signed, tried again, paused and delivered anew."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from auth.accounts import change_roles, disable_account
from auth.actor import SYSTEM, Role
from care.signatures import BadSignature, sign, verify
from core.clock import clock
from core.ids import with_prefix
from core.tasks import running
from notifications.announcements import notify
from notifications.documents import Notification, NotificationKind
from notifications.events import NotificationAdded
from notifications.webhooks.delivering import PAUSES, WebhookDeliverer
from notifications.webhooks.documents import Webhook, WebhookDelivery
from notifications.webhooks.pump import WebhookPump, forget_deliveries
from schema.staff.stored_documents import StoredDocuments
from tests.factories import community as people
from tests.journeys.conftest import World
from tests.notifications.test_announcements import cause
from tests.receiver import Heard, Receiver, listening
from worker.run import Worker

CREATE = """
mutation($input: CreateWebhookInput!) {
  createWebhook(input: $input) { webhook { id version status url owner { id } } secret userErrors { code path message } }
}"""
UPDATE = """
mutation($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) { webhook { version name document topics owner { id } } userErrors { code path } }
}"""
ACT = """
mutation($input: %sWebhookInput!) { %sWebhook(input: $input) { webhook { version status } userErrors { code path } } }"""
ROTATE = """
mutation($input: RotateWebhookSecretInput!) {
  rotateWebhookSecret(input: $input) { webhook { version } secret userErrors { code } } }"""
TRY = "mutation($input: TestWebhookInput!) { testWebhook(input: $input) { delivery { id status isTest } userErrors { code } } }"
REPLAY = """
mutation($input: ReplayDeliveryInput!) {
  replayDelivery(input: $input) { delivery { id status } userErrors { code path } }
}"""
LOG = """
query($webhookId: ID!) { webhookDeliveries(webhookId: $webhookId, first: 20) { totalCount nodes {
  id topic nodeId status isTest payload attempts { status error response milliseconds } webhook { id } } } }"""
LIST = "{ webhooks(first: 5) { totalCount nodes { id status reason failingSince variables } } }"
NEWS = "subscription { notificationReceived { topic nodeId node { ... on Notification { text } } } }"
QUERY = "query($nodeId: ID!) { node(id: $nodeId) { id ... on Question { title } } }"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"url": "ftp://narin.example"}, "url"),
    ({"name": " "}, "name"),
    ({"document": "subscription {"}, "document"),
    ({"document": "subscription { nothing }"}, "document"),
    ({"document": "mutation { __typename }"}, "document"),
    ({"document": QUERY}, "topics"),
    ({"topics": ["INBOX"]}, "topics"),
    ({"document": "subscription($id: ID!) { nodeChanged(id: $id) { nodeId } }"}, "variables"),
    ({"variables": "[]"}, "variables"),
]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.reset_shift()


class Desk:
    """A manager who makes webhooks, and the worker that serves them."""

    def __init__(self, world: World) -> None:
        platform = world.platform
        self.world = world
        documents = StoredDocuments(platform.database, platform.keyring, platform.search, public_url=platform.settings.public_url)
        self.worker = Worker(platform, documents=documents)
        deliverer = WebhookDeliverer(platform.tail, documents, keyring=platform.keyring, outbound=platform.outbound)
        self.pump = WebhookPump(deliverer)

    async def make(self, receiver: Receiver, document: str = NEWS, *, by: str = "deniz", **more: Any) -> tuple[Any, str]:
        given = {"name": "Depo", "url": f"{receiver.url}/koprü", "document": document, **more}
        made = await self.world.staff(by).do(CREATE, given)
        return made["webhook"], made["secret"]

    async def act(self, verb: str, webhook: Any) -> Any:
        given = {"webhookId": webhook["id"], "expectedVersion": (await self.stored(webhook)).version}
        return (await self.world.staff("deniz").do(ACT % (verb.title(), verb), given))["webhook"]

    async def refused(self, verb: str, webhook: Any) -> list[tuple[str, list[str]]]:
        given = {"webhookId": webhook["id"], "expectedVersion": (await self.stored(webhook)).version}
        return await self.world.staff("deniz").refused(ACT % (verb.title(), verb), given)

    async def stored(self, webhook: Any) -> Webhook:
        found = await Webhook.get(webhook["id"])
        assert found is not None
        return found

    async def log(self, webhook: Any, by: str = "deniz") -> list[dict[str, Any]]:
        answer = await self.world.staff(by).execute(LOG, webhookId=webhook["id"])
        nodes: list[dict[str, Any]] = answer["webhookDeliveries"]["nodes"]
        return nodes

    async def pass_time(self, by: timedelta) -> None:
        clock.shift(by)
        await self.worker.drain()


@pytest.fixture
async def desk(world: World) -> Desk:
    await world.join("deniz", Role.MANAGER)
    await world.join("kaya", Role.MANAGER)
    return Desk(world)


async def happen(desk: Desk, number: int = 1) -> Notification:
    """Let one thing happen that the owner of a webhook may see."""
    event = cause(NotificationAdded(notification_id="-"), number=number)
    owner = desk.world.members["deniz"]
    (left,) = await notify([owner], NotificationKind.ASSIGNED, subject=f"#{number}", target_id="case_x", cause=event)
    return left


def nodes(receiver: Receiver) -> list[str]:
    """List the objects that a receiver was told of."""
    return [orjson.loads(heard.body)["data"]["notificationReceived"]["nodeId"] for heard in receiver.heard]


def signers(heard: Heard, *secrets: str) -> list[bool]:
    """Tell of each secret whether a request is signed by it; how old it is does not matter."""
    at = datetime.fromtimestamp(int(heard.headers["webhook-timestamp"]), UTC)
    found = heard.headers["webhook-signature"].split(" ")
    return [sign([one], heard.headers["webhook-id"], at, heard.body)["webhook-signature"] in found for one in secrets]


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what happens by itself."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.02)


async def test_what_happens_is_posted_in_order_and_signed(desk: Desk) -> None:
    async with listening((200, b"tamam")) as receiver:
        webhook, secret = await desk.make(receiver)
        left = [await happen(desk, number) for number in range(3)]
        await desk.worker.drain()
        await desk.worker.drain()

    assert [verify([secret], heard.headers, heard.body) for heard in receiver.heard] == [
        heard.headers["webhook-id"] for heard in receiver.heard
    ]
    bodies = [orjson.loads(heard.body) for heard in receiver.heard]
    assert nodes(receiver) == [one.id for one in left]
    assert bodies[0]["data"]["notificationReceived"]["node"] == {"text": left[0].text}
    assert {body["type"] for body in bodies} == {"NOTIFICATIONS"}
    log = await desk.log(webhook)
    assert [(row["status"], row["nodeId"]) for row in log] == [("DELIVERED", one.id) for one in reversed(left)]
    assert [heard.headers["webhook-id"] for heard in receiver.heard] == [row["id"] for row in reversed(log)]
    assert orjson.loads(log[0]["payload"]) == bodies[2]
    assert (log[0]["attempts"][0]["status"], log[0]["attempts"][0]["response"]) == (200, "tamam")
    with pytest.raises(BadSignature):
        verify(["whsec_" + "A" * 43 + "="], receiver.heard[0].headers, receiver.heard[0].body)


async def test_slow_receiver_holds_up_nobody_but_itself(desk: Desk) -> None:
    async with listening() as slow, listening((200, b"tamam")) as receiver:
        slow.hold = asyncio.Event()
        await desk.make(slow, name="Yavaş")
        await desk.make(receiver)
        async with running(desk.pump.run()):
            first = await happen(desk)
            await until(lambda: nodes(slow) == nodes(receiver) == [first.id])
            second = await happen(desk, 2)
            await until(lambda: nodes(receiver) == [first.id, second.id])

            assert nodes(slow) == [first.id]
            slow.hold.set()
            await until(lambda: nodes(slow) == [first.id, second.id])


async def test_failures_are_tried_again_under_one_id_and_hold_up_what_follows(desk: Desk) -> None:
    async with listening((503, b"later"), (200, b"")) as receiver:
        webhook, _ = await desk.make(receiver)
        first, second = await happen(desk, 1), await happen(desk, 2)
        await desk.worker.drain()
        assert len(receiver.heard) == 1
        assert (await desk.stored(webhook)).failing_since is not None
        await desk.pass_time(PAUSES[0])

    ids = [heard.headers["webhook-id"] for heard in receiver.heard]
    assert (ids[0] == ids[1], len(set(ids))) == (True, 2)
    assert nodes(receiver) == [first.id, first.id, second.id]
    assert [len(row["attempts"]) for row in await desk.log(webhook)] == [1, 2]
    assert (await desk.stored(webhook)).failing_since is None


async def test_receiver_that_is_down_is_tried_again_once_it_is_back(desk: Desk) -> None:
    async with listening() as receiver:
        webhook, _ = await desk.make(receiver)
    await happen(desk)
    await desk.worker.drain()

    (row,) = await desk.log(webhook)
    assert (row["status"], row["attempts"][0]["status"]) == ("PENDING", None)
    assert row["attempts"][0]["error"]
    assert (await desk.stored(webhook)).failing_since is not None


async def test_lasting_failure_pauses_it_tells_its_owner_and_loses_nothing(desk: Desk) -> None:
    async with listening((500, b"")) as receiver:
        webhook, _ = await desk.make(receiver)
        first = await happen(desk)
        await desk.worker.drain()
        for pause in PAUSES:
            await desk.pass_time(pause)
        assert len(receiver.heard) == len(PAUSES) + 1
        await desk.world.sign_in("deniz")
        (row,) = (await desk.world.staff("deniz").execute(LIST))["webhooks"]["nodes"]
        assert (row["status"], row["reason"]) == ("SUSPENDED", "9 tries failed, the last: HTTP 500")
        notices = "{ notifications(first: 5) { nodes { kind text target { id } } } }"
        told_of = (await desk.world.staff("deniz").execute(notices))["notifications"]["nodes"]
        assert [one["target"] for one in told_of if one["kind"] == "WEBHOOK_SUSPENDED"] == [{"id": webhook["id"]}]
        later = await happen(desk, 2)
        await desk.pass_time(timedelta(hours=12))
        assert len(receiver.heard) == len(PAUSES) + 1
        receiver.replies = [(204, b"")]
        await desk.world.sign_in("deniz")
        assert (await desk.act("resume", webhook))["status"] == "ACTIVE"
        await desk.worker.drain()

    assert nodes(receiver)[:10] == [first.id] * 10
    assert (nodes(receiver)[-1], len(receiver.heard)) == (later.id, 12)


async def test_rights_are_those_of_the_owner_at_each_delivery(desk: Desk) -> None:
    async with listening((500, b""), (200, b"")) as receiver:
        webhook, _ = await desk.make(receiver)
        await happen(desk)
        await desk.worker.drain()
        owner = with_prefix("acc", desk.world.members["deniz"])
        await change_roles(SYSTEM, owner, [Role.EXPERT])
        await desk.pass_time(PAUSES[0])
        assert len(receiver.heard) == 1
        assert (await desk.stored(webhook)).reason == "its owner may not manage webhooks any more"
        await change_roles(SYSTEM, owner, [Role.MANAGER])
        await desk.act("resume", webhook)
        await disable_account(SYSTEM, owner)
        await desk.worker.drain()

    assert len(receiver.heard) == 1
    assert (await desk.stored(webhook)).reason == "its owner's account is disabled"


async def test_others_read_no_payload_and_who_changes_it_owns_it(desk: Desk) -> None:
    async with listening((200, b"gizli")) as receiver:
        webhook, _ = await desk.make(receiver)
        await happen(desk)
        await desk.worker.drain()
        (row,) = await desk.log(webhook, by="kaya")
        assert (row["payload"], row["attempts"][0]["response"], row["attempts"][0]["status"]) == (None, None, 200)
        given = {"webhookId": webhook["id"], "document": QUERY, "topics": ["QUESTION"], "expectedVersion": 1}
        changed = (await desk.world.staff("kaya").do(UPDATE, given))["webhook"]
        assert (changed["owner"]["id"], changed["topics"], changed["name"]) == (desk.world.members["kaya"], ["QUESTION"], "Depo")
        assert await desk.world.staff("deniz").refused(UPDATE, given) == [("CONFLICT", ["input", "expectedVersion"])]
        question = await people.make_question()
        await happen(desk, 2)
        await desk.worker.drain()

    assert orjson.loads(receiver.heard[-1].body)["data"]["node"] == {"id": question.id, "title": question.title}
    assert {orjson.loads(heard.body)["type"] for heard in receiver.heard[1:]} == {"QUESTION"}


async def test_new_secret_and_the_one_before_sign_together_for_a_day(desk: Desk) -> None:
    async with listening() as receiver:
        webhook, old = await desk.make(receiver)
        given = {"webhookId": webhook["id"], "expectedVersion": 1}
        new = (await desk.world.staff("deniz").do(ROTATE, given))["secret"]
        await desk.world.staff("deniz").do(TRY, {"webhookId": webhook["id"]})
        await desk.worker.drain()
        assert signers(receiver.heard[0], old, new) == [True, True]
        assert len(receiver.heard[0].headers["webhook-signature"].split(" ")) == 2
        await desk.pass_time(timedelta(hours=24))
        await desk.world.sign_in("deniz")
        await desk.world.staff("deniz").do(TRY, {"webhookId": webhook["id"]})
        await desk.worker.drain()

    assert signers(receiver.heard[1], old, new) == [False, True]


async def test_paused_sends_tests_alone_and_replay_keeps_the_id(desk: Desk) -> None:
    async with listening((200, b"")) as receiver:
        webhook, _ = await desk.make(receiver)
        await happen(desk)
        await desk.worker.drain()
        assert (await desk.act("pause", webhook))["status"] == "PAUSED"
        await happen(desk, 2)
        deniz = desk.world.staff("deniz")
        tried = (await deniz.do(TRY, {"webhookId": webhook["id"]}))["delivery"]
        assert (tried["status"], tried["isTest"]) == ("PENDING", True)
        await desk.worker.drain()
        assert [orjson.loads(heard.body)["type"] for heard in receiver.heard] == ["NOTIFICATIONS", "TEST"]
        receiver.replies = [(500, b""), (200, b"")]
        await deniz.do(TRY, {"webhookId": webhook["id"]})
        await desk.worker.drain()
        await desk.act("resume", webhook)
        await desk.worker.drain()
        replayed = (await deniz.do(REPLAY, {"deliveryId": receiver.heard[0].headers["webhook-id"]}))["delivery"]
        assert await deniz.refused(REPLAY, {"deliveryId": replayed["id"]}) == [("ALREADY_DONE", ["input", "deliveryId"])]
        await desk.worker.drain()

    assert len(receiver.heard) == 5
    assert receiver.heard[4].headers["webhook-id"] == receiver.heard[0].headers["webhook-id"] == replayed["id"]


async def test_deleted_one_is_gone_and_old_deliveries_are_forgotten(desk: Desk) -> None:
    async with listening() as receiver:
        webhook, _ = await desk.make(receiver)
        await happen(desk)
        await desk.worker.drain()
        await desk.act("delete", webhook)
        await happen(desk, 2)
        await desk.worker.drain()

    assert len(receiver.heard) == 1
    assert (await desk.stored(webhook)).sealed_secrets == []
    assert (await desk.world.staff("deniz").execute(LIST))["webhooks"]["totalCount"] == 0
    answer = await desk.world.staff("deniz").answer(LOG, webhookId=webhook["id"])
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await forget_deliveries() == 0
    clock.shift(timedelta(days=31))
    assert (await forget_deliveries(), await WebhookDelivery.find().count()) == (1, 0)


async def test_receiver_that_is_gone_or_inside_pauses_at_once(desk: Desk) -> None:
    async with listening((410, b"")) as receiver:
        gone, _ = await desk.make(receiver)
        inside, _ = await desk.make(receiver, url="http://10.0.0.7/")
        await happen(desk)
        await desk.worker.drain()
        await desk.world.staff("deniz").do(TRY, {"webhookId": inside["id"]})
        await desk.worker.drain()

    assert (await desk.stored(gone)).reason == "the receiver answered that it is gone for good (HTTP 410)"
    assert "which is not public" in ((await desk.stored(inside)).reason or "")
    assert [row["status"] for row in await desk.log(inside) if row["isTest"]] == ["FAILED"]
    assert len(receiver.heard) == 1


async def test_what_can_not_run_is_refused_by_name(desk: Desk) -> None:
    for wrong, path in WRONG:
        given = {"name": "Depo", "url": "https://narin.example/", "document": NEWS, **wrong}
        assert await desk.world.staff("deniz").refused(CREATE, given) == [("INVALID_INPUT", ["input", path])], wrong

    assert await Webhook.find().count() == 0
