"""All webhooks side by side, so that a slow receiver holds up nobody but itself."""

import asyncio
from datetime import timedelta
from typing import Final

from core.clock import clock, now
from core.database import outage
from core.errors import Unavailable
from core.logs import log
from core.tasks import end
from notifications.webhooks.delivering import WebhookDeliverer
from notifications.webhooks.documents import DeliveryState, Webhook, WebhookDelivery
from notifications.webhooks.managing import MOST_WEBHOOKS

logger = log(__name__)

EVERY: Final = 0.5
KEPT_FOR: Final = timedelta(days=30)


class WebhookPump:
    """Serves every webhook there is; the leader of the workers runs it, once."""

    def __init__(self, deliverer: WebhookDeliverer) -> None:
        self._deliverer = deliverer

    async def run(self) -> None:
        """Serve for ever; a webhook that is being served is left alone."""
        serving: dict[str, asyncio.Task[int]] = {}
        try:
            while True:
                for webhook_id in await self._known() if clock.trusted else []:
                    task = serving.get(webhook_id)
                    if task is None or task.done():
                        serving[webhook_id] = asyncio.create_task(self._serve(webhook_id))
                await asyncio.sleep(EVERY)
        finally:
            for task in serving.values():
                await end(task)

    async def drain(self) -> int:
        """Deliver what there is now and come back; give how many tries there were."""
        return sum([await self._deliverer.serve(webhook_id) for webhook_id in await _live()])

    async def _known(self) -> list[str]:
        try:
            return await _live()
        except Exception as error:
            if not isinstance(error, Unavailable) and outage(error) is None:
                raise
            logger.warning("webhooks.waiting", error=type(error).__name__)
            return []

    async def _serve(self, webhook_id: str) -> int:
        try:
            return await self._deliverer.serve(webhook_id)
        except Exception:
            logger.exception("webhook.failed", webhook=webhook_id)
            return 0


async def forget_deliveries() -> int:
    """Delete what was settled and asked for over 30 days ago; give how many. Runs again without harm."""
    old = {
        "asked_at": {"$lt": now() - KEPT_FOR},
        "state": {"$ne": DeliveryState.PENDING.value},
        "pending": {"$exists": False},
    }
    return (await WebhookDelivery.get_pymongo_collection().delete_many(old)).deleted_count


async def _live() -> list[str]:
    rows = await Webhook.find({"live": True}).sort("-created_at", "-_id").limit(MOST_WEBHOOKS).to_list()
    return [webhook.id for webhook in rows]
