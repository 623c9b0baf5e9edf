"""Mutations of channels: setting them up, changing them, new secrets, out of use and back."""

from dataclasses import fields
from typing import Annotated, Any, ClassVar

import strawberry

from care.channel_drafts import ChannelChange, ChannelDraft
from care.channels import archive_channel, create_channel, restore_channel, rotate_secret, update_channel
from care.documents.channels import ChannelAdapter
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.channel_inputs import (
    EmailSettingsInput,
    FormSettingsInput,
    MetaCredentialsChangeInput,
    MetaCredentialsInput,
    TelegramCredentialsChangeInput,
    TelegramCredentialsInput,
    XCredentialsChangeInput,
    XCredentialsInput,
)
from schema.staff.channels import Channel
from schema.staff.enums import ChannelKind, Environment

_CHANNEL = "The id of the channel."
_NAME = "Its name in the company, up to 100 characters."
_EMAIL = "How it speaks e-mail, for the adapter EMAIL."
_META = "The app and account that it speaks by, for the adapter META."
_X = "The app and account that it speaks by, for the adapter X."
_TELEGRAM = "The bot that it speaks by, for the adapter TELEGRAM."
_EACH = "Each part stays unless it is given."
_CREDENTIALS = ("meta", "telegram", "x")
_SHOWN_ONCE = "The secret, shown this once: deliveries are signed by it, or it is the word that the provider shows."


@strawberry.input(description="What the channel is to be.")
class CreateChannelInput:
    """What the channel is to be."""

    name: str = required(_NAME)
    kind: ChannelKind = required("What kind of place it is.")
    adapter: ChannelAdapter | None = given("Whose protocol it speaks; absent: the one whose settings are given, else GENERIC.")
    environment: Environment | None = given("Whether it is real or for practice; absent: LIVE.")
    send_url: str | None = given("Where replies are posted, for the adapter GENERIC; absent: they stay here.")
    form: FormSettingsInput | None = given("How its form is taken in, for the kind WEB_FORM.")
    email: EmailSettingsInput | None = given(_EMAIL)
    meta: MetaCredentialsInput | None = given(_META)
    telegram: TelegramCredentialsInput | None = given(_TELEGRAM)
    x: XCredentialsInput | None = given(_X)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createChannel`.")
class CreateChannelPayload(Payload):
    """The answer of `createChannel`."""

    channel: Channel | None = changed("The channel.")
    secret: str | None = changed(_SHOWN_ONCE)


@strawberry.input(description="What to change of a channel; absent stays as it is.")
class UpdateChannelInput:
    """What to change of a channel."""

    channel_id: strawberry.ID = required(_CHANNEL)
    name: str | None = given(_NAME)
    send_url: str | None = given("Where replies are posted, for the adapter GENERIC; null: they stay here.")
    form: FormSettingsInput | None = given("How its form is taken in, taken whole; null: as any form.")
    email: EmailSettingsInput | None = given(f"{_EMAIL} Taken whole, but for passwords that stay.")
    meta: MetaCredentialsChangeInput | None = given(f"{_META} {_EACH}")
    telegram: TelegramCredentialsChangeInput | None = given(f"{_TELEGRAM} {_EACH}")
    x: XCredentialsChangeInput | None = given(f"{_X} {_EACH}")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateChannel`.")
class UpdateChannelPayload(Payload):
    """The answer of `updateChannel`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed()


@strawberry.input(description="The channel that is to have a new secret.")
class RotateChannelSecretInput:
    """The channel that is to have a new secret."""

    channel_id: strawberry.ID = required(_CHANNEL)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `rotateChannelSecret`.")
class RotateChannelSecretPayload(Payload):
    """The answer of `rotateChannelSecret`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed("The channel; the secret before is taken for 24 hours more.")
    secret: str | None = changed(_SHOWN_ONCE)


@strawberry.input(description="The channel to take out of use.")
class ArchiveChannelInput:
    """The channel to take out of use."""

    channel_id: strawberry.ID = required(_CHANNEL)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveChannel`.")
class ArchiveChannelPayload(Payload):
    """The answer of `archiveChannel`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed("The channel; what was said on it stays.")


@strawberry.input(description="The channel to take into use again.")
class RestoreChannelInput:
    """The channel to take into use again."""

    channel_id: strawberry.ID = required(_CHANNEL)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `restoreChannel`.")
class RestoreChannelPayload(Payload):
    """The answer of `restoreChannel`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed("The channel, with the secret that it had.")


def _said(change: Any) -> dict[str, Any]:
    """Give what is to change of credentials: here null takes away what absent leaves."""
    return {field.name: value for field in fields(change) if (value := getattr(change, field.name)) is not strawberry.UNSET}


@strawberry.type
class ChannelMutations:
    """What can be done with channels."""

    @mutation(CreateChannelPayload, description="Sets up a channel with a secret of its own; needs `channel:manage`.")
    async def create_channel(self, info: Info, input: Annotated[CreateChannelInput, INPUT]) -> CreateChannelPayload:
        """Set up a channel."""
        once = once_for(info, "createChannel", input)
        draft = parse(ChannelDraft, **values_of(input))
        made = await create_channel(info.context.actor, draft, keyring=info.context.keyring, once=once)
        return CreateChannelPayload(channel=Channel.from_document(made.channel), secret=made.secret)

    @mutation(UpdateChannelPayload, description="Changes how a channel is set up; needs `channel:manage`.")
    async def update_channel(self, info: Info, input: Annotated[UpdateChannelInput, INPUT]) -> UpdateChannelPayload:
        """Change a channel."""
        told: dict[str, Any] = values_of(input) | {name: None for name in ("send_url", "form") if getattr(input, name) is None}
        told |= {name: _said(getattr(input, name)) for name in _CREDENTIALS if told.get(name) is not None}
        channel = await update_channel(
            info.context.actor,
            told.pop("channel_id"),
            parse(ChannelChange, **told),
            keyring=info.context.keyring,
            expected_version=input.expected_version,
        )
        return UpdateChannelPayload(channel=Channel.from_document(channel))

    @mutation(
        RotateChannelSecretPayload,
        description="Gives a channel a new secret; the one before is taken for 24 hours more. Needs `channel:manage`.",
    )
    async def rotate_channel_secret(
        self, info: Info, input: Annotated[RotateChannelSecretInput, INPUT]
    ) -> RotateChannelSecretPayload:
        """Give a new secret."""
        issued = await rotate_secret(
            info.context.actor, input.channel_id, keyring=info.context.keyring, expected_version=input.expected_version
        )
        return RotateChannelSecretPayload(channel=Channel.from_document(issued.channel), secret=issued.secret)

    @mutation(
        ArchiveChannelPayload,
        description="Takes a channel out of use: deliveries are refused, replies fail; its cases stay. Needs `channel:manage`.",
    )
    async def archive_channel(self, info: Info, input: Annotated[ArchiveChannelInput, INPUT]) -> ArchiveChannelPayload:
        """Take it out of use."""
        channel = await archive_channel(info.context.actor, input.channel_id, expected_version=input.expected_version)
        return ArchiveChannelPayload(channel=Channel.from_document(channel))

    @mutation(
        RestoreChannelPayload,
        description="Takes an archived channel into use again; needs `channel:manage`.",
    )
    async def restore_channel(self, info: Info, input: Annotated[RestoreChannelInput, INPUT]) -> RestoreChannelPayload:
        """Take it into use again."""
        channel = await restore_channel(info.context.actor, input.channel_id, expected_version=input.expected_version)
        return RestoreChannelPayload(channel=Channel.from_document(channel))
