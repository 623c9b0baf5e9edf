"""Mutations about what is known of customers: writing it down, taking in what is said, deciding what holds."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import strawberry

from care.claims.deciding import RejectionDraft, accept_claim, reject_claim
from care.claims.observing import ClaimDraft, record_claim
from care.claims.updating import ConsentDraft, CustomerChange, input_name, record_consent, update_customer, withdraw_consent
from care.documents import claims, customers
from care.documents.claims import ClaimField, ClaimSource, ConsentPurpose, LicenceClass
from care.reading.customers import customers_by_ids
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.claims import CustomerClaim
from schema.staff.customers import Customer

_CUSTOMER = "The id of the customer."
_CLAIM = "The id of the claim."
_GONE = "; null takes away what is known."


@strawberry.input(description="What a member knows of a customer; what is absent stays as it is.")
class UpdateCustomerInput:
    """What a member knows of a customer."""

    customer_id: strawberry.ID = required(_CUSTOMER)
    display_name: str | None = given("What they are called.")
    email: str | None = given(f"An e-mail address{_GONE}")
    phone: str | None = given(f"A telephone number{_GONE}")
    city: str | None = given(f"Where they live{_GONE}")
    segment: str | None = given(f"The group that the company counts them to{_GONE}")
    language: str | None = given(f"The code of their language, such as `tr`{_GONE}")
    interests: str | None = given(f"What they like, parted by commas{_GONE}")
    hobbies: str | None = given(f"What they do in their free time, parted by commas; only with consent{_GONE}")
    birthday: str | None = given(f"The day they were born, as year-month-day; only with consent{_GONE}")
    expected_version: int = expected_version()


@strawberry.input(description="What a source says about a customer.")
class RecordClaimInput:
    """What a source says about a customer."""

    customer_id: strawberry.ID = required(_CUSTOMER)
    field: ClaimField = required("About what.")
    value: str = required("What it says.")
    source: ClaimSource = required("Who says it; what members know themselves is written with `updateCustomer`.")
    origin: str | None = given("Which account or system it is, such as `@ayse` or the name of a CRM.")
    observed_at: datetime | None = given("When it was said; absent: now.")
    confidence: float | None = given("How sure the source is, from 0 to 1; absent: as sure as such sources are.")
    licence: LicenceClass | None = given("By what right it is kept; absent: as is usual for such sources.")
    keep_until: datetime | None = given("When it must be forgotten; absent: what a provider lends after 30 days, else never.")


@strawberry.input(description="Which claim holds.")
class AcceptClaimInput:
    """Which claim holds."""

    claim_id: strawberry.ID = required(_CLAIM)
    expected_version: int = expected_version()


@strawberry.input(description="Which claim does not hold, and why.")
class RejectClaimInput:
    """Which claim does not hold, and why."""

    claim_id: strawberry.ID = required(_CLAIM)
    reason: str = required("Why, in a line; it is kept with the claim.")
    expected_version: int = expected_version()


@strawberry.input(description="To what a customer consented, and how they said so.")
class RecordConsentInput:
    """To what a customer consented, and how they said so."""

    customer_id: strawberry.ID = required(_CUSTOMER)
    purpose: ConsentPurpose = strawberry.field(default=ConsentPurpose.PERSONAL_DETAILS, description="To what.")
    note: str = required("How the customer said so, in a line: on the telephone, on a form, in which message.")
    expected_version: int = expected_version()


@strawberry.input(description="Which consent a customer took back, and how they said so.")
class WithdrawConsentInput:
    """Which consent a customer took back, and how they said so."""

    customer_id: strawberry.ID = required(_CUSTOMER)
    purpose: ConsentPurpose = strawberry.field(default=ConsentPurpose.PERSONAL_DETAILS, description="To what.")
    note: str = required("How the customer said so, in a line.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateCustomer`.")
class UpdateCustomerPayload(Payload):
    """The answer of `updateCustomer`."""

    written: ClassVar[str | None] = "customer"

    customer: Customer | None = changed()


@strawberry.type(description="The answer of `recordClaim`.")
class RecordClaimPayload(Payload):
    """The answer of `recordClaim`."""

    claim: CustomerClaim | None = changed("The claim: PROPOSED when it waits for a decision.")


@strawberry.type(description="The answer of `acceptClaim`.")
class AcceptClaimPayload(Payload):
    """The answer of `acceptClaim`."""

    written: ClassVar[str | None] = "claim"

    claim: CustomerClaim | None = changed()


@strawberry.type(description="The answer of `rejectClaim`.")
class RejectClaimPayload(Payload):
    """The answer of `rejectClaim`."""

    written: ClassVar[str | None] = "claim"

    claim: CustomerClaim | None = changed()


@strawberry.type(description="The answer of `recordConsent`.")
class RecordConsentPayload(Payload):
    """The answer of `recordConsent`."""

    written: ClassVar[str | None] = "customer"

    customer: Customer | None = changed()


@strawberry.type(description="The answer of `withdrawConsent`.")
class WithdrawConsentPayload(Payload):
    """The answer of `withdrawConsent`."""

    written: ClassVar[str | None] = "customer"

    customer: Customer | None = changed()


@strawberry.type
class ClaimMutations:
    """What is done about what is known of customers."""

    @mutation(UpdateCustomerPayload, description="Writes down what a member knows of a customer; it holds at once.")
    async def update_customer(self, info: Info, input: Annotated[UpdateCustomerInput, INPUT]) -> object:
        """Write down what is known."""
        told = {field: value for field in ClaimField if (value := getattr(input, input_name(field))) is not strawberry.UNSET}
        draft = CustomerChange(customer_id=input.customer_id, told=told)
        changed_one = await update_customer(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateCustomerPayload(customer=await _shown(info, changed_one))

    @mutation(
        RecordClaimPayload,
        description="Takes in what a source says: it holds where nothing is known, and waits for a decision where the profile "
        "says otherwise. The same thing from the same source is one claim, however often it is said.",
    )
    async def record_claim(self, info: Info, input: Annotated[RecordClaimInput, INPUT]) -> object:
        """Take in a claim."""
        return RecordClaimPayload(claim=_claim(await record_claim(info.context.actor, parse(ClaimDraft, **values_of(input)))))

    @mutation(AcceptClaimPayload, description="Lets the profile say what a claim says; what it said before is kept.")
    async def accept_claim(self, info: Info, input: Annotated[AcceptClaimInput, INPUT]) -> object:
        """Accept a claim."""
        decided = await accept_claim(info.context.actor, input.claim_id, expected_version=input.expected_version)
        return AcceptClaimPayload(claim=_claim(decided))

    @mutation(RejectClaimPayload, description="Says that a claim does not hold; the same source is not heard with it again.")
    async def reject_claim(self, info: Info, input: Annotated[RejectClaimInput, INPUT]) -> object:
        """Reject a claim."""
        draft = parse(RejectionDraft, **values_of(input))
        decided = await reject_claim(info.context.actor, draft, expected_version=input.expected_version)
        return RejectClaimPayload(claim=_claim(decided))

    @mutation(RecordConsentPayload, description="Keeps that a customer consented; hobbies and birthday may be kept from then on.")
    async def record_consent(self, info: Info, input: Annotated[RecordConsentInput, INPUT]) -> object:
        """Record a consent."""
        draft = parse(ConsentDraft, **values_of(input))
        changed_one = await record_consent(info.context.actor, draft, expected_version=input.expected_version)
        return RecordConsentPayload(customer=await _shown(info, changed_one))

    @mutation(
        WithdrawConsentPayload,
        description="Keeps that a customer took a consent back, and forgets what was kept by it: in the profile, in claims.",
    )
    async def withdraw_consent(self, info: Info, input: Annotated[WithdrawConsentInput, INPUT]) -> object:
        """Withdraw a consent."""
        draft = parse(ConsentDraft, **values_of(input))
        changed_one = await withdraw_consent(info.context.actor, draft, expected_version=input.expected_version)
        return WithdrawConsentPayload(customer=await _shown(info, changed_one))


def _claim(claim: claims.CustomerClaim) -> Any:
    return CustomerClaim.from_document(claim)


async def _shown(info: Info, customer: customers.Customer) -> Customer:
    """Show a customer with what is theirs by merged duplicates."""
    return Customer.from_document((await customers_by_ids(info.context.actor, [customer.id]))[customer.id])
