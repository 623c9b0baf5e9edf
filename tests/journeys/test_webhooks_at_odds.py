"""Webhooks when something is amiss: what can't be served, is too large or was done already, and a store that is away."""

from collections.abc import Iterator

import pytest

from auth.actor import Role
from core.clock import clock
from core.errors import Unavailable
from core.tasks import running
from notifications.webhooks import pump
from notifications.webhooks.delivering import WebhookDeliverer
from notifications.webhooks.managing import MOST_WEBHOOKS
from tests.journeys.conftest import World
from tests.journeys.test_webhooks import CREATE, NEWS, REPLAY, Desk, happen, nodes, until
from tests.receiver import listening


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.reset_shift()


@pytest.fixture
async def desk(world: World) -> Desk:
    await world.join("deniz", Role.MANAGER)
    return Desk(world)


async def test_what_was_done_already_is_refused_and_so_is_one_too_many(desk: Desk) -> None:
    deniz = desk.world.staff("deniz")
    async with listening() as receiver:
        webhook, _ = await desk.make(receiver)
        given = {"name": "Depo", "url": receiver.url, "document": NEWS, "idempotencyKey": "depo-1"}
        made = await deniz.do(CREATE, given)
        assert await deniz.do(CREATE, given) == made
        await desk.act("delete", made["webhook"])
        assert await deniz.refused(CREATE, given) == [("INVALID_INPUT", ["input", "idempotencyKey"])]
        assert await desk.refused("resume", webhook) == [("ALREADY_DONE", ["input", "webhookId"])]
        await desk.act("pause", webhook)
        assert await desk.refused("pause", webhook) == [("ALREADY_DONE", ["input", "webhookId"])]
        for _ in range(MOST_WEBHOOKS - 1):
            await desk.make(receiver)
        assert await deniz.refused(CREATE, {"name": "Depo", "url": receiver.url, "document": NEWS}) == [
            ("LIMIT_REACHED", ["input"])
        ]

    assert await deniz.refused(REPLAY, {"deliveryId": "whd_gone"}) == [("NOT_FOUND", ["input", "deliveryId"])]


async def test_what_is_too_large_is_not_posted_and_holds_up_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening((200, b"")) as receiver:
        webhook, _ = await desk.make(receiver)
        large = await happen(desk)
        monkeypatch.setattr("notifications.webhooks.delivering.LARGEST_PAYLOAD", 10)
        await desk.worker.drain()
        monkeypatch.undo()
        small = await happen(desk, 2)
        await desk.worker.drain()

    assert nodes(receiver) == [small.id]
    assert [(one["nodeId"], one["status"]) for one in await desk.log(webhook)] == [
        (small.id, "DELIVERED"),
        (large.id, "FAILED"),
    ]


async def test_one_that_can_not_be_served_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = WebhookDeliverer.serve
    async with listening() as receiver:
        broken, _ = await desk.make(receiver)
        await desk.make(receiver)

        async def serve(self: WebhookDeliverer, webhook_id: str) -> int:
            if webhook_id == broken["id"]:
                raise RuntimeError
            return await whole(self, webhook_id)

        monkeypatch.setattr(WebhookDeliverer, "serve", serve)
        told = await happen(desk)
        await desk.world.settle()
        async with running(desk.pump.run()):
            await until(lambda: bool(receiver.heard))

    assert nodes(receiver) == [told.id]


@pytest.mark.parametrize("failure", [Unavailable("the store is away"), RuntimeError()], ids=["outage", "bug"])
async def test_pump_waits_out_an_outage_of_the_store_and_hides_no_bug(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    outages = iter([failure])
    listed = pump._live

    async def live() -> list[str]:
        for one in outages:
            raise one
        return await listed()

    monkeypatch.setattr(pump, "_live", live)
    async with listening() as receiver:
        await desk.make(receiver)
        await happen(desk)
        await desk.world.settle()
        if isinstance(failure, RuntimeError):
            with pytest.raises(RuntimeError):
                await desk.pump.run()
            return
        async with running(desk.pump.run()):
            await until(lambda: bool(receiver.heard))
