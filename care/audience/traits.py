"""What customers are grouped by in the coverage report, and how the groups are called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor
from care.brands.reading import brands_by_ids
from care.documents.channels import Channel
from care.documents.segments import Segment, SegmentMembership
from care.reading.segments import segments_by_ids

Raw = Mapping[str, Any]


class CoverageDimension(StrEnum):
    """What customers are grouped by; of brands, platforms and segments somebody can be in several."""

    LIFECYCLE = "LIFECYCLE"
    LOCALE = "LOCALE"
    SOURCE = "SOURCE"
    PLATFORM = "PLATFORM"
    BRAND = "BRAND"
    SEGMENT = "SEGMENT"


@dataclass(frozen=True, slots=True)
class Traits:
    """Which fields of a stored customer are read, and the keys of the groups that it belongs to."""

    fields: dict[str, int]
    keys_of: Callable[[Raw], list[str]]


async def traits_of(by: CoverageDimension) -> Traits:
    """Say how customers are grouped; for brands by whose channels they are known on."""
    if by is CoverageDimension.BRAND:
        brands = await _brands_of_channels()
        return Traits({"identities": 1}, lambda raw: _distinct(brands.get(one["channel_id"]) for one in raw["identities"]))
    if by is CoverageDimension.SEGMENT:
        segments = await _segments_of_customers()
        return Traits({}, lambda raw: segments.get(raw["_id"], []))
    return _TRAITS[by]


async def labels_of(actor: Actor, by: CoverageDimension, keys: Sequence[str]) -> dict[str, str]:
    """Give the names of groups whose keys are ids."""
    if by is CoverageDimension.SEGMENT:
        return {one: segment.name for one, segment in (await segments_by_ids(actor, keys)).items()}
    if by is not CoverageDimension.BRAND:
        return {}
    return {one: brand.name for one, brand in (await brands_by_ids(actor, keys)).items()}


async def _brands_of_channels() -> dict[str, str]:
    query = {"brand_id": {"$exists": True}}
    rows = Channel.get_pymongo_collection().find(query, {"brand_id": 1})
    return {raw["_id"]: raw["brand_id"] async for raw in rows}


async def _segments_of_customers() -> dict[str, list[str]]:
    """Give the segments in use that each customer is in."""
    used = [raw["_id"] async for raw in Segment.get_pymongo_collection().find({"archived": False}, {"_id": 1})]
    query = {"segment_id": {"$in": used}, "current": True}
    found: dict[str, list[str]] = {}
    async for raw in SegmentMembership.get_pymongo_collection().find(query, {"segment_id": 1, "customer_id": 1}):
        found.setdefault(raw["customer_id"], []).append(raw["segment_id"])
    return found


def _distinct(values: Any) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _source(raw: Raw) -> list[str]:
    """Give where the company knows somebody from first: the channel's kind, else the other system."""
    if raw["identities"]:
        return [raw["identities"][0]["channel_kind"]]
    return [key.partition(":")[0] for key in raw.get("crm_keys", ())[:1]]


_TRAITS: Final = {
    CoverageDimension.LIFECYCLE: Traits({"lifecycle": 1}, lambda raw: [raw["lifecycle"]]),
    CoverageDimension.LOCALE: Traits({"locale": 1}, lambda raw: _distinct([raw.get("locale")])),
    CoverageDimension.SOURCE: Traits({"identities": 1, "crm_keys": 1}, _source),
    CoverageDimension.PLATFORM: Traits(
        {"identities": 1}, lambda raw: _distinct(one["channel_kind"] for one in raw["identities"])
    ),
}
