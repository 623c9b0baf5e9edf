"""What MongoDB keeps of requests for information: an agency's person asking the company about a case."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.channels import Environment
from core.records import PENDING_EVENTS, Record


class InformationStatus(StrEnum):
    """Where a request stands; TAKEN: somebody of the company looks after it."""

    ASKED = "ASKED"
    TAKEN = "TAKEN"
    ANSWERED = "ANSWERED"
    CANCELLED = "CANCELLED"


class InformationRequest(Record):
    """A question to the front office about a case, with the moments of its hand-overs."""

    gate_fields: ClassVar[tuple[str, ...]] = ("channel_id", "environment")

    case_id: str
    channel_id: str
    environment: Environment = Environment.LIVE
    question: str
    status: InformationStatus = InformationStatus.ASKED
    asked_by: str
    asked_at: datetime
    due_at: datetime
    overdue_at: datetime | None = None
    """When it was found to be late, and people were reminded."""
    taken_by: str | None = None
    taken_at: datetime | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    next_act_at: datetime | None = None
    fingerprint: str | None = None

    class Settings:
        name = "information_requests"
        indexes: ClassVar = [
            IndexModel([("case_id", ASCENDING), ("asked_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("environment", ASCENDING), ("status", ASCENDING), ("due_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
