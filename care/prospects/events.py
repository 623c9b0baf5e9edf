"""What happens to prospects and the plans to win them, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEvent(Event):
    """Something happened to a plan."""

    plan_id: str
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlanChanged(PlanEvent):
    """A plan was made, got a step, or a step was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStepOverdue(PlanEvent):
    """A step was not done in time."""

    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlanClosed(PlanEvent):
    """A prospect was won, or lost."""
