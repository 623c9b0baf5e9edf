"""How a member came to a skill, and whether it counts."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field


class SkillStatus(StrEnum):
    """Whether it was shown that a member knows what they claim to know; only CONFIRMED skills count."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"


class SkillStanding(BaseModel):
    """How a member came to a skill: by claiming it, or given by whoever manages members."""

    skill_id: str
    status: SkillStatus
    since: datetime
    by: str | None = None
    """Who confirmed or gave it by hand; None: nobody did yet, or evidence did."""
    reason: str | None = None
    """Why somebody confirmed it by hand."""
    claimed: Annotated[int, Field(ge=1, le=5)] | None = None
    """How well they say that they master it; None: they did not claim it."""
