"""From an e-mail to a message in its case: by what it answers, else as the beginning of a new one."""

import asyncio
from datetime import datetime, timedelta

from care.cases.clocks import said_at
from care.cases.intake import settle_incoming
from care.cases.outgoing import settle_outgoing
from care.conversations import ensure_conversation
from care.customers import Person, ensure_customer
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.conversations import WAITING, Attachment, Conversation, Direction, Message, Visibility
from care.documents.customers import Customer
from care.documents.under_way import Incoming
from care.ingest.arrivals import Arrival
from care.ingest.generic import cut
from care.ingest.messages import into_case, receive_unparsed
from care.mail.parts import MailPart
from care.mail.reading import Mail, read_mail
from care.mail.reports import MailReport
from care.mail.settings import settings_of
from care.mail.tokens import bare_address, signed_messages
from care.messages import advance_delivery, find_message, inbound_id
from core.ids import with_prefix
from core.secrets import Keyring
from core.text.language import detect_language

_BY_MAIL = frozenset({ChannelKind.EMAIL, ChannelKind.WEB_FORM})
"""Where e-mails go on with what was said."""


async def take_in_mail(arrival: Arrival, raw: bytes, *, keyring: Keyring) -> None:
    """Make a message of an e-mail, or news of a message of ours; the same e-mail again changes nothing.

    One without a sender is shown as unparsed, with a clock. What we sent ourselves and see again is left out.
    """
    mail = await asyncio.to_thread(read_mail, raw)  # a large one takes a second
    if mail is None or mail.sender is None:
        await receive_unparsed(arrival, None, text=cut(raw.decode("utf-8", "replace")))
    elif mail.report is not None and await _reported(mail.report, keyring):
        return
    elif not _is_ours(mail, arrival.channel, keyring):
        await _receive(arrival, mail, mail.sender, keyring)


async def _receive(arrival: Arrival, mail: Mail, address: str, keyring: Keyring) -> None:
    channel, name = arrival.channel, mail.sender_name
    answered = await _proved(mail, channel, keyring)
    owner = await Customer.get(answered.customer_id) if answered else None
    sender = owner if owner and _has_address(owner, address) else await _sender(channel, address, name)
    if answered is None or owner is None:
        answered, owner = await _claimed(mail, channel, sender, keyring), None
    if answered is None:
        visible = Visibility.PRIVATE
        answered = await ensure_conversation(channel, sender, thread_id=mail.thread, visibility=visible)
    if owner is None:
        owner = sender if answered.customer_id == sender.id else await Customer.get(answered.customer_id) or sender
    identifier = await _free_id(answered, mail, arrival)
    if identifier is not None:
        incoming = _incoming(arrival, mail, identifier, conversation=answered, author=sender)
        await into_case(incoming, answered, owner, subject=mail.subject)


def _incoming(arrival: Arrival, mail: Mail, external_id: str, *, conversation: Conversation, author: Customer) -> Incoming:
    message_id = inbound_id(conversation.channel_id, external_id)
    text = cut(mail.text)
    return Incoming(
        message_id=message_id,
        conversation_id=conversation.id,
        body=text,
        visibility=conversation.visibility,
        sent_at=_sent_at(mail, arrival),
        received_at=arrival.received_at,
        author_id=author.id,
        external_id=external_id,
        in_reply_to=mail.in_reply_to,
        language=detect_language(text),
        attachments=[_attachment(message_id, part).model_dump() for part in mail.parts],
        automatic=mail.automatic,
        delivery_id=arrival.delivery_id,
    )


def _sent_at(mail: Mail, arrival: Arrival) -> datetime:
    """Give the instant from which it counts; an e-mail tells whole seconds, so one of this second is from now."""
    told = mail.sent_at or arrival.received_at
    is_from_now = timedelta(0) <= arrival.received_at - told < timedelta(seconds=1)
    return arrival.received_at if is_from_now else said_at(told, arrival.received_at)


