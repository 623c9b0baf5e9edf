"""Channels, conversations on them, and what is said."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Self, TypeVar

import strawberry

from care.citing import MOST_SOURCES
from care.documents import cases, conversations
from care.documents.under_way import Outgoing
from care.policies import may_take_back
from care.reading.children import answered_messages, answered_name, conversations_of_case, message_counts_of, messages_of
from care.reading.conversations import conversations_by_ids
from care.replies import Beside, ContactRequest, Reply
from care.saved_drafts import drafts_in
from community.directory import members_by_ids
from community.handles import MOST_MENTIONS, handles_in
from community.mentions import members_by_handles
from core.paging import Window
from schema.connections import connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of, know_author
from schema.staff.channels import Channel, channel_of
from schema.staff.contributions import linked_html
from schema.staff.enums import DeliveryStatus, Direction, Visibility
from schema.staff.intents import MessageIntents
from schema.staff.members import Member
from schema.staff.message_parts import MOST_ATTACHMENTS, Attachment, DeliveredMessage, LoggedContact
from schema.staff.message_retractions import RetractedMessage
from schema.staff.message_templates import TemplatedMessage, WindowedConversation
from schema.staff.reply_sources import ReplySource, readable_sources
from schema.staff.saved_drafts import SavedDraft
from schema.staff.values import Sentiment


@strawberry.type(description="One customer's part of one thread on one channel.")
class Conversation(Node, WindowedConversation):
    """One customer's part of one thread on one channel."""

    document: strawberry.Private[conversations.Conversation]
    visibility: Visibility = strawberry.field(description="Who can see what is said here.")
    external_url: str | None = strawberry.field(description="Where the thread stands on the channel.")

    @classmethod
    def from_document(cls, document: conversations.Conversation) -> Self:
        """Show a conversation."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            visibility=document.visibility,
            external_url=document.external_url,
        )

    @strawberry.field(description="Where it takes place.")
    async def channel(self, info: Info) -> Channel:
        """Give the conversation's channel."""
        return await channel_of(info, self.document.channel_id, self.document.channel_kind)

    @paged(
        "What was said, oldest first; `last` gives the newest.", graphql_type=connection_of("schema.staff.messages", "Message")
    )
    async def messages(self, info: Info, window: Window) -> object:
        """Give a page of the messages."""

        async def count() -> int:
            return int(await info.context.load(message_counts_of, self.id))

        return pages(info, await info.context.load(messages_of, self.id, window), count=count)

    @strawberry.field(
        description="The public conversation that this private one goes on from, in the same case; of several the last one.",
        graphql_type=later("schema.staff.messages", "Conversation", optional=True),
    )
    async def continued_from(self, info: Info) -> object:
        """Give the public part of the talk."""
        return await _linked(info, self.document.continued_from)

    @strawberry.field(
        description="The private conversation in which this public one goes on, in the same case.",
        graphql_type=later("schema.staff.messages", "Conversation", optional=True),
    )
    async def continued_in(self, info: Info) -> object:
        """Give the private part of the talk."""
        return await _linked(info, self.document.continued_in)

    @strawberry.field(description="What the viewer has begun to write in it and not sent; null when nothing.")
    async def viewer_draft(self, info: Info) -> SavedDraft | None:
        """Give the viewer's draft."""
        return SavedDraft.from_document(await info.context.load(drafts_in, self.id))


async def _linked(info: Info, conversation_id: str | None) -> Conversation | None:
    if conversation_id is None:
        return None
    found = await info.context.load(conversations_by_ids, conversation_id)
    return Conversation.from_document(found) if found is not None else None


SaidT = TypeVar("SaidT", bound=Reply | ContactRequest)


async def said(info: Info, saying: Awaitable[SaidT]) -> SaidT:
    """Say something as the viewer; the payload knows its author, who is read beside it, and its conversation."""
    reply = await info.context.beside(saying, members_by_ids, info.context.actor.member_id)
    if reply.conversation is not None:
        info.context.wrote(conversations_of_case, reply.conversation)
    return reply


def knowing_author(info: Info) -> Beside:
    """Read beside the message of a reply who wrote it, for the payload: somebody else than the viewer."""

    async def read(_case: cases.Case, entry: Outgoing) -> None:
        if entry.author_id is not None:
            await know_author(info.context, entry.author_id)

    return read


