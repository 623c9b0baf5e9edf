"""The only way to read brands, and what agencies' people work on, for a person."""

from collections.abc import Sequence
from typing import Final

from auth.actor import Actor, ActorKind, Permission
from care.channels import read_channels
from care.documents.brands import AgencyScope, Brand
from care.documents.channels import Channel
from community.drafts import may_be_id
from core.errors import NotFound
from core.ids import with_prefix
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

MOST_BRANDS: Final = 100
MOST_CHANNELS: Final = 100
"""How many channels a brand has."""

_BY_NAME: Final = Order((("name", 1),))


async def brands_by_ids(actor: Actor, brand_ids: Sequence[str]) -> dict[str, Brand]:
    """Give those of the brands that the actor may know of: a person of an agency those in their reach."""
    wanted = [one for one in dict.fromkeys(brand_ids) if may_be_id(one, "brd") and _may_know(actor, one)]
    return await by_ids(Brand, wanted) if wanted else {}


async def require_brand(actor: Actor, brand_id: str) -> Brand:
    """Give a brand; NotFound when there is none for this actor."""
    found = (await brands_by_ids(actor, [brand_id])).get(brand_id)
    if found is None:
        raise NotFound("There is no such brand.", path=("brand_id",))
    return found


async def list_brands(actor: Actor, window: Window, *, archived: bool = False) -> Slice[Brand]:
    """List the brands in use, or the archived ones, by name."""
    return await read_slice(Brand, _standing(actor, archived=archived), _BY_NAME, window)


async def count_brands(actor: Actor, *, archived: bool = False) -> int:
    """Count what `list_brands` lists."""
    return await count(Brand, _standing(actor, archived=archived))


async def channels_of_brands(actor: Actor, brand_ids: Sequence[str]) -> dict[str, list[Channel]]:
    """Give the channels of these brands that the actor may know of, by name, at most 100 each."""
    rows = await Channel.find({"brand_id": {"$in": list(brand_ids)}}).limit(MOST_CHANNELS * len(brand_ids)).to_list()
    known = [one for one in rows if one.deleted_at is None and (not actor.scoped or one.id in actor.reach)]
    ordered = sorted(known, key=lambda channel: (channel.name, channel.id))
    return {brand: [channel for channel in ordered if channel.brand_id == brand] for brand in brand_ids}


async def scopes_of_members(actor: Actor, member_ids: Sequence[str]) -> dict[str, AgencyScope]:
    """Give what these people work on to who may manage accounts, and to themselves."""
    manages = actor.may(Permission.CHANNEL_MANAGE)
    ids = {scope_id(one): one for one in member_ids if manages or one == actor.member_id}
    found = await by_ids(AgencyScope, list(ids)) if ids else {}
    return {ids[one]: scope for one, scope in found.items()}


def scope_id(member_id: str) -> str:
    """Give the id of what a member works on; one a member."""
    return with_prefix("asc", member_id)


async def channels_in_scope(actor: Actor, scope: AgencyScope) -> list[Channel]:
    """Give all channels that somebody works on: those named, and those of the brands."""
    of_brands = await channels_of_brands(actor, scope.brand_ids) if scope.brand_ids else {}
    named = await read_channels(actor, scope.channel_ids)
    every = {channel.id: channel for channels in of_brands.values() for channel in channels} | named
    return sorted(every.values(), key=lambda channel: (channel.name, channel.id))


def _may_know(actor: Actor, brand_id: str) -> bool:
    if actor.kind not in {ActorKind.MEMBER, ActorKind.SERVICE, ActorKind.SYSTEM}:
        return False
    return not actor.scoped or brand_id in actor.reach


def _standing(actor: Actor, *, archived: bool) -> dict[str, object]:
    query: dict[str, object] = {"archived": archived}
    if actor.scoped:
        query["_id"] = {"$in": sorted(one for one in actor.reach if one.startswith("brd_"))}
    return query
