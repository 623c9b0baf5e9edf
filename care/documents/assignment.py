"""What MongoDB keeps of assignment: policies, the order in which they are tried, and what was given to whom last."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from care.documents.ordered import OrderedPolicy, PolicyOrder
from care.documents.service_levels import SlaConditions
from core.records import PENDING_EVENTS, Record

ORDER_ID: Final = "aso_order"
"""The one document that holds the order of the policies."""
LEDGER_ID: Final = "asl_ledger"
"""The one document that policies write down in what they gave to whom."""


class AssignmentMethod(StrEnum):
    """How a policy chooses among those who fit."""

    ROUND_ROBIN = "ROUND_ROBIN"
    BALANCED = "BALANCED"
    SKILL = "SKILL"
    LAST_ENGAGED = "LAST_ENGAGED"


class Assignee(BaseModel):
    """A member whom a policy may give cases to, perhaps with a capacity of their own."""

    member_id: str
    capacity: int | None = None


class AssignmentPolicy(OrderedPolicy):
    """Whom new cases are given to."""

    name: str
    conditions: SlaConditions
    method: AssignmentMethod
    members: list[Assignee] = Field(default_factory=list)
    """Empty: everybody who works on cases."""
    department_ids: list[str] = Field(default_factory=list)
    """To one of which the members must belong; empty: to any or none."""
    backup_ids: list[str] = Field(default_factory=list)
    """Who is tried, in this order, when none of the members fits."""
    skill_ids: list[str] = Field(default_factory=list)
    """One of which the members need; empty: none."""
    least_proficiency: int = 1
    capacity: int = 20
    """A member who has so many open cases is given no more."""
    on_shift_only: bool = True
    reassign_at_shift_end: bool = True

    class Settings:
        name = "assignment_policies"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class AssignmentOrder(PolicyOrder):
    """In which order policies of assignment are tried."""

    class Settings:
        name = "assignment_orders"
        indexes: ClassVar = [PENDING_EVENTS]


class Given(BaseModel):
    """What a policy decided: the number of the decision in the case, and who got it."""

    case_id: str
    number: int
    member_id: str
    at: datetime


class AssignmentLedger(Record):
    """What policies gave to whom, written before the case itself, so that two workers at once know of each other."""

    given: list[Given] = Field(default_factory=list)
    """The last decisions, oldest first."""
    last_turn: int = 0
    turns: dict[str, int] = Field(default_factory=dict)
    """By member, the turn at which they were given a case last."""

    class Settings:
        name = "assignment_ledgers"
        indexes: ClassVar = [PENDING_EVENTS]
