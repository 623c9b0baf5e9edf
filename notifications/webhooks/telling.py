"""Who is told that a webhook paused by itself: its owner, or when that one is gone the administrators."""

from auth.actor import Role
from auth.documents import Account
from core.events import Recorded
from core.handlers import Handlers
from core.ids import with_prefix
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding
from notifications.webhooks.documents import Webhook
from notifications.webhooks.events import WebhookSuspended


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.webhooks", start="head").on(WebhookSuspended, tell_owner)


async def tell_owner(event: Recorded[WebhookSuspended]) -> None:
    """Tell the owner, and while their account is disabled the administrators."""
    webhook = await Webhook.get(event.fact.webhook_id)
    if webhook is None or not webhook.live:
        return
    account = await Account.get(with_prefix("acc", webhook.owner_id))
    told = [webhook.owner_id]
    if account is None or account.disabled_at is not None:
        told = await members_holding((Role.ADMIN,))
    await notify(told, NotificationKind.WEBHOOK_SUSPENDED, subject=webhook.name, target_id=webhook.id, cause=event)
