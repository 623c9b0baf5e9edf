"""What MongoDB keeps of the tone guide: phrases that the company does not want to say, and what it says instead."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field

from core.records import PENDING_EVENTS, Record


class AdviceSeverity(StrEnum):
    """How much an advice matters."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class ToneRule(BaseModel):
    """A phrase to avoid, everywhere or in replies in one language or of one brand."""

    avoid: str
    prefer: str | None = None
    """What to say instead."""
    reason: str
    severity: AdviceSeverity = AdviceSeverity.MEDIUM
    locale: str | None = None
    brand_id: str | None = None


class ToneGuide(Record):
    """All rules of the company; there is one guide."""

    rules: list[ToneRule] = Field(default_factory=list)

    class Settings:
        name = "tone_guides"
        indexes: ClassVar = [PENDING_EVENTS]
