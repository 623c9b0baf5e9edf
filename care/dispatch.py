"""Sending replies, to the channels' send URLs or by e-mail, under one id however often it is tried."""

from typing import Any

import orjson

from care.automatic_sending import as_it_can_leave
from care.cases.outgoing import find_outgoing, settle_outgoing
from care.channel_health import note_failed, note_sent
from care.channels import open_secrets
from care.continuations import carried_on
from care.documents.cases import Case
from care.documents.channels import Channel, Environment
from care.documents.conversations import IN_THE_HOUSE, Conversation, DeliveryStatus, Direction, Message
from care.documents.customers import Customer
from care.mail.sending import MailNotTaken, MailRefused, send_mail
from care.mail.settings import mail_channel_for
from care.messages import advance_delivery, ensure_outgoing, place_of
from care.native_sending import send_natively
from care.providers.adapter import NotTaken, Refused
from care.providers.registry import ADAPTERS
from care.signatures import sign
from core.clock import now
from core.leases import TRIES, GiveUp, Job, TryLater
from core.logs import log
from core.outbound import AddressRefused, AnswerTooLarge, Outbound, Unreachable
from core.secrets import Keyring

_SUCCESS = range(200, 300)
_CLIENT_ERROR = range(400, 500)
_PASSING = frozenset({408, 409, 425, 429})
_LONGEST_ID = 500
_LONGEST_WHY = 300
_LONGEST_PAUSE = 3_600.0

logger = log(__name__)


class NotSentYet(Exception):
    """This try came to nothing; another one may."""


async def send(job: Job, *, keyring: Keyring, outbound: Outbound) -> None:
    """Send the message of a job and settle what became of it: sent, failed for good, or to be tried again.

    What is neither QUEUED nor LIVE never leaves, and what is said by itself only as the channel takes it now. Raises GiveUp
    for that, and NotSentYet or TryLater to be called again; the twelfth try in vain makes the message FAILED.
    """
    message = await _let_go(job.row["message_id"])
    if message is None:
        raise GiveUp("there is no such message")
    if message.delivery_status is DeliveryStatus.QUEUED:
        fitting = await as_it_can_leave(message)
        if fitting is None:
            return
        message = fitting
        message = await _sent(message, job, keyring, outbound)
        if message.delivery_status is DeliveryStatus.SENT:
            await note_sent(message.channel_id)
    elif message.delivery_status is None or message.delivery_status in IN_THE_HOUSE:
        raise GiveUp(f"the message is not queued: {message.delivery_status}")
    await settle_outgoing(message.case_id, message)


async def _let_go(message_id: str) -> Message | None:
    """Give the message of a reply, stored and let go by now if its case lets the reply go; None where there is none.

    Whoever asks for a reply to be sent stores its message beside the job, so that the job may be there first.
    """
    message = await Message.get(message_id)
    if message is not None and message.delivery_status not in IN_THE_HOUSE:
        return message
    case = await Case.find_one({"outgoing.message_id": message_id})
    entry = find_outgoing(case, message_id) if case is not None else None
    if case is None or entry is None or entry.state is not DeliveryStatus.QUEUED:
        return message
    return await ensure_outgoing(case, entry, await place_of(case, entry))


async def _sent(message: Message, job: Job, keyring: Keyring, outbound: Outbound) -> Message:
    channel = await _channel_out(message)
    if channel.archived_at is not None:
        return await _failed(message, "the channel is archived")
    if channel.adapter in ADAPTERS:
        return await _handed(message, job, channel, keyring, outbound)
    if mailing := await mail_channel_for(channel):
        return await _mailed(message, job, mailing, keyring, outbound)
    if channel.send_url is None:
        return await advance_delivery(message, DeliveryStatus.SENT)
    return await _delivered(message, job, channel, keyring, outbound)


async def _delivered(message: Message, job: Job, channel: Channel, keyring: Keyring, outbound: Outbound) -> Message:
    body = await _body(message)
    headers = sign(open_secrets(channel, keyring), message.id, now(), body)
    headers |= {"content-type": "application/json", "user-agent": "Kopru"}
    try:
        status, content = await posted(outbound, channel.send_url or "", body, headers)
    except AddressRefused as refusal:
        return await _failed(message, str(refusal))
    except Unreachable as error:
        return await _not_yet(message, job, str(error))
    return await _answered(message, job, status, content)


