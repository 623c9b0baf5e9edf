"""What MongoDB keeps of customers and of the names they go by on each channel."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from care.documents.channels import ChannelKind
from core.records import PENDING_EVENTS, Record


class Lifecycle(StrEnum):
    """How far somebody has come with the company."""

    VISITOR = "VISITOR"
    LEAD = "LEAD"
    PROSPECT = "PROSPECT"
    CUSTOMER = "CUSTOMER"
    ADVOCATE = "ADVOCATE"


class Identity(BaseModel):
    """One name of a customer on one channel; `key` is channel and external id, unique among all customers."""

    key: str
    channel_id: str
    channel_kind: ChannelKind
    external_id: str
    handle: str
    profile_url: str | None = None
    followers: int | None = None
    verified: bool = False
    """Whether the person behind it has proved to own it: a portal account, a confirmed address."""


class Customer(Record):
    """Somebody the company talks with. Made by the first message, its id derived from channel and external id."""

    display_name: str
    lifecycle: Lifecycle = Lifecycle.CUSTOMER
    locale: str | None = None
    email: str | None = None
    phone: str | None = None
    identities: list[Identity] = Field(default_factory=list)
    merged_into: str | None = None
    absorbed: list[str] = Field(default_factory=list)

    class Settings:
        name = "customers"
        indexes: ClassVar = [
            IndexModel([("identities.key", ASCENDING)], unique=True, sparse=True),
            IndexModel([("display_name", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
