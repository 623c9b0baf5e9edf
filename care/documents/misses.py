"""What MongoDB keeps of misses: questions of customers that the answer bank could not answer."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.cases import Case
from care.documents.channels import Environment
from core.ids import derived_id
from core.records import PENDING_EVENTS, Record


class MissStatus(StrEnum):
    """Where a miss stands; DROPPED: its case was closed before somebody knew."""

    OPEN = "OPEN"
    ROUTED = "ROUTED"
    ANSWERED = "ANSWERED"
    DROPPED = "DROPPED"


class AnswerBankMiss(Record):
    """A question that had no answer in the bank, until it has one: one a case and customer's message."""

    gate_fields: ClassVar[tuple[str, ...]] = ("channel_id", "environment")

    case_id: str
    channel_id: str
    environment: Environment = Environment.LIVE
    question: str
    locale: str | None = None
    status: MissStatus = MissStatus.OPEN
    reported_by: str
    detected: bool = False
    """Whether the search noticed it when experts were asked, rather than somebody reporting it."""
    reported_at: datetime
    expert_id: str | None = None
    backup_id: str | None = None
    consultation_id: str | None = None
    reminds_at: datetime
    reminded_at: datetime | None = None
    alarms_at: datetime
    alarmed_at: datetime | None = None
    next_act_at: datetime | None = None
    answered_at: datetime | None = None
    entry_id: str | None = None
    """The draft that the accepted answer became."""
    request_id: str | None = None
    """Which request reported it, to know its repeats by."""
    fingerprint: str | None = None

    class Settings:
        name = "answer_bank_misses"
        indexes: ClassVar = [
            IndexModel([("environment", ASCENDING), ("reported_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("environment", ASCENDING), ("status", ASCENDING), ("reported_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("case_id", ASCENDING), ("status", ASCENDING)]),
            IndexModel([("consultation_id", ASCENDING)], sparse=True),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


def miss_id_of(case: Case) -> str:
    """Give the id of the miss, should there be one, of what the customer of a case said last."""
    last = case.incoming[-1].message_id if case.incoming else case.last_message_id
    return derived_id("mis", case.id, str(case.heard), "" if case.heard else str(last))
