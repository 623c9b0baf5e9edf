"""Receipts that name no message: all of ours in a private talk came further, up to a time."""

from care.cases.outgoing import settle_outgoing
from care.conversations import conversation_id
from care.customers import customer_id
from care.documents.conversations import WAITING, Direction, Message, Visibility
from care.ingest.arrivals import Arrival
from care.ingest.generic import ReachedUntil
from care.messages import advance_delivery, may_advance

_LOOKED_AT = 100


async def reach_until(arrival: Arrival, event: ReachedUntil) -> None:
    """Move our messages of a private talk on that were written up to a time, the last hundred of them at most."""
    customer = customer_id(arrival.channel.id, event.author.id)
    talk = conversation_id(arrival.channel.id, arrival.channel.place_of(event.thread.id), customer, Visibility.PRIVATE)
    query = {"conversation_id": talk, "created_at": {"$lte": event.until}}
    newest = await Message.find(query).sort("-created_at", "-_id").limit(_LOOKED_AT).to_list()
    for message in newest:
        is_ours = message.direction is Direction.OUTBOUND and message.visibility is not Visibility.INTERNAL
        if is_ours and message.delivery_status not in WAITING and may_advance(message.delivery_status, event.delivery_status):
            moved = await advance_delivery(message, event.delivery_status)
            await settle_outgoing(moved.case_id, moved)
