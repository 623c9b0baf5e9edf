"""What follows the one write of a case, in the request and again by the handlers: each step can run twice without harm."""

from care import delivery, messages
from care.cases import intake, outgoing
from care.documents.cases import Case, Incoming, Outgoing
from care.documents.conversations import DeliveryStatus, Message

_WAITING = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.HELD_FOR_REVIEW})


async def keep_incoming(case: Case, entry: Incoming) -> Message:
    """Make a message of what the case received, and take its entry out of the case."""
    message = await messages.ensure_incoming(case, entry)
    await intake.settle_incoming(case.id, message)
    return message


async def send_outgoing(case: Case, entry: Outgoing) -> Message:
    """Make a message of the case's reply and have it sent; a held one only becomes a message."""
    message = await messages.ensure_outgoing(case, entry)
    if entry.state is DeliveryStatus.QUEUED:
        await delivery.queue(message.id)
        message = await Message.get(message.id) or message
    if message.delivery_status not in _WAITING:
        await outgoing.settle_outgoing(case.id, message)
    return message


async def follow_up_incoming(case_id: str, message_id: str) -> None:
    """Do what is left to do for a message that a case received."""
    case = await Case.get(case_id)
    entry = next((entry for entry in case.incoming if entry.message_id == message_id), None) if case else None
    if case and entry:
        await keep_incoming(case, entry)


async def follow_up_outgoing(case_id: str, message_id: str) -> None:
    """Do what is left to do for a reply of a case."""
    case = await Case.get(case_id)
    entry = next((entry for entry in case.outgoing if entry.message_id == message_id), None) if case else None
    if case and entry:
        await send_outgoing(case, entry)
