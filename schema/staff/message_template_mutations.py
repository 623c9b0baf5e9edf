"""Mutations of message templates: entering, changing, reading them from the provider, and sending one."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.documents.templates import AutomaticPurpose, TemplateCategory, TemplateState
from care.template_replies import TemplateReplyDraft, send_template
from care.templates.keeping import TemplateChange, TemplateDraft, create_message_template, update_message_template
from care.templates.synchronising import synchronise_templates
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.cases import Case
from schema.staff.channels import Channel
from schema.staff.draft_reviews import DraftReview, reviewed
from schema.staff.message_templates import MessageTemplate
from schema.staff.messages import Message

_BODY = "The words, 1 to 1,024 characters, with `{{1}}`, `{{2}}` … where values go."


@strawberry.input(description="A template as the provider has it, or is about to.")
class CreateMessageTemplateInput:
    """A template as the provider has it."""

    channel_id: strawberry.ID = required("The id of the channel, one of WhatsApp by the adapter META.")
    name: str = required("Its name at the provider: small letters, digits and underscores.")
    language: str = required("Its language as the provider writes it, such as `tr` or `en_US`.")
    category: TemplateCategory | None = given("What it is for; absent: UTILITY.")
    body: str = required(_BODY)
    state: TemplateState | None = given("What the provider says of it; absent: PENDING.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createMessageTemplate`.")
class CreateMessageTemplatePayload(Payload):
    """The answer of `createMessageTemplate`."""

    message_template: MessageTemplate | None = changed("The new template.")


@strawberry.input(description="What a template is to be sent for by itself, where words of one's own are not taken.")
class AutomaticUseInput:
    """What a template is to be sent for by itself."""

    purpose: AutomaticPurpose = required("What for.")
    values: list[str] | None = given("The values in the order of the places, with variables such as `{{customer.firstName}}`.")


@strawberry.input(description="What to change of a template; absent stays as it is.")
class UpdateMessageTemplateInput:
    """What to change of a template."""

    template_id: strawberry.ID = required("The id of the template.")
    category: TemplateCategory | None = given("What it is for.")
    body: str | None = given(_BODY)
    state: TemplateState | None = given("What the provider says of it.")
    automatic: list[AutomaticUseInput] | None = given("All that it is to be sent for by itself; an empty list: for nothing.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateMessageTemplate`.")
class UpdateMessageTemplatePayload(Payload):
    """The answer of `updateMessageTemplate`."""

    written: ClassVar[str | None] = "message_template"

    message_template: MessageTemplate | None = changed()


@strawberry.input(description="The channel whose templates are to be read from its provider.")
class SynchroniseMessageTemplatesInput:
    """The channel whose templates are to be read."""

    channel_id: strawberry.ID = required("The id of the channel.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `synchroniseMessageTemplates`.")
class SynchroniseMessageTemplatesPayload(Payload):
    """The answer of `synchroniseMessageTemplates`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed("The channel; `setup.templateSync` says what comes of it.")


@strawberry.input(description="Which template to send to a customer, with which values.")
class SendTemplateInput:
    """Which template to send to a customer."""

    case_id: strawberry.ID = required("The id of the case.")
    conversation_id: strawberry.ID = required("The id of the case's conversation in which to say it.")
    template_id: strawberry.ID = required("The id of an approved template of the conversation's channel.")
    values: list[str] | None = given(
        "The values in the order of their places, as many as the template takes; each is one line. Variables are filled in."
    )
    send_at: datetime | None = given("When it is to leave, at most a year away; absent: at once.")
    undoable: bool | None = given("Whether it waits 15 s, in which `undoReply` takes it back.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `sendTemplate`.")
class SendTemplatePayload(Payload):
    """The answer of `sendTemplate`."""

    message: Message | None = changed("The reply; its body is the template's with the values.")
    draft_review: DraftReview | None = changed("The review that the reply waits for; null when it waits for none.")
    case: Case | None = changed("The case as it is now.")


@strawberry.type
class MessageTemplateMutations:
    """What can be done with message templates."""

    @mutation(
        CreateMessageTemplatePayload,
        description="Enters a template of a WhatsApp channel as its provider has it; needs `channel:manage`.",
    )
    async def create_message_template(self, info: Info, input: Annotated[CreateMessageTemplateInput, INPUT]) -> object:
        """Enter a template."""
        once = once_for(info, "createMessageTemplate", input)
        made = await create_message_template(info.context.actor, parse(TemplateDraft, **values_of(input)), once=once)
        return CreateMessageTemplatePayload(message_template=MessageTemplate.from_document(made))

    @mutation(
        UpdateMessageTemplatePayload,
        description="Changes what is kept of a template; the next synchronisation puts the provider's word in its place. "
        "Needs `channel:manage`.",
    )
    async def update_message_template(self, info: Info, input: Annotated[UpdateMessageTemplateInput, INPUT]) -> object:
        """Change a template."""
        draft, version = parse(TemplateChange, **values_of(input)), input.expected_version
        template = await update_message_template(info.context.actor, draft, expected_version=version)
        return UpdateMessageTemplatePayload(message_template=MessageTemplate.from_document(template))

    @mutation(
        SynchroniseMessageTemplatesPayload,
        description="Has the templates of a WhatsApp channel read from its provider, by the worker; needs `channel:manage`.",
    )
    async def synchronise_message_templates(
        self, info: Info, input: Annotated[SynchroniseMessageTemplatesInput, INPUT]
    ) -> object:
        """Have the templates read."""
        channel = await synchronise_templates(
            info.context.actor, input.channel_id, keyring=info.context.keyring, expected_version=input.expected_version
        )
        return SynchroniseMessageTemplatesPayload(channel=Channel.from_document(channel))

    @mutation(
        SendTemplatePayload,
        description="Answers the customer by an approved template, which is also taken outside of the channel's window. Like any "
        "reply it meets the clock that runs, and a trainee's is held for review.",
    )
    async def send_template(self, info: Info, input: Annotated[SendTemplateInput, INPUT]) -> object:
        """Send a template."""
        draft = parse(TemplateReplyDraft, **values_of(input))
        once = once_for(info, "sendTemplate", input)
        reply, review = await reviewed(info, lambda beside: send_template(info.context.actor, draft, once=once, beside=beside))
        return SendTemplatePayload(
            message=Message.from_document(reply.message),
            draft_review=review,
            case=Case.from_document(reply.case),
        )
