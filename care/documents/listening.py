"""What MongoDB keeps of listening: saved queries, the messages that they found, and alerts of a sudden rise."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.channels import Environment
from care.documents.conversations import Visibility
from core.records import PENDING_EVENTS, CreatedOnce, Record


class ListeningKind(StrEnum):
    """What a query listens for."""

    BRAND = "BRAND"
    PRODUCT = "PRODUCT"
    COMPETITOR = "COMPETITOR"
    TOPIC = "TOPIC"


class AlertRule(BaseModel):
    """When so much is said that people must be told: both bounds must be reached within the window."""

    window_minutes: int
    least: int
    """Mentions within the window."""
    times_usual: float | None = None
    """How many times as many as in an average window of the week before; None: `least` alone decides."""


class EarlierSearch(BaseModel):
    """How far the search of messages that were there before the query has come."""

    since: datetime
    asked_at: datetime
    finished_at: datetime | None = None
    after_id: str = ""
    """The message that it has come to, in the order of the ids."""
    looked_at: int = 0
    found: int = 0


class ListeningQuery(CreatedOnce):
    """What to listen for in messages; of the phrases in `any_of` one must be there, of `all_of` all, of `none_of` none."""

    name: str
    kind: ListeningKind
    any_of: list[str] = Field(default_factory=list)
    all_of: list[str] = Field(default_factory=list)
    none_of: list[str] = Field(default_factory=list)
    channel_ids: list[str] = Field(default_factory=list)
    visibilities: list[Visibility] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    owner_id: str
    archived: bool = False
    alert_rule: AlertRule | None = None
    earlier: EarlierSearch | None = None

    class Settings:
        name = "listening_queries"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class Mention(Record):
    """A message that a query found; its id is derived from the two, so that each finds the other once."""

    query_id: str
    kind: ListeningKind
    message_id: str
    customer_id: str
    channel_id: str
    environment: Environment
    phrases: list[str]
    said_at: datetime

    class Settings:
        name = "mentions"
        indexes: ClassVar = [
            IndexModel([("environment", ASCENDING), ("said_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("environment", ASCENDING), ("query_id", ASCENDING), ("said_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("environment", ASCENDING), ("channel_id", ASCENDING), ("said_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel(
                [
                    ("environment", ASCENDING),
                    ("query_id", ASCENDING),
                    ("channel_id", ASCENDING),
                    ("said_at", DESCENDING),
                    ("_id", DESCENDING),
                ]
            ),
            PENDING_EVENTS,
        ]


class ListeningAlert(Record):
    """A sudden rise of what a query finds, until it is over; its id is derived from the one before, so that one is open."""

    query_id: str
    rule: AlertRule
    """The rule as it was."""
    usual: float
    """Mentions in an average window of the week before."""
    raised_count: int
    """Mentions within the window when it was raised."""
    peak: int
    raised_at: datetime
    ended_at: datetime | None = None
    open: bool = True
    next_look_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    note: str | None = None

    class Settings:
        name = "listening_alerts"
        indexes: ClassVar = [
            IndexModel([("raised_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("open", ASCENDING), ("raised_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("query_id", ASCENDING), ("raised_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("next_look_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
