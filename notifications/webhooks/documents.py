"""What MongoDB keeps of webhooks and of what was delivered by them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce, Record


class WebhookStatus(StrEnum):
    """Whether a webhook delivers; SUSPENDED: it paused by itself."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    SUSPENDED = "SUSPENDED"


class Webhook(CreatedOnce):
    """Where to post what happens, as its owner may see it."""

    owner_id: str
    """The member in whose name the document is run."""
    name: str
    url: str
    document: str
    variables: str = "{}"
    """JSON."""
    is_query: bool = False
    topics: list[str] = Field(default_factory=list)
    """For a query the topics at whose events it is run."""
    sealed_secrets: list[str] = Field(repr=False)
    previous_secret_until: datetime | None = None
    status: WebhookStatus = WebhookStatus.ACTIVE
    reason: str | None = None
    """Why it is paused."""
    failing_since: datetime | None = None
    resumed_at: datetime | None = None
    cursor: int
    """The number of the last event that was looked at."""
    live: bool = True
    """False once it was deleted."""

    class Settings:
        name = "webhooks"
        indexes: ClassVar = [
            IndexModel([("live", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class DeliveryState(StrEnum):
    """How far a delivery came."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"


class Attempt(BaseModel):
    """One try to deliver: the answer's HTTP status, or why there was none."""

    at: datetime
    status: int | None = None
    error: str | None = None
    response: str | None = None
    milliseconds: int


class WebhookDelivery(Record):
    """One event posted by one webhook; the id, derived from the two, is its `webhook-id` in every try."""

    webhook_id: str
    owner_id: str
    """As whom the payload was last read."""
    number: int
    """The number of the event: the order of delivery."""
    topic: str
    node_id: str | None = None
    is_test: bool = False
    state: DeliveryState = DeliveryState.PENDING
    payload: str | None = None
    attempts: list[Attempt] = Field(default_factory=list)
    """The last twenty."""
    asked_at: datetime
    """Since when it is to be delivered: its making, or the last time somebody asked for it again."""

    class Settings:
        name = "webhook_deliveries"
        indexes: ClassVar = [
            IndexModel([("webhook_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("webhook_id", ASCENDING), ("state", ASCENDING), ("number", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("asked_at", ASCENDING)]),
            PENDING_EVENTS,
        ]
