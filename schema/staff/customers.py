"""Customers and the names they go by on each channel."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import customers
from care.lifecycles import KEPT_CHANGES
from care.policies import may_edit_customer, may_merge, may_undo_merge
from care.reading.cases import NEWEST_FIRST, case_counts_of_customers, cases_of_customers
from care.reading.customers import known_customers
from core.clock import now
from core.paging import Window, merge_slices
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author
from schema.staff.claims import CustomerProfile
from schema.staff.enums import ChannelKind
from schema.staff.insights_on import CustomerInsights
from schema.staff.members import Member, member_of
from schema.staff.needs import CustomerNeeds
from schema.staff.orders import CustomerOrders
from schema.staff.presence_map import CustomerSource
from schema.staff.prospects import CustomerPlans
from schema.staff.reachability import CustomerReach
from schema.staff.segments import CustomerSegments
from schema.staff.service_level_enums import Lifecycle
from schema.staff.timelines import CustomerTimeline
from schema.staff.twins import CustomerTwins


@strawberry.type(description="A name of a customer on one channel.")
class CustomerIdentity:
    """A name of a customer on one channel."""

    channel_kind: ChannelKind = strawberry.field(description="The kind of channel.")
    handle: str = strawberry.field(description="The name there.")
    profile_url: str | None = strawberry.field(description="The customer's page there.")
    verified: bool = strawberry.field(description="Whether the customer has proved to own it.")
    blocked: bool = strawberry.field(description="Whether the customer takes no messages of the company's there any more.")

    @classmethod
    def from_document(cls, identity: customers.Identity) -> Self:
        """Show an identity."""
        return cls(
            channel_kind=identity.channel_kind,
            handle=identity.handle,
            profile_url=identity.profile_url,
            verified=identity.verified,
            blocked=identity.blocked,
        )


@strawberry.type(description="That a customer, the duplicate, is read as part of another, the survivor.")
class CustomerMerge(Node):
    """That a customer is read as part of another."""

    merge: strawberry.Private[customers.Merge]
    duplicate_name: str = strawberry.field(description="The name of the duplicate.")
    merged_at: datetime = strawberry.field(description="When they were merged.")
    undoable_until: datetime = strawberry.field(description="Until when it can be undone.")
    undone_at: datetime | None = strawberry.field(description="When it was undone; null while it holds.")

    @classmethod
    def of(cls, duplicate: customers.Customer) -> Self | None:
        """Show the last merge of a duplicate; None where there was none."""
        if duplicate.merge is None:
            return None
        return cls(
            id=strawberry.ID(duplicate.merge.id),
            merge=duplicate.merge,
            duplicate_name=duplicate.display_name,
            merged_at=duplicate.merge.merged_at,
            undoable_until=duplicate.merge.undoable_until,
            undone_at=duplicate.merge.undone_at,
        )

    @strawberry.field(description="Who merged them; null for a program.")
    async def merged_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.merge.merged_by)

    @strawberry.field(description="Whether the viewer can undo it.")
    def viewer_can_undo(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_undo_merge(info.context.actor, self.merge, now()))


@strawberry.type(description="That a member moved a customer on, or back.")
class CustomerLifecycleChange:
    """That a member moved a customer on, or back."""

    change: strawberry.Private[customers.LifecycleChange]
    before: Lifecycle = strawberry.field(description="How far the customer was said to have come.")
    after: Lifecycle = strawberry.field(description="How far since.")
    reason: str = strawberry.field(description="Why, as the member wrote.")
    changed_at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, change: customers.LifecycleChange) -> Self:
        """Show a change."""
        return cls(change=change, before=change.before, after=change.after, reason=change.reason, changed_at=change.changed_at)

    @strawberry.field(description="Who said so; null for a program.")
    async def changed_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.change.changed_by)


@strawberry.type(description="Somebody the company talks with. The id of somebody who was merged leads to the survivor.")
class Customer(
    Author,
    CustomerProfile,
    CustomerPlans,
    CustomerReach,
    CustomerNeeds,
    CustomerSegments,
    CustomerTwins,
    CustomerSource,
    CustomerOrders,
    CustomerTimeline,
    CustomerInsights,
):
    """Somebody the company talks with."""

    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    lifecycle: Lifecycle = strawberry.field(description="How far the customer has come with the company.")
    lifecycle_changes: list[CustomerLifecycleChange] = strawberry.field(
        description="What members decided about that, the oldest first; the last hundred.",
        directives=list_size(KEPT_CHANGES),
    )
    identities: list[CustomerIdentity] = strawberry.field(
        description="The names the customer goes by on the channels, with those of merged duplicates.", directives=list_size(100)
    )

    @classmethod
    def from_document(cls, document: customers.Customer) -> Self:
        """Show a customer."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            display_name=document.display_name,
            version=document.version,
            lifecycle=document.lifecycle,
            lifecycle_changes=[CustomerLifecycleChange.of(change) for change in document.lifecycle_changes],
            identities=[CustomerIdentity.from_document(identity) for identity in document.identities],
        )

    @strawberry.field(description="Whether the viewer can join this customer with a duplicate.")
    def viewer_can_merge(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_merge(info.context.actor))

    @strawberry.field(description="Whether the viewer can write down what is known of this customer.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_edit_customer(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can say how far this customer has come.")
    def viewer_can_set_lifecycle(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_edit_customer(info.context.actor, self.document))

    @strawberry.field(description="The duplicates that are read as part of this customer.", directives=list_size(100))
    async def merges(self, info: Info) -> list[CustomerMerge]:
        """Give the merges that hold."""
        parts = await info.context.load_many(known_customers, self.document.absorbed)
        shown = [CustomerMerge.of(part) for part in parts]
        return [merge for merge in shown if merge is not None and merge.undone_at is None]

    @paged("What the customer came with, newest first.", graphql_type=connection_of("schema.staff.cases", "Case"))
    async def cases(self, info: Info, window: Window) -> object:
        """Give a page of the customer's cases, those of merged duplicates among them."""
        everybody = [self.document.id, *self.document.absorbed]

        async def count() -> int:
            return sum(await info.context.load_many(case_counts_of_customers, everybody))

        slices = await info.context.load_many(cases_of_customers, everybody, window)
        return pages(info, merge_slices(slices, NEWEST_FIRST, window), count=count)
