"""What MongoDB keeps of birthdays that are near: that somebody may greet a customer, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class BirthdayState(StrEnum):
    """Where the suggestion to greet a customer stands; nothing is ever sent by itself."""

    SUGGESTED = "SUGGESTED"
    DONE = "DONE"
    DISMISSED = "DISMISSED"
    PASSED = "PASSED"


class BirthdaySuggestion(Record):
    """That a customer has their birthday in a year; its id is derived from both. Deleted with all it says without consent."""

    customer_id: str
    on: str | None = None
    """The day of the year in question, `2027-02-28`; None once it had to be forgotten."""
    state: BirthdayState = BirthdayState.SUGGESTED
    settled_at: datetime | None = None
    settled_by: str | None = None
    note: str | None = None

    class Settings:
        name = "birthday_suggestions"
        indexes: ClassVar = [
            IndexModel([("state", ASCENDING), ("on", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("customer_id", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
