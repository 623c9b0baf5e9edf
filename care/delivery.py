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


async def queue(message_id: str) -> None:
    """Have a queued message sent by the worker: one job, however often this is asked.

    Where nothing has to leave, for the channel has neither a send URL nor an adapter that sends, or it was said already,
    the message is SENT at once. A job that was refused before, for the message was still held, is taken up again.
    """
    if await _stays_here(message_id):
        return
    pending = jobs()
    if not await pending.add(job_id(message_id), {"kind": SEND, "message_id": message_id}):
        await pending.replay(job_id(message_id))


async def _stays_here(message_id: str) -> bool:
    message = await Message.get(message_id)
    if message is None or message.delivery_status is not DeliveryStatus.QUEUED:
        return False
    if message.contact is None:
        channel = await Channel.get(message.channel_id)
        if (
            channel is None
            or channel.archived_at is not None
            or channel.send_url is not None
            or channel.adapter in ADAPTERS
            or await mail_channel_for(channel)
        ):
            return False
    await advance_delivery(message, DeliveryStatus.SENT)
    return True


async def _sends(channel: Channel) -> bool:
    """Tell whether a reply is the worker's business: it leaves by the channel, or fails there for it is out of use."""
    if channel.archived_at is not None or channel.send_url is not None or channel.adapter in ADAPTERS:
        return True
    return await mail_channel_for(channel) is not None