async def _handed(message: Message, job: Job, channel: Channel, keyring: Keyring, outbound: Outbound) -> Message:
    try:
        external_id = await send_natively(message, channel, keyring=keyring, outbound=outbound)
    except (Refused, AddressRefused) as refusal:
        return await _failed(message, str(refusal))
    except AnswerTooLarge as error:
        return await _answered(message, job, error.status, b"")
    except NotTaken as error:
        return await _not_yet(message, job, str(error), pause=error.retry_after)
    except Unreachable as error:
        return await _not_yet(message, job, str(error))
    return await advance_delivery(message, DeliveryStatus.SENT, external_id=external_id)


async def _mailed(message: Message, job: Job, channel: Channel, keyring: Keyring, outbound: Outbound) -> Message:
    try:
        wire_id = await send_mail(message, channel, keyring=keyring, outbound=outbound)
    except MailRefused as refusal:
        return await _failed(message, str(refusal))
    except MailNotTaken as error:
        return await _not_yet(message, job, str(error))
    return await advance_delivery(message, DeliveryStatus.SENT, external_id=wire_id)


async def _answered(message: Message, job: Job, status: int, content: bytes) -> Message:
    if status in _SUCCESS:
        return await advance_delivery(message, DeliveryStatus.SENT, external_id=_external_id(content))
    if is_final(status):
        return await _failed(message, f"the channel refused it with HTTP {status}{_why(content)}")
    return await _not_yet(message, job, f"the channel answered with HTTP {status}")


async def _channel_out(message: Message) -> Channel:
    """Give the channel of a message that may leave; GiveUp for any other."""
    channel = await Channel.get(message.channel_id)
    if channel is None or channel.deleted_at is not None:
        raise GiveUp("there is no such channel any more")
    if {message.environment, channel.environment} != {Environment.LIVE}:
        raise GiveUp("what is not LIVE never leaves")
    if message.direction is not Direction.OUTBOUND or message.deleted_at is not None:
        raise GiveUp("the message is not one to send")
    return channel


def is_final(status: int) -> bool:
    """Tell whether a channel that answers so will never answer otherwise."""
    return status in _CLIENT_ERROR and status not in _PASSING


async def posted(outbound: Outbound, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Post to a channel's send URL and give status and body; of an answer that is too large the status alone."""
    try:
        answer = await outbound.post(url, body, headers)
    except AnswerTooLarge as error:
        return error.status, b""
    return answer.status, answer.body


async def _body(message: Message) -> bytes:
    conversation = await Conversation.get(message.conversation_id)
    customer = await Customer.get(message.customer_id)
    identities = customer.identities if customer else []
    known = next((identity for identity in identities if identity.channel_id == message.channel_id), None)
    body: dict[str, Any] = {
        "type": "message",
        "id": message.id,
        "threadId": conversation.external_thread_id if conversation else None,
        "inReplyTo": message.in_reply_to,
        "visibility": message.visibility.lower(),
        "text": message.body,
        "createdAt": message.created_at,
        "customer": {"id": known.external_id, "handle": known.handle} if known else None,
    }
    if begins_below := await carried_on(message):
        body["continues"] = begins_below
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


def _external_id(content: bytes) -> str | None:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    identifier = answer.get("id") if isinstance(answer, dict) else None
    if isinstance(identifier, bool) or not isinstance(identifier, str | int):
        return None
    return str(identifier)[:_LONGEST_ID].strip() or None


def _why(content: bytes) -> str:
    """Give what a channel says of its refusal by `error`, to stand behind the status."""
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    said = answer.get("error") if isinstance(answer, dict) else None
    words = " ".join(said.split())[:_LONGEST_WHY] if isinstance(said, str) else ""
    return f": {words}" if words else ""


async def _not_yet(message: Message, job: Job, reason: str, *, pause: float | None = None) -> Message:
    if job.attempt >= TRIES:
        return await _failed(message, f"{reason}, and so {job.attempt} times")
    await note_failed(message.channel_id, reason)
    if pause is not None:
        raise TryLater(reason, pause=min(max(pause, 1.0), _LONGEST_PAUSE), failure=True)
    raise NotSentYet(reason)


async def _failed(message: Message, reason: str) -> Message:
    logger.warning("message.failed", message=message.id, channel=message.channel_id, reason=reason)
    failed = await advance_delivery(message, DeliveryStatus.FAILED, error=reason)
    await note_failed(message.channel_id, reason)
    return failed
