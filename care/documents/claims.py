"""What MongoDB keeps of claims: what somebody says about a customer, where it comes from, and what was decided about it."""

import re
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel
from pymongo import ASCENDING, IndexModel

from auth.emails import fold_email
from core.records import PENDING_EVENTS, Record
from core.text.fold import DROPPED, fold


class ClaimField(StrEnum):
    """What of a customer is known, or said."""

    NAME = "NAME"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    CITY = "CITY"
    SEGMENT = "SEGMENT"
    LANGUAGE = "LANGUAGE"
    INTERESTS = "INTERESTS"
    HOBBIES = "HOBBIES"
    BIRTHDAY = "BIRTHDAY"


_GAPS: Final = re.compile(r"[\s().\-/\u200b-\u200f\u202a-\u202e]+")

PERSONAL: Final = frozenset({ClaimField.HOBBIES, ClaimField.BIRTHDAY})
"""What is kept only of who has consented."""


def digits_of(number: str) -> str:
    """Give the spelling under which telephone numbers are compared: digits, `00` as `+`."""
    digits = _GAPS.sub("", fold(number).replace(DROPPED, ""))
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def contact_key(field: ClaimField, value: str) -> str:
    """Give the key under which an e-mail address or a telephone number is found."""
    return f"email:{fold_email(value)}" if field is ClaimField.EMAIL else f"phone:{digits_of(value)}"


class ClaimSource(StrEnum):
    """Who says it."""

    CRM_IMPORT = "CRM_IMPORT"
    SOCIAL_PROFILE = "SOCIAL_PROFILE"
    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"
    CONTENT = "CONTENT"


class LicenceClass(StrEnum):
    """By what right the company keeps it."""

    OWN = "OWN"
    PROVIDER_TERMS = "PROVIDER_TERMS"
    PUBLIC = "PUBLIC"
    CONSENT = "CONSENT"


class ClaimState(StrEnum):
    """What became of a claim; CONFIRMED: it says what the profile says."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"
    SUPERSEDED = "SUPERSEDED"
    EXPIRED = "EXPIRED"


class Said(BaseModel):
    """A value of a field, with who says it, when, how sure it is and by what right it is kept."""

    field: ClaimField
    value: str
    source: ClaimSource
    origin: str | None = None
    """Which account or system it is: the key of an identity, the name of a CRM."""
    channel_id: str | None = None
    observed_at: datetime
    confidence: float
    licence: LicenceClass
    keep_until: datetime | None = None


class Fact(Said):
    """The accepted claim: what holds of a customer."""

    claim_id: str | None = None
    """The claim that it was accepted from; None for what was taken as it came, and for what a member wrote."""
    accepted_at: datetime
    accepted_by: str | None = None
    verified: bool = False
    """Whether an e-mail address or telephone number is known to be the customer's."""


class ConsentPurpose(StrEnum):
    """What a customer can consent to."""

    PERSONAL_DETAILS = "PERSONAL_DETAILS"


class ConsentStep(BaseModel):
    """That a customer gave a consent, or took it back; the last one holds."""

    purpose: ConsentPurpose
    given: bool
    note: str
    """How the customer said so."""
    recorded_by: str
    recorded_at: datetime


class CustomerClaim(Record):
    """A claim that is not the profile's value by itself; its id is derived from what is said and who says it.

    So the same source says the same thing once, and what was rejected stays so.
    """

    customer_id: str
    field: ClaimField
    value: str | None = None
    """None once it had to be forgotten."""
    source: ClaimSource
    origin: str | None = None
    channel_id: str | None = None
    observed_at: datetime
    confidence: float
    licence: LicenceClass
    keep_until: datetime | None = None
    next_act_at: datetime | None = None
    state: ClaimState = ClaimState.PROPOSED
    proposed_at: datetime
    previous_value: str | None = None
    """What the profile said when it was accepted."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    class Settings:
        name = "customer_claims"
        indexes: ClassVar = [
            IndexModel([("customer_id", ASCENDING), ("proposed_at", ASCENDING), ("_id", ASCENDING)]),
            *(
                IndexModel([(name, ASCENDING) for name in ("state", *lead, "proposed_at", "_id")])
                for lead in ((), ("field",), ("source",), ("field", "source"))
            ),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
