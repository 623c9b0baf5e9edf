"""What MongoDB keeps of governance: initiatives, risks, and assessments of how ready the company is."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from community.stages import Stage, StageStep
from core.records import PENDING_EVENTS, CreatedOnce


class InitiativeKind(StrEnum):
    """What an initiative is for."""

    MARKETING = "MARKETING"
    SELLING = "SELLING"
    SERVICE = "SERVICE"


class InitiativeOrigin(StrEnum):
    """Who began: the company, or customers by what they said."""

    COMPANY = "COMPANY"
    CUSTOMERS = "CUSTOMERS"


class InitiativeWarning(StrEnum):
    """What is amiss with an initiative."""

    NO_SPONSOR = "NO_SPONSOR"
    NO_KPI = "NO_KPI"
    KPI_NOT_MEASURED = "KPI_NOT_MEASURED"
    NO_REVIEW_DATE = "NO_REVIEW_DATE"
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    NO_CUSTOMER_REVIEW = "NO_CUSTOMER_REVIEW"


class Kpi(BaseModel):
    """What an initiative is measured by."""

    name: str
    unit: str | None = None
    target: float
    actual: float | None = None


class InitiativeReview(BaseModel):
    """That an initiative was looked at, with customers or among colleagues."""

    at: datetime
    by: str
    outcome: str
    with_customers: bool = False
    survey_id: str | None = None
    """The survey of customers that was looked at."""


class Initiative(CreatedOnce):
    """Something that the company does in social media, on its own account or because customers asked for it."""

    gate_fields: ClassVar[tuple[str, ...]] = ("kind",)

    title: str
    goal: str
    kind: InitiativeKind
    origin: InitiativeOrigin
    trigger: str | None = None
    """What customers said or did that began it."""
    value_proposition: str | None = None
    """What customers have of it."""
    sponsor_id: str | None = None
    owner_id: str
    kpis: list[Kpi] = Field(default_factory=list)
    spent: float | None = None
    gained: float | None = None
    """Both in the company's currency, as counted so far."""
    stage: Stage = Stage.LISTEN
    steps: list[StageStep] = Field(default_factory=list)
    reviews: list[InitiativeReview] = Field(default_factory=list)
    """The oldest first; the last fifty."""
    review_at: datetime | None = None
    next_act_at: datetime | None = None
    archived: bool = False

    class Settings:
        name = "initiatives"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("archived", ASCENDING), ("kind", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class RiskStatus(StrEnum):
    """What is done about a risk."""

    OPEN = "OPEN"
    MITIGATED = "MITIGATED"
    ACCEPTED = "ACCEPTED"
    CLOSED = "CLOSED"


class Risk(CreatedOnce):
    """Something that may go wrong, how likely and how grave, 1 to 5 each."""

    title: str
    description: str | None = None
    likelihood: int
    impact: int
    exposure: int
    """Likelihood times impact, 1 to 25: by it they are listed."""
    mitigation: str | None = None
    owner_id: str
    initiative_id: str | None = None
    status: RiskStatus = RiskStatus.OPEN

    class Settings:
        name = "risks"
        indexes: ClassVar = [
            IndexModel([("exposure", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("status", ASCENDING), ("exposure", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class Dimension(StrEnum):
    """What an assessment looks at."""

    OPERATIONS = "OPERATIONS"
    CUSTOMERS = "CUSTOMERS"
    MISSION = "MISSION"
    GUIDELINES = "GUIDELINES"
    ANALYTICS = "ANALYTICS"
    GOVERNANCE = "GOVERNANCE"
    EXECUTIVES = "EXECUTIVES"
    NETWORK = "NETWORK"


class Maturity(StrEnum):
    """How far the company has come."""

    PROJECT = "PROJECT"
    PROGRAMME = "PROGRAMME"
    SOCIAL_CRM = "SOCIAL_CRM"


class MaturityWarning(StrEnum):
    """A mixture of stages that does not hold."""

    NETWORK_WITHOUT_KPI = "NETWORK_WITHOUT_KPI"
    METRICS_WITHOUT_SPONSOR = "METRICS_WITHOUT_SPONSOR"


class Finding(BaseModel):
    """What was found in one dimension, 0 (nothing) to 4 (fully in place), and why."""

    dimension: Dimension
    score: int
    evidence: str


class Assessment(CreatedOnce):
    """How ready the company is and how far it has come, as found at one time; it is never changed."""

    findings: list[Finding]
    readiness: float
    """From 0 to 100."""
    maturity: Maturity
    warnings: list[MaturityWarning] = Field(default_factory=list)
    assessed_by: str
    assessed_at: datetime

    class Settings:
        name = "assessments"
        indexes: ClassVar = [
            IndexModel([("assessed_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
