"""What MongoDB keeps of consultations: the front office asking the back office about a case."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.channels import Environment
from core.records import PENDING_EVENTS, Record


class ConsultationStatus(StrEnum):
    """Where a consultation stands; OVERDUE still can be answered."""

    WAITING = "WAITING"
    DECLINED = "DECLINED"
    ANSWERED = "ANSWERED"
    OVERDUE = "OVERDUE"
    CANCELLED = "CANCELLED"


class Decline(BaseModel):
    """An invited expert's no."""

    member_id: str
    at: datetime
    reason: str | None = None


class Delegation(BaseModel):
    """An invited expert's handing on."""

    from_member_id: str
    to_member_id: str
    at: datetime
    note: str | None = None


class Consultation(Record):
    """Experts asked about a case; the question with `question_id` carries text and answers."""

    gate_fields: ClassVar[tuple[str, ...]] = ("channel_id", "environment")

    case_id: str
    channel_id: str
    environment: Environment = Environment.LIVE
    question_id: str
    miss_id: str | None = None
    """The id of the miss of the answer bank upon the same message of the customer's, whether there is one or not."""
    title: str
    body: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    status: ConsultationStatus = ConsultationStatus.WAITING
    invited_expert_ids: list[str]
    declines: list[Decline] = Field(default_factory=list)
    delegations: list[Delegation] = Field(default_factory=list)
    answered_at: datetime | None = None
    accepted_at: datetime | None = None
    """When an answer was first accepted."""
    next_act_at: datetime | None = None
    fingerprint: str | None = None

    class Settings:
        name = "consultations"
        indexes: ClassVar = [
            IndexModel([("case_id", ASCENDING), ("asked_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("invited_expert_ids", ASCENDING), ("due_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("invited_expert_ids", ASCENDING), ("status", ASCENDING), ("due_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("question_id", ASCENDING)], unique=True),
            IndexModel([("declines.member_id", ASCENDING), ("asked_at", ASCENDING)]),
            IndexModel([("environment", ASCENDING), ("asked_at", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
