"""Situations of what is known, and said, of customers."""

from care.claims.observing import ClaimDraft, record_claim
from care.claims.updating import ConsentDraft, record_consent
from care.documents.claims import ClaimField, ClaimSource, CustomerClaim
from care.documents.customers import Customer
from tests.journeys.story import MARK, Input, Situation, Story


async def _customer(story: Story) -> Customer:
    return await story.stranger()


async def _proposed(story: Story) -> CustomerClaim:
    customer = await _customer(story)
    draft = ClaimDraft(
        customer_id=customer.id, field=ClaimField.NAME, value=f"{MARK} Ayşe Kaya", source=ClaimSource.CRM_IMPORT, origin="CRM"
    )
    return await record_claim(await story.actor("colleague"), draft)


async def _update(story: Story, who: str) -> Input:
    customer = await _customer(story)
    return {"customerId": customer.id, "city": f"{MARK} İzmir", "phone": "+905321112233", "expectedVersion": customer.version}


async def _record(story: Story, who: str) -> Input:
    customer = await _customer(story)
    return {"customerId": customer.id, "field": "CITY", "value": f"{MARK} Bursa", "source": "SOCIAL_PROFILE", "origin": "@ayse"}


async def _accept(story: Story, who: str) -> Input:
    claim = await _proposed(story)
    return {"claimId": claim.id, "expectedVersion": claim.version}


async def _reject(story: Story, who: str) -> Input:
    return {**await _accept(story, who), "reason": f"{MARK} Eski ad"}


async def _consent(story: Story, who: str) -> Input:
    customer = await _customer(story)
    return {"customerId": customer.id, "note": f"{MARK} Telefonda söyledi", "expectedVersion": customer.version}


async def _withdraw(story: Story, who: str) -> Input:
    given = await _consent(story, who)
    draft = ConsentDraft(customer_id=given["customerId"], note=given["note"])
    agreed = await record_consent(await story.actor("colleague"), draft, expected_version=given["expectedVersion"])
    return {**given, "expectedVersion": agreed.version}


SITUATIONS: dict[str, Situation] = {
    "updateCustomer": _update,
    "recordClaim": _record,
    "acceptClaim": _accept,
    "rejectClaim": _reject,
    "recordConsent": _consent,
    "withdrawConsent": _withdraw,
}
