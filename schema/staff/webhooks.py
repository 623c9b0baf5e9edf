"""Webhooks as those see them who manage them, and the log of what they delivered."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from core.paging import Window
from notifications.webhooks import documents
from notifications.webhooks.reading import (
    count_deliveries,
    count_webhooks,
    list_deliveries,
    list_webhooks,
    may_read_payload,
    webhooks_by_ids,
)
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.enums import EventTopic
from schema.staff.members import Member, member_of

WebhookStatus = documents.WebhookStatus
told(
    WebhookStatus,
    "Whether a webhook delivers.",
    ACTIVE="It delivers.",
    PAUSED="Somebody paused it; what happens meanwhile is delivered when it is resumed.",
    SUSPENDED="It paused by itself; `reason` says why, and its owner was told.",
)
DeliveryState = documents.DeliveryState
told(
    DeliveryState,
    "How far a delivery of a webhook came.",
    name="WebhookDeliveryStatus",
    PENDING="It waits for its turn or for its next try.",
    DELIVERED="The receiver took it.",
    FAILED="It is too large to be delivered, or it was a try-out that failed.",
    WITHHELD="The owner of the webhook may not see it any more, or the event is no longer kept.",
)


@strawberry.type(description="Where what happens is posted, signed, as its owner may see it.")
class Webhook(Node):
    """Where what happens is posted."""

    webhook: strawberry.Private[documents.Webhook]
    name: str = strawberry.field(description="What it is called.")
    url: str = strawberry.field(description="Where it posts to.")
    document: str = strawberry.field(description="The GraphQL subscription or query whose result it posts.")
    variables: str = strawberry.field(description="The variables of the document, as JSON.")
    topics: list[EventTopic] = strawberry.field(
        description="For a query: at whose events it is run. Empty for a subscription.", directives=list_size(20)
    )
    status: WebhookStatus = strawberry.field(description="Whether it delivers.")
    reason: str | None = strawberry.field(description="Why it paused by itself.")
    failing_since: datetime | None = strawberry.field(description="Since when its receiver fails; null: it does not.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Rises with each change; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, webhook: documents.Webhook) -> Self:
        """Show a webhook."""
        return cls(
            id=strawberry.ID(webhook.id),
            webhook=webhook,
            name=webhook.name,
            url=webhook.url,
            document=webhook.document,
            variables=webhook.variables,
            topics=[EventTopic(topic) for topic in webhook.topics],
            status=webhook.status,
            reason=webhook.reason,
            failing_since=webhook.failing_since,
            created_at=webhook.created_at,
            version=webhook.version,
        )

    @strawberry.field(description="As whom the document is run; null when the viewer may not know of them.")
    async def owner(self, info: Info) -> Member | None:
        """Give the owner."""
        return await member_of(info, self.webhook.owner_id)


@strawberry.type(description="One try to deliver.")
class WebhookAttempt:
    """One try to deliver."""

    at: datetime = strawberry.field(description="When.")
    status: int | None = strawberry.field(description="The HTTP status of the answer; null: there was none.")
    error: str | None = strawberry.field(description="Why there was no answer.")
    milliseconds: int = strawberry.field(description="How long it took.")
    response: str | None = strawberry.field(
        description="How the answer begins, up to 2,000 bytes; null for those who may not read the payload."
    )


@strawberry.type(description="One event that a webhook delivers; its id is the `webhook-id` of every try.")
class WebhookDelivery(Node):
    """One event that a webhook delivers."""

    delivery: strawberry.Private[documents.WebhookDelivery]
    topic: str = strawberry.field(description="What the event is about; `TEST` for a try-out.")
    node_id: strawberry.ID | None = strawberry.field(description="The id of the object that the event is about.")
    is_test: bool = strawberry.field(description="Whether somebody only tried the webhook out.")
    status: DeliveryState = strawberry.field(description="How far it came.")
    created_at: datetime = strawberry.field(description="When it was made.")

    @classmethod
    def from_document(cls, delivery: documents.WebhookDelivery) -> Self:
        """Show a delivery."""
        return cls(
            id=strawberry.ID(delivery.id),
            delivery=delivery,
            topic=delivery.topic,
            node_id=strawberry.ID(delivery.node_id) if delivery.node_id else None,
            is_test=delivery.is_test,
            status=delivery.state,
            created_at=delivery.created_at,
        )

    @strawberry.field(
        description="What was posted last, as JSON; null before the first try, and for all but the webhook's owner at that time."
    )
    def payload(self, info: Info) -> str | None:
        """Give what was posted."""
        return self.delivery.payload if may_read_payload(info.context.actor, self.delivery) else None

    @strawberry.field(description="The last tries, oldest first.", directives=list_size(20))
    def attempts(self, info: Info) -> list[WebhookAttempt]:
        """Give the tries."""
        may_read = may_read_payload(info.context.actor, self.delivery)
        return [
            WebhookAttempt(
                at=one.at,
                status=one.status,
                error=one.error,
                milliseconds=one.milliseconds,
                response=one.response if may_read else None,
            )
            for one in self.delivery.attempts
        ]

    @strawberry.field(description="The webhook; null when it was deleted.")
    async def webhook(self, info: Info) -> Webhook | None:
        """Give the webhook."""
        found = await info.context.load(webhooks_by_ids, self.delivery.webhook_id)
        return Webhook.from_document(found) if found is not None else None


@strawberry.type
class WebhookQueries:
    """What can be asked about webhooks."""

    @paged("Webhooks, the newest first; needs `webhook:manage`.", graphql_type=Connection[Webhook])
    async def webhooks(self, info: Info, window: Window) -> object:
        """Give a page of webhooks."""
        actor = info.context.actor
        return pages(info, await list_webhooks(actor, window), count=lambda: count_webhooks(actor))

    @paged("What a webhook delivered, the latest first; needs `webhook:manage`.", graphql_type=Connection[WebhookDelivery])
    async def webhook_deliveries(
        self,
        info: Info,
        window: Window,
        webhook_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the webhook.")],
    ) -> object:
        """Give a page of deliveries."""
        found = await list_deliveries(info.context.actor, webhook_id, window)
        return pages(info, found, count=lambda: count_deliveries(webhook_id))
