"""How channels fare: when something came in last, what was turned away, and the last reply that did not leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auth.actor import Actor
from care.channels import read_channels
from care.documents.channels import Channel
from core.clock import now
from core.logs import log

COLLECTION = "channel_health"
_LONGEST_REASON = 300

logger = log(__name__)


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """What happened last on a channel; None: never yet."""

    last_received_at: datetime | None = None
    last_refused_at: datetime | None = None
    refused_because: str | None = None
    last_sent_at: datetime | None = None
    last_failed_at: datetime | None = None
    failed_because: str | None = None


async def note_received(channel_id: str) -> None:
    """Remember that a delivery was taken in."""
    await _note(channel_id, last_received_at=now())


async def note_refused(channel_id: str, reason: str) -> None:
    """Remember that a delivery was turned away, and why."""
    await _note(channel_id, last_refused_at=now(), refused_because=reason[:_LONGEST_REASON])


async def note_sent(channel_id: str) -> None:
    """Remember that a reply left."""
    await _note(channel_id, last_sent_at=now())


async def note_failed(channel_id: str, reason: str) -> None:
    """Remember that a reply, or a try to send one, came to nothing, and why."""
    await _note(channel_id, last_failed_at=now(), failed_because=reason[:_LONGEST_REASON])


async def health_of(actor: Actor, channel_ids: Iterable[str]) -> dict[str, ChannelHealth]:
    """Read how the channels fare that the actor may know of, in one query."""
    known = await read_channels(actor, channel_ids)
    rows = await _rows().find({"_id": {"$in": list(known)}}).to_list()
    found = {row.pop("_id"): ChannelHealth(**row) for row in rows}
    return {one: found.get(one, ChannelHealth()) for one in known}


async def _note(channel_id: str, **news: object) -> None:
    await _rows().update_one({"_id": channel_id}, {"$set": news}, upsert=True)


def _rows() -> Any:
    return Channel.get_pymongo_collection().database[COLLECTION]
