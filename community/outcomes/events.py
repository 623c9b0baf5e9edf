"""What happens to outcomes, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSaved(Event):
    """An outcome was written, changed or withdrawn."""

    outcome_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePublished(Event):
    """Customers read from now on what the company did upon their words."""

    outcome_id: str
