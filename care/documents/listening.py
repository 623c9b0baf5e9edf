"""What MongoDB keeps of listening: saved queries, and the messages that they found."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field
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
