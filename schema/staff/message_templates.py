"""Message templates of channels, the window outside of which nothing else is taken, and which message is one."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import conversations, templates
from care.documents.templates import AutomaticPurpose, TemplateCategory, TemplateQuality, TemplateState
from care.template_places import MOST_VALUES, places_of
from care.templates.keeping import count_templates, list_templates, templates_by_ids
from care.templates.windows import windows_of
from core.clock import now
from core.errors import InvalidInput
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.channels import Channel, channel_of
from schema.staff.enums import ChannelKind
from schema.staff.reach import require_staff

told(
    TemplateState,
    "What the provider says of a template.",
    PENDING="It is being looked at, or was only entered by hand.",
    APPROVED="It can be sent.",
    REJECTED="It was not approved.",
    PAUSED="Customers complained of it; it may come back.",
    DISABLED="It can't be sent any more.",
    DELETED="The provider does not have it any more.",
)
told(
    TemplateQuality,
    "How customers took a template lately, as the provider rates it.",
    GREEN="Well.",
    YELLOW="Some complained of it or did not read it.",
    RED="Many did: it is about to be paused.",
    UNKNOWN="It was not sent often enough to say.",
)
told(
    TemplateCategory,
    "What a template is for.",
    UTILITY="News of what the customer did or asked for.",
    MARKETING="Offers, and anything else.",
    AUTHENTICATION="A code to sign in with.",
)


told(
    AutomaticPurpose,
    "What is said to customers by itself, with nobody writing it.",
    REMINDER="That they have not answered, by the no-answer policy of `caseRules`.",
    HOLDING_REPLY="That an answer will come, in place of a newcomer's reply that is being looked at.",
)


@strawberry.type(description="What a template is sent for by itself, where words of one's own are not taken.")
class AutomaticUse:
    """What a template is sent for by itself."""

    purpose: AutomaticPurpose = strawberry.field(description="What for.")
    values: list[str] = strawberry.field(
        description="The values in the order of their places; variables in them are filled for each customer.",
        directives=list_size(MOST_VALUES),
    )


@strawberry.type(
    description="Words that a channel's provider approved, for writing to customers who have not written lately.",
)
class MessageTemplate(Node):
    """Words that a channel's provider approved."""

    document: strawberry.Private[templates.MessageTemplate]
    name: str = strawberry.field(description="Its name at the provider; with the language it is unique on the channel.")
    language: str = strawberry.field(description="Its language as the provider writes it, such as `tr` or `en_US`.")
    category: TemplateCategory = strawberry.field(description="What it is for.")
    state: TemplateState = strawberry.field(description="What the provider says of it; only APPROVED can be sent.")
    reason: str | None = strawberry.field(
        description="Why it is rejected, paused or disabled, in the provider's words; null where it gave no reason."
    )
    quality: TemplateQuality | None = strawberry.field(description="How customers took it lately; null while it is not rated.")
    body: str = strawberry.field(description="The words; `{{1}}`, `{{2}}` … are where values go.")
    header: str | None = strawberry.field(description="What stands above the body; null for nothing.")
    footer: str | None = strawberry.field(description="What stands below the body; null for nothing.")
    objection: str | None = strawberry.field(description="Why it can't be sent from here though approved; null when it can.")
    automatic_uses: list[AutomaticUse] = strawberry.field(
        description="What it is sent for by itself while the window is closed.", directives=list_size(len(AutomaticPurpose))
    )
    synchronised_at: datetime | None = strawberry.field(
        description="When the provider last told of it; null while it was only entered by hand."
    )
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: templates.MessageTemplate) -> Self:
        """Show a template."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            language=document.language,
            category=document.category,
            state=document.state,
            reason=document.reason,
            quality=document.quality,
            body=document.body,
            header=document.header,
            footer=document.footer,
            objection=document.objection,
            automatic_uses=[AutomaticUse(**use.model_dump()) for use in document.automatic],
            synchronised_at=document.synchronised_at,
            version=document.version,
        )

    @strawberry.field(description="How many values it takes; 0 also where its places can't be read, see `objection`.")
    def value_count(self) -> int:
        """Count the places."""
        try:
            return places_of(self.document.body)
        except InvalidInput:
            return 0

    @strawberry.field(description="The channel that it is of.")
    async def channel(self, info: Info) -> Channel:
        """Give the channel."""
        return await channel_of(info, self.document.channel_id, ChannelKind.WHATSAPP)


@strawberry.type(description="Which template a message is, with the values that went in.")
class TemplateUse:
    """Which template a message is."""

    document: strawberry.Private[conversations.TemplateUse]
    name: str = strawberry.field(description="The template's name at the provider, as it was then.")
    language: str = strawberry.field(description="Its language.")
    values: list[str] = strawberry.field(
        description="The values in the order of their places.", directives=list_size(MOST_VALUES)
    )

    @strawberry.field(description="The template as it is now; null when the viewer may not know of it.")
    async def template(self, info: Info) -> MessageTemplate | None:
        """Give the template."""
        found = await info.context.load(templates_by_ids, self.document.template_id)
        return MessageTemplate.from_document(found) if found is not None else None


@strawberry.type(
    description="Until when a channel takes words of one's own in a conversation; afterwards an approved template, by "
    "`sendTemplate`, is all it takes."
)
class ReplyWindow:
    """Until when a channel takes words of one's own."""

    open: bool = strawberry.field(description="Whether they are taken now.")
    until: datetime | None = strawberry.field(
        description="Until when they are, or were, taken: 24 hours after the customer wrote; null: they never wrote here."
    )


@strawberry.type
class TemplatedMessage:
    """What of a message says whether it is a template."""

    document: strawberry.Private[conversations.Message]

    @strawberry.field(description="Which template it is; null for words of its author's own.")
    def template(self) -> TemplateUse | None:
        """Show the template."""
        used = self.document.template
        return TemplateUse(document=used, name=used.name, language=used.language, values=used.values) if used else None


@strawberry.type
class WindowedConversation:
    """What of a conversation says until when it can be answered freely."""

    document: strawberry.Private[conversations.Conversation]

    @strawberry.field(description="Until when words of one's own are taken; null where the channel always takes them.")
    async def reply_window(self, info: Info) -> ReplyWindow | None:
        """Give the window."""
        if self.document.channel_kind is not ChannelKind.WHATSAPP:
            return None
        window = await info.context.load(windows_of, self.document.id)
        return ReplyWindow(open=window.is_open(now()), until=window.until) if window is not None else None


@strawberry.type
class MessageTemplateQueries:
    """The list of templates."""

    @paged("The message templates of a channel, by name.", graphql_type=Connection[MessageTemplate])
    async def message_templates(
        self,
        info: Info,
        window: Window,
        channel_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the channel.")],
        state: Annotated[TemplateState | None, strawberry.argument(description="Only those; absent: all.")] = None,
    ) -> object:
        """Give a page of the templates."""
        require_staff(info)
        actor = info.context.actor
        found = await list_templates(actor, channel_id, window, state=state)
        return pages(info, found, count=lambda: count_templates(actor, channel_id, state=state))
