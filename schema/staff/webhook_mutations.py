"""Mutations of webhooks: making them, changing them, new secrets, pause, trying them out and delivering again."""

from typing import Annotated, ClassVar, cast

import strawberry

from auth.actor import Permission
from notifications.webhooks.drafts import CheckedDocument, WebhookChange, WebhookDraft
from notifications.webhooks.managing import (
    create_webhook,
    delete_webhook,
    pause_webhook,
    replay_delivery,
    resume_webhook,
    rotate_webhook_secret,
    try_webhook,
    update_webhook,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.execution.guarded import GuardedSchema
from schema.execution.stored import check_document, read_variables
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.enums import EventTopic
from schema.staff.webhooks import Webhook, WebhookDelivery

_NAME = "What it is called, up to 100 characters."
_URL = "Where to post to: http or https, and no address of our own network."
_WEBHOOK = "The id of the webhook."
_VARIABLES = "The variables of the document, as a JSON object; a query gets `nodeId` besides."
_TOPICS = "For a query: at whose events it is run; leave it out for a subscription."
_SHOWN_ONCE = "The secret, shown this once: deliveries are signed by it as Standard Webhooks says."


@strawberry.input(description="What the webhook is to be.")
class CreateWebhookInput:
    """What the webhook is to be."""

    name: str = required(_NAME)
    url: str = required(_URL)
    document: str = required("A GraphQL subscription or query of this schema; its result is what is posted.")
    variables: str | None = given(_VARIABLES)
    topics: list[EventTopic] | None = given(_TOPICS)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createWebhook`.")
class CreateWebhookPayload(Payload):
    """The answer of `createWebhook`."""

    webhook: Webhook | None = changed("The webhook.")
    secret: str | None = changed(_SHOWN_ONCE)


@strawberry.input(description="What to change of a webhook; absent stays as it is.")
class UpdateWebhookInput:
    """What to change of a webhook."""

    webhook_id: strawberry.ID = required(_WEBHOOK)
    name: str | None = given(_NAME)
    url: str | None = given(_URL)
    document: str | None = given("A GraphQL subscription or query; taken whole, with its variables and topics.")
    variables: str | None = given(f"{_VARIABLES} Only with a document.")
    topics: list[EventTopic] | None = given(f"{_TOPICS} Only with a document.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateWebhook`.")
class UpdateWebhookPayload(Payload):
    """The answer of `updateWebhook`."""

    written: ClassVar[str | None] = "webhook"

    webhook: Webhook | None = changed("The webhook; whoever changed it owns it now.")


@strawberry.input(description="The webhook that is to have a new secret.")
class RotateWebhookSecretInput:
    """The webhook that is to have a new secret."""

    webhook_id: strawberry.ID = required(_WEBHOOK)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `rotateWebhookSecret`.")
class RotateWebhookSecretPayload(Payload):
    """The answer of `rotateWebhookSecret`."""

    written: ClassVar[str | None] = "webhook"

    webhook: Webhook | None = changed("The webhook; for 24 hours deliveries bear a signature of the secret before too.")
    secret: str | None = changed(_SHOWN_ONCE)


@strawberry.input(description="The webhook that is to deliver nothing for a time.")
class PauseWebhookInput:
    """The webhook that is to deliver nothing for a time."""

    webhook_id: strawberry.ID = required(_WEBHOOK)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `pauseWebhook`.")
class PauseWebhookPayload(Payload):
    """The answer of `pauseWebhook`."""

    written: ClassVar[str | None] = "webhook"

    webhook: Webhook | None = changed("The webhook.")


@strawberry.input(description="The webhook that is to deliver again.")
class ResumeWebhookInput:
    """The webhook that is to deliver again."""

    webhook_id: strawberry.ID = required(_WEBHOOK)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `resumeWebhook`.")
class ResumeWebhookPayload(Payload):
    """The answer of `resumeWebhook`."""

    written: ClassVar[str | None] = "webhook"

    webhook: Webhook | None = changed("The webhook; it goes on where it stood.")


@strawberry.input(description="The webhook that is to deliver nothing any more.")
class DeleteWebhookInput:
    """The webhook that is to deliver nothing any more."""

    webhook_id: strawberry.ID = required(_WEBHOOK)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `deleteWebhook`.")
class DeleteWebhookPayload(Payload):
    """The answer of `deleteWebhook`."""

    written: ClassVar[str | None] = "webhook"

    webhook: Webhook | None = changed("The webhook as it was last.")


@strawberry.input(description="The webhook to try out.")
class TestWebhookInput:
    """The webhook to try out."""

    webhook_id: strawberry.ID = required(_WEBHOOK)


@strawberry.type(description="The answer of `testWebhook`.")
class TestWebhookPayload(Payload):
    """The answer of `testWebhook`."""

    delivery: WebhookDelivery | None = changed("The delivery, which tells of nothing; look at it again for what became of it.")


@strawberry.input(description="What to deliver again.")
class ReplayDeliveryInput:
    """What to deliver again."""

    delivery_id: strawberry.ID = required("The id of the delivery.")


@strawberry.type(description="The answer of `replayDelivery`.")
class ReplayDeliveryPayload(Payload):
    """The answer of `replayDelivery`."""

    delivery: WebhookDelivery | None = changed("The delivery, which is on its way again under the same `webhook-id`.")


def _checked(info: Info, asked: CreateWebhookInput | UpdateWebhookInput, text: str) -> CheckedDocument:
    told = values_of(asked)
    topics = [topic.value for topic in told.get("topics", [])]
    return check_document(cast("GuardedSchema", info.schema), text, read_variables(told.get("variables")), topics)


@strawberry.type
class WebhookMutations:
    """What can be done with webhooks."""

    @mutation(
        CreateWebhookPayload,
        description="Posts to a URL what happens from now on, as the viewer may see it at each delivery; needs `webhook:manage`.",
    )
    async def create_webhook(self, info: Info, input: Annotated[CreateWebhookInput, INPUT]) -> CreateWebhookPayload:
        """Make a webhook."""
        once = once_for(info, "createWebhook", input)
        info.context.actor.require(Permission.WEBHOOK_MANAGE)
        draft = parse(WebhookDraft, **{**values_of(input), "document": _checked(info, input, input.document)})
        made = await create_webhook(
            info.context.actor, draft, cursor=info.context.tail.head, keyring=info.context.keyring, once=once
        )
        return CreateWebhookPayload(webhook=Webhook.from_document(made.webhook), secret=made.secret)

    @mutation(
        UpdateWebhookPayload,
        description="Changes a webhook; whoever does owns it from then on. Needs `webhook:manage`.",
    )
    async def update_webhook(self, info: Info, input: Annotated[UpdateWebhookInput, INPUT]) -> UpdateWebhookPayload:
        """Change a webhook."""
        info.context.actor.require(Permission.WEBHOOK_MANAGE)
        told = values_of(input)
        if "document" in told:
            told["document"] = _checked(info, input, told["document"])
        webhook = await update_webhook(
            info.context.actor, input.webhook_id, parse(WebhookChange, **told), expected_version=input.expected_version
        )
        return UpdateWebhookPayload(webhook=Webhook.from_document(webhook))

    @mutation(
        RotateWebhookSecretPayload,
        description="Gives a webhook a new secret; for 24 hours deliveries bear two signatures. Needs `webhook:manage`.",
    )
    async def rotate_webhook_secret(
        self, info: Info, input: Annotated[RotateWebhookSecretInput, INPUT]
    ) -> RotateWebhookSecretPayload:
        """Give a new secret."""
        issued = await rotate_webhook_secret(
            info.context.actor, input.webhook_id, keyring=info.context.keyring, expected_version=input.expected_version
        )
        return RotateWebhookSecretPayload(webhook=Webhook.from_document(issued.webhook), secret=issued.secret)

    @mutation(
        PauseWebhookPayload,
        description="Delivers nothing for a time; what happens meanwhile is delivered afterwards. Needs `webhook:manage`.",
    )
    async def pause_webhook(self, info: Info, input: Annotated[PauseWebhookInput, INPUT]) -> PauseWebhookPayload:
        """Pause it."""
        webhook = await pause_webhook(info.context.actor, input.webhook_id, expected_version=input.expected_version)
        return PauseWebhookPayload(webhook=Webhook.from_document(webhook))

    @mutation(ResumeWebhookPayload, description="Delivers again from where the webhook stood; needs `webhook:manage`.")
    async def resume_webhook(self, info: Info, input: Annotated[ResumeWebhookInput, INPUT]) -> ResumeWebhookPayload:
        """Resume it."""
        webhook = await resume_webhook(info.context.actor, input.webhook_id, expected_version=input.expected_version)
        return ResumeWebhookPayload(webhook=Webhook.from_document(webhook))

    @mutation(DeleteWebhookPayload, description="Delivers nothing any more and forgets the secrets; needs `webhook:manage`.")
    async def delete_webhook(self, info: Info, input: Annotated[DeleteWebhookInput, INPUT]) -> DeleteWebhookPayload:
        """Delete it."""
        webhook = await delete_webhook(info.context.actor, input.webhook_id, expected_version=input.expected_version)
        return DeleteWebhookPayload(webhook=Webhook.from_document(webhook))

    @mutation(TestWebhookPayload, description="Sends a delivery that tells of nothing, paused or not; needs `webhook:manage`.")
    async def test_webhook(self, info: Info, input: Annotated[TestWebhookInput, INPUT]) -> TestWebhookPayload:
        """Try it out."""
        delivery = await try_webhook(info.context.actor, input.webhook_id, number=info.context.tail.head)
        return TestWebhookPayload(delivery=WebhookDelivery.from_document(delivery))

    @mutation(
        ReplayDeliveryPayload,
        description="Delivers again what the webhook's owner may see of an event now; needs `webhook:manage`.",
    )
    async def replay_delivery(self, info: Info, input: Annotated[ReplayDeliveryInput, INPUT]) -> ReplayDeliveryPayload:
        """Deliver it again."""
        delivery = await replay_delivery(info.context.actor, input.delivery_id)
        return ReplayDeliveryPayload(delivery=WebhookDelivery.from_document(delivery))
