"""Making webhooks, changing them, new secrets, pause and delete; trying them out and delivering again."""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.ids import new_id
from core.records import change, save
from core.secrets import Keyring
from notifications.webhooks.documents import DeliveryState, Webhook, WebhookDelivery, WebhookStatus
from notifications.webhooks.drafts import CheckedDocument, WebhookChange, WebhookDraft
from notifications.webhooks.events import WebhookChanged
from notifications.webhooks.reading import count_webhooks, deliveries_by_ids, require_webhook

OVERLAP: Final = timedelta(hours=24)
"""How long deliveries are signed with the secret before a rotation too."""
MOST_WEBHOOKS: Final = 100
TEST_TOPIC: Final = "TEST"


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """A webhook and its newest secret in the open: shown once, to whoever asked for it."""

    webhook: Webhook
    secret: str


async def create_webhook(actor: Actor, draft: WebhookDraft, *, cursor: int, keyring: Keyring, once: Once) -> IssuedWebhook:
    """Post to a URL what happens after an event, as the actor may see it; a repeat of the same request gives the same again.

    Raises Forbidden without `webhook:manage` and for programs, LimitReached, IdempotencyMismatch.
    """
    actor.require(Permission.WEBHOOK_MANAGE)
    owner_id = actor.member
    if once.may_be_repeat and (found := await Webhook.get(once.identifier("whk"))):
        return _made_before(found, keyring, once)
    if await count_webhooks(actor) >= MOST_WEBHOOKS:
        raise LimitReached(f"There are {MOST_WEBHOOKS} webhooks already; delete one that is not needed.")
    secret = _new_secret()
    webhook = Webhook(
        id=once.identifier("whk"),
        owner_id=owner_id,
        name=draft.name,
        url=draft.url,
        **_fields(draft.document),
        sealed_secrets=[keyring.encrypt(secret)],
        cursor=cursor,
        created_at=now(),
        fingerprint=once.fingerprint,
    )
    webhook.record(WebhookChanged(webhook_id=webhook.id), actor=actor.id)
    try:
        await save(webhook)
    except DuplicateKeyError:
        if found := await Webhook.get(webhook.id):
            return _made_before(found, keyring, once)
        raise
    return IssuedWebhook(webhook, secret)


async def update_webhook(actor: Actor, webhook_id: str, told: WebhookChange, *, expected_version: int) -> Webhook:
    """Change a webhook; whoever does owns it from then on, for it must not show them what its former owner may see.

    Raises NotFound, Forbidden without `webhook:manage` and for programs, Conflict.
    """
    webhook = await require_webhook(actor, webhook_id)
    owner_id = actor.member
    changed = told.model_dump(include={"name", "url"}, exclude_none=True) | (_fields(told.document) if told.document else {})

    def rule(current: Webhook) -> None:
        for name, value in {**changed, "owner_id": owner_id}.items():
            setattr(current, name, value)
        current.record(WebhookChanged(webhook_id=current.id), actor=actor.id)

    return await change(webhook, rule, expected_version=expected_version)


async def rotate_webhook_secret(actor: Actor, webhook_id: str, *, keyring: Keyring, expected_version: int) -> IssuedWebhook:
    """Give a webhook a new secret; for 24 hours deliveries are signed with the one before too.

    Raises NotFound, Forbidden without `webhook:manage`, Conflict.
    """
    webhook = await require_webhook(actor, webhook_id)
    secret = _new_secret()
    sealed = keyring.encrypt(secret)

    def rule(current: Webhook) -> None:
        current.sealed_secrets = [sealed, *current.sealed_secrets[:1]]
        current.previous_secret_until = now() + OVERLAP
        current.record(WebhookChanged(webhook_id=current.id), actor=actor.id)

    return IssuedWebhook(await change(webhook, rule, expected_version=expected_version), secret)


