"""What MongoDB keeps of insights, and of the digests that departments get of them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from community.documents import Moderated, Tag
from community.stages import Stage, StageStep
from core.records import PENDING_EVENTS, Record


class InsightKind(StrEnum):
    """What somebody came to know."""

    NEED = "NEED"
    TOPIC = "TOPIC"
    RISK = "RISK"
    OPPORTUNITY = "OPPORTUNITY"


class InsightEvidence(BaseModel):
    """Something that shows it: what is named is read behind its own gate, by each viewer anew."""

    target_id: str
    added_by: str
    at: datetime


class Insight(Moderated):
    """Something that was learned of customers or the market, in a member's words, with what shows it and what becomes of it."""

    gate_fields: ClassVar[tuple[str, ...]] = ("kept_for",)

    title: str
    body: str
    kind: InsightKind
    tags: list[Tag] = Field(default_factory=list)
    department_ids: list[str] = Field(default_factory=list)
    """The departments that it is for."""
    evidence: list[InsightEvidence] = Field(default_factory=list)
    customer_ids: list[str] = Field(default_factory=list)
    """Whose cases, messages and mentions are among the evidence."""
    author_id: str
    owner_id: str
    stage: Stage = Stage.LISTEN
    steps: list[StageStep] = Field(default_factory=list)
    closed: bool = False
    """Whether nothing more is to come of it."""
    updated_at: datetime

    class Settings:
        name = "insights"
        indexes: ClassVar = [
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            *(
                IndexModel([(by, ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)])
                for by in (
                    "kind",
                    "stage",
                    "owner_id",
                    "department_ids",
                    "tags.slug",
                    "customer_ids",
                    "evidence.target_id",
                )
            ),
            PENDING_EVENTS,
        ]


class DigestPeriod(StrEnum):
    """How often a department is told what was learned for it."""

    OFF = "OFF"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"


class InsightDigest(Record):
    """What a department gets: how often, and which span the last one was about. The id follows from the department's."""

    department_id: str
    period: DigestPeriod = DigestPeriod.OFF
    since: datetime
    """From when on the next one tells."""
    last_from: datetime | None = None
    last_until: datetime | None = None
    last_count: int = 0
    """Of how many insights the last one told."""
    next_act_at: datetime | None = None

    class Settings:
        name = "insight_digests"
        indexes: ClassVar = [IndexModel([("next_act_at", ASCENDING)], sparse=True), PENDING_EVENTS]
