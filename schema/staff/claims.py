"""What is known of customers, what is said about them, and the queue of what waits for a decision."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.claims.updating import KEPT_CONSENTS
from care.documents import claims, customers
from care.documents.claims import ClaimField, ClaimSource, ClaimState, ConsentPurpose, LicenceClass
from care.policies import may_decide_claim
from care.profiles import KEPT_FACTS
from care.reading.claims import (
    OLDEST_FIRST,
    ClaimSelection,
    claim_counts_of_customers,
    claims_of_customers,
    count_claims,
    list_claims,
    visible_consents,
    visible_facts,
    visible_former_facts,
    visible_value,
)
from care.reading.customers import customers_by_ids
from core.paging import Window, merge_slices
from schema.connections import Connection, connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.inputs import given, set_fields
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.reach import require_staff

told(
    ClaimField,
    "What of a customer is known, or said.",
    NAME="What they are called.",
    EMAIL="An e-mail address.",
    PHONE="A telephone number.",
    CITY="Where they live.",
    SEGMENT="The group that the company counts them to.",
    LANGUAGE="The code of the language they speak with the company.",
    INTERESTS="What they like, parted by commas.",
    HOBBIES="What they do in their free time, parted by commas; kept only with their consent.",
    BIRTHDAY="The day they were born, as year-month-day; kept only with their consent.",
)
told(
    ClaimSource,
    "Who says it.",
    CRM_IMPORT="Another system of the company.",
    SOCIAL_PROFILE="A profile on a social network.",
    AGENT="A member of the company.",
    CUSTOMER="The customer.",
    CONTENT="What the customer wrote, as the company understood it.",
)
told(
    LicenceClass,
    "By what right the company keeps it.",
    OWN="It is the company's own.",
    PROVIDER_TERMS="A provider lends it, by its terms and for a time.",
    PUBLIC="Anybody may know it.",
    CONSENT="The customer consented to it.",
)
told(
    ClaimState,
    "What became of a claim.",
    PROPOSED="It differs from the profile and waits for a decision.",
    ACCEPTED="It holds: the profile says what it says.",
    CONFIRMED="It says what the profile says already.",
    REJECTED="It does not hold; the same source is not heard with it again.",
    SUPERSEDED="It held until another value took its place.",
    EXPIRED="It could be kept for a time only, and was forgotten.",
)
told(ConsentPurpose, "What a customer can consent to.", PERSONAL_DETAILS="That hobbies and birthday are kept.")

_ORIGIN = "Which account or system it is, where that is known."
_RIGHT = "By what right it is kept."
_SURE = "How sure the source is, from 0 to 1."


@strawberry.type(description="A value that holds, or held, of a customer, with where it comes from.")
class ProfileValue:
    """A value of a customer's profile."""

    fact: strawberry.Private[claims.Fact]
    field: ClaimField = strawberry.field(description="Of what it is the value.")
    value: str = strawberry.field(description="The value.")
    source: ClaimSource = strawberry.field(description="Who says it.")
    origin: str | None = strawberry.field(description=_ORIGIN)
    observed_at: datetime = strawberry.field(description="When it was said.")
    confidence: float = strawberry.field(description=_SURE)
    licence: LicenceClass = strawberry.field(description=_RIGHT)
    keep_until: datetime | None = strawberry.field(description="Until when it may be kept; null: no end is set.")
    accepted_at: datetime = strawberry.field(description="Since when it holds.")

    @classmethod
    def of(cls, fact: claims.Fact) -> Self:
        """Show a value."""
        names = ("field", "value", "source", "origin", "observed_at", "confidence", "licence", "keep_until", "accepted_at")
        return cls(fact=fact, **{name: getattr(fact, name) for name in names})

    @strawberry.field(description="Who decided so; null where it was taken as it came.")
    async def accepted_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.fact.accepted_by)


@strawberry.type(description="That a customer gave a consent, or took it back.")
class CustomerConsent:
    """That a customer gave a consent, or took it back."""

    step: strawberry.Private[claims.ConsentStep]
    purpose: ConsentPurpose = strawberry.field(description="To what.")
    given: bool = strawberry.field(description="Whether it was given; otherwise it was taken back.")
    note: str = strawberry.field(description="How the customer said so.")
    recorded_at: datetime = strawberry.field(description="When it was written down.")

    @classmethod
    def of(cls, step: claims.ConsentStep) -> Self:
        """Show a step."""
        return cls(step=step, purpose=step.purpose, given=step.given, note=step.note, recorded_at=step.recorded_at)

    @strawberry.field(description="Who wrote it down.")
    async def recorded_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.step.recorded_by)


