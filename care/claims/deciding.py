"""Deciding about what differs between the profile and what a source says."""

from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor
from care.claims.events import ClaimAccepted, ClaimRejected
from care.claims.observing import require_consent
from care.claims.settling import settle_claims
from care.documents.claims import ClaimState, CustomerClaim
from care.documents.customers import Customer
from care.policies import may_decide_claim, require_right
from care.profiles import value_of
from care.reading.claims import require_claim
from care.reading.customers import customers_by_ids
from community.drafts import text
from core.clock import now
from core.errors import NotFound
from core.records import change


class RejectionDraft(BaseModel):
    """Which claim does not hold, and why."""

    claim_id: str
    reason: Annotated[str, text(1, 500, lines="one")]


async def accept_claim(actor: Actor, claim_id: str, *, expected_version: int) -> CustomerClaim:
    """Let the profile say what the claim says, and keep who decided so, when, and what it said before.

    Raises NotFound, Forbidden without `customer:edit`, AlreadyDone for a claim that does not wait, InvalidInput for
    personal details of who has not consented, Conflict.
    """
    claim = await require_claim(actor, claim_id)
    require_right(may_decide_claim(actor, claim))
    customer = await _customer(actor, claim)
    require_consent(customer, claim.field, path=("claim_id",))

    def rule(current: CustomerClaim) -> None:
        may_decide_claim(actor, current).enforce()
        current.previous_value = value_of(customer, current.field)
        _decide(current, ClaimState.ACCEPTED, actor)
        current.record(ClaimAccepted(customer_id=current.customer_id, claim_id=current.id), actor=actor.id)

    decided = await change(claim, rule, expected_version=expected_version)
    await settle_claims(decided.customer_id)
    return decided


async def reject_claim(actor: Actor, draft: RejectionDraft, *, expected_version: int) -> CustomerClaim:
    """Say that a claim does not hold; the same source is not heard with it again.

    Raises NotFound, Forbidden without `customer:edit`, AlreadyDone for a claim that does not wait, Conflict.
    """
    claim = await require_claim(actor, draft.claim_id)
    require_right(may_decide_claim(actor, claim))

    def rule(current: CustomerClaim) -> None:
        may_decide_claim(actor, current).enforce()
        _decide(current, ClaimState.REJECTED, actor)
        current.reason = draft.reason
        current.record(ClaimRejected(customer_id=current.customer_id, claim_id=current.id), actor=actor.id)

    return await change(claim, rule, expected_version=expected_version)


def _decide(claim: CustomerClaim, state: ClaimState, actor: Actor) -> None:
    claim.state, claim.decided_by, claim.decided_at = state, actor.id, now()


async def _customer(actor: Actor, claim: CustomerClaim) -> Customer:
    found = (await customers_by_ids(actor, [claim.customer_id])).get(claim.customer_id)
    if found is None:
        raise NotFound("There is no such customer any more.", path=("claim_id",))
    return found
