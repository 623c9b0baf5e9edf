"""A message's own life: from the entry of its case to a document, then edits, withdrawal, reactions and delivery."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from care.cases.severity import feeling_of
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import (
    IN_THE_HOUSE,
    Attachment,
    Conversation,
    DeliveryStatus,
    Direction,
    Message,
    Reaction,
    TemplateUse,
)
from care.documents.under_way import Incoming, Outgoing
from care.events import MessageChanged
from core.clock import now
from core.events import SYSTEM
from core.ids import derived_id
from core.records import change, insert_or_read
from core.text.intent import intent_of
from core.text.language import detect_language

MOST_REACTIONS = 500
_LONGEST_REASON = 500
_WAY = (DeliveryStatus.QUEUED, DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ)
_CAN_FAIL = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.SENT})


def inbound_id(channel_id: str, external_id: str) -> str:
    """Give the id of the message that a channel knows by an id of its own."""
    return derived_id("msg", channel_id, external_id)


async def ensure_incoming(case: Case, entry: Incoming, conversation: Conversation | None = None) -> Message:
    """Give the customer's message of an `incoming` entry, stored now if it was not yet.

    Whoever has just read its conversation gives it.
    """
    return await _stored(incoming_message(case, entry, conversation or await Conversation.get(entry.conversation_id)))


def incoming_message(case: Case, entry: Incoming, conversation: Conversation | None) -> Message:
    """Make the customer's message of an `incoming` entry; it is not stored yet."""
    channel_id, customer_id = _parties(case, conversation)
    return Message(
        id=entry.message_id,
        created_at=entry.sent_at,
        case_id=case.id,
        conversation_id=entry.conversation_id,
        customer_id=customer_id or entry.author_id,
        channel_id=channel_id,
        environment=case.environment,
        direction=Direction.INBOUND,
        visibility=entry.visibility,
        body=entry.body,
        language=entry.language,
        sentiment=entry.sentiment,
        intent=entry.intent,
        author_id=entry.author_id,
        external_id=entry.external_id,
        in_reply_to=entry.in_reply_to,
        sent_at=entry.sent_at,
        attachments=[Attachment.model_validate(attachment) for attachment in entry.attachments],
        unparsed=entry.unparsed,
        automatic=entry.automatic,
        contact=entry.contact,
        after_breach=entry.after_breach,
        delivery_id=entry.delivery_id,
        fingerprint=entry.fingerprint,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply stands: its conversation, the channel it leaves by, and its message if that is stored already."""

    conversation: Conversation | None
    channel: Channel | None
    message: Message | None = None


async def place_of(case: Case, entry: Outgoing, message: Message | None = None) -> Place:
    """Read where a reply stands, at once unless its conversation is on another channel than its case.

    Whoever has just read its message gives it.
    """
    reading = [Message.get(entry.message_id)] if message is None else []
    conversation, channel, found = await asyncio.gather(
        Conversation.get(entry.conversation_id), Channel.get(case.channel_id), asyncio.gather(*reading)
    )
    return Place(conversation, await channel_of(conversation, channel), message or next(iter(found), None))


async def channel_of(conversation: Conversation | None, channel: Channel | None) -> Channel | None:
    """Give the channel of a conversation, which is mostly the one that was read for its case."""
    if conversation is None or (channel is not None and channel.id == conversation.channel_id):
        return channel
    return await Channel.get(conversation.channel_id)


async def ensure_outgoing(case: Case, entry: Outgoing, place: Place) -> Message:
    """Give the company's message of an `outgoing` entry, stored now if it was not yet.

    A message that was held or scheduled and whose entry is queued by now is let go, with the entry's text.
    """
    stored = place.message or await _stored(_outgoing(case, entry, place.conversation))
    return await change(stored, lambda current: _follow(current, entry))


async def ensure_said(case: Case, entry: Outgoing, place: Place) -> Message:
    """Give the company's message of an entry that is let go and has nowhere to leave by: it is SENT as soon as it is stored."""

    def rule(current: Message) -> None:
        _follow(current, entry)
        _advance(current, DeliveryStatus.SENT)

    if place.message is not None:
        return await change(place.message, rule)
    fresh = _outgoing(case, entry, place.conversation)
    rule(fresh)
    return await change(await _stored(fresh), rule)


def _outgoing(case: Case, entry: Outgoing, conversation: Conversation | None) -> Message:
    channel_id, customer_id = _parties(case, conversation)
    return Message(
        id=entry.message_id,
        created_at=entry.created_at,
        case_id=case.id,
        conversation_id=entry.conversation_id,
        customer_id=customer_id or "",
        channel_id=channel_id,
        environment=case.environment,
        direction=Direction.OUTBOUND,
        visibility=entry.visibility,
        body=entry.body,
        language=detect_language(entry.body),
        author_id=entry.author_id,
        in_reply_to=entry.in_reply_to,
        continues=entry.continues,
        contact=entry.contact,
        sent_at=entry.created_at if entry.contact else None,
        delivery_status=entry.state,
        scheduled_for=entry.leaves_at if entry.state is DeliveryStatus.SCHEDULED else None,
        answer_bank_entry_id=entry.answer_bank_entry_id,
        template=entry.template,
        sources=entry.sources,
        holding=entry.holding,
        fingerprint=entry.fingerprint,
    )


async def find_message(channel_id: str, reference: str) -> Message | None:
    """Find the message that a channel means: by its own id of it, or by ours if we sent it."""
    said, sent = await asyncio.gather(Message.get(inbound_id(channel_id, reference)), find_external(channel_id, reference))
    found = said or sent
    if found is None and reference.startswith("msg_"):
        ours = await Message.get(reference)
        return ours if ours and ours.channel_id == channel_id and ours.direction is Direction.OUTBOUND else None
    return found


async def find_external(channel_id: str, external_id: str) -> Message | None:
    """Find a message, the customer's or ours, by the id that the channel gave it."""
    return await Message.find_one({"channel_id": channel_id, "external_id": external_id})


async def edit_message(message: Message, *, body: str, at: datetime, attachments: Sequence[Attachment] | None = None) -> Message:
    """Put another text in place of a message's; an edit older than the last one changes nothing."""

    def edit(message: Message) -> None:
        files = message.attachments if attachments is None else list(attachments)
        is_older = message.edited_at is not None and at < message.edited_at
        if message.deleted_at is not None or is_older or (message.body, message.attachments) == (body, files):
            return
        message.body, message.language, message.edited_at = body, detect_language(body), at
        message.attachments = files
        if message.direction is Direction.INBOUND:
            message.sentiment, message.intent = feeling_of(body), intent_of(body)
        _tell(message, actor=message.author_id)

    return await change(message, edit)


async def withdraw_message(message: Message, *, at: datetime) -> Message:
    """Hide a message that its author took back."""

    def withdraw(message: Message) -> None:
        if message.deleted_at is None and message.retraction is None:  # of our own we keep what it said
            message.deleted_at = at
            _tell(message, actor=message.author_id)

    return await change(message, withdraw)


async def put_template(message: Message, used: TemplateUse, body: str) -> Message:
    """Let a message that has not left say what a template says."""

    def put(message: Message) -> None:
        message.template, message.body, message.language = used, body, detect_language(body)
        _tell(message)

    return await change(message, put)


async def react_to_message(message: Message, *, author_id: str, kind: str | None) -> Message:
    """Set somebody's one reaction to a message, or with no kind take it back; the last 500 are kept."""

    def react(message: Message) -> None:
        before = next((reaction.kind for reaction in message.reactions if reaction.author_id == author_id), None)
        if before == kind:
            return
        others = [reaction for reaction in message.reactions if reaction.author_id != author_id]
        mine = [Reaction(author_id=author_id, kind=kind)] if kind else []
        message.reactions = [*others, *mine][-MOST_REACTIONS:]
        _tell(message, actor=author_id)

    return await change(message, react)


async def advance_delivery(
    message: Message, status: DeliveryStatus, *, external_id: str | None = None, error: str | None = None
) -> Message:
    """Move a message of ours on: queued, sent, delivered, read, in this order and never back; failed is an end.

    A message that waits for a mentor or its time does not move. A step that was passed already changes nothing.
    """
    return await change(message, lambda current: _advance(current, status, external_id=external_id, error=error))


def _advance(message: Message, status: DeliveryStatus, *, external_id: str | None = None, error: str | None = None) -> None:
    if external_id is not None and message.external_id is None:
        message.external_id = external_id
    if not may_advance(message.delivery_status, status):
        return
    message.delivery_status = status
    if status is DeliveryStatus.FAILED:
        message.delivery_error = (error or "The channel gave no reason.")[:_LONGEST_REASON]
    else:
        message.sent_at = message.sent_at or now()
    _tell(message)


def may_advance(before: DeliveryStatus | None, after: DeliveryStatus) -> bool:
    """Tell whether a delivery that stands here can come to stand there."""
    if after is DeliveryStatus.FAILED:
        return before in _CAN_FAIL
    return before in _WAY and after in _WAY and _WAY.index(after) > _WAY.index(before)


def _tell(message: Message, *, actor: str | None = None) -> None:
    changed = MessageChanged(case_id=message.case_id, message_id=message.id, delivery_status=message.delivery_status)
    message.record(changed, actor=actor or SYSTEM)


def _follow(message: Message, entry: Outgoing) -> None:
    """Bring a message that is still in the house in line with its entry: let go, scheduled, moved to another time."""
    if message.delivery_status not in IN_THE_HOUSE or message.deleted_at is not None:
        return
    scheduled_for = entry.leaves_at if entry.state is DeliveryStatus.SCHEDULED else None
    if (message.delivery_status, message.scheduled_for) == (entry.state, scheduled_for):
        return
    is_held = message.delivery_status is DeliveryStatus.SCHEDULED and entry.state is DeliveryStatus.HELD_FOR_REVIEW
    if is_held and (entry.leaves_at is None or entry.leaves_at > now()):  # as it was before a mentor let it go
        return
    message.delivery_status, message.scheduled_for = entry.state, scheduled_for
    message.body, message.language = entry.body, detect_language(entry.body)
    message.created_at = entry.created_at  # a scheduled one takes its place when it leaves
    _tell(message)


def _parties(case: Case, conversation: Conversation | None) -> tuple[str, str | None]:
    """Give channel and customer: the conversation's own, for a case may hold conversations of several channels."""
    return (conversation.channel_id, conversation.customer_id) if conversation else (case.channel_id, case.customer_id)


async def _stored(message: Message) -> Message:
    return await insert_or_read(message)
