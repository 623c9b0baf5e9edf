"""What MongoDB keeps of surveys of motives: how often each was named, and who took part, never who named what."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class SurveyAudience(StrEnum):
    """Who is asked."""

    MEMBERS = "MEMBERS"
    CUSTOMERS = "CUSTOMERS"


class PropositionFit(StrEnum):
    """What customers say of what the company thinks that they have of it."""

    FITS = "FITS"
    PARTLY = "PARTLY"
    NOT = "NOT"


class FitCount(BaseModel):
    """How often one of these was said."""

    fit: PropositionFit
    named: int = 0
    shown: int = 0
    """How often it was said when the results were last shown anew."""


class Motive(BaseModel):
    """Why somebody may take part, and how often that was named."""

    id: str
    text: str
    named: int = 0
    shown: int = 0
    """How often it was named when the results were last shown anew."""


class MotiveSurvey(CreatedOnce):
    """Why people engage; results are shown from five answers on and anew after each five, so that nobody's stands out."""

    question: str
    audience: SurveyAudience = SurveyAudience.MEMBERS
    initiative_id: str | None = None
    """The initiative whose value proposition is looked at with customers."""
    value_proposition: str | None = None
    """What the company thinks that they have of it, to look at beside the results."""
    motives: list[Motive]
    took_part: list[str] = Field(default_factory=list)
    """Who answered, so that nobody does twice; in no order of time, and apart from what they named.

    Of customers it is an id derived for this survey alone, that says nothing of them.
    """
    fits: list[FitCount] = Field(default_factory=list)
    closed: bool = False

    class Settings:
        name = "motive_surveys"
        indexes: ClassVar = [
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("audience", ASCENDING), ("closed", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
