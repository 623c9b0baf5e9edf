"""News of a message that is not here yet: kept as a job of its own until the message comes, for a day at most."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from care.cases.clocks import said_at
from care.cases.outgoing import settle_outgoing
from care.customers import customer_id
from care.documents.channels import Channel
from care.documents.conversations import WAITING, Direction, Message
from care.ingest.arrivals import Arrival
from care.ingest.generic import DeliveryReported, Follower, MessageDeleted, MessageEdited, Reacted, cut, understand
from care.ingest.messages import attachments_of, receive_unparsed
from care.jobs import APPLY, jobs
from care.messages import advance_delivery, edit_message, find_message, react_to_message, withdraw_message
from core.clock import now
from core.leases import GiveUp, TryLater
from core.logs import log

PATIENCE = timedelta(hours=24)
_SHORTEST_PAUSE = 1.0
_LONGEST_PAUSE = 600.0

logger = log(__name__)


async def follow(arrival: Arrival, event: Follower, raw: object) -> None:
    """Apply news of a message, or keep it until the message is here."""
    if await apply(arrival, event):
        return
    row = {
        "kind": APPLY,
        "channel_id": arrival.channel.id,
        "delivery_id": arrival.delivery_id,
        "place": arrival.place,
        "received_at": arrival.received_at,
        "event": orjson.dumps(raw),
    }
    await jobs().add(f"apply:{arrival.key}", row)


async def apply_waiting(row: Mapping[str, Any]) -> None:
    """Apply news that waited; what is still about nothing after a day ends, an edit's text as a message of its own.

    Raises TryLater until then.
    """
    channel = await Channel.get(row["channel_id"])
    raw = orjson.loads(row["event"])
    event = understand(raw)
    if channel is None or not isinstance(event, Follower):
        raise GiveUp("its channel or its type is not known any more")
    arrival = Arrival(channel, row["delivery_id"], row["received_at"], row["place"])
    if await apply(arrival, event):
        return
    waited = now() - arrival.received_at
    if waited < PATIENCE:
        pause = min(max(waited.total_seconds() / 4, _SHORTEST_PAUSE), _LONGEST_PAUSE)
        raise TryLater("the message is not here yet", pause=pause)
    if isinstance(event, MessageEdited):
        await receive_unparsed(arrival, raw)
    logger.info("event.without_message", channel=channel.id, type=event.type, delivery=arrival.delivery_id)


async def apply(arrival: Arrival, event: Follower) -> bool:
    """Apply news to its message; false when that is not here."""
    message = await find_message(arrival.channel.id, event.message_id)
    if message is None:
        return False
    match event:
        case MessageEdited():
            files = None if event.attachments is None else attachments_of(event.attachments, message.id)
            at = _at(event.sent_at, arrival)
            await edit_message(message, body=cut(event.text), at=at, attachments=files)
        case MessageDeleted():
            await withdraw_message(message, at=_at(event.sent_at, arrival))
        case Reacted():
            kind = None if event.removed else event.kind or None
            await react_to_message(message, author_id=customer_id(arrival.channel.id, event.author.id), kind=kind)
        case _:
            await _advance(message, event)
    return True


async def _advance(message: Message, event: DeliveryReported) -> None:
    if message.direction is not Direction.OUTBOUND:
        return
    moved = await advance_delivery(message, event.delivery_status, external_id=event.external_id, error=event.error)
    if moved.delivery_status is not None and moved.delivery_status not in WAITING:
        await settle_outgoing(moved.case_id, moved)


def _at(sent_at: datetime | None, arrival: Arrival) -> datetime:
    return said_at(sent_at or arrival.received_at, arrival.received_at)