@strawberry.type(description="What a source says about a customer.")
class CustomerClaim(Node):
    """What a source says about a customer."""

    document: strawberry.Private[claims.CustomerClaim]
    field: ClaimField = strawberry.field(description="About what.")
    value: str | None = strawberry.field(description="What it says; null once it had to be forgotten.")
    source: ClaimSource = strawberry.field(description="Who says it.")
    origin: str | None = strawberry.field(description=_ORIGIN)
    observed_at: datetime = strawberry.field(description="When it was said last.")
    confidence: float = strawberry.field(description=_SURE)
    licence: LicenceClass = strawberry.field(description=_RIGHT)
    keep_until: datetime | None = strawberry.field(description="When it is forgotten; null: no end is set.")
    state: ClaimState = strawberry.field(description="What became of it.")
    proposed_at: datetime = strawberry.field(description="Since when it stands as it does.")
    previous_value: str | None = strawberry.field(description="What the profile said when it was accepted.")
    decided_at: datetime | None = strawberry.field(description="When it was decided.")
    reason: str | None = strawberry.field(description="Why it was rejected.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: claims.CustomerClaim) -> Self:
        """Show a claim."""
        names = (
            "field", "value", "source", "origin", "observed_at", "confidence", "licence", "keep_until",
            "state", "proposed_at", "previous_value", "decided_at", "reason", "version",
        )  # fmt: skip
        shown = {name: getattr(document, name) for name in names}
        return cls(id=strawberry.ID(document.id), document=document, **shown)

    @strawberry.field(
        description="About whom; null when the viewer may not know of them.",
        graphql_type=later("schema.staff.customers", "Customer", optional=True),
    )
    async def customer(self, info: Info) -> object:
        """Give the customer."""
        found = await info.context.load(customers_by_ids, self.document.customer_id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="What the profile says now; null where nothing is known.")
    async def current_value(self, info: Info) -> str | None:
        """Give the profile's value."""
        found = await info.context.load(customers_by_ids, self.document.customer_id)
        return visible_value(info.context.actor, found, self.document.field) if found is not None else None

    @strawberry.field(description="Who decided; null where it was taken as it came, and while it waits.")
    async def decided_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.decided_by)

    @strawberry.field(description="Whether the viewer can accept or reject it.")
    def viewer_can_decide(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_decide_claim(info.context.actor, self.document))


@strawberry.type
class CustomerProfile:
    """What is known of a customer and what is said otherwise."""

    document: strawberry.Private[customers.Customer]

    @strawberry.field(
        description="What is known of the customer: the accepted claims, with those of merged duplicates where the "
        "customer has none. Personal details only with consent; an agency sees what its own channels told.",
        directives=list_size(len(ClaimField)),
    )
    def profile(self, info: Info) -> list[ProfileValue]:
        """Give what holds."""
        return [ProfileValue.of(fact) for fact in visible_facts(info.context.actor, self.document)]

    @strawberry.field(description="What was known before, the oldest first; the last fifty.", directives=list_size(KEPT_FACTS))
    def former_profile(self, info: Info) -> list[ProfileValue]:
        """Give what held."""
        return [ProfileValue.of(fact) for fact in visible_former_facts(info.context.actor, self.document)]

    @strawberry.field(
        description="What the customer consented to and took back, the oldest first.", directives=list_size(KEPT_CONSENTS)
    )
    def consents(self, info: Info) -> list[CustomerConsent]:
        """Give the consents."""
        return [CustomerConsent.of(step) for step in visible_consents(info.context.actor, self.document)]

    @paged(
        "What sources say beside the profile, with what was decided, the oldest first; that of merged duplicates among it.",
        graphql_type=connection_of("schema.staff.claims", "CustomerClaim"),
    )
    async def claims(self, info: Info, window: Window) -> object:
        """Give a page of the claims."""
        everybody = [self.document.id, *self.document.absorbed]

        async def count() -> int:
            return sum(await info.context.load_many(claim_counts_of_customers, everybody))

        slices = await info.context.load_many(claims_of_customers, everybody, window)
        return pages(info, merge_slices(slices, OLDEST_FIRST, window), count=count)


@strawberry.input(description="Which claims; all that is given must hold.")
class ClaimFilter:
    """Which claims."""

    state: ClaimState = strawberry.field(default=ClaimState.PROPOSED, description="What became of them.")
    field: ClaimField | None = given("About what.")
    source: ClaimSource | None = given("Who says it.")


@strawberry.type
class ClaimQueries:
    """The queue of what waits for a decision."""

    @paged(
        "What sources say about customers, the oldest first: what differs from the profile and waits for a decision, unless "
        "another state is asked for. For who may read all customers.",
        graphql_type=Connection[CustomerClaim],
    )
    async def claims(
        self,
        info: Info,
        window: Window,
        filter: Annotated[ClaimFilter | None, strawberry.argument(description="Which ones.")] = strawberry.UNSET,
    ) -> object:
        """Give a page of claims."""
        require_staff(info)
        actor, selection = info.context.actor, ClaimSelection(**dict(set_fields(filter))) if filter else ClaimSelection()
        return pages(info, await list_claims(actor, selection, window=window), count=lambda: count_claims(actor, selection))
