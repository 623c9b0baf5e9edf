"""What happens to policies of assignment, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentPolicyChanged(Event):
    """A policy of assignment was made, changed or archived."""

    policy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentPoliciesReordered(Event):
    """The policies of assignment are tried in another order."""

    order_id: str
