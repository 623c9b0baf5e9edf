"""Asking for a reply to be sent."""

from care.documents.channels import Channel
from care.documents.under_way import Outgoing
from care.jobs import SEND, jobs
from care.mail.settings import mail_channel_for
from care.providers.registry import ADAPTERS


def job_id(message_id: str) -> str:
    """Give the id of the one job that sends a message."""
    return f"send:{message_id}"


async def queue(message_id: str) -> None:
    """Have a reply sent by the worker: one job, however often this is asked.

    It may be asked for before its message is stored: whoever takes the job makes that first. A job that was refused before,
    for the message was still held, is taken up again.
    """
    pending = jobs()
    if not await pending.add(job_id(message_id), {"kind": SEND, "message_id": message_id}):
        await pending.replay(job_id(message_id))


async def leaves(entry: Outgoing, channel: Channel | None) -> bool:
    """Tell whether a reply has to leave: not what was written down by hand, nor replies on a channel without a way out."""
    return entry.contact is None and (channel is None or await _sends(channel))


async def _sends(channel: Channel) -> bool:
    """Tell whether a reply is the worker's business: it leaves by the channel, or fails there for it is out of use."""
    if channel.archived_at is not None or channel.send_url is not None or channel.adapter in ADAPTERS:
        return True
    return await mail_channel_for(channel) is not None
