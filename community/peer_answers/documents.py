"""What MongoDB keeps of what customers say to each other: whom answers helped, and how far the company trusts."""

from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from community.marks import Mark
from core.records import PENDING_EVENTS, Record


class AnswerHelp(Mark):
    """That an answer helped a customer."""

    answer_id: str
    customer_id: str

    class Settings:
        name = "answer_help"
        indexes: ClassVar = [IndexModel([("answer_id", ASCENDING), ("withdrawn", ASCENDING)]), PENDING_EVENTS]


class PublicAnswerPolicy(Record):
    """How customers answer each other; there is one for the company."""

    trusted_after: int = 0
    """With so many published answers, and none declined or taken away, a customer's are published at once; 0: nobody's are."""
    per_hour: int = 5
    per_day: int = 20
    """How many one customer writes; 0: as many as they like."""

    class Settings:
        name = "public_answer_policies"
        indexes: ClassVar = [PENDING_EVENTS]
