"""What holds of a customer: one accepted value for each field, with where it comes from. Pure rules."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from care.documents.claims import (
    PERSONAL,
    ClaimField,
    ClaimSource,
    ConsentPurpose,
    ConsentStep,
    Fact,
    LicenceClass,
    Said,
)
from care.documents.customers import Customer

KEPT_FACTS: Final = 50
PROVIDER_RETENTION: Final = timedelta(days=30)
"""How long what a provider lends is kept when nobody says otherwise."""

CONFIDENCE: Final = {
    ClaimSource.AGENT: 1.0,
    ClaimSource.CRM_IMPORT: 0.9,
    ClaimSource.CUSTOMER: 0.8,
    ClaimSource.SOCIAL_PROFILE: 0.5,
    ClaimSource.CONTENT: 0.4,
}
"""How sure a source is when it does not say so itself."""
LICENCES: Final = {
    ClaimSource.AGENT: LicenceClass.OWN,
    ClaimSource.CRM_IMPORT: LicenceClass.OWN,
    ClaimSource.CUSTOMER: LicenceClass.OWN,
    ClaimSource.CONTENT: LicenceClass.OWN,
    ClaimSource.SOCIAL_PROFILE: LicenceClass.PROVIDER_TERMS,
}
_CONTACTS: Final = frozenset({ClaimField.EMAIL, ClaimField.PHONE})
_MIRRORED: Final = {
    ClaimField.NAME: "display_name",
    ClaimField.EMAIL: "email",
    ClaimField.PHONE: "phone",
    ClaimField.LANGUAGE: "locale",
}


def said(field: ClaimField, value: str, source: ClaimSource, at: datetime, *, origin: str | None = None) -> Said:
    """Say something on behalf of a source, as sure and by the right that the source usually has."""
    return Said(
        field=field, value=value, source=source, origin=origin, observed_at=at,
        confidence=CONFIDENCE[source], licence=LICENCES[source],
    )  # fmt: skip


def accepted(saying: Said, at: datetime, *, by: str | None = None, claim_id: str | None = None) -> Fact:
    """Let what was said hold; for an address or number that a member writes or accepts, the member vouches."""
    is_vouched = by is not None and saying.field in _CONTACTS
    return Fact(**saying.model_dump(), accepted_at=at, accepted_by=by, claim_id=claim_id, verified=is_vouched)


def fact_of(customer: Customer, field: ClaimField) -> Fact | None:
    """Give what holds of a field."""
    return next((fact for fact in customer.facts if fact.field is field), None)


def value_of(customer: Customer, field: ClaimField) -> str | None:
    """Give the value of a field, also where nobody knows any more where it comes from."""
    fact = fact_of(customer, field)
    if fact is not None or field not in _MIRRORED:
        return fact.value if fact is not None else None
    known: str | None = getattr(customer, _MIRRORED[field])
    return known


def put_fact(customer: Customer, fact: Fact) -> None:
    """Let a fact hold; the one before it is kept among the former ones."""
    take_fact(customer, fact.field)
    customer.facts = [*customer.facts, fact]
    customer.key_contacts()
    if fact.field in _MIRRORED:
        setattr(customer, _MIRRORED[fact.field], fact.value)


def take_fact(customer: Customer, field: ClaimField) -> None:
    """Let nothing hold of a field; a name stays as what the customer is called."""
    before = fact_of(customer, field)
    customer.facts = [fact for fact in customer.facts if fact.field is not field]
    customer.key_contacts()
    if before is not None:
        customer.former_facts = [*customer.former_facts, before][-KEPT_FACTS:]
    if field in _MIRRORED and field is not ClaimField.NAME:
        setattr(customer, _MIRRORED[field], None)


def forget_facts(customer: Customer, fields: Iterable[ClaimField]) -> None:
    """Keep nothing of these fields, not even that it held before."""
    gone = set(fields)
    for field in gone:
        take_fact(customer, field)
    customer.former_facts = [fact for fact in customer.former_facts if fact.field not in gone]


def consented(consents: Sequence[ConsentStep], purpose: ConsentPurpose = ConsentPurpose.PERSONAL_DETAILS) -> bool:
    """Tell whether a consent holds: the last word about it was yes."""
    about = [step for step in consents if step.purpose.value == purpose.value]
    return bool(about) and max(about, key=lambda step: step.recorded_at).given


def may_be_kept(customer: Customer, field: ClaimField) -> bool:
    """Tell whether something of this field may be kept of a customer."""
    return field not in PERSONAL or consented(customer.consents)


def united_profile(survivor: Customer, parts: Sequence[Customer]) -> dict[str, Any]:
    """Give what differs of a survivor who is read with its parts.

    What the survivor says counts; parts fill its gaps, and what a member accepted for a part after the merge counts as
    newest.
    """
    consents = [step for customer in (survivor, *parts) for step in customer.consents]
    best = {fact.field: fact for fact in survivor.facts}
    for part in parts:
        for fact in part.facts:
            is_gap = fact.field not in best and value_of(survivor, fact.field) is None
            if is_gap or (_decided_since(fact, part) and fact.accepted_at > _since(best.get(fact.field))):
                best[fact.field] = fact
    mirrored = {_MIRRORED[field]: fact.value for field, fact in best.items() if field in _MIRRORED}
    keys = {name: _united_keys(name, survivor, parts) for name in ("crm_keys", "verified_keys")}
    return {"consents": consents, "facts": list(best.values()), **keys, **mirrored}


def _united_keys(name: str, survivor: Customer, parts: Sequence[Customer]) -> list[str] | None:
    return sorted({key for customer in (survivor, *parts) for key in getattr(customer, name) or ()}) or None


def _decided_since(fact: Fact, part: Customer) -> bool:
    return fact.accepted_by is not None and part.merge is not None and fact.accepted_at > part.merge.merged_at


def _since(fact: Fact | None) -> datetime:
    return fact.accepted_at if fact is not None else datetime.min.replace(tzinfo=UTC)
