"""Who may see webhooks and what they delivered."""

from collections.abc import Iterable
from typing import Final

from auth.actor import Actor, Permission
from core import gates
from core.errors import NotFound
from core.gates import Gate
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids
from notifications.webhooks.documents import Webhook, WebhookDelivery

NEWEST_FIRST: Final = Order((("created_at", -1),))
LATEST_FIRST: Final = Order((("number", -1),))


def visible_webhooks(actor: Actor) -> Gate:
    """Let those see webhooks who may manage them."""
    return gates.Eq("live", value=True) if actor.may(Permission.WEBHOOK_MANAGE) else gates.NOTHING


def may_read_payload(actor: Actor, delivery: WebhookDelivery) -> bool:
    """Tell whether the actor is who the payload was read for: others may not see what that member may."""
    return actor.member_id is not None and actor.member_id == delivery.owner_id


async def list_webhooks(actor: Actor, window: Window) -> Slice[Webhook]:
    """Read the webhooks, the newest first. Raises Forbidden without `webhook:manage`."""
    actor.require(Permission.WEBHOOK_MANAGE)
    return await read_slice(Webhook, gates.to_mongo(visible_webhooks(actor)), NEWEST_FIRST, window)


async def count_webhooks(actor: Actor) -> int:
    """Count the webhooks, up to the cap."""
    return await count(Webhook, gates.to_mongo(visible_webhooks(actor)))


async def webhooks_by_ids(actor: Actor, ids: Iterable[str]) -> dict[str, Webhook]:
    """Read those of the webhooks that the actor may see."""
    if not actor.may(Permission.WEBHOOK_MANAGE):
        return {}
    return {key: webhook for key, webhook in (await by_ids(Webhook, ids)).items() if webhook.live}


async def require_webhook(actor: Actor, webhook_id: str) -> Webhook:
    """Give a webhook that the actor may manage; NotFound, Forbidden without `webhook:manage`."""
    actor.require(Permission.WEBHOOK_MANAGE)
    found = (await webhooks_by_ids(actor, [webhook_id])).get(webhook_id)
    if found is None:
        raise NotFound("There is no such webhook.", path=("webhook_id",))
    return found


async def list_deliveries(actor: Actor, webhook_id: str, window: Window) -> Slice[WebhookDelivery]:
    """Read what a webhook delivered, the latest first; NotFound, Forbidden without `webhook:manage`."""
    webhook = await require_webhook(actor, webhook_id)
    return await read_slice(WebhookDelivery, {"webhook_id": webhook.id}, LATEST_FIRST, window)


async def count_deliveries(webhook_id: str) -> int:
    """Count what a webhook delivered, up to the cap."""
    return await count(WebhookDelivery, {"webhook_id": webhook_id})


async def deliveries_by_ids(actor: Actor, ids: Iterable[str]) -> dict[str, WebhookDelivery]:
    """Read those of the deliveries whose webhook the actor may see."""
    if not actor.may(Permission.WEBHOOK_MANAGE):
        return {}
    found = await by_ids(WebhookDelivery, ids)
    known = await webhooks_by_ids(actor, {delivery.webhook_id for delivery in found.values()})
    return {key: delivery for key, delivery in found.items() if delivery.webhook_id in known}
