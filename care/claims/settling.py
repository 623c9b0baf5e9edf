"""What follows a decision about claims: the profile takes the value, other claims are marked. Every step can run twice."""

from collections.abc import Sequence

from care.claims.events import ClaimExpired
from care.claims.values import same_value
from care.documents.claims import PERSONAL, ClaimField, ClaimState, CustomerClaim, Fact, Said
from care.documents.customers import Customer
from care.events import CustomerChanged
from care.profiles import accepted, consented, fact_of, forget_facts, put_fact, take_fact, value_of
from care.reading.customers import same_customers, united
from core.clock import now
from core.records import change


async def settle_claims(customer_id: str, *, undone: bool = False) -> None:
    """Let a customer's profile follow what was decided about claims, and claims follow the profile.

    `undone`: the customer was parted from another, so that what said the same as the other's profile may differ now.
    """
    customer = await Customer.get(customer_id)
    if customer is None:
        return
    decided = await CustomerClaim.find({"customer_id": customer.id}).to_list()
    consents = (await united({customer.id: customer}))[customer.id].consents
    usable = [claim for claim in decided if claim.field not in PERSONAL or consented(consents)]
    customer = await change(customer, lambda current: _follow(current, usable))
    for claim in decided:
        await change(claim, lambda current, known=customer: _leave(current, known))  # type: ignore[misc]
    same = (await same_customers([customer.id]))[customer.id]
    whole = (await united({customer.id: customer}))[customer.id]
    await _compare(same, whole, undone=undone)


async def forget_personal(customer_id: str) -> None:
    """Keep no personal details of somebody who does not consent any more, nor of who is read as the same."""
    for one in (await same_customers([customer_id])).get(customer_id, []):
        customer = await Customer.get(one)
        whole = (await united({one: customer}))[one] if customer is not None else None
        if customer is None or whole is None or consented(whole.consents):
            continue
        await change(customer, lambda current: forget_facts(current, PERSONAL))
        personal = {"customer_id": one, "field": {"$in": sorted(field.value for field in PERSONAL)}}
        for claim in await CustomerClaim.find(personal).to_list():
            await change(claim, expire)


async def expire_claims(at_once: int) -> int:
    """Forget what may not be kept any longer, in the claim and in the profile; give how many that were."""
    due = {"next_act_at": {"$lte": now()}}
    claims = await CustomerClaim.find(due).sort("next_act_at").limit(at_once).to_list()
    for claim in claims:
        await change(claim, _expire_when_due)
        await settle_claims(claim.customer_id)
    return len(claims)


def expire(claim: CustomerClaim) -> None:
    """Forget what was said; that it was rejected is remembered."""
    if claim.value is None:
        return
    claim.value = claim.previous_value = claim.next_act_at = None
    if claim.state is not ClaimState.REJECTED:
        claim.state = ClaimState.EXPIRED
    claim.record(ClaimExpired(customer_id=claim.customer_id, claim_id=claim.id))


def _expire_when_due(claim: CustomerClaim) -> None:
    if claim.next_act_at is not None and claim.next_act_at <= now():
        expire(claim)


def _follow(customer: Customer, claims: Sequence[CustomerClaim]) -> None:
    """Take over what was accepted since, and let go what had to be forgotten."""
    before = [fact.model_dump() for fact in customer.facts]
    for claim in sorted(claims, key=lambda one: one.decided_at or one.proposed_at):
        held = fact_of(customer, claim.field)
        if claim.state is ClaimState.ACCEPTED and _is_newer(claim, customer):
            put_fact(customer, _fact(claim))
        elif claim.state is ClaimState.ACCEPTED and held is not None and held.claim_id == claim.id:
            held.keep_until, held.observed_at = claim.keep_until, claim.observed_at
        elif claim.state is ClaimState.EXPIRED:
            _let_go(customer, claim, held)
    if before != [fact.model_dump() for fact in customer.facts]:
        customer.record(CustomerChanged(customer_id=customer.id))


def _let_go(customer: Customer, claim: CustomerClaim, held: Fact | None) -> None:
    """Forget a value with its claim; the name by which a customer is called stays, for they are spoken with."""
    if held is not None and held.claim_id == claim.id and claim.field is not ClaimField.NAME:
        take_fact(customer, claim.field)
    customer.former_facts = [fact for fact in customer.former_facts if fact.claim_id != claim.id]


def _is_newer(claim: CustomerClaim, customer: Customer) -> bool:
    """Tell whether a claim was accepted since the profile got its value, and did not hold once before."""
    held = fact_of(customer, claim.field)
    if claim.decided_at is None or (held is not None and claim.decided_at <= held.accepted_at):
        return False
    return all(former.claim_id != claim.id or former.accepted_at < claim.decided_at for former in customer.former_facts)


def _fact(claim: CustomerClaim) -> Fact:
    assert claim.decided_at is not None  # noqa: S101 - only accepted claims come here
    saying = Said.model_validate(claim.model_dump(include=set(Said.model_fields)))
    return accepted(saying, claim.decided_at, by=claim.decided_by, claim_id=claim.id)


def _leave(claim: CustomerClaim, customer: Customer) -> None:
    """Mark an accepted claim in whose place another value holds."""
    held = fact_of(customer, claim.field)
    is_other = held is None or (held.claim_id != claim.id and not _is_newer(claim, customer))
    if claim.state is ClaimState.ACCEPTED and is_other:
        claim.state = ClaimState.SUPERSEDED


async def _compare(same: Sequence[str], whole: Customer, *, undone: bool) -> None:
    states = [ClaimState.PROPOSED, *([ClaimState.CONFIRMED] if undone else [])]
    query = {"customer_id": {"$in": list(same)}, "state": {"$in": [state.value for state in states]}}
    for claim in await CustomerClaim.find(query).to_list():
        await change(claim, lambda current: _confirm(current, whole, undone=undone))


def _confirm(claim: CustomerClaim, whole: Customer, *, undone: bool) -> None:
    known = value_of(whole, claim.field)
    agrees = known is not None and claim.value is not None and same_value(claim.field, known, claim.value)
    if claim.state is ClaimState.PROPOSED and agrees:
        claim.state = ClaimState.CONFIRMED
    elif claim.state is ClaimState.CONFIRMED and undone and not agrees:
        claim.state = ClaimState.PROPOSED