@strawberry.type(description="Something said in a conversation, or an internal note.")
class Message(Node, DeliveredMessage, MessageIntents, RetractedMessage, TemplatedMessage):
    """Something said in a conversation, or an internal note."""

    document: strawberry.Private[conversations.Message]
    direction: Direction = strawberry.field(description="Which way it goes.")
    visibility: Visibility = strawberry.field(description="Who can see it.")
    body: str = strawberry.field(description="The text, in Markdown.")
    language: str | None = strawberry.field(description="The language of the text, such as `tr`; null when it can't be told.")
    created_at: datetime = strawberry.field(description="When it was said.")
    sent_at: datetime | None = strawberry.field(description="When it was sent; null while it has not left.")
    delivery_status: DeliveryStatus | None = strawberry.field(
        description="How far it has come; null for the customer's messages and for notes."
    )
    holding: bool = strawberry.field(description="Whether it only says that an answer will come.")
    sentiment: Sentiment | None = strawberry.field(description="The mood of the text; null when it was not judged.")

    @classmethod
    def from_document(cls, document: conversations.Message) -> Self:
        """Show a message."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            direction=document.direction,
            visibility=document.visibility,
            body=document.body,
            language=document.language,
            created_at=document.created_at,
            sent_at=document.sent_at,
            delivery_status=document.delivery_status,
            holding=document.holding,
            sentiment=Sentiment.from_document(document.sentiment),
        )

    @strawberry.field(description="The files that came with it.", directives=list_size(MOST_ATTACHMENTS))
    def attachments(self) -> list[Attachment]:
        """Show the files."""
        return [Attachment.from_document(one) for one in self.document.attachments[:MOST_ATTACHMENTS]]

    @strawberry.field(
        description="What a reply relies on, as far as the viewer may read it, in the order in which it was named.",
        directives=list_size(MOST_SOURCES),
    )
    async def sources(self, info: Info) -> list[ReplySource]:
        """Give what the viewer may read of the sources."""
        return await readable_sources(info, self.document.sources)

    @strawberry.field(description="What it was where a member wrote it down by hand; null for any other message.")
    def contact(self) -> LoggedContact | None:
        """Show what was written down."""
        return LoggedContact.from_document(self.document.contact)

    @strawberry.field(description="Whether a machine of the customer's wrote it, such as a note of absence.")
    def automatic(self) -> bool:
        """Show whether a machine wrote it."""
        return self.document.automatic

    @strawberry.field(description="When it leaves; null unless its delivery status is SCHEDULED.")
    def scheduled_for(self) -> datetime | None:
        """Show when it leaves."""
        return self.document.scheduled_for

    @strawberry.field(description="Whether the viewer can take it back, or move it to another time: it has not left yet.")
    def viewer_can_undo(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_take_back(info.context.actor, self.document.author_id, self.document.delivery_status))

    @strawberry.field(description="The text as HTML that is safe to show; mentions in notes lead to `/members/` and the handle.")
    async def body_html(self, info: Info) -> str:
        """Render the text."""
        return await linked_html(info, self.body, self._handles())

    @strawberry.field(
        description="Whom an internal note mentions by `@handle`, in its order; nobody for other messages.",
        directives=list_size(MOST_MENTIONS),
    )
    async def mentions(self, info: Info) -> list[Member]:
        """Give the members who are mentioned."""
        return [Member.from_document(one) for one in await info.context.load_many(members_by_handles, self._handles())]

    def _handles(self) -> list[str]:
        return handles_in(self.body) if self.visibility is Visibility.INTERNAL else []

    @strawberry.field(description="Who said it; null for the system.")
    async def author(self, info: Info) -> Author | None:
        """Give who said it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(
        description="What it answers, as far as it is part of the same case; null when it answers nothing that is here.",
        graphql_type=later("schema.staff.messages", "Message", optional=True),
    )
    async def in_reply_to(self, info: Info) -> object:
        """Give the message that is answered."""
        name = answered_name(self.document)
        found = await info.context.load(answered_messages, name) if name is not None else None
        return Message.from_document(found) if found is not None and found.case_id == self.document.case_id else None

    @strawberry.field(description="Where it was said.")
    async def conversation(self, info: Info) -> Conversation:
        """Give the message's conversation."""
        return Conversation.from_document(await info.context.load(conversations_of_case, self.document.conversation_id))
