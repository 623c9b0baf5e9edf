"""What MongoDB keeps of customers who may be the same: by what they are compared, and what was made of each pair."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class Likeness(StrEnum):
    """What two customers have in common."""

    SAME_EMAIL = "SAME_EMAIL"
    SAME_PHONE = "SAME_PHONE"
    SAME_HANDLE = "SAME_HANDLE"
    SAME_NAME = "SAME_NAME"


class SuggestionState(StrEnum):
    """What became of a suggestion; OBSOLETE: nothing is in common any more."""

    OPEN = "OPEN"
    MERGED = "MERGED"
    DISMISSED = "DISMISSED"
    OBSOLETE = "OBSOLETE"


class LikenessKeys(Record):
    """By what one customer is compared with others; its id is derived from the customer's."""

    customer_id: str
    keys: list[str] = Field(default_factory=list)
    """Each the name of a likeness and the folded value, `SAME_NAME:ayse demir`."""
    found_by: list[str] | None = None
    """Words, addresses and numbers by whose beginnings the customer is found; absent in rows of older releases."""

    class Settings:
        name = "likeness_keys"
        indexes: ClassVar = [
            IndexModel([("keys", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("found_by", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class MergeSuggestion(Record):
    """Two customers who may be one person; its id is derived from the two, so that each pair is suggested once."""

    customer_ids: list[str]
    """The two, in the order of their ids."""
    reasons: list[Likeness]
    state: SuggestionState = SuggestionState.OPEN
    found_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    """Why it was dismissed, as the member wrote."""

    class Settings:
        name = "merge_suggestions"
        indexes: ClassVar = [
            IndexModel([("state", ASCENDING), ("found_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("customer_ids", ASCENDING), ("state", ASCENDING)]),
            PENDING_EVENTS,
        ]
