"""What MongoDB keeps of the quality of replies: the form that they are judged by, one document for each version of it."""

from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record

HIGHEST_MARK: Final = 4
"""The best mark for a criterion; the worst is 0."""


class QualityEvidence(StrEnum):
    """What speaks of the quality of a reply."""

    REVIEW = "REVIEW"
    DRAFT = "DRAFT"
    CUSTOMER = "CUSTOMER"
    REOPENING = "REOPENING"
    CONDUCT = "CONDUCT"


class QualityCriterion(BaseModel):
    """What a reviewer looks at in a reply, and how much it counts beside the others."""

    key: str
    name: str
    description: str | None = None
    weight: int


class EvidenceWeight(BaseModel):
    """How much one kind of evidence counts beside the others; 0: not at all."""

    kind: QualityEvidence
    weight: int


DEFAULT_WEIGHTS: Final = (
    EvidenceWeight(kind=QualityEvidence.REVIEW, weight=40),
    EvidenceWeight(kind=QualityEvidence.DRAFT, weight=20),
    EvidenceWeight(kind=QualityEvidence.CUSTOMER, weight=20),
    EvidenceWeight(kind=QualityEvidence.REOPENING, weight=10),
    EvidenceWeight(kind=QualityEvidence.CONDUCT, weight=10),
)


class QualityForm(Record):
    """One version of what replies are judged by; it is never changed, the next one has the next number."""

    number: int
    criteria: list[QualityCriterion] = Field(default_factory=list)
    weights: list[EvidenceWeight] = Field(default_factory=lambda: list(DEFAULT_WEIGHTS))
    minimum_cases: int = 5
    """On how many cases a figure of a report must stand to be shown."""
    calibration_percent: int = 0
    """Of how many of a hundred marked replies a second reviewer marks one."""
    published_by: str | None = None

    def weight_of(self, kind: QualityEvidence) -> int:
        """Give how much a kind of evidence counts."""
        return next((one.weight for one in self.weights if one.kind is kind), 0)

    class Settings:
        name = "quality_forms"
        indexes: ClassVar = [IndexModel([("number", DESCENDING)], unique=True), PENDING_EVENTS]
