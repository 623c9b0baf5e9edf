"""What happens to policies, calendars and priorities, as facts."""

from dataclasses import dataclass

from care.documents.case_states import Priority
from care.events import InternalCaseEvent
from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicyChanged(Event):
    """A policy of service levels was made, changed or archived."""

    policy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPoliciesReordered(Event):
    """The policies of service levels are tried in another order."""

    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendarChanged(Event):
    """The hours or holidays of a calendar were set or changed."""

    calendar_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChosen(InternalCaseEvent):
    """A running case was given the terms of another policy, or of another version; None: the product's own."""

    policy_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(InternalCaseEvent):
    """Somebody said how urgent a case is, or what its customer says made it more urgent."""

    priority: Priority
