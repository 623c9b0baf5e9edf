"""What MongoDB keeps of what customers are told in the portal."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class NoticeKind(StrEnum):
    """Why a customer is told."""

    QUESTION_PUBLISHED = "QUESTION_PUBLISHED"
    QUESTION_ANSWERED = "QUESTION_ANSWERED"
    ANSWER_PUBLISHED = "ANSWER_PUBLISHED"
    ANSWER_DECLINED = "ANSWER_DECLINED"
    IDEA_ANSWERED = "IDEA_ANSWERED"
    OUTCOME_PUBLISHED = "OUTCOME_PUBLISHED"
    REQUEST_ANSWERED = "REQUEST_ANSWERED"


class Notice(Record):
    """One customer told of one event; the id is derived from the two, so that nobody is told twice."""

    customer_id: str
    kind: NoticeKind
    target_id: str
    """The question, idea or outcome to look at; a request by its portal id."""
    about_id: str | None = None
    """The message that says it, by its portal id; of what is told once for each event None."""
    number: int
    """The number of the event told of: the order in which notices are read."""
    read_at: datetime | None = None

    class Settings:
        name = "customer_notices"
        indexes: ClassVar = [
            IndexModel([("customer_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("customer_id", ASCENDING), ("read_at", ASCENDING)]),
            PENDING_EVENTS,
        ]
