"""What MongoDB keeps of who was chosen to be the visible face of the company."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class Shortlisted(BaseModel):
    """Who could have been chosen, and how much spoke for them."""

    member_id: str
    points: int


class RepresentativeChoice(CreatedOnce):
    """Who was chosen, for what, out of whom, and why; it is never changed."""

    title: str
    skill_ids: list[str]
    languages: list[str] = Field(default_factory=list)
    shortlist: list[Shortlisted]
    member_id: str
    reason: str
    chosen_by: str
    chosen_at: datetime

    class Settings:
        name = "representative_choices"
        indexes: ClassVar = [
            IndexModel([("chosen_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("member_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
