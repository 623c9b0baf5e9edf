"""Where customers come from: the first contact with each, and how many came by which way within a range."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.case_states import CaseOrigin
from care.documents.cases import Case
from care.documents.channels import ChannelKind, Environment
from care.documents.conversations import Conversation, Visibility
from care.documents.customers import Customer
from care.reading.customer_lists import require_all_customers
from care.reports.ranges import ReportRange
from core.clock import now
from core.errors import LimitReached
from core.gates import PRESENT, to_mongo
from core.records import by_ids

MOST_CUSTOMERS: Final = 50_000
AT_ONCE: Final = 500
KNOWN_BEFORE: Final = timedelta(minutes=1)
"""By how much another system's word must be older than the first contact to have come first."""
_CASE: Final = {"customer_id": 1, "opened_at": 1, "origin": 1, "channel_kind": 1, "channel_id": 1, "conversation_ids": 1}


class AcquisitionWay(StrEnum):
    """How somebody came: by public content, by a private message, by a form, by the company's reach, or from another system."""

    CONTENT = "CONTENT"
    MESSAGE = "MESSAGE"
    FORM = "FORM"
    OUTREACH = "OUTREACH"
    IMPORT = "IMPORT"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The first contact with a customer; without a channel they are known by other means than a contact."""

    way: AcquisitionWay
    at: datetime
    channel_kind: ChannelKind | None = None
    channel_id: str | None = None
    url: str | None = None
    """The public content that they came by, where the channel tells."""


@dataclass(slots=True)
class AcquisitionGroup:
    """The customers who came by one way on one kind of channel."""

    way: AcquisitionWay
    channel_kind: ChannelKind | None
    customers: int = 0


@dataclass(frozen=True, slots=True)
class AcquisitionReport:
    """The groups, the largest first, as of an instant."""

    as_of: datetime
    groups: list[AcquisitionGroup]


async def acquisitions_of(customers: Sequence[Customer]) -> dict[str, Acquisition]:
    """Give the first contact with each customer, those of merged parts among them."""
    owners = {part: customer.id for customer in customers for part in (customer.id, *customer.absorbed)}
    first: dict[str, dict[str, Any]] = {}
    query = {"environment": Environment.LIVE.value, "customer_id": {"$in": list(owners)}, **to_mongo(PRESENT)}
    async for raw in Case.get_pymongo_collection().find(query, _CASE):
        owner = owners[raw["customer_id"]]
        if owner not in first or (raw["opened_at"], raw["_id"]) < (first[owner]["opened_at"], first[owner]["_id"]):
            first[owner] = raw
    talks = await by_ids(Conversation, [raw["conversation_ids"][0] for raw in first.values() if raw["conversation_ids"]])
    return {customer.id: _acquisition(customer, first.get(customer.id), talks) for customer in customers}


async def acquisition_report(actor: Actor, span: ReportRange) -> AcquisitionReport:
    """Report on the customers whom the company met within a range, by the way of their first contact.

    Raises Forbidden without `report:read` and `customer:read` for all, LimitReached for too many customers.
    """
    actor.require(Permission.REPORT_READ)
    require_all_customers(actor)
    at, groups = now(), dict[tuple[AcquisitionWay, ChannelKind | None], AcquisitionGroup]()
    query = {"merged_into": None, "created_at": {"$gte": span.since, "$lt": span.until}, **to_mongo(PRESENT)}
    met = await Customer.find(query).limit(MOST_CUSTOMERS + 1).to_list()
    if len(met) > MOST_CUSTOMERS:
        raise LimitReached(f"There are over {MOST_CUSTOMERS:,} customers: choose a shorter range.", path=("range",))
    for start in range(0, len(met), AT_ONCE):
        for found in (await acquisitions_of(met[start : start + AT_ONCE])).values():
            key = (found.way, found.channel_kind)
            groups.setdefault(key, AcquisitionGroup(*key)).customers += 1
    ranked = sorted(groups.values(), key=lambda group: (-group.customers, group.way.value, group.channel_kind or ""))
    return AcquisitionReport(at, ranked)


def _acquisition(customer: Customer, case: dict[str, Any] | None, talks: dict[str, Conversation]) -> Acquisition:
    is_imported = bool(customer.crm_keys) and (case is None or customer.created_at + KNOWN_BEFORE < case["opened_at"])
    if is_imported:
        return Acquisition(AcquisitionWay.IMPORT, customer.created_at)
    if case is None:
        if customer.identities:
            identity = customer.identities[0]
            return Acquisition(AcquisitionWay.UNKNOWN, customer.created_at, identity.channel_kind, identity.channel_id)
        return Acquisition(AcquisitionWay.UNKNOWN, customer.created_at)
    talk = next((talks[one] for one in case["conversation_ids"][:1] if one in talks), None)
    kind = ChannelKind(case["channel_kind"])
    url = talk.external_url if talk is not None and talk.visibility is Visibility.PUBLIC else None
    return Acquisition(_way(case, kind, talk), case["opened_at"], kind, case["channel_id"], url)


def _way(case: dict[str, Any], kind: ChannelKind, talk: Conversation | None) -> AcquisitionWay:
    if case.get("origin") == CaseOrigin.COMPANY.value:
        return AcquisitionWay.OUTREACH
    if kind is ChannelKind.WEB_FORM:
        return AcquisitionWay.FORM
    is_public = talk is not None and talk.visibility is Visibility.PUBLIC
    return AcquisitionWay.CONTENT if is_public else AcquisitionWay.MESSAGE
