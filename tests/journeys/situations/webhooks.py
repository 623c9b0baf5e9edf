"""Situations of webhooks; none of them hears of anything, for nobody listens at their URL."""

from core.idempotency import Once
from core.records import change
from notifications.webhooks.documents import DeliveryState, Webhook, WebhookDelivery
from notifications.webhooks.drafts import CheckedDocument, WebhookDraft
from notifications.webhooks.managing import create_webhook, pause_webhook, try_webhook
from tests.journeys.story import MARK, Input, Situation, Story

URL = "https://narin.example/webhooks"
DOCUMENT = "subscription { inboxChanged { nodeId } }"


async def _make(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Depo", "url": URL, "document": DOCUMENT}


async def _webhook(story: Story) -> Webhook:
    made = await create_webhook(
        await story.actor("manager"),
        WebhookDraft(name=f"{MARK} Depo", url=URL, document=CheckedDocument(text=DOCUMENT)),
        cursor=0,
        keyring=story.world.platform.keyring,
        once=Once(),
    )
    return made.webhook


async def _change(story: Story, who: str) -> Input:
    return {**await _one(story, who), "name": f"{MARK} Yeni"}


async def _one(story: Story, who: str) -> Input:
    webhook = await _webhook(story)
    return {"webhookId": webhook.id, "expectedVersion": webhook.version}


async def _paused(story: Story, who: str) -> Input:
    webhook = await _webhook(story)
    paused = await pause_webhook(await story.actor("manager"), webhook.id, expected_version=webhook.version)
    return {"webhookId": paused.id, "expectedVersion": paused.version}


async def _try(story: Story, who: str) -> Input:
    return {"webhookId": (await _webhook(story)).id}


async def delivered(story: Story) -> WebhookDelivery:
    """Give a delivery that has arrived."""
    delivery = await try_webhook(await story.actor("manager"), (await _webhook(story)).id, number=1)
    return await change(delivery, lambda current: setattr(current, "state", DeliveryState.DELIVERED))


async def _replay(story: Story, who: str) -> Input:
    return {"deliveryId": (await delivered(story)).id}


SITUATIONS: dict[str, Situation] = {
    "createWebhook": _make,
    "updateWebhook": _change,
    "rotateWebhookSecret": _one,
    "pauseWebhook": _one,
    "resumeWebhook": _paused,
    "deleteWebhook": _one,
    "testWebhook": _try,
    "replayDelivery": _replay,
}
