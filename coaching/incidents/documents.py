"""What MongoDB keeps of incidents of conduct."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class IncidentSeverity(StrEnum):
    """How much it hurt."""

    MINOR = "MINOR"
    SERIOUS = "SERIOUS"
    GRAVE = "GRAVE"


class IncidentStatus(StrEnum):
    """Where an incident stands; AGREED: mentor and member agree on what is to be done."""

    OPEN = "OPEN"
    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    CLOSED = "CLOSED"


class CoachingOutcome(BaseModel):
    """What mentor and member want to do about it, so that it does not happen again."""

    mentorship_id: str
    text: str
    proposed_by: str
    proposed_at: datetime
    agreed_at: datetime | None = None
    """When the member agreed."""


class IncidentClosing(BaseModel):
    """Who closed it, and with which words."""

    by: str
    at: datetime
    note: str


class ConductIncident(CreatedOnce):
    """A bad word of a member's to a customer; for the member, their mentors, and who manages mentorships."""

    member_id: str
    said: str
    case_id: str | None = None
    message_id: str | None = None
    severity: IncidentSeverity
    recorded_by: str
    note: str | None = None
    status: IncidentStatus = IncidentStatus.OPEN
    outcome: CoachingOutcome | None = None
    closing: IncidentClosing | None = None

    class Settings:
        name = "conduct_incidents"
        indexes: ClassVar = [
            IndexModel([("member_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
