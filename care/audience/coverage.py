"""The coverage report: who of the known customers is in contact with the company, beside all whom it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor, Permission
from care.audience.traits import CoverageDimension, labels_of, traits_of
from care.documents.channels import Environment
from care.documents.conversations import IN_THE_HOUSE, DeliveryStatus, Direction, Message, Visibility
from care.documents.customers import Customer
from care.reading.customer_lists import require_all_customers
from care.reports.grouping import MOST_GROUPS
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from core.clock import now
from core.errors import LimitReached
from core.gates import PRESENT, to_mongo

MOST_CUSTOMERS: Final = 200_000
MOST_MESSAGES: Final = 200_000
OVER: Final = 1.25
UNDER: Final = 0.8

_HEARD: Final = [Visibility.PUBLIC.value, Visibility.PRIVATE.value]
_NEVER_LEFT: Final = frozenset(status.value for status in IN_THE_HOUSE | {DeliveryStatus.QUEUED, DeliveryStatus.FAILED})
_SAID: Final = {"customer_id": 1, "direction": 1, "delivery_status": 1, "automatic": 1}


class Representation(StrEnum):
    """How a group's part of those in contact compares with its part of all known customers."""

    OVER = "OVER"
    EVEN = "EVEN"
    UNDER = "UNDER"


@dataclass(slots=True)
class CoverageGroup:
    """The known customers of one group, and those of them who were in contact."""

    key: str | None
    label: str = ""
    population: int = 0
    wrote: int = 0
    reached: int = 0
    visited: int = 0
    unreachable: int = 0

    def add(self, *, wrote: bool, reached: bool, unreachable: bool) -> None:
        """Count a customer."""
        self.population += 1
        self.wrote += wrote
        self.reached += reached
        self.visited += wrote or reached
        self.unreachable += unreachable

    def index_in(self, whole: "CoverageGroup") -> float | None:
        """Give the group's part of those in contact over its part of all: 1 where they are alike; None of nobody."""
        here, everywhere = share(self.visited, self.population), share(whole.visited, whole.population)
        return here / everywhere if here is not None and everywhere else None

    def representation_in(self, whole: "CoverageGroup") -> Representation | None:
        """Say whether the group is heard more or less than its size; None where nobody is heard."""
        index = self.index_in(whole)
        if index is None:
            return None
        return Representation.OVER if index >= OVER else Representation.UNDER if index <= UNDER else Representation.EVEN


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The groups, and all known customers together, as of an instant."""

    as_of: datetime
    whole: CoverageGroup
    groups: list[CoverageGroup]


@dataclass(slots=True)
class _Contacts:
    """Who said something to the company, and whom something of the company's reached, by the ids that messages bear."""

    wrote: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)


async def coverage_report(actor: Actor, span: ReportRange, by: CoverageDimension) -> CoverageReport:
    """Report on all known customers and on those in contact within a range, exactly, from customers and messages.

    Who was merged counts within the survivor. What a machine of the customer's wrote is no contact, nor is a message that
    never left. Raises Forbidden without `report:read` and `customer:read` for all, LimitReached for too many rows.
    """
    actor.require(Permission.REPORT_READ)
    require_all_customers(actor)
    at, contacts = now(), await _contacts(span)
    whole, groups = CoverageGroup(None, "All known customers"), dict[str | None, CoverageGroup]()
    traits = await traits_of(by)
    query = {"merged_into": None, "is_practice": None, **to_mongo(PRESENT)}
    wanted = {**traits.fields, "absorbed": 1, "unreachable": 1}
    async for raw in Customer.get_pymongo_collection().find(query, wanted).limit(MOST_CUSTOMERS + 1):
        if whole.population == MOST_CUSTOMERS:
            raise LimitReached(f"A report is about at most {MOST_CUSTOMERS:,} customers.")
        parts = {raw["_id"], *raw.get("absorbed", ())}
        counted = {
            "wrote": not parts.isdisjoint(contacts.wrote),
            "reached": not parts.isdisjoint(contacts.reached),
            "unreachable": bool(raw.get("unreachable")),
        }
        whole.add(**counted)
        keys: list[str | None] = [*traits.keys_of(raw)]
        for key in keys or [None]:
            groups.setdefault(key, CoverageGroup(key)).add(**counted)
    if len(groups) > MOST_GROUPS:
        raise LimitReached(f"A report has at most {MOST_GROUPS} groups: group by something else.", path=("by",))
    await _label(actor, by, groups)
    return CoverageReport(at, whole, sorted(groups.values(), key=lambda group: (-group.population, group.label)))


async def _contacts(span: ReportRange) -> _Contacts:
    found, counted = _Contacts(), 0
    query: dict[str, Any] = {
        "environment": Environment.LIVE.value,
        "created_at": {"$gte": span.since, "$lt": span.until},
        "visibility": {"$in": _HEARD},
        "deleted_at": {"$exists": False},
    }
    async for raw in Message.get_pymongo_collection().find(query, _SAID).limit(MOST_MESSAGES + 1):
        if counted == MOST_MESSAGES:
            raise LimitReached(f"There are over {MOST_MESSAGES:,} messages: choose a shorter range.", path=("range",))
        counted += 1
        _hear(found, raw)
    return found


def _hear(contacts: _Contacts, raw: Mapping[str, Any]) -> None:
    if raw["direction"] == Direction.INBOUND.value:
        if not raw.get("automatic"):
            contacts.wrote.add(raw["customer_id"])
    elif raw.get("delivery_status") not in _NEVER_LEFT:
        contacts.reached.add(raw["customer_id"])


async def _label(actor: Actor, by: CoverageDimension, groups: Mapping[str | None, CoverageGroup]) -> None:
    names = await labels_of(actor, by, [key for key in groups if key is not None])
    for key, group in groups.items():
        group.label = "Unknown" if key is None else names.get(key, key)
