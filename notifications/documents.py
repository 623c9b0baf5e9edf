"""What MongoDB keeps of notifications and of how far each member has read."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class NotificationKind(StrEnum):
    """Why somebody is told."""

    ASSIGNED = "ASSIGNED"
    MENTIONED = "MENTIONED"
    QUESTION_INVITED = "QUESTION_INVITED"
    ANSWERED = "ANSWERED"
    CLOCK_WARNING = "CLOCK_WARNING"
    CLOCK_BREACHED = "CLOCK_BREACHED"
    CLOCK_ESCALATED = "CLOCK_ESCALATED"
    DRAFT_SUBMITTED = "DRAFT_SUBMITTED"
    DRAFT_REVIEWED = "DRAFT_REVIEWED"
    INFORMATION_REQUESTED = "INFORMATION_REQUESTED"
    INFORMATION_ANSWERED = "INFORMATION_ANSWERED"
    INFORMATION_OVERDUE = "INFORMATION_OVERDUE"
    PLAN_STEP_OVERDUE = "PLAN_STEP_OVERDUE"
    SNOOZE_ENDED = "SNOOZE_ENDED"
    CASE_STUCK = "CASE_STUCK"
    NOT_ASSIGNED = "NOT_ASSIGNED"
    COVERAGE_GAP = "COVERAGE_GAP"
    SHIFT_PLANNED = "SHIFT_PLANNED"
    ANSWER_MISSING = "ANSWER_MISSING"
    ANSWER_OVERDUE = "ANSWER_OVERDUE"
    LISTENING_ALERT = "LISTENING_ALERT"


class Notification(Record):
    """One member told of one event; the id is derived from the two, so that nobody is told twice."""

    gate_fields: ClassVar[tuple[str, ...]] = ("recipient_id",)

    recipient_id: str
    kind: NotificationKind
    text: str
    target_id: str
    number: int
    """The number of the event told of: the order in which notifications are read."""

    class Settings:
        name = "notifications"
        indexes: ClassVar = [
            IndexModel([("recipient_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class ReadMark(BaseModel):
    """Everything up to a number was read at an instant."""

    up_to: int
    at: datetime


class ReadState(Record):
    """How far a member has read: marks that cover all up to a number, and single ids above the last mark."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    member_id: str
    marks: list[ReadMark] = Field(default_factory=list)
    ids: dict[str, datetime] = Field(default_factory=dict)

    class Settings:
        name = "read_states"
        indexes: ClassVar = [PENDING_EVENTS]
