"""From an event that says something to a customer's message in a case: steps that each can run again."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from care.cases.clocks import said_at
from care.cases.intake import receive, settle_incoming
from care.continuations import continue_where_asked
from care.conversations import Talk
from care.documents.cases import Case
from care.documents.conversations import Attachment, Conversation, Direction, Message
from care.documents.customers import Customer
from care.documents.under_way import Incoming
from care.ingest.arrivals import Arrival
from care.ingest.generic import File, MessageSaid, Thread, as_text, cut, fragment_of
from care.ingest.scenes import look, take_in_message
from care.messages import ensure_incoming, find_external, find_message, inbound_id
from core.ids import derived_id, with_prefix
from core.text.language import detect_language


async def receive_message(arrival: Arrival, event: MessageSaid) -> Case | None:
    """Take in what a customer said, and give its case; None for our own words, which the channel echoes under a known id."""
    thread = await _thread_of(arrival, event.thread)
    known, scene = await asyncio.gather(
        find_external(arrival.channel.id, event.message_id),
        look(arrival.channel, event.author.person(), thread, event.visibility),
    )
    if known is not None and known.direction is not Direction.INBOUND:
        return None
    if known is not None and (settled := await _settled(known)):
        return settled
    incoming = incoming_of(arrival, event, scene.talk)
    case = await take_in_message(scene, incoming, subject=event.subject)
    return case or await receive_message(arrival, event)


def incoming_of(arrival: Arrival, event: MessageSaid, talk: Talk) -> Incoming:
    """Give what a customer said in a talk as its case keeps it at first."""
    message_id = inbound_id(arrival.channel.id, event.message_id)
    return Incoming(
        message_id=message_id,
        conversation_id=talk.id,
        body=cut(event.text),
        visibility=event.visibility,
        sent_at=_said_at(event.sent_at, arrival),
        received_at=arrival.received_at,
        author_id=talk.customer_id,
        external_id=event.message_id,
        in_reply_to=event.in_reply_to,
        language=detect_language(event.text),
        attachments=[one.model_dump() for one in attachments_of(event.attachments, message_id)],
        delivery_id=arrival.delivery_id,
    )


async def _settled(known: Message) -> Case | None:
    """Bring the case of a message that is stored in line with it; None when that is still to be opened."""
    case = await Case.get(known.case_id)
    return await settle_incoming(case.id, known, case) if case is not None else None


async def receive_unparsed(arrival: Arrival, raw: object, *, text: str | None = None) -> None:
    """Take in an event that can't be understood as a message of its sender, or of the unknown one, with a clock.

    `text` is what came where there is no event at all.
    """
    fragment = fragment_of(raw)
    person = fragment.author.person() if fragment.author is not None else None
    scene = await look(arrival.channel, person, fragment.thread, fragment.visibility)
    body = cut(text) if text is not None else as_text(raw)
    incoming = Incoming(
        message_id=_unparsed_id(arrival, raw, fragment.id, body),
        conversation_id=scene.talk.id,
        body=body,
        visibility=fragment.visibility,
        sent_at=_said_at(fragment.sent_at, arrival),
        received_at=arrival.received_at,
        author_id=scene.talk.customer_id,
        unparsed=True,
        delivery_id=arrival.delivery_id,
    )
    if await take_in_message(scene, incoming) is None:
        await receive_unparsed(arrival, raw, text=text)


def _unparsed_id(arrival: Arrival, raw: object, external_id: str | None, body: str) -> str:
    """Give an id: what a provider says again, in another delivery, under the same id and in the same words, is the same."""
    if external_id is None or not isinstance(raw, dict) or raw.get("type") != "unsupported":
        return arrival.unparsed_id()
    return derived_id("msg", arrival.channel.id, "", "unsupported", external_id, body)


def attachments_of(files: Sequence[File], message_id: str) -> list[Attachment]:
    """Give the files as messages keep them; one without an id gets one from its URL, one without a URL one of ours."""
    return [_attachment(file, f"{with_prefix('fil', message_id)}-{place}") for place, file in enumerate(files, 1)]


def _attachment(file: File, ours: str) -> Attachment:
    return Attachment(
        id=file.id or derived_id("att", file.url or ours),
        url=file.url or f"/files/{ours}",
        name=file.name,
        content_type=file.content_type,
        size=file.size,
    )


async def _thread_of(arrival: Arrival, thread: Thread) -> Thread:
    """Give the thread of the message that this one answers, where the channel names no other and that one is here."""
    answered = await find_message(arrival.channel.id, thread.of_message) if thread.of_message else None
    home = await Conversation.get(answered.conversation_id) if answered else None
    return Thread(id=home.external_thread_id, url=home.external_url) if home else thread


async def into_case(incoming: Incoming, conversation: Conversation, customer: Customer, *, subject: str | None = None) -> None:
    """Put a message into the case of its conversation, or a new one about `subject`, and make a document of it.

    A private one goes on in the case whose public thread asked for it.
    """
    await continue_where_asked(conversation, customer)
    case = await receive(incoming, conversation=conversation, customer=customer, subject=subject)
    message = await ensure_incoming(case, incoming, conversation)
    await settle_incoming(case.id, message, case)


def _said_at(sent_at: datetime | None, arrival: Arrival) -> datetime:
    return said_at(sent_at or arrival.received_at, arrival.received_at)
