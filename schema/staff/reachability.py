"""Customers whom the company could not reach: since when, why, and what was tried."""

from datetime import datetime
from typing import Self

import strawberry

from care.audience.reachability import KEPT_ATTEMPTS, open_attempts
from care.documents import customers, reachability
from care.documents.conversations import ContactKind
from care.documents.reachability import UnreachedReason
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.inputs import expected_version, given, required
from schema.staff.members import Member, member_of

told(
    UnreachedReason,
    "Why a customer was not reached.",
    DELIVERY_FAILED="A message could not be delivered.",
    NO_ANSWER="A case was given up, for the customer did not answer.",
    NOT_MET="A member called or visited them in vain.",
)


@strawberry.type(description="One attempt to reach a customer that failed.")
class ContactAttempt:
    """One attempt to reach a customer that failed."""

    attempt: strawberry.Private[reachability.ContactAttempt]
    reason: UnreachedReason = strawberry.field(description="Why the customer was not reached.")
    at: datetime = strawberry.field(description="When.")
    contact_kind: ContactKind | None = strawberry.field(description="By what a member tried; null where it was no member.")
    note: str | None = strawberry.field(description="What the member wrote, or the channel said.")

    @classmethod
    def of(cls, attempt: reachability.ContactAttempt) -> Self:
        """Show an attempt."""
        return cls(attempt=attempt, reason=attempt.reason, at=attempt.at, contact_kind=attempt.kind, note=attempt.note)

    @strawberry.field(description="The member who tried; null where it was no member, and once they left.")
    async def by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.attempt.by)


@strawberry.type(description="That a customer could not be reached since they were last in contact.")
class CustomerUnreachable:
    """That a customer could not be reached."""

    since: datetime = strawberry.field(description="When it failed first.")
    reasons: list[UnreachedReason] = strawberry.field(
        description="Why, each once, in the order of time.", directives=list_size(len(UnreachedReason))
    )
    attempt_count: int = strawberry.field(description=f"How often it failed since; of more than {KEPT_ATTEMPTS} the last ones.")
    attempts: list[ContactAttempt] = strawberry.field(
        description="What failed, the oldest first.", directives=list_size(KEPT_ATTEMPTS)
    )

    @classmethod
    def of(cls, customer: customers.Customer) -> Self | None:
        """Show it; None for who is reachable."""
        if customer.unreachable_since is None:
            return None
        left = open_attempts(customer)
        return cls(
            since=customer.unreachable_since,
            reasons=list(dict.fromkeys(attempt.reason for attempt in left)),
            attempt_count=len(left),
            attempts=[ContactAttempt.of(attempt) for attempt in left],
        )


@strawberry.type
class CustomerReach:
    """Whether a customer can be reached."""

    document: strawberry.Private[customers.Customer]

    @strawberry.field(
        description="That the company could not reach the customer since they were last in contact; null while it can. Over "
        "as soon as they write or are talked with, and where only deliveries failed, as soon as one arrives."
    )
    def unreachable(self) -> CustomerUnreachable | None:
        """Show it."""
        return CustomerUnreachable.of(self.document)


@strawberry.input(description="Whom a member tried to reach in vain.")
class RecordContactAttemptInput:
    """Whom a member tried to reach in vain."""

    customer_id: strawberry.ID = required("The id of the customer.")
    kind: ContactKind = required("By what: PHONE or IN_PERSON.")
    note: str | None = given("How it went, in a line.")
    expected_version: int = expected_version()
