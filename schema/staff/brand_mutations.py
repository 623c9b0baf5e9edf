"""Mutations of brands, and of what agencies' people work on."""

from typing import Annotated, ClassVar

import strawberry

from care.brands import brands, scopes
from care.brands.brands import BrandChange, BrandDraft, ChannelBrandDraft
from care.brands.scopes import ScopeDraft
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.brand_queries import AgencyScope
from schema.staff.brands import Brand
from schema.staff.channels import Channel


@strawberry.input(description="What the brand is to be.")
class CreateBrandInput:
    """What the brand is to be."""

    name: str = required("What it is called, up to 100 characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createBrand`.")
class CreateBrandPayload(Payload):
    """The answer of `createBrand`."""

    brand: Brand | None = changed("The brand; it has no channels yet.")


@strawberry.input(description="What to change of a brand; absent stays as it is.")
class UpdateBrandInput:
    """What to change of a brand."""

    brand_id: strawberry.ID = required("The id of the brand.")
    name: str | None = given("What it is called, up to 100 characters.")
    archived: bool | None = given("Whether it is out of use; its channels stay its own.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateBrand`.")
class UpdateBrandPayload(Payload):
    """The answer of `updateBrand`."""

    written: ClassVar[str | None] = "brand"

    brand: Brand | None = changed()


@strawberry.input(description="Whose a channel is to be.")
class SetChannelBrandInput:
    """Whose a channel is to be."""

    channel_id: strawberry.ID = required("The id of the channel.")
    brand_id: strawberry.ID | None = given("The id of a brand in use; absent: no brand's any more.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setChannelBrand`.")
class SetChannelBrandPayload(Payload):
    """The answer of `setChannelBrand`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed()


@strawberry.input(description="What a person of an agency is to work on; taken whole.")
class SetAgencyScopeInput:
    """What a person of an agency is to work on."""

    member_id: strawberry.ID = required("The id of a member whose role is AGENCY.")
    channel_ids: list[strawberry.ID] | None = given("The ids of channels, up to 100.")
    brand_ids: list[strawberry.ID] | None = given("The ids of brands in use, up to 100: all their channels, as they come and go.")
    expected_version: int = required("The `version` you saw; 0 as long as nothing was said.")


@strawberry.type(description="The answer of `setAgencyScope`.")
class SetAgencyScopePayload(Payload):
    """The answer of `setAgencyScope`."""

    written: ClassVar[str | None] = "agency_scope"

    agency_scope: AgencyScope | None = changed()


@strawberry.type
class BrandMutations:
    """What can be done with brands, and with what agencies' people work on."""

    @mutation(CreateBrandPayload, description="Makes a brand; needs `channel:manage`.")
    async def create_brand(self, info: Info, input: Annotated[CreateBrandInput, INPUT]) -> object:
        """Make a brand."""
        once = once_for(info, "createBrand", input)
        brand = await brands.create_brand(info.context.actor, parse(BrandDraft, **values_of(input)), once=once)
        return CreateBrandPayload(brand=Brand.from_document(brand))

    @mutation(UpdateBrandPayload, description="Renames a brand, or takes it out of use; needs `channel:manage`.")
    async def update_brand(self, info: Info, input: Annotated[UpdateBrandInput, INPUT]) -> object:
        """Change a brand."""
        draft = parse(BrandChange, **values_of(input))
        brand = await brands.update_brand(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateBrandPayload(brand=Brand.from_document(brand))

    @mutation(SetChannelBrandPayload, description="Says whose a channel is; needs `channel:manage`.")
    async def set_channel_brand(self, info: Info, input: Annotated[SetChannelBrandInput, INPUT]) -> object:
        """Give a channel to a brand."""
        draft = parse(ChannelBrandDraft, **values_of(input))
        channel = await brands.set_channel_brand(info.context.actor, draft, expected_version=input.expected_version)
        return SetChannelBrandPayload(channel=Channel.from_document(channel))

    @mutation(
        SetAgencyScopePayload,
        description="Says which channels and brands a person of an agency works on; needs `channel:manage`.",
    )
    async def set_agency_scope(self, info: Info, input: Annotated[SetAgencyScopeInput, INPUT]) -> object:
        """Set the scope."""
        draft = parse(ScopeDraft, **values_of(input))
        scope = await scopes.set_agency_scope(info.context.actor, draft, expected_version=input.expected_version)
        return SetAgencyScopePayload(agency_scope=AgencyScope.from_document(scope))
