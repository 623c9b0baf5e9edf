"""The inbox: every delivery that was acknowledged, as it came, until and after it is understood."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.leases import LeaseQueue

COLLECTION = "inbox"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to a channel's hook whose sender is known: the raw body, and when it was received."""

    channel_id: str
    webhook_id: str
    body: bytes
    received_at: datetime

    @property
    def id(self) -> str:
        """Give SHA-256 over channel, webhook-id and body, so that what is sent again is the same delivery."""
        digest = hashlib.sha256()
        for part in (self.channel_id.encode(), self.webhook_id.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
        digest.update(self.body)
        return digest.hexdigest()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Delivery":
        """Read a document of the inbox."""
        return cls(row["channel_id"], row["webhook_id"], bytes(row["body"]), row["received_at"])


async def put(queue: LeaseQueue, delivery: Delivery) -> bool:
    """Store a delivery by one insert; false when it is there already, which is as good."""
    row = {
        "channel_id": delivery.channel_id,
        "webhook_id": delivery.webhook_id,
        "body": delivery.body,
        "received_at": delivery.received_at,
    }
    return await queue.add(delivery.id, row)
