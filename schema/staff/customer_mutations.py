"""Mutations about customers: joining duplicates, and taking that back."""

from typing import Annotated, ClassVar

import strawberry

from care.lifecycles import LifecycleDraft, set_lifecycle
from care.merging import merge_customers, undo_merge
from care.needs import NeedsDraft, set_needs
from care.reading.customers import customers_by_ids, shown_customers
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.customers import Customer, CustomerMerge
from schema.staff.service_level_enums import Lifecycle


@strawberry.input(description="Which customer is read as part of which.")
class MergeCustomersInput:
    """Which customer is read as part of which."""

    survivor_id: strawberry.ID = required("The id of the customer to keep.")
    duplicate_id: strawberry.ID = required("The id of the customer to read as part of the other.")
    expected_version: int = expected_version()
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `mergeCustomers`.")
class MergeCustomersPayload(Payload):
    """The answer of `mergeCustomers`."""

    written: ClassVar[str | None] = "customer"

    customer: Customer | None = changed("The survivor, with the identities of both; on CONFLICT the duplicate as it is now.")
    merge: CustomerMerge | None = changed("The merge, by which it can be undone.")


@strawberry.input(description="Which merge to undo.")
class UndoCustomerMergeInput:
    """Which merge to undo."""

    merge_id: strawberry.ID = required("The id of the merge.")


@strawberry.type(description="The answer of `undoCustomerMerge`.")
class UndoCustomerMergePayload(Payload):
    """The answer of `undoCustomerMerge`."""

    merge: CustomerMerge | None = changed("The merge as it is now.")
    customers: list[Customer] | None = strawberry.field(
        default=None, description="The survivor and the duplicate, apart; null when refused.", directives=list_size(2)
    )


@strawberry.input(description="How far a customer has come.")
class SetLifecycleInput:
    """How far a customer has come."""

    customer_id: strawberry.ID = required("The id of the customer.")
    lifecycle: Lifecycle = required("How far the customer has come with the company.")
    reason: str = required("Why, in a line; it is kept with the change.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setLifecycle`.")
class SetLifecyclePayload(Payload):
    """The answer of `setLifecycle`."""

    written: ClassVar[str | None] = "customer"

    customer: Customer | None = changed()


@strawberry.input(description="What a customer needs.")
class SetCustomerNeedsInput:
    """What a customer needs."""

    customer_id: strawberry.ID = required("The id of the customer.")
    needs: str | None = given("What they need, at most 2,000 characters; null or absent: what was written is withdrawn.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setCustomerNeeds`.")
class SetCustomerNeedsPayload(Payload):
    """The answer of `setCustomerNeeds`."""

    written: ClassVar[str | None] = "customer"

    customer: Customer | None = changed()


@strawberry.type
class CustomerMutations:
    """What is done about customers."""

    @mutation(
        MergeCustomersPayload,
        description="Lets a duplicate be read as part of a survivor; `expectedVersion` is the duplicate's. Nothing is moved, "
        "so that undoing it gives everything back.",
    )
    async def merge_customers(self, info: Info, input: Annotated[MergeCustomersInput, INPUT]) -> object:
        """Merge two customers."""
        actor, once = info.context.actor, once_for(info, "mergeCustomers", input)
        merged = await merge_customers(
            actor, input.survivor_id, input.duplicate_id, expected_version=input.expected_version, once=once
        )
        duplicate = merged.duplicate
        survivor = (await shown_customers(actor, {duplicate.id: duplicate}, merged.known))[duplicate.id]
        return MergeCustomersPayload(customer=Customer.from_document(survivor), merge=CustomerMerge.of(duplicate))

    @mutation(UndoCustomerMergePayload, description="Lets a duplicate stand by itself again; within 30 days, once.")
    async def undo_customer_merge(self, info: Info, input: Annotated[UndoCustomerMergeInput, INPUT]) -> object:
        """Undo a merge."""
        actor = info.context.actor
        parted = await undo_merge(actor, input.merge_id)
        duplicate = parted.duplicate
        ids = [duplicate.merge.survivor_id, duplicate.id] if duplicate.merge else [duplicate.id]
        found = await customers_by_ids(actor, ids, parted.known)
        apart = [Customer.from_document(found[one]) for one in ids if one in found]
        return UndoCustomerMergePayload(merge=CustomerMerge.of(duplicate), customers=apart)

    @mutation(SetLifecyclePayload, description="Says how far a customer has come, and keeps who said so, when and why.")
    async def set_lifecycle(self, info: Info, input: Annotated[SetLifecycleInput, INPUT]) -> object:
        """Say how far a customer has come."""
        actor, draft = info.context.actor, parse(LifecycleDraft, **values_of(input))
        moved = await set_lifecycle(actor, draft, expected_version=input.expected_version)
        shown = (await shown_customers(actor, {moved.id: moved}))[moved.id]
        return SetLifecyclePayload(customer=Customer.from_document(shown))

    @mutation(SetCustomerNeedsPayload, description="Writes down what a customer needs; what was written before is kept.")
    async def set_customer_needs(self, info: Info, input: Annotated[SetCustomerNeedsInput, INPUT]) -> object:
        """Note what a customer needs."""
        actor, draft = info.context.actor, parse(NeedsDraft, **values_of(input))
        noted = await set_needs(actor, draft, expected_version=input.expected_version)
        shown = (await shown_customers(actor, {noted.id: noted}))[noted.id]
        return SetCustomerNeedsPayload(customer=Customer.from_document(shown))