async def pause_webhook(actor: Actor, webhook_id: str, *, expected_version: int) -> Webhook:
    """Deliver nothing for a time; what happens meanwhile is delivered afterwards, as far as events are kept.

    Raises NotFound, Forbidden without `webhook:manage`, AlreadyDone, Conflict.
    """
    webhook = await require_webhook(actor, webhook_id)

    def rule(current: Webhook) -> None:
        if current.status is not WebhookStatus.ACTIVE:
            raise AlreadyDone("This webhook is paused already.", path=("webhook_id",))
        current.status = WebhookStatus.PAUSED
        current.record(WebhookChanged(webhook_id=current.id), actor=actor.id)

    return await change(webhook, rule, expected_version=expected_version)


async def resume_webhook(actor: Actor, webhook_id: str, *, expected_version: int) -> Webhook:
    """Deliver again, from where it stood.

    Raises NotFound, Forbidden without `webhook:manage`, AlreadyDone, Conflict.
    """
    webhook = await require_webhook(actor, webhook_id)

    def rule(current: Webhook) -> None:
        if current.status is WebhookStatus.ACTIVE:
            raise AlreadyDone("This webhook is not paused.", path=("webhook_id",))
        current.status, current.reason, current.failing_since = WebhookStatus.ACTIVE, None, None
        current.resumed_at = now()
        current.record(WebhookChanged(webhook_id=current.id), actor=actor.id)

    return await change(webhook, rule, expected_version=expected_version)


async def delete_webhook(actor: Actor, webhook_id: str, *, expected_version: int) -> Webhook:
    """Deliver nothing any more, and forget the secrets.

    Raises NotFound, Forbidden without `webhook:manage`, Conflict.
    """
    webhook = await require_webhook(actor, webhook_id)

    def rule(current: Webhook) -> None:
        current.live, current.deleted_at, current.sealed_secrets = False, now(), []
        current.record(WebhookChanged(webhook_id=current.id), actor=actor.id)

    return await change(webhook, rule, expected_version=expected_version)


async def try_webhook(actor: Actor, webhook_id: str, *, number: int) -> WebhookDelivery:
    """Send a delivery that tells of nothing, also while the webhook is paused; `number` is its place among the events.

    Raises NotFound, Forbidden without `webhook:manage`.
    """
    webhook = await require_webhook(actor, webhook_id)
    moment = now()
    delivery = WebhookDelivery(
        id=new_id("whd"),
        webhook_id=webhook.id,
        owner_id=webhook.owner_id,
        number=number,
        topic=TEST_TOPIC,
        is_test=True,
        asked_at=moment,
        created_at=moment,
    )
    await save(delivery)
    return delivery


async def replay_delivery(actor: Actor, delivery_id: str) -> WebhookDelivery:
    """Deliver again, under the same `webhook-id`, what the webhook's owner may see of it now.

    Raises NotFound, Forbidden without `webhook:manage`, AlreadyDone for what is on its way.
    """
    actor.require(Permission.WEBHOOK_MANAGE)
    delivery = (await deliveries_by_ids(actor, [delivery_id])).get(delivery_id)
    if delivery is None:
        raise NotFound("There is no such delivery.", path=("delivery_id",))

    def rule(current: WebhookDelivery) -> None:
        if current.state is DeliveryState.PENDING:
            raise AlreadyDone("This delivery is on its way.", path=("delivery_id",))
        current.state, current.asked_at = DeliveryState.PENDING, now()

    return await change(delivery, rule)


def open_secrets(webhook: Webhook, keyring: Keyring) -> list[str]:
    """Give the secrets to sign with now, the newest first."""
    overlaps = webhook.previous_secret_until is not None and now() < webhook.previous_secret_until
    return [keyring.decrypt(secret) for secret in webhook.sealed_secrets[: 2 if overlaps else 1]]


def _fields(document: CheckedDocument) -> dict[str, Any]:
    return {
        "document": document.text,
        "variables": document.variables,
        "is_query": document.is_query,
        "topics": document.topics,
    }


def _made_before(webhook: Webhook, keyring: Keyring, once: Once) -> IssuedWebhook:
    once.same_input(webhook.fingerprint)
    if not webhook.live:
        raise InvalidInput("The webhook of this idempotency key was deleted; take a new key.", path=("idempotencyKey",))
    return IssuedWebhook(webhook, open_secrets(webhook, keyring)[0])


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
