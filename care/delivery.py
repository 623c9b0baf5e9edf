"""Asking for a reply to be sent."""

from care.jobs import SEND, jobs


def job_id(message_id: str) -> str:
    """Give the id of the one job that sends a message."""
    return f"send:{message_id}"


async def queue(message_id: str) -> None:
    """Have a message sent by the worker: one job, however often this is asked.

    A job that was refused before, for the message was still held, is taken up again.
    """
    pending = jobs()
    if not await pending.add(job_id(message_id), {"kind": SEND, "message_id": message_id}):
        await pending.replay(job_id(message_id))
