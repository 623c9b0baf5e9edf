"""Asking for a reply to be sent."""

from care.documents.channels import Channel
from care.documents.conversations import DeliveryStatus, Message
from care.jobs import SEND, jobs
from care.mail.settings import mail_channel_for
from care.messages import advance_delivery
from care.providers.registry import ADAPTERS


def job_id(message_id: str) -> str:
    """Give the id of the one job that sends a message."""
    return f"send:{message_id}"


async def queue(message: Message, channel: Channel | None) -> Message:
    """Have a queued message sent by the worker: one job, however often this is asked.

    Where nothing has to leave, for the channel has neither a send URL nor an adapter that sends, or it was said already,
    the message is SENT at once. A job that was refused before, for the message was still held, is taken up again.
    """
    if message.delivery_status is DeliveryStatus.QUEUED and await _stays_here(message, channel):
        return await advance_delivery(message, DeliveryStatus.SENT)
    pending = jobs()
    if not await pending.add(job_id(message.id), {"kind": SEND, "message_id": message.id}):
        await pending.replay(job_id(message.id))
    return message


async def _stays_here(message: Message, channel: Channel | None) -> bool:
    """Tell whether nothing has to leave: what was written down by hand, and replies on a channel without a way out."""
    return message.contact is not None or (channel is not None and not await _sends(channel))


async def _sends(channel: Channel) -> bool:
    """Tell whether a reply is the worker's business: it leaves by the channel, or fails there for it is out of use."""
    if channel.archived_at is not None or channel.send_url is not None or channel.adapter in ADAPTERS:
        return True
    return await mail_channel_for(channel) is not None
