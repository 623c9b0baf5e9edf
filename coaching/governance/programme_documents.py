"""What MongoDB keeps of the programme: its mission, who answers for it, who governs it, and what belongs to it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class ProgrammeStatus(StrEnum):
    """Where a programme stands; each change of it asks for a new approval."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    RETIRED = "RETIRED"


class GovernanceBody(BaseModel):
    """Some members who decide about something together."""

    name: str
    duty: str
    member_ids: list[str]


class ProgrammeApproval(BaseModel):
    """That somebody approved the programme as it was then."""

    by: str
    at: datetime
    version: int
    """What was approved."""


class SocialProgramme(CreatedOnce):
    """What holds initiatives, guidelines and risks together under one mission."""

    name: str
    mission: str
    owner_id: str
    bodies: list[GovernanceBody] = Field(default_factory=list)
    initiative_ids: list[str] = Field(default_factory=list)
    guideline_ids: list[str] = Field(default_factory=list)
    risk_ids: list[str] = Field(default_factory=list)
    status: ProgrammeStatus = ProgrammeStatus.DRAFT
    approvals: list[ProgrammeApproval] = Field(default_factory=list)
    """The oldest first; the last fifty."""

    class Settings:
        name = "social_programmes"
        indexes: ClassVar = [
            IndexModel([("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
