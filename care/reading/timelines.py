"""Everything that happened with a customer, whoever of the company it was with, the newest first."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from auth.actor import Actor, Permission
from care.documents.case_states import CaseOrigin
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.claims import CustomerClaim
from care.documents.orders import Order
from care.documents.prospects import ActionPlan
from care.reading.claims import claims_inside
from care.reading.gates import visible_cases_in
from community.batches import count_children, read_children
from core.gates import to_mongo
from core.paging import Order as Sorting
from core.paging import Slice, Window, merge_slices
from core.records import Record

NEWEST_FIRST: Final = Sorting((("at", -1),))
RecordT = TypeVar("RecordT", bound=Record)


class TimelineKind(StrEnum):
    """What happened."""

    CASE = "CASE"
    OUTREACH = "OUTREACH"
    ORDER = "ORDER"
    CLAIM = "CLAIM"
    ACTION_PLAN = "ACTION_PLAN"


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened, when, and of which department it is."""

    kind: TimelineKind
    at: datetime
    subject: Case | Order | CustomerClaim | ActionPlan
    department_id: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part of a timeline stands: the documents, by what they are ordered, and what of them is read."""

    model: type[Any]
    by: str
    query: Mapping[str, Any]
    shown: Callable[[Any], Happened]


async def timelines_of(
    actor: Actor, customer_ids: Sequence[str], window: Window, department_id: str | None
) -> dict[str, Slice[Happened]]:
    """Give the same window of every customer's timeline, as far as the actor may know; of one department, or of all.

    Whoever calls this holds the customers from a read behind their gate.
    """
    parts = await asyncio.gather(*(_part(source, customer_ids, window) for source in _sources(actor, department_id)))
    return {one: merge_slices([part[one] for part in parts if one in part], NEWEST_FIRST, window) for one in customer_ids}


async def timeline_counts_of(actor: Actor, customer_ids: Sequence[str], department_id: str | None) -> dict[str, int]:
    """Count what every customer's timeline holds."""
    sources = _sources(actor, department_id)
    counted = await asyncio.gather(*(count_children(one.model, "customer_id", customer_ids, one.query) for one in sources))
    return {one: sum(part.get(one, 0) for part in counted) for one in customer_ids}


async def _part(source: Source, customer_ids: Sequence[str], window: Window) -> dict[str, Slice[Happened]]:
    order = Sorting(((source.by, -1),))
    read = await read_children(source.model, ("customer_id", customer_ids), source.query, order, window)
    return {
        one: Slice([source.shown(item) for item in found.items], found.positions, found.has_next, found.has_previous)
        for one, found in read.items()
    }


def _sources(actor: Actor, department_id: str | None) -> list[Source]:
    """List what the actor may read; orders and claims are of no department."""
    of = {} if department_id is None else {"department_id": department_id}
    found = [Source(Case, "opened_at", {**to_mongo(visible_cases_in(actor, Environment.LIVE)), **of}, _case)]
    if not actor.may(Permission.CUSTOMER_READ):
        return found
    if not actor.scoped:
        found.append(Source(ActionPlan, "created_at", of, _plan))
    if department_id is None:
        told = claims_inside(actor)
        found += [Source(CustomerClaim, "proposed_at", told, _claim)] if told is not None else []
        found += [Source(Order, "placed_at", {}, _order)] if not actor.scoped else []
    return found


def _case(case: Case) -> Happened:
    kind = TimelineKind.OUTREACH if case.origin is CaseOrigin.COMPANY else TimelineKind.CASE
    return Happened(kind, case.opened_at, case, case.department_id)


def _plan(plan: ActionPlan) -> Happened:
    return Happened(TimelineKind.ACTION_PLAN, plan.created_at, plan, plan.department_id)


def _claim(claim: CustomerClaim) -> Happened:
    return Happened(TimelineKind.CLAIM, claim.proposed_at, claim)


def _order(order: Order) -> Happened:
    return Happened(TimelineKind.ORDER, order.placed_at, order)
