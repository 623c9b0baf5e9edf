"""What follows the one write of a case, in the request and again by the handlers: each step can run twice without harm."""

import asyncio

from care import delivery, messages
from care.cases import intake, outgoing
from care.cases.last_message import show_newest
from care.cases.merging import home_of
from care.cases.moving import move_messages
from care.cases.outgoing import find_outgoing
from care.cases.splitting import finish_splits
from care.continuations import link
from care.documents.cases import Case
from care.documents.conversations import IN_THE_HOUSE, WAITING, DeliveryStatus, Message
from care.documents.merges import Parted
from care.documents.under_way import Incoming, Outgoing
from care.messages import Place, place_of
from core.clock import now


async def keep_incoming(case: Case, entry: Incoming) -> Message:
    """Make a message of what the case received, and take its entry out of the case."""
    kept = next((waiting for waiting in case.incoming if waiting.message_id == entry.message_id), entry)
    message = await messages.ensure_incoming(case, kept)
    return await _at_home(message, await intake.settle_incoming(case.id, message))


async def send_outgoing(case: Case, entry: Outgoing, place: Place | None = None) -> Message:
    """Make a message of the case's reply and have it sent; a held or scheduled one only becomes a message.

    Message and job are stored beside each other, whichever is first; where nothing has to leave, the message is SENT at
    once, and its entry goes. Whoever has read already where it stands gives the place, and leaves the entry to the handler.
    """
    known, place = place is not None, place or await place_of(case, entry)
    if entry.state is not DeliveryStatus.QUEUED:
        return await messages.ensure_outgoing(case, entry, place)
    leaves = await delivery.leaves(entry, place.channel)
    beside = [delivery.queue(entry.message_id)] if leaves else []
    if entry.continues is not None:
        beside.append(link(entry.continues, entry.conversation_id))
    saying = messages.ensure_outgoing(case, entry, place) if leaves else messages.ensure_said(case, entry, place)
    message, _ = await asyncio.gather(saying, asyncio.gather(*beside))
    if message.delivery_status not in WAITING and not known:
        await outgoing.settle_outgoing(case.id, message)
    return message


async def _at_home(message: Message, case: Case) -> Message:
    """Let a message that was made while its case was merged belong to the case that goes on."""
    if message.case_id == case.id or message.conversation_id not in case.led:  # its talk may go on elsewhere by now
        return message
    await move_messages(message.case_id, case.id, message.conversation_id, since=message.created_at)
    return await Message.get(message.id) or message


async def take_back(message: Message) -> Message:
    """Hide a message that has not left. Can run twice."""
    return await messages.withdraw_message(message, at=now()) if message.delivery_status in IN_THE_HOUSE else message


async def _home(case_id: str) -> Case | None:
    case = await Case.get(case_id)
    return await home_of(case) if case is not None else None


async def follow_up_merge(case_id: str) -> None:
    """Do what is left to do for a case that was merged into another one."""
    await _home(case_id)


async def follow_up_split(case_id: str) -> None:
    """Do what is left to do for a case that was split."""
    case = await Case.get(case_id)
    if case is None:
        return
    case = await finish_splits(case)
    for parted in case.parted:
        await _settle_parted(case, parted)


async def _settle_parted(case: Case, parted: Parted) -> None:
    """Bring what was on its way in a part of a case that is another customer's to its end in the case that they have."""
    new = await Case.get(parted.id)
    if new is None or new.merge is not None:
        return
    for arriving in [entry for entry in parted.incoming if entry in new.incoming]:
        await keep_incoming(new, arriving)
    for leaving in [entry for entry in new.outgoing if any(entry.message_id == one.message_id for one in parted.outgoing)]:
        await send_outgoing(new, leaving)
    for conversation_id in new.conversation_ids:
        await move_messages(case.id, new.id, conversation_id)
    for one in (case.id, new.id):
        await show_newest(one)


async def follow_up_incoming(case_id: str, message_id: str) -> None:
    """Do what is left to do for a message that a case received."""
    case = await _home(case_id)
    entry = next((entry for entry in case.incoming if entry.message_id == message_id), None) if case else None
    if case and entry:
        await keep_incoming(case, entry)


async def follow_up_outgoing(case_id: str, message_id: str) -> None:
    """Do what is left to do for a reply of a case."""
    case = await _home(case_id)
    entry = find_outgoing(case, message_id) if case else None
    if case and entry:
        await send_outgoing(case, entry)
