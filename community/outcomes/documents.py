"""What MongoDB keeps of what the company did upon what customers said."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class OutcomeStatus(StrEnum):
    """Who reads an outcome."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


class Outcome(CreatedOnce):
    """“You said, we did”: what customers said, with what shows it, and what the company did."""

    title: str
    heard: str
    """What customers said, in the company's words."""
    done: str
    """What the company did."""
    idea_ids: list[str] = Field(default_factory=list)
    question_ids: list[str] = Field(default_factory=list)
    message_ids: list[str] = Field(default_factory=list)
    """Messages that say so: counted for customers, and read by nobody who may not read them anyway."""
    status: OutcomeStatus = OutcomeStatus.DRAFT
    author_id: str
    published_at: datetime | None = None

    class Settings:
        name = "outcomes"
        indexes: ClassVar = [
            IndexModel([("status", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("idea_ids", ASCENDING), ("status", ASCENDING)]),
            PENDING_EVENTS,
        ]
