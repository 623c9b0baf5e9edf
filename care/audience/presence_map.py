"""The presence map: on which platforms customers are, of all or of a segment, beside the company's own presence there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.channels import ChannelKind
from care.documents.customers import Customer
from care.documents.segments import SegmentMembership
from care.documents.social_accounts import AccountKind, SocialAccount
from care.reading.customer_lists import require_all_customers
from care.reading.segments import require_segment
from core.clock import now
from core.errors import LimitReached
from core.gates import PRESENT, to_mongo

MOST_CUSTOMERS: Final = 200_000


@dataclass(slots=True)
class Platform:
    """One kind of channel: who is known there, and what the company has there."""

    kind: ChannelKind
    customers: int = 0
    verified: int = 0
    """Of whom it is known that the identity is theirs."""
    own_accounts: int = 0
    groups: int = 0
    followers: int = 0
    """Of the company's own accounts, by their latest measurements."""


@dataclass(frozen=True, slots=True)
class PresenceMap:
    """The platforms, those with most customers first, as of an instant."""

    as_of: datetime
    customers: int
    platforms: list[Platform]


async def presence_map(actor: Actor, *, segment_id: str | None = None) -> PresenceMap:
    """Count on which platforms customers are, of all or of a segment; who was merged counts within the survivor.

    Raises Forbidden without `report:read` and `customer:read` for all, NotFound for an unknown segment, LimitReached.
    """
    actor.require(Permission.REPORT_READ)
    require_all_customers(actor)
    at, members = now(), None if segment_id is None else await _members(actor, segment_id)
    parts, looked, counted = await identities_of_parts(), 0, 0
    platforms = {kind: Platform(kind) for kind in ChannelKind}
    query = {"merged_into": None, **to_mongo(PRESENT)}
    fields = {"identities": 1, "absorbed": 1}
    async for raw in Customer.get_pymongo_collection().find(query, fields).limit(MOST_CUSTOMERS + 1):
        looked += 1
        if looked > MOST_CUSTOMERS:
            raise LimitReached(f"A report is about at most {MOST_CUSTOMERS:,} customers.")
        if members is not None and raw["_id"] not in members:
            continue
        counted += 1
        _count(platforms, [*raw["identities"], *(one for part in raw.get("absorbed", ()) for one in parts.get(part, ()))])
    await _count_own(platforms)
    shown = [one for one in platforms.values() if one.customers or one.own_accounts or one.groups]
    return PresenceMap(at, counted, sorted(shown, key=lambda one: (-one.customers, one.kind.value)))


async def identities_of_parts() -> dict[str, list[dict[str, Any]]]:
    """Give the identities of everybody who was merged, by whom they were."""
    rows = Customer.get_pymongo_collection().find({"merged_into": {"$exists": True}}, {"identities": 1})
    return {raw["_id"]: raw["identities"] async for raw in rows}


def _count(platforms: Mapping[ChannelKind, Platform], identities: list[dict[str, Any]]) -> None:
    for kind in {identity["channel_kind"] for identity in identities}:
        platforms[ChannelKind(kind)].customers += 1
    for kind in {identity["channel_kind"] for identity in identities if identity.get("verified")}:
        platforms[ChannelKind(kind)].verified += 1


async def _members(actor: Actor, segment_id: str) -> set[str]:
    segment = await require_segment(actor, segment_id)
    rows = SegmentMembership.get_pymongo_collection().find({"segment_id": segment.id, "current": True}, {"customer_id": 1})
    return {raw["customer_id"] async for raw in rows}


async def _count_own(platforms: Mapping[ChannelKind, Platform]) -> None:
    for account in await SocialAccount.find({"archived": False}).to_list():
        platform = platforms[account.platform]
        if account.kind is AccountKind.GROUP:
            platform.groups += 1
        else:
            platform.own_accounts += 1
            platform.followers += account.followers or 0
