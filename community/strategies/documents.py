"""What MongoDB keeps of strategies beside their wiki pages: what a fork offers back to what it came from."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "OPEN"
    TAKEN = "TAKEN"
    DECLINED = "DECLINED"


class StrategyOffer(CreatedOnce):
    """What a fork offers back: the words that it had then, and the revision of the other that it had begun with."""

    gate_fields: ClassVar[tuple[str, ...]] = ("origin_id",)

    fork_id: str
    origin_id: str
    base_number: int
    """The revision of the origin that the fork began with: what both are merged from."""
    title: str
    body: str
    note: str
    offered_by: str
    state: OfferState = OfferState.OPEN
    open_key: str | None = None
    """The fork while the offer is open, unique: one at a time."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    taken_number: int | None = None
    """The revision of the origin that took it."""

    class Settings:
        name = "strategy_offers"
        indexes: ClassVar = [
            IndexModel([("open_key", ASCENDING)], unique=True, sparse=True),
            IndexModel([("origin_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
