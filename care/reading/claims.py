"""The only way to read what is said about customers for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.claims import ClaimField, ClaimSource, ClaimState, ConsentStep, CustomerClaim, Fact
from care.documents.customers import Customer
from care.profiles import may_be_kept, value_of
from care.reading.customer_lists import require_all_customers
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

OLDEST_FIRST: Final = Order((("proposed_at", 1),))


@dataclass(frozen=True, slots=True)
class ClaimSelection:
    """Which claims: what waits for a decision, unless told."""

    state: ClaimState = ClaimState.PROPOSED
    field: ClaimField | None = None
    source: ClaimSource | None = None


def visible_facts(actor: Actor, customer: Customer) -> list[Fact]:
    """Give what the actor may know of what holds: all with `customer:read`, inside a bounded reach what its channels told."""
    return _visible(actor, customer, customer.facts)


def visible_former_facts(actor: Actor, customer: Customer) -> list[Fact]:
    """Give what the actor may know of what held before, by the same rule."""
    return _visible(actor, customer, customer.former_facts)


def visible_consents(actor: Actor, customer: Customer) -> list[ConsentStep]:
    """Give what the customer consented to, to who may read all customers."""
    return customer.consents if actor.may(Permission.CUSTOMER_READ) and not actor.scoped else []


def visible_value(actor: Actor, customer: Customer, field: ClaimField) -> str | None:
    """Give what the actor may know of the value of a field."""
    known = next((fact.value for fact in visible_facts(actor, customer) if fact.field is field), None)
    if known is not None or actor.scoped or not may_be_kept(customer, field):
        return known
    return value_of(customer, field)


def _visible(actor: Actor, customer: Customer, facts: Sequence[Fact]) -> list[Fact]:
    if not actor.may(Permission.CUSTOMER_READ):
        return []
    return [fact for fact in facts if may_be_kept(customer, fact.field) and _is_in_reach(actor, fact.channel_id)]


async def claims_by_ids(actor: Actor, claim_ids: Sequence[str]) -> dict[str, CustomerClaim]:
    """Give those of the claims that the actor may know of."""
    wanted = [one for one in dict.fromkeys(claim_ids) if may_be_id(one, "clm")]
    if not wanted or not actor.may(Permission.CUSTOMER_READ):
        return {}
    found = await by_ids(CustomerClaim, wanted)
    return {one: claim for one, claim in found.items() if _is_in_reach(actor, claim.channel_id)}


async def require_claim(actor: Actor, claim_id: str) -> CustomerClaim:
    """Give a claim; NotFound when there is none for this actor."""
    found = (await claims_by_ids(actor, [claim_id])).get(claim_id)
    if found is None:
        raise NotFound("There is no such claim.", path=("claim_id",))
    return found


async def claims_of_customers(actor: Actor, customer_ids: Sequence[str], window: Window) -> dict[str, Slice[CustomerClaim]]:
    """Give the same window of what was said about every customer, the oldest first."""
    query = claims_inside(actor)
    if query is None:
        return {one: Slice([], []) for one in customer_ids}
    return await read_children(CustomerClaim, ("customer_id", customer_ids), query, OLDEST_FIRST, window)


async def claim_counts_of_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, int]:
    """Count what was said about every customer."""
    query = claims_inside(actor)
    return {} if query is None else await count_children(CustomerClaim, "customer_id", customer_ids, query)


async def list_claims(actor: Actor, selection: ClaimSelection, *, window: Window) -> Slice[CustomerClaim]:
    """List claims, the oldest first. Forbidden for who may not read all customers."""
    require_all_customers(actor)
    return await read_slice(CustomerClaim, _query(selection), OLDEST_FIRST, window)


async def count_claims(actor: Actor, selection: ClaimSelection) -> int:
    """Count the same claims. Forbidden for who may not read all customers."""
    require_all_customers(actor)
    return await count(CustomerClaim, _query(selection))


def _query(selection: ClaimSelection) -> dict[str, Any]:
    told = {"state": selection.state, "field": selection.field, "source": selection.source}
    return {name: value.value for name, value in told.items() if value is not None}


def claims_inside(actor: Actor) -> dict[str, Any] | None:
    if not actor.may(Permission.CUSTOMER_READ):
        return None
    return {"channel_id": {"$in": sorted(actor.reach)}} if actor.scoped else {}


def _is_in_reach(actor: Actor, channel_id: str | None) -> bool:
    return not actor.scoped or channel_id in actor.reach
