"""What MongoDB keeps of recognition: the values that the company wants to see lived."""

from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class ValueAnchor(BaseModel):
    """What stands for a value: a section of a guideline, or an initiative."""

    subject_id: str
    section_key: str | None = None
    """The section of the guideline; None for an initiative."""
    how: str
    """In what way."""


class CompanyValue(CreatedOnce):
    """What the company stands for; kudos name one of them, and sections of guidelines and initiatives serve them."""

    name: str
    description: str
    anchors: list[ValueAnchor] = Field(default_factory=list)
    retired: bool = False

    class Settings:
        name = "company_values"
        indexes: ClassVar = [
            IndexModel([("retired", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
