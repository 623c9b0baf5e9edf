"""Deliveries with a bad signature: a bounded few are kept for a week, so that a wrong secret loses nothing."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from auth.actor import Actor, Permission
from care.ingest.inbox import COLLECTION as INBOX
from care.ingest.inbox import Delivery, put
from core.clock import now
from core.database import Database
from core.errors import InvalidInput, NotFound
from core.ids import new_id
from core.leases import LeaseQueue
from core.logs import log

LARGEST = 64 * 1024
LARGEST_SUM = 20 * 1024 * 1024
KEPT_FOR = timedelta(days=7)
PER_MINUTE = 60

_COLLECTION = "hook_quarantine"
_MINUTE = 60.0
_HEADERS = (
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "x-hub-signature-256",
    "x-twitter-webhooks-signature",
    "content-type",
    "user-agent",
)
"""Proofs made for one body alone; what is a secret itself, such as Telegram's token, is not kept."""

logger = log(__name__)


class Quarantine:
    """What was turned away, within bounds of size, number and time for each channel."""

    def __init__(self, database: Database) -> None:
        self._rows = database[_COLLECTION]
        self._minutes: dict[str, tuple[int, int]] = {}

    async def declare(self) -> None:
        """Make the indexes that its bounds are counted by and old rows are found by."""
        await self._rows.create_index([("channel_id", ASCENDING), ("at", ASCENDING)])
        await self._rows.create_index([("at", ASCENDING)])

    async def keep(self, channel_id: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep a delivery if there is room; false when it was let go. It never raises for the store's sake."""
        if not self._is_in_time(channel_id):
            return False
        try:
            if not await self._has_room(channel_id, min(len(body), LARGEST)):
                logger.warning("quarantine.full", channel=channel_id)
                return False
            await self._rows.insert_one(_row(channel_id, headers, body))
        except PyMongoError as error:
            logger.warning("quarantine.unavailable", channel=channel_id, error=type(error).__name__)
            return False
        return True

    def _is_in_time(self, channel_id: str) -> bool:
        """Count in this process first: a flood must not cost the store a query each."""
        minute = int(time.monotonic() / _MINUTE)
        last, kept = self._minutes.get(channel_id, (minute, 0))
        kept = kept if last == minute else 0
        if kept >= PER_MINUTE:
            return False
        self._minutes[channel_id] = (minute, kept + 1)
        return True

    async def _has_room(self, channel_id: str, size: int) -> bool:
        moment = now()
        await self._rows.delete_many({"channel_id": channel_id, "at": {"$lt": moment - KEPT_FOR}})
        recent = {"channel_id": channel_id, "at": {"$gte": moment - timedelta(minutes=1)}}
        if await self._rows.count_documents(recent) >= PER_MINUTE:
            return False
        total: list[dict[str, Any]] = [
            {"$match": {"channel_id": channel_id}},
            {"$group": {"_id": None, "size": {"$sum": "$kept_size"}}},
        ]
        sums = await (await self._rows.aggregate(total)).to_list()
        return bool((sums[0]["size"] if sums else 0) + size <= LARGEST_SUM)


def _row(channel_id: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    return {
        "_id": new_id("hkq"),
        "channel_id": channel_id,
        "at": now(),
        "headers": {name: headers[name][:500] for name in _HEADERS if name in headers},
        "body": body[:LARGEST],
        "size": len(body),
        "kept_size": min(len(body), LARGEST),
    }


async def sweep(database: Database) -> int:
    """Forget what is older than a week, of all channels; give how many that were."""
    result = await database[_COLLECTION].delete_many({"at": {"$lt": now() - KEPT_FOR}})
    return result.deleted_count


async def readmit(actor: Actor, quarantine_id: str, *, database: Database) -> None:
    """Take a delivery in after all: somebody vouches for it where the signature did not.

    Raises Forbidden without `job:manage`, NotFound, InvalidInput when only the beginning of the body was kept.
    """
    actor.require(Permission.JOB_MANAGE)
    rows = database[_COLLECTION]
    row = await rows.find_one({"_id": quarantine_id})
    if row is None:
        raise NotFound("There is no such delivery in quarantine.", path=("id",))
    if row["size"] != row["kept_size"]:
        raise InvalidInput("Only the beginning of this delivery was kept; ask the sender to send it again.", path=("id",))
    # The claimed id is nobody's proof: under its own id this delivery can't stand for another.
    delivery = Delivery(row["channel_id"], quarantine_id, bytes(row["body"]), row["at"])
    await put(LeaseQueue(database, INBOX), delivery)
    await rows.delete_one({"_id": quarantine_id})
