"""Brands: making and changing them, and saying which channels are theirs."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor, Permission
from care.brands.events import BrandChanged, ChannelBrandSet
from care.brands.reading import MOST_BRANDS, MOST_CHANNELS, brands_by_ids, count_brands, require_brand
from care.channels import read_channels
from care.documents.brands import Brand
from care.documents.channels import Channel
from community.creation import insert_once, made_before
from community.drafts import text
from core.clock import now
from core.errors import InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import change

Name = Annotated[str, text(1, 100, lines="one")]

_KIND: Final = "brd"


class BrandDraft(BaseModel):
    """What a brand is called."""

    name: Name


class BrandChange(BaseModel):
    """What to change of a brand; None stays as it is."""

    brand_id: str
    name: Name | None = None
    archived: bool | None = None


class ChannelBrandDraft(BaseModel):
    """Whose channel it is; None: no brand's."""

    channel_id: str
    brand_id: str | None = None


async def create_brand(actor: Actor, draft: BrandDraft, *, once: Once) -> Brand:
    """Make a brand. Raises Forbidden without `channel:manage`, LimitReached, IdempotencyMismatch."""
    actor.require(Permission.CHANNEL_MANAGE)
    identifier = once.identifier(_KIND)
    if before := await made_before(Brand, identifier, once):
        return before
    if await count_brands(actor) >= MOST_BRANDS:
        raise LimitReached(f"There are {MOST_BRANDS} brands already; archive one first.")
    brand = Brand(id=identifier, created_at=now(), name=draft.name, fingerprint=once.fingerprint)
    brand.record(BrandChanged(brand_id=brand.id), actor=actor.id)
    return await insert_once(brand, once)


async def update_brand(actor: Actor, draft: BrandChange, *, expected_version: int) -> Brand:
    """Rename a brand, archive it, or take it into use again; its channels stay its own.

    Raises NotFound, Forbidden without `channel:manage`, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    brand = await require_brand(actor, draft.brand_id)

    def rule(current: Brand) -> None:
        current.name = draft.name or current.name
        current.archived = current.archived if draft.archived is None else draft.archived
        current.record(BrandChanged(brand_id=current.id), actor=actor.id)

    return await change(brand, rule, expected_version=expected_version)


async def set_channel_brand(actor: Actor, draft: ChannelBrandDraft, *, expected_version: int) -> Channel:
    """Say whose channel it is; people of agencies who work on a brand follow its channels.

    Raises NotFound, Forbidden without `channel:manage`, InvalidInput for a brand that is not in use, LimitReached when the
    brand has 100 channels, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    channel = (await read_channels(actor, [draft.channel_id])).get(draft.channel_id)
    if channel is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    if draft.brand_id is not None:
        await require_in_use(actor, [draft.brand_id], path=("brand_id",))
        if await Channel.find({"brand_id": draft.brand_id}).limit(MOST_CHANNELS).count() >= MOST_CHANNELS:
            raise LimitReached(f"A brand has at most {MOST_CHANNELS} channels.", path=("brand_id",))

    def rule(current: Channel) -> None:
        touched = tuple(one for one in (current.brand_id, draft.brand_id) if one is not None)
        current.brand_id = draft.brand_id
        current.record(ChannelBrandSet(channel_id=current.id, brand_ids=touched), actor=actor.id)

    return await change(channel, rule, expected_version=expected_version)


async def require_in_use(actor: Actor, brand_ids: Sequence[str], *, path: tuple[str, ...]) -> None:
    """Raise InvalidInput for a brand that is not there or archived."""
    known = await brands_by_ids(actor, brand_ids)
    for place, one in enumerate(brand_ids, 1):
        if one not in known or known[one].archived:
            raise InvalidInput(f"There is no brand in use with the id at place {place}.", path=path)
