"""A clock as a case keeps it: a promise to the customer, and what became of it."""

from datetime import datetime

from pydantic import BaseModel, Field

from care.documents.promises import ClockTerms, Escalation, Halt, Renewal


class ResponseClock(BaseModel):
    """A promise with a due time, absolute and in UTC. A clock with neither due time nor mark is not applicable."""

    terms: ClockTerms | None = None
    """What a policy promises; None: the default of the product."""
    target_seconds: int | None = None
    started_at: datetime | None = None
    due_at: datetime | None = None
    warned_at: datetime | None = None
    warned_percent: int | None = None
    """Of which share of the time people were warned last."""
    paused_at: datetime | None = None
    paused_for: Halt | None = None
    renewed_at: datetime | None = None
    """When it started anew, unmet."""
    renewed_upon: Renewal | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    escalations: list[Escalation] = Field(default_factory=list)
