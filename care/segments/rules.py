"""Whether a customer fits a segment's rule, and how well their profile is filled. Pure rules."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from care.documents.claims import ClaimField
from care.documents.customers import Customer
from care.documents.segments import SegmentQuality, SegmentRule
from care.profiles import value_of
from core.text.fold import DROPPED, fold

PROFILE: Final = (
    ClaimField.NAME,
    ClaimField.EMAIL,
    ClaimField.PHONE,
    ClaimField.CITY,
    ClaimField.LANGUAGE,
    ClaimField.INTERESTS,
)
"""The fields by which is told how well a profile is filled."""


def fits(rule: SegmentRule, customer: Customer, at: datetime) -> bool:
    """Tell whether a customer, read with all parts, fits a rule at an instant; who was merged or removed fits none."""
    if customer.merged_into is not None or customer.deleted_at is not None:
        return False
    return _is_alike(rule, customer) and _is_known(rule, customer) and _is_in_time(rule, customer, at)


def quality_of(customer: Customer, *, disputed: bool) -> SegmentQuality:
    """Say how well the profile of one customer is filled."""
    vouched = any(fact.claim_id is not None or fact.accepted_by is not None for fact in customer.facts)
    return SegmentQuality(
        members=1,
        known_fields=sum(value_of(customer, field) is not None for field in PROFILE),
        accepted=int(vouched),
        verified=int(bool(customer.verified_keys)),
        disputed=int(disputed),
    )


def _is_alike(rule: SegmentRule, customer: Customer) -> bool:
    """Tell whether one value of each list is the customer's."""
    platforms = {identity.channel_kind for identity in customer.identities}
    return (
        (not rule.lifecycles or customer.lifecycle in rule.lifecycles)
        and (not rule.locales or customer.locale in rule.locales)
        and (not rule.platforms or not platforms.isdisjoint(rule.platforms))
        and _says(customer, ClaimField.CITY, rule.cities)
        and _says(customer, ClaimField.INTERESTS, rule.interests)
        and _says(customer, ClaimField.SEGMENT, rule.crm_segments)
    )


def _says(customer: Customer, field: ClaimField, wanted: Iterable[str]) -> bool:
    """Tell whether the profile names one of the values, however it is spelt; a field names several between commas."""
    meant = {_spelling(one) for one in wanted}
    known = value_of(customer, field) or ""
    return not meant or not meant.isdisjoint(_spelling(part) for part in known.replace("،", ",").split(","))


def _spelling(text: str) -> str:
    return fold(text).replace(DROPPED, "").strip()


def _is_known(rule: SegmentRule, customer: Customer) -> bool:
    """Tell whether what must be there is there, and what must not be is not."""
    followers = max((identity.followers or 0 for identity in customer.identities), default=0)
    told = (
        (rule.in_crm, bool(customer.crm_keys)),
        (rule.has_email, value_of(customer, ClaimField.EMAIL) is not None),
        (rule.has_phone, value_of(customer, ClaimField.PHONE) is not None),
        (rule.unreachable, bool(customer.unreachable)),
    )
    return (rule.least_followers is None or followers >= rule.least_followers) and all(
        wanted is None or wanted is there for wanted, there in told
    )


def _is_in_time(rule: SegmentRule, customer: Customer, at: datetime) -> bool:
    """Tell whether the customer was heard of when they must have been; who never was is silent since they are known."""
    heard = customer.heard_at
    if rule.heard_within_days is not None and (heard is None or heard < at - timedelta(days=rule.heard_within_days)):
        return False
    last = heard or customer.created_at
    return rule.silent_for_days is None or last < at - timedelta(days=rule.silent_for_days)
