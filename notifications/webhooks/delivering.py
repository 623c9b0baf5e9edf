"""Delivering what happened to the company's own systems: in order, signed, each under one id however often it is tried."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from auth.errors import NotAuthenticated
from auth.identify import actor_of
from care.documents.channels import Environment
from care.signatures import sign
from core.clock import now
from core.events import StoredEvent
from core.ids import derived_id, with_prefix
from core.logs import log
from core.outbound import AddressRefused, AnswerTooLarge, Outbound, Unreachable
from core.records import change, fresh, save
from core.secrets import Keyring
from core.tail import EventTail
from notifications.webhooks.documents import Attempt, DeliveryState, Webhook, WebhookDelivery, WebhookStatus
from notifications.webhooks.events import WebhookSuspended
from notifications.webhooks.managing import open_secrets
from notifications.webhooks.running import DocumentRefused, DocumentRunner, StoredDocument

logger = log(__name__)

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600))
"""How long to wait after each failed try; after one more the webhook pauses by itself."""
LARGEST_PAYLOAD: Final = 256 * 1024
_KEPT_ATTEMPTS: Final = 20
_LONGEST_RESPONSE: Final = 2_000
_MOST_AT_ONCE: Final = 64
_SAVED_EVERY: Final = 256
_SUCCESS: Final = range(200, 300)
_GONE: Final = 410


class _Suspended(Exception):
    """The webhook must pause by itself; the text says why."""


class WebhookDeliverer:
    """Looks for what is to be delivered by one webhook and delivers it; one at a time does so, or receivers get things twice."""

    def __init__(self, tail: EventTail, runner: DocumentRunner, *, keyring: Keyring, outbound: Outbound) -> None:
        self._tail = tail
        self._runner = runner
        self._keyring = keyring
        self._outbound = outbound

    async def serve(self, webhook_id: str) -> int:
        """Deliver what there is, the oldest first, until a try fails or nothing is left; give how many tries there were."""
        webhook = await Webhook.get(webhook_id)
        if webhook is None or not webhook.live:
            return 0
        try:
            if webhook.status is WebhookStatus.ACTIVE:
                webhook = await self._look_for_events(webhook)
            return await self._deliver(webhook)
        except (_Suspended, DocumentRefused) as reason:
            await _suspend(webhook, str(reason))
            return 1

    async def _look_for_events(self, webhook: Webhook) -> Webhook:
        """Make a delivery of each new event that is the document's; not while an older one can't be delivered."""
        if webhook.failing_since is not None:
            return webhook
        owner, document = await _owner(webhook), document_of(webhook)
        cursor, found = max(webhook.cursor, await self._tail.forgotten()), 0
        while found < _MOST_AT_ONCE and (page := (await self._tail.at_once(cursor))[:_MOST_AT_ONCE]):
            for event in page:
                if _concerns(webhook, event) and await self._runner.run(owner, document, event) is not None:
                    await _make_delivery(webhook, event)
                    found += 1
            cursor = page[-1].number
        if found or cursor - webhook.cursor >= _SAVED_EVERY:
            return await change(webhook, lambda current: setattr(current, "cursor", max(current.cursor, cursor)))
        return webhook

    async def _deliver(self, webhook: Webhook) -> int:
        tries = 0
        while delivery := await _next(webhook):
            tries += 1
            if not await self._try(webhook, delivery):
                break
            webhook = await fresh(webhook)
            if not webhook.live:
                break
        return tries

    async def _try(self, webhook: Webhook, delivery: WebhookDelivery) -> bool:
        """Try once to deliver; true when it is settled and the next may follow."""
        payload = await self._payload(webhook, delivery)
        if payload is None or len(payload) > LARGEST_PAYLOAD:
            state = DeliveryState.WITHHELD if payload is None else DeliveryState.FAILED
            reason = "the owner may not see it, or it is not kept any more" if payload is None else "the payload is too large"
            await _settle(delivery, state, Attempt(at=now(), error=reason, milliseconds=0), webhook, None)
            await change(webhook, _recover)
            return True
        attempt, refused = await self._posted(webhook, delivery, payload)
        if attempt.status in _SUCCESS:
            await _settle(delivery, DeliveryState.DELIVERED, attempt, webhook, payload)
            await change(webhook, _recover)
            return True
        state = DeliveryState.FAILED if delivery.is_test else DeliveryState.PENDING
        delivery = await _settle(delivery, state, attempt, webhook, payload)
        if attempt.status == _GONE:
            raise _Suspended("the receiver answered that it is gone for good (HTTP 410)")
        if refused:
            raise _Suspended(attempt.error or "")
        if delivery.is_test:
            return True
        await change(webhook, _fail)
        tries = len(_tries(webhook, delivery))
        if tries > len(PAUSES):
            raise _Suspended(f"{tries} tries failed, the last: {attempt.error or f'HTTP {attempt.status}'}")
        return False

    async def _payload(self, webhook: Webhook, delivery: WebhookDelivery) -> bytes | None:
        """Read what the owner may see of it now; None for nothing."""
        if delivery.is_test:
            told: Mapping[str, Any] = {"data": {"webhookId": webhook.id}}
            return _encoded(delivery.topic, delivery.created_at, told)
        page = await self._tail.at_once(delivery.number - 1)
        if not page or page[0].number != delivery.number:
            return None
        result = await self._runner.run(await _owner(webhook), document_of(webhook), page[0])
        return _encoded(delivery.topic, page[0].at, result) if result is not None else None

    async def _posted(self, webhook: Webhook, delivery: WebhookDelivery, payload: bytes) -> tuple[Attempt, bool]:
        """Post it; give what came of it, and whether the address may not be called at all."""
        at, begun = now(), time.monotonic()
        headers = sign(open_secrets(webhook, self._keyring), delivery.id, at, payload)
        headers |= {"content-type": "application/json", "user-agent": "Kopru"}
        told: dict[str, Any] = {}
        refused = False
        try:
            answer = await self._outbound.post(webhook.url, payload, headers)
            told = {"status": answer.status, "response": answer.body[:_LONGEST_RESPONSE].decode("utf-8", "replace")}
        except AnswerTooLarge as error:
            told = {"status": error.status}
        except AddressRefused as refusal:
            told, refused = {"error": str(refusal)}, True
        except Unreachable as error:
            told = {"error": str(error)}
        return Attempt(at=at, milliseconds=round((time.monotonic() - begun) * 1000), **told), refused


def document_of(webhook: Webhook) -> StoredDocument:
    """Give what a webhook runs."""
    return StoredDocument(webhook.document, orjson.loads(webhook.variables), webhook.is_query)


def due_at(webhook: Webhook, delivery: WebhookDelivery) -> datetime:
    """Give when a delivery is to be tried next."""
    failed = _tries(webhook, delivery)
    return failed[-1].at + PAUSES[min(len(failed), len(PAUSES)) - 1] if failed else delivery.asked_at


def _tries(webhook: Webhook, delivery: WebhookDelivery) -> list[Attempt]:
    """Give the tries since it was last asked for and since the webhook was last resumed."""
    since = max(delivery.asked_at, webhook.resumed_at or delivery.asked_at)
    return [attempt for attempt in delivery.attempts if attempt.at >= since]


async def _next(webhook: Webhook) -> WebhookDelivery | None:
    """Give the oldest delivery that waits, if its time has come: younger ones wait behind it. Paused ones send tests alone."""
    waiting: dict[str, object] = {"webhook_id": webhook.id, "state": DeliveryState.PENDING.value}
    if webhook.status is not WebhookStatus.ACTIVE:
        waiting["is_test"] = True
    found = await WebhookDelivery.find(waiting).sort("number", "_id").limit(1).to_list()
    return found[0] if found and due_at(webhook, found[0]) <= now() else None


async def _owner(webhook: Webhook) -> Actor:
    try:
        owner = await actor_of(with_prefix("acc", webhook.owner_id))
    except NotAuthenticated:
        raise _Suspended("its owner's account is disabled") from None
    if not owner.may(Permission.WEBHOOK_MANAGE):
        raise _Suspended("its owner may not manage webhooks any more")
    return owner


def _concerns(webhook: Webhook, event: StoredEvent) -> bool:
    if event.facts.get("environment") == Environment.PRACTICE.value:
        return False  # what is practised stays in the house
    if webhook.is_query:
        return any(topic in webhook.topics for topic in event.topics)
    return bool(event.topics)


async def _make_delivery(webhook: Webhook, event: StoredEvent) -> None:
    moment = now()
    topic = next((topic for topic in event.topics if topic in webhook.topics), event.topics[0])
    delivery = WebhookDelivery(
        id=derived_id("whd", webhook.id, event.event_id),
        webhook_id=webhook.id,
        owner_id=webhook.owner_id,
        number=event.number,
        topic=topic,
        node_id=event.node,
        asked_at=moment,
        created_at=moment,
    )
    try:
        await save(delivery)
    except DuplicateKeyError:
        logger.debug("webhook.known", delivery=delivery.id)


async def _settle(
    delivery: WebhookDelivery, state: DeliveryState, attempt: Attempt, webhook: Webhook, payload: bytes | None
) -> WebhookDelivery:
    def rule(current: WebhookDelivery) -> None:
        current.state, current.owner_id = state, webhook.owner_id
        current.payload = payload.decode() if payload is not None else None
        current.attempts = [*current.attempts, attempt][-_KEPT_ATTEMPTS:]

    return await change(delivery, rule)


def _encoded(topic: str, at: datetime, result: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"type": topic, "timestamp": at, **result}, option=orjson.OPT_UTC_Z)


def _fail(webhook: Webhook) -> None:
    webhook.failing_since = webhook.failing_since or now()


def _recover(webhook: Webhook) -> None:
    webhook.failing_since = None


async def _suspend(webhook: Webhook, reason: str) -> None:
    def rule(current: Webhook) -> None:
        if current.status is WebhookStatus.ACTIVE:
            current.status, current.reason = WebhookStatus.SUSPENDED, reason[:500]
            current.record(WebhookSuspended(webhook_id=current.id))

    await change(webhook, rule)