def _attachment(message_id: str, part: MailPart) -> Attachment:
    """List a file; it stays inside of the delivery, where it can be fetched as the part of this number."""
    file = f"{with_prefix('fil', message_id)}-{part.place}"
    return Attachment(id=file, url=f"/files/{file}", name=part.name, content_type=part.content_type, size=part.size)


async def _free_id(conversation: Conversation, mail: Mail, arrival: Arrival) -> str | None:
    """Give the external id of an e-mail that is new; None for one that is here already.

    A Message-ID that was used before for other words is no name: such an e-mail is named by its delivery.
    """
    known = await find_message(conversation.channel_id, mail.message_id)
    if known is None:
        return mail.message_id
    other = f"{mail.message_id}#{arrival.delivery_id[:16]}"
    if known.delivery_id != arrival.delivery_id and known.body != cut(mail.text):
        known = await find_message(conversation.channel_id, other)
    if known is None:
        return other
    if known.direction is Direction.INBOUND:
        await settle_incoming(known.case_id, known)
    return None


async def _proved(mail: Mail, channel: Channel, keyring: Keyring) -> Conversation | None:
    """Give the conversation of the message of ours that this answers, by the signature in its Message-ID or address."""
    for name in signed_messages(keyring, (*mail.recipients, *mail.answered)):
        message = await Message.get(name)
        if message is not None and message.environment is channel.environment:
            return await Conversation.get(message.conversation_id)
    return None


async def _claimed(mail: Mail, channel: Channel, sender: Customer, keyring: Keyring) -> Conversation | None:
    """Give the conversation that this belongs to as it says, where it is the sender's own and the sender is not false."""
    settings = settings_of(channel, keyring)
    if settings and settings.trusted_authserv_id and settings.trusted_authserv_id.lower() in mail.failed_checks:
        return None
    for reference in mail.answered:
        message = await find_message(channel.id, reference)
        if message is not None and _is_part_of(sender, message.customer_id):
            return await Conversation.get(message.conversation_id)
    return await _numbered(mail, channel, sender)


async def _numbered(mail: Mail, channel: Channel, sender: Customer) -> Conversation | None:
    """Give the conversation by e-mail of the sender's case whose number the subject carries."""
    case = await Case.find_one({"number": mail.case_number}) if mail.case_number is not None else None
    if case is None or not _is_part_of(sender, case.customer_id) or case.environment is not channel.environment:
        return None
    for place in reversed(case.conversation_ids):
        conversation = await Conversation.get(place)
        if conversation is not None and conversation.channel_kind in _BY_MAIL:
            return conversation
    return None


async def _sender(channel: Channel, address: str, name: str | None) -> Customer:
    return await ensure_customer(channel, Person(external_id=address, handle=address, name=name, email=address))


def _is_part_of(sender: Customer, customer_id: str | None) -> bool:
    """Tell whether a customer is the sender, or was merged with them."""
    return customer_id is not None and customer_id in {sender.id, sender.merged_into, *sender.absorbed}


def _has_address(customer: Customer, address: str) -> bool:
    return customer.email == address or any(identity.external_id == address for identity in customer.identities)


def _is_ours(mail: Mail, channel: Channel, keyring: Keyring) -> bool:
    """Tell whether this is an e-mail of ours that came back to us: nothing in it is new."""
    settings = settings_of(channel, keyring)
    is_from_us = settings is not None and mail.sender is not None and bare_address(mail.sender) == settings.address
    return is_from_us and bool(signed_messages(keyring, [mail.message_id]))


async def _reported(report: MailReport, keyring: Keyring) -> bool:
    """Move the message that a report speaks of; false when it speaks of none of ours."""
    names = signed_messages(keyring, report.original_ids)
    message = await Message.get(names[0]) if names else None
    if message is None or message.direction is not Direction.OUTBOUND:
        return False
    if report.status is not None:
        error = report.reason or "The e-mail came back."
        moved = await advance_delivery(message, report.status, error=error)
        if moved.delivery_status is not None and moved.delivery_status not in WAITING:
            await settle_outgoing(moved.case_id, moved)
    return True
