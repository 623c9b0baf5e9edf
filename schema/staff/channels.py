"""Channels, and how they are set up."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Self

import strawberry

from auth.actor import Permission
from care import channel_health
from care.brands.reading import brands_by_ids
from care.channel_health import health_of
from care.documents import channels
from care.documents.channels import ChannelAdapter
from care.mail import settings
from care.mail.settings import MailSecurity, settings_of
from care.reading.conversations import channels_by_ids
from community.directory import departments_by_ids
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.staff.brands import Brand
from schema.staff.enums import ChannelKind, Environment
from schema.staff.members import Department
from schema.staff.template_syncs import TemplateSync

told(
    ChannelAdapter,
    "Whose protocol a channel speaks.",
    GENERIC="Ours: events posted to the channel's hook, replies posted to its send URL, both signed by Standard Webhooks.",
    META="Meta's: Facebook, Instagram, WhatsApp.",
    X="X's.",
    TELEGRAM="Telegram's Bot API.",
    EMAIL="E-mail, by SMTP and IMAP.",
)
told(
    MailSecurity,
    "How a connection to a mail server is encrypted.",
    NONE="Not at all.",
    STARTTLS="From STARTTLS on.",
    TLS="From the first byte.",
)


@strawberry.type(description="A server that mail is sent by; its password is never shown.")
class MailServer:
    """A server that mail is sent by."""

    host: str = strawberry.field(description="Its name or address.")
    port: int = strawberry.field(description="Its port.")
    security: MailSecurity = strawberry.field(description="How the connection is encrypted.")
    user: str | None = strawberry.field(description="Who signs in; null: nobody.")

    @classmethod
    def of(cls, server: settings.MailServer) -> Self:
        """Show a server."""
        return cls(host=server.host, port=server.port, security=server.security, user=server.user)


@strawberry.type(description="A mailbox that mail is fetched from; its password is never shown.")
class Mailbox:
    """A mailbox that mail is fetched from."""

    host: str = strawberry.field(description="The server's name or address.")
    port: int = strawberry.field(description="The server's port.")
    security: MailSecurity = strawberry.field(description="How the connection is encrypted.")
    user: str | None = strawberry.field(description="Who signs in.")
    folder: str = strawberry.field(description="The folder that is looked into.")

    @classmethod
    def of(cls, mailbox: settings.Mailbox) -> Self:
        """Show a mailbox."""
        return cls(host=mailbox.host, port=mailbox.port, security=mailbox.security, user=mailbox.user, folder=mailbox.folder)


@strawberry.type(description="How a channel speaks e-mail.")
class EmailSettings:
    """How a channel speaks e-mail."""

    address: str = strawberry.field(description="What customers write to.")
    smtp: MailServer = strawberry.field(description="Where its mail is sent from.")
    imap: Mailbox | None = strawberry.field(description="Where its mail is fetched; null: it is handed over.")
    subaddressing: bool = strawberry.field(description="Whether `address+anything` reaches it too.")
    trusted_authserv_id: str | None = strawberry.field(description="Whose `Authentication-Results` are believed.")

    @classmethod
    def of(cls, told: settings.EmailSettings | None) -> Self | None:
        """Show the settings; None where there are none."""
        if told is None:
            return None
        return cls(
            address=told.address,
            smtp=MailServer.of(told.smtp),
            imap=Mailbox.of(told.imap) if told.imap else None,
            subaddressing=told.subaddressing,
            trusted_authserv_id=told.trusted_authserv_id,
        )


@strawberry.type(description="How the form of a channel is taken in.")
class FormSettings:
    """How the form of a channel is taken in."""

    origins: list[str] = strawberry.field(
        description="The origins whose pages may use it; none: any page.", directives=list_size(20)
    )
    required: list[str] = strawberry.field(description="The page's own fields that must be filled in.", directives=list_size(20))
    consent: str | None = strawberry.field(description="What the visitor must agree to.")
    thanks_url: str | None = strawberry.field(description="Where a page's form leads after it was sent.")

    @classmethod
    def of(cls, told: channels.FormSettings | None) -> Self | None:
        """Show the settings; None where there are none."""
        if told is None:
            return None
        return cls(origins=told.origins, required=told.required, consent=told.consent, thanks_url=told.thanks_url)


@strawberry.type(description="What happened last on a channel; null where nothing did.")
class ChannelHealth:
    """What happened last on a channel."""

    last_received_at: datetime | None = strawberry.field(description="When a delivery was taken in.")
    last_refused_at: datetime | None = strawberry.field(description="When a delivery was turned away.")
    refused_because: str | None = strawberry.field(description="Why, such as a signature by another secret.")
    last_sent_at: datetime | None = strawberry.field(description="When a reply left.")
    last_failed_at: datetime | None = strawberry.field(description="When a try to send a reply came to nothing.")
    failed_because: str | None = strawberry.field(description="Why.")

    @classmethod
    def of(cls, health: channel_health.ChannelHealth) -> Self:
        """Show how a channel fares."""
        return cls(
            last_received_at=health.last_received_at,
            last_refused_at=health.last_refused_at,
            refused_because=health.refused_because,
            last_sent_at=health.last_sent_at,
            last_failed_at=health.last_failed_at,
            failed_because=health.failed_because,
        )


@strawberry.type(description="How a channel is set up; secrets, tokens and passwords are no part of it.")
class ChannelSetup:
    """How a channel is set up."""

    document: strawberry.Private[channels.Channel]
    adapter: ChannelAdapter = strawberry.field(description="Whose protocol it speaks.")
    environment: Environment = strawberry.field(description="Whether it is real or for practice.")
    send_url: str | None = strawberry.field(
        description="Where the adapter GENERIC posts replies; null: they stay here, as in the portal."
    )
    credentials_set: bool = strawberry.field(description="Whether the provider's tokens or passwords are there.")
    previous_secret_until: datetime | None = strawberry.field(
        description="Until when the secret before the last rotation is taken too; those before it for 24 hours after theirs."
    )

    @classmethod
    def of(cls, document: channels.Channel) -> Self:
        """Show how a channel is set up."""
        return cls(
            document=document,
            adapter=document.adapter,
            environment=document.environment,
            send_url=document.send_url,
            credentials_set=document.sealed_credentials is not None,
            previous_secret_until=document.previous_secret_until,
        )

    @strawberry.field(description="Where deliveries are posted, and where a provider's challenges are answered.")
    def hook_url(self, info: Info) -> str:
        """Give the address of the hook."""
        return f"{info.context.public_url}/hooks/{self.document.id}"

    @strawberry.field(description="Where the form is sent to; null for any kind but WEB_FORM.")
    def form_url(self, info: Info) -> str | None:
        """Give the address of the form."""
        is_form = self.document.kind is ChannelKind.WEB_FORM
        return f"{info.context.public_url}/forms/{self.document.id}" if is_form else None

    @strawberry.field(description="How its form is taken in; null unless that was said.")
    def form(self) -> FormSettings | None:
        """Show the form's settings."""
        return FormSettings.of(self.document.form)

    @strawberry.field(description="How it speaks e-mail; null for any adapter but EMAIL.")
    def email(self, info: Info) -> EmailSettings | None:
        """Show the settings of e-mail."""
        return EmailSettings.of(settings_of(self.document, info.context.keyring))

    @strawberry.field(description="The last time that its message templates were read from the provider; null: never.")
    def template_sync(self) -> TemplateSync | None:
        """Show the last time."""
        return TemplateSync.of(self.document.template_sync)

    @strawberry.field(description="What happened last on it.")
    async def health(self, info: Info) -> ChannelHealth:
        """Read how it fares."""
        found = await info.context.load(health_of, self.document.id)
        return ChannelHealth.of(found or channel_health.ChannelHealth())


