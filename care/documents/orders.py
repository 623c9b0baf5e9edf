"""What MongoDB keeps of orders: what customers bought, as the systems that sell tell it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class OrderState(StrEnum):
    """How far an order has come."""

    PLACED = "PLACED"
    PROCESSING = "PROCESSING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    RETURNED = "RETURNED"


class OrderLine(BaseModel):
    """One thing that was ordered; `amount` for all of them together, in the currency's minor units."""

    name: str
    sku: str | None = None
    quantity: int = 1
    amount: int | None = None


class Order(Record):
    """An order of another system; its id is derived from the system's name and its number there."""

    customer_id: str
    system: str
    number: str
    placed_at: datetime
    state: OrderState
    total: int
    """In the currency's minor units."""
    currency: str
    """By ISO 4217."""
    lines: list[OrderLine] = Field(default_factory=list)
    url: str | None = None
    changed_at: datetime
    """When the system changed it last, as it says; an older word changes nothing."""
    told_by: str | None = None
    """Which row of a synchronisation told it last, and what that did, `sync.run.page:row:outcome`."""

    class Settings:
        name = "orders"
        indexes: ClassVar = [
            IndexModel([("customer_id", ASCENDING), ("placed_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
