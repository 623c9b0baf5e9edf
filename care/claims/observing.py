"""Taking in what is said about customers: it fills a gap, says what is known, or waits for a decision."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from care.claims.events import ClaimAccepted, ClaimProposed
from care.claims.settling import settle_claims
from care.claims.values import clean, normal, same_value
from care.documents.claims import PERSONAL, ClaimField, ClaimSource, ClaimState, CustomerClaim, LicenceClass, Said
from care.documents.customers import Customer
from care.policies import may_edit_customer
from care.profiles import CONFIDENCE, LICENCES, PROVIDER_RETENTION, may_be_kept, value_of
from care.reading.customers import require_known_customer, united
from community.drafts import text
from core.clock import now
from core.errors import InvalidInput
from core.ids import derived_id
from core.records import change, insert_or_read


class ClaimDraft(BaseModel):
    """What a source says about a customer."""

    customer_id: str
    field: ClaimField
    value: str
    source: ClaimSource
    origin: Annotated[str, text(1, 100, lines="one")] | None = None
    observed_at: AwareDatetime | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    licence: LicenceClass | None = None
    keep_until: AwareDatetime | None = None


async def record_claim(actor: Actor, draft: ClaimDraft) -> CustomerClaim:
    """Take in what a source says: it holds where nothing is known, and waits for a decision where the profile differs.

    The same thing from the same source is one claim, however often it is said; what was rejected stays so. Raises
    NotFound, Forbidden without `customer:edit`, InvalidInput for a value that the field can't hold, for times that
    can't be, for a member's own claim (that is `updateCustomer`), for personal details without consent.
    """
    customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
    may_edit_customer(actor, customer).enforce()
    whole = (await united({customer.id: customer}))[customer.id]
    saying = _saying(draft)
    require_consent(whole, saying.field, path=("field",))
    claim = await observe(whole, saying)
    await settle_claims(customer.id)
    return await CustomerClaim.get(claim.id) or claim


def require_consent(customer: Customer, field: ClaimField, *, path: tuple[str, ...] = ()) -> None:
    """Refuse personal details of who has not consented; InvalidInput."""
    if not may_be_kept(customer, field):
        raise InvalidInput(
            f"{field.value} is kept only with the customer's consent; record that first (recordConsent).",
            path=path or (field.value.lower(),),
        )


async def observe(customer: Customer, saying: Said) -> CustomerClaim:
    """Keep what is said about a customer, compared with what holds. Can run twice."""
    return await _keep(customer, saying, _standing(customer, saying))


async def propose(customer: Customer, saying: Said) -> CustomerClaim:
    """Keep what may hold of a customer for a member to decide, also where nothing is known. Can run twice."""
    state = _standing(customer, saying)
    return await _keep(customer, saying, ClaimState.PROPOSED if state is ClaimState.ACCEPTED else state)


async def _keep(customer: Customer, saying: Said, state: ClaimState) -> CustomerClaim:
    identifier, saying = claim_id(customer.id, saying), _bounded(saying)
    before = await CustomerClaim.get(identifier)
    if before is not None:
        return await change(before, lambda current: _say_again(current, saying, state))
    fresh = _claim(customer, saying, identifier)
    _stand(fresh, state)
    return await insert_or_read(fresh)


async def observe_differences(customer: Customer, sayings: list[Said]) -> None:
    """Keep as claims what a source says otherwise than the profile; what agrees leaves no trace. Can run twice."""
    for saying in sayings:
        known = value_of(customer, saying.field)
        is_other = known is not None and not same_value(saying.field, known, saying.value)
        if is_other and (tidied := _tidied(saying)) is not None:
            await observe(customer, tidied)


def claim_id(customer_id: str, saying: Said) -> str:
    """Give the id that the same thing from the same source always has."""
    return derived_id(
        "clm", customer_id, saying.field.value, saying.source.value, saying.origin or "", normal(saying.field, saying.value)
    )


def _tidied(saying: Said) -> Said | None:
    """Give what a channel says with its value as it is stored; None for a value that the field can't hold."""
    try:
        return saying.model_copy(update={"value": clean(saying.field, saying.value)})
    except InvalidInput:
        return None


def _saying(draft: ClaimDraft) -> Said:
    at = now()
    if draft.source is ClaimSource.AGENT:
        raise InvalidInput("What members know themselves is written with updateCustomer.", path=("source",))
    try:
        value = clean(draft.field, draft.value)
    except InvalidInput as refusal:
        raise InvalidInput(refusal.message, path=("value",)) from refusal
    if draft.observed_at is not None and draft.observed_at > at:
        raise InvalidInput("This lies in the future; say when it was observed.", path=("observed_at",))
    licence = draft.licence or (LicenceClass.CONSENT if draft.field in PERSONAL else LICENCES[draft.source])
    return Said(
        field=draft.field,
        value=value,
        source=draft.source,
        origin=draft.origin,
        observed_at=draft.observed_at or at,
        confidence=CONFIDENCE[draft.source] if draft.confidence is None else draft.confidence,
        licence=licence,
        keep_until=_kept_until(draft),
    )


def _kept_until(draft: ClaimDraft) -> datetime | None:
    if draft.keep_until is not None and draft.keep_until <= now():
        raise InvalidInput("This lies in the past; it would be forgotten at once.", path=("keep_until",))
    return draft.keep_until


def _bounded(saying: Said) -> Said:
    """Give back in time what a provider lends, also when nobody says until when it may be kept."""
    if saying.licence is not LicenceClass.PROVIDER_TERMS or saying.keep_until is not None:
        return saying
    return saying.model_copy(update={"keep_until": saying.observed_at + PROVIDER_RETENTION})


def _standing(customer: Customer, saying: Said) -> ClaimState:
    known = value_of(customer, saying.field)
    if known is None:
        return ClaimState.ACCEPTED
    return ClaimState.CONFIRMED if same_value(saying.field, known, saying.value) else ClaimState.PROPOSED


def _claim(customer: Customer, saying: Said, identifier: str) -> CustomerClaim:
    at = now()
    return CustomerClaim(
        id=identifier,
        created_at=at,
        customer_id=customer.id,
        proposed_at=at,
        next_act_at=saying.keep_until,
        **saying.model_dump(),
    )


def _say_again(claim: CustomerClaim, saying: Said, state: ClaimState) -> None:
    """Let a claim stand anew, unless it waits, holds or was rejected; the latest word on its keeping counts."""
    if claim.state is ClaimState.REJECTED:
        return
    claim.observed_at, claim.confidence = saying.observed_at, saying.confidence
    claim.keep_until = claim.next_act_at = saying.keep_until
    if claim.state in {ClaimState.PROPOSED, ClaimState.ACCEPTED, state}:
        return
    claim.value, claim.proposed_at = saying.value, now()
    claim.decided_at = claim.decided_by = claim.reason = claim.previous_value = None
    _stand(claim, state)


def _stand(claim: CustomerClaim, state: ClaimState) -> None:
    claim.state = state
    if state is ClaimState.ACCEPTED:
        claim.decided_at = now()
        claim.record(ClaimAccepted(customer_id=claim.customer_id, claim_id=claim.id))
    elif state is ClaimState.PROPOSED:
        claim.record(ClaimProposed(customer_id=claim.customer_id, claim_id=claim.id))
