"""The only way to read segments, who is in them, and how well they are filled, for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.customers import Customer
from care.documents.segments import Segment, SegmentMembership, SegmentSnapshot
from care.reading.customer_lists import require_all_customers
from care.reading.customers import customers_by_ids
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

MOST_SEGMENTS: Final = 50
"""The segments in use."""

_OLDEST_FIRST: Final = Order((("created_at", 1),))
_JOINED_LAST: Final = Order((("joined_at", -1),))
_BY_DAY: Final = Order((("day", 1),))


def reads_segments(actor: Actor) -> bool:
    """Tell whether somebody may know of segments: who may read all customers."""
    return actor.may(Permission.CUSTOMER_READ) and not actor.scoped


async def segments_by_ids(actor: Actor, segment_ids: Sequence[str]) -> dict[str, Segment]:
    """Give those of the segments, archived ones too, to who may read all customers."""
    wanted = [one for one in dict.fromkeys(segment_ids) if may_be_id(one, "seg")]
    return await by_ids(Segment, wanted) if wanted and reads_segments(actor) else {}


async def require_segment(actor: Actor, segment_id: str) -> Segment:
    """Give a segment; NotFound when there is none for this actor."""
    found = (await segments_by_ids(actor, [segment_id])).get(segment_id)
    if found is None:
        raise NotFound("There is no such segment.", path=("segment_id",))
    return found


async def list_segments(actor: Actor, window: Window, *, archived: bool = False) -> Slice[Segment]:
    """List the segments in use, or the archived ones, the oldest first. Forbidden for who may not read all customers."""
    require_all_customers(actor)
    return await read_slice(Segment, {"archived": archived}, _OLDEST_FIRST, window)


async def count_segments(actor: Actor, *, archived: bool = False) -> int:
    """Count what `list_segments` lists."""
    require_all_customers(actor)
    return await count(Segment, {"archived": archived})


async def list_members(actor: Actor, segment_id: str, window: Window) -> Slice[Customer]:
    """List who is in a segment now, who joined last first. Forbidden for who may not read all customers."""
    require_all_customers(actor)
    found = await read_slice(SegmentMembership, _members(segment_id), _JOINED_LAST, window)
    known = await customers_by_ids(actor, [one.customer_id for one in found.items])
    both = zip(found.items, found.positions, strict=True)
    rows = [(known[one.customer_id], place) for one, place in both if one.customer_id in known]
    return Slice([row for row, _ in rows], [place for _, place in rows], found.has_next, found.has_previous)


async def count_members(actor: Actor, segment_id: str) -> int:
    """Count what `list_members` lists, up to 10,001."""
    require_all_customers(actor)
    return await count(SegmentMembership, _members(segment_id))


async def memberships_of_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, list[SegmentMembership]]:
    """Give the memberships that each customer has in segments in use, the latest first.

    None for who may not read all customers.
    """
    if not reads_segments(actor):
        return {}
    found: dict[str, list[SegmentMembership]] = {}
    rows = await SegmentMembership.find({"customer_id": {"$in": list(customer_ids)}, "current": True}).to_list()
    used = {one for one, segment in (await by_ids(Segment, {row.segment_id for row in rows})).items() if not segment.archived}
    for one in sorted(rows, key=lambda row: (row.joined_at, row.id), reverse=True):
        if one.segment_id in used:
            found.setdefault(one.customer_id, []).append(one)
    return found


async def list_snapshots(actor: Actor, segment_id: str, window: Window) -> Slice[SegmentSnapshot]:
    """List what a segment was, day by day. Forbidden for who may not read all customers."""
    require_all_customers(actor)
    return await read_slice(SegmentSnapshot, {"segment_id": segment_id}, _BY_DAY, window)


async def count_snapshots(actor: Actor, segment_id: str) -> int:
    """Count what `list_snapshots` lists."""
    require_all_customers(actor)
    return await count(SegmentSnapshot, {"segment_id": segment_id})


async def first_and_last(actor: Actor, segment_ids: Sequence[str]) -> dict[str, tuple[SegmentSnapshot, SegmentSnapshot]]:
    """Give the first and the last snapshot of segments that have any, to who may read all customers."""
    found: dict[str, tuple[SegmentSnapshot, SegmentSnapshot]] = {}
    for one in dict.fromkeys(segment_ids if reads_segments(actor) else ()):
        ends = [await SegmentSnapshot.find({"segment_id": one}).sort(way).limit(1).to_list() for way in ("day", "-day")]
        if ends[0] and ends[1]:
            found[one] = (ends[0][0], ends[1][0])
    return found


def _members(segment_id: str) -> dict[str, Any]:
    return {"segment_id": segment_id, "current": True}