@strawberry.type(description="A place where customers speak and from where replies leave.")
class Channel(Node):
    """A place where customers speak and from where replies leave."""

    document: strawberry.Private[channels.Channel | None] = None
    name: str = strawberry.field(description="Its name in the company.")
    kind: ChannelKind = strawberry.field(description="What kind of place it is.")
    version: int = strawberry.field(
        default=0, description="Rises with each edit by a person; pass it as `expectedVersion`. 0 where only the kind is shown."
    )

    archived: bool = strawberry.field(default=False, description="Whether it is out of use; what was said on it stays.")

    @classmethod
    def from_document(cls, document: channels.Channel) -> Self:
        """Show a channel."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            kind=document.kind,
            version=document.version,
            archived=document.archived_at is not None,
        )

    @strawberry.field(
        description="Which department the cases belong to that customers begin here; null: no one in particular, and where only "
        "the kind is shown."
    )
    async def department(self, info: Info) -> Department | None:
        """Give the department."""
        department_id = self.document.department_id if self.document else None
        found = await info.context.load(departments_by_ids, department_id) if department_id else None
        return Department.from_document(found) if found is not None else None

    @strawberry.field(description="Whose channel it is; null: no brand's, and where only the kind is shown.")
    async def brand(self, info: Info) -> Brand | None:
        """Give the brand."""
        brand_id = self.document.brand_id if self.document else None
        found = await info.context.load(brands_by_ids, brand_id) if brand_id else None
        return Brand.from_document(found) if found is not None else None

    @strawberry.field(description="How it is set up; null without `channel:manage`.")
    def setup(self, info: Info) -> ChannelSetup | None:
        """Show the setup to who may change it."""
        return ChannelSetup.of(self.document) if self.document and self.viewer_can_manage(info) else None

    @strawberry.field(description="Whether the viewer can change how it is set up.")
    def viewer_can_manage(self, info: Info) -> bool:
        """Ask the permission."""
        return self.document is not None and info.context.actor.may(Permission.CHANNEL_MANAGE)


async def channels_of(info: Info, channel_ids: Sequence[str], kind: ChannelKind) -> list[Channel]:
    """Give channels in their order, each as `channel_of` does."""
    return list(await asyncio.gather(*(channel_of(info, one, kind) for one in channel_ids)))


async def channel_of(info: Info, channel_id: str, kind: ChannelKind) -> Channel:
    """Give a channel; of one whose name the viewer may not know, only the kind."""
    found = await info.context.load(channels_by_ids, channel_id)
    return (
        Channel.from_document(found) if found is not None else Channel(id=strawberry.ID(channel_id), name=kind.value, kind=kind)
    )
