"""What MongoDB keeps of the answer bank: answers that were good once, ready to be good again."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class AnswerBankStatus(StrEnum):
    """DRAFT waits for approval; EXPIRED is past its review date; ARCHIVED was taken out of use, until it is edited."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    EXPIRED = "EXPIRED"
    ARCHIVED = "ARCHIVED"


class AnswerBankEntry(Record):
    """A likely question in its variants and the answer to it."""

    title: str
    body: str
    question_variants: list[str] = Field(default_factory=list)
    status: AnswerBankStatus = AnswerBankStatus.DRAFT
    owner_id: str
    locale: str | None = None
    review_by: datetime | None = None
    reminds_at: datetime | None = None
    """When its owner is to be told that it must be reviewed soon; none once told, or where the review date is that near."""
    case_id: str | None = None
    updated_at: datetime
    use_count: int = 0
    use_counted: int = 0
    """The number of the last event that was counted as a use."""
    fingerprint: str | None = None

    class Settings:
        name = "answer_bank"
        indexes: ClassVar = [
            IndexModel([("owner_id", ASCENDING), ("review_by", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("owner_id", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("owner_id", ASCENDING), ("status", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("status", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("status", ASCENDING), ("review_by", ASCENDING)], sparse=True),
            IndexModel([("status", ASCENDING), ("reminds_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
