"""What MongoDB keeps of plans to win somebody: steps with an owner and a due time, and how it ended."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class PlanState(StrEnum):
    """Where a plan stands."""

    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"


class PlanStep(BaseModel):
    """Something to do by somebody until a time."""

    id: str
    title: str
    owner_id: str
    due_at: datetime
    overdue_at: datetime | None = None
    """When it was found to be late, and its owner was told."""
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None
    """What came of it."""


class ActionPlan(CreatedOnce):
    """How a prospect is to be won."""

    customer_id: str
    goal: str
    state: PlanState = PlanState.OPEN
    steps: list[PlanStep] = Field(default_factory=list)
    created_by: str
    department_id: str | None = None
    """Of who made it, as they belonged then."""
    closed_at: datetime | None = None
    closed_by: str | None = None
    reason: str | None = None
    """Why it was won or lost."""
    open_key: str | None = None
    """The customer's id as long as the plan is open: one open plan a customer."""
    next_act_at: datetime | None = None

    class Settings:
        name = "action_plans"
        indexes: ClassVar = [
            IndexModel([("open_key", ASCENDING)], unique=True, sparse=True),
            IndexModel([("customer_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("customer_id", ASCENDING), ("department_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("state", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
