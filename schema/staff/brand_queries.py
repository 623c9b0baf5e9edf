"""The list of brands, and what agencies' people work on."""

from typing import Annotated, Self

import strawberry

from care.brands.reading import (
    MOST_BRANDS,
    MOST_CHANNELS,
    brands_by_ids,
    channels_in_scope,
    count_brands,
    list_brands,
    scopes_of_members,
)
from care.documents import brands
from care.reading.conversations import channels_by_ids
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.paging import paged, pages
from schema.staff.brands import Brand
from schema.staff.channels import Channel
from schema.staff.members import Member, member_of
from schema.staff.reach import require_staff


@strawberry.type(description="What a person of an agency works on; they see nothing else of customers.")
class AgencyScope:
    """What a person of an agency works on."""

    document: strawberry.Private[brands.AgencyScope]
    version: int = strawberry.field(description="Rises with each edit; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: brands.AgencyScope) -> Self:
        """Show a scope."""
        return cls(document=document, version=document.version)

    @strawberry.field(description="Whose it is; null when they are there no more.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="The brands they work on, with all their channels.", directives=list_size(MOST_BRANDS))
    async def brands(self, info: Info) -> list[Brand]:
        """Give the brands."""
        found = await info.context.load_many(brands_by_ids, self.document.brand_ids)
        return [Brand.from_document(brand) for brand in found]

    @strawberry.field(description="The channels that were named beside the brands.", directives=list_size(MOST_CHANNELS))
    async def channels(self, info: Info) -> list[Channel]:
        """Give the channels that were named."""
        found = await info.context.load_many(channels_by_ids, self.document.channel_ids)
        return [Channel.from_document(channel) for channel in found]

    @strawberry.field(description="All channels they work on: those named, and those of the brands.", directives=list_size(1_000))
    async def all_channels(self, info: Info) -> list[Channel]:
        """Give the channels of both kinds."""
        found = await channels_in_scope(info.context.actor, self.document)
        return [Channel.from_document(channel) for channel in found[:1_000]]


@strawberry.type
class BrandQueries:
    """Reading brands and scopes."""

    @paged("The brands that the viewer may know of, by name.", graphql_type=Connection[Brand])
    async def brands(
        self,
        info: Info,
        window: Window,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list those out of use instead.")] = None,
    ) -> object:
        """Give a page of the brands."""
        require_staff(info)
        actor, unused = info.context.actor, archived is True
        found = await list_brands(actor, window, archived=unused)
        return pages(info, found, count=lambda: count_brands(actor, archived=unused))

    @strawberry.field(
        description="What a person of an agency works on; null as long as nothing was said, and for who may not know it: "
        "it is shown to themselves and with `channel:manage`."
    )
    async def agency_scope(
        self, info: Info, member_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the member.")]
    ) -> AgencyScope | None:
        """Give the scope."""
        require_staff(info)
        found = (await scopes_of_members(info.context.actor, [member_id])).get(member_id)
        return AgencyScope.from_document(found) if found is not None else None
