"""What MongoDB keeps of service levels: policies, the order in which they are tried, and business calendars."""

from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from care.documents.case_states import CaseOrigin, Priority
from care.documents.channels import ChannelKind, Environment
from care.documents.customers import Lifecycle
from care.documents.ordered import OrderedPolicy, PolicyOrder
from care.documents.promises import BusinessHours, ClockTerms
from core.records import PENDING_EVENTS, Record

ORDER_ID = "slo_order"
"""The one document that holds the order of the policies."""


class SlaConditions(BaseModel):
    """Which cases a policy is for: all that is named must fit, one value of each; what is empty fits everything."""

    channel_kinds: list[ChannelKind] = Field(default_factory=list)
    channel_ids: list[str] = Field(default_factory=list)
    priorities: list[Priority] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    """Slugs."""
    lifecycles: list[Lifecycle] = Field(default_factory=list)
    origins: list[CaseOrigin] = Field(default_factory=list)
    environments: list[Environment] = Field(default_factory=list)


class SlaPolicy(OrderedPolicy):
    """What is promised to which customers; `version` tells the wordings apart, and cases keep the one they got."""

    name: str
    conditions: SlaConditions
    first_response: ClockTerms
    next_response: ClockTerms
    resolution: ClockTerms

    class Settings:
        name = "sla_policies"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class SlaOrder(PolicyOrder):
    """In which order policies of service levels are tried."""

    class Settings:
        name = "sla_orders"
        indexes: ClassVar = [PENDING_EVENTS]


class BusinessCalendar(Record):
    """When the company works, under a name."""

    name: str
    hours: BusinessHours
    fingerprint: str | None = None

    class Settings:
        name = "business_calendars"
        indexes: ClassVar = [IndexModel([("name", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]
