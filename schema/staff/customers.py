"""Customers and the names they go by on each channel."""

from typing import Self

import strawberry

from care.documents import customers
from care.reading.cases import case_counts_of_customers, cases_of_customers
from core.paging import Window
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.paging import paged, pages
from schema.staff.authors import Author
from schema.staff.enums import ChannelKind


@strawberry.type(description="A name of a customer on one channel.")
class CustomerIdentity:
    """A name of a customer on one channel."""

    channel_kind: ChannelKind = strawberry.field(description="The kind of channel.")
    handle: str = strawberry.field(description="The name there.")
    profile_url: str | None = strawberry.field(description="The customer's page there.")
    verified: bool = strawberry.field(description="Whether the customer has proved to own it.")

    @classmethod
    def from_document(cls, identity: customers.Identity) -> Self:
        """Show an identity."""
        return cls(
            channel_kind=identity.channel_kind,
            handle=identity.handle,
            profile_url=identity.profile_url,
            verified=identity.verified,
        )


@strawberry.type(description="Somebody the company talks with.")
class Customer(Author):
    """Somebody the company talks with."""

    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    identities: list[CustomerIdentity] = strawberry.field(
        description="The names the customer goes by on the channels.", directives=list_size(20)
    )
    viewer_can_merge: bool = strawberry.field(
        description="Whether the viewer can join this customer with a duplicate; false as long as there is no merging."
    )

    @classmethod
    def from_document(cls, document: customers.Customer) -> Self:
        """Show a customer."""
        return cls(
            id=strawberry.ID(document.id),
            display_name=document.display_name,
            version=document.version,
            identities=[CustomerIdentity.from_document(identity) for identity in document.identities],
            viewer_can_merge=False,
        )

    @paged("What the customer came with, newest first.", graphql_type=connection_of("schema.staff.cases", "Case"))
    async def cases(self, info: Info, window: Window) -> object:
        """Give a page of the customer's cases."""

        async def count() -> int:
            return int(await info.context.load(case_counts_of_customers, self.id))

        return pages(info, await info.context.load(cases_of_customers, self.id, window), count=count)
