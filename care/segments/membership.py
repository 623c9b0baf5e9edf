"""Who is in which segment: judged for one customer when something happens, and for all by a job. Every step can run twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from care.documents.customers import Customer
from care.documents.segments import Segment, SegmentMembership, Spell
from care.reading.customers import same_customers, united
from care.reading.segments import MOST_SEGMENTS
from care.segments.events import SegmentJoined, SegmentLeft
from care.segments.rules import fits
from core.clock import now
from core.ids import derived_id
from core.records import by_ids, change, insert_or_read

KEPT_SPELLS: Final = 20


async def place(customer_id: str) -> None:
    """Let a customer, and who is read as the same, be in the segments that they fit now, and in no others."""
    same = (await same_customers([customer_id])).get(customer_id, [customer_id])
    found = await by_ids(Customer, [customer_id, *same])
    stored = {one: customer for one, customer in found.items() if not customer.is_practice}
    segments = await Segment.find({"archived": False}).sort("created_at", "_id").limit(MOST_SEGMENTS).to_list()
    if not stored or not segments:
        return
    standing = [one for one in stored.values() if one.merged_into is None]
    whole = list({**stored, **await united({one.id: one for one in standing})}.values())
    known = await _known(segments, whole)
    for segment in segments:
        await _place_in(segment, whole, known, now())


async def place_in(segment: Segment, customers: Sequence[Customer], at: datetime) -> list[Customer]:
    """Let those of the customers, each read with all parts, be members who fit; give these."""
    return await _place_in(segment, customers, await _known([segment], customers), at)


async def _known(segments: Sequence[Segment], customers: Sequence[Customer]) -> dict[str, SegmentMembership]:
    return await by_ids(SegmentMembership, [membership_id(segment.id, one.id) for segment in segments for one in customers])


async def _place_in(
    segment: Segment, customers: Sequence[Customer], known: Mapping[str, SegmentMembership], at: datetime
) -> list[Customer]:
    fitting = [customer for customer in customers if fits(segment.rule, customer, at)]
    chosen = {customer.id for customer in fitting}
    for customer in customers:
        await _stand(segment, customer, known, is_member=customer.id in chosen)
    return fitting


def membership_id(segment_id: str, customer_id: str) -> str:
    """Give the id that the membership of a customer in a segment always has."""
    return derived_id("sgm", segment_id, customer_id)


async def _stand(segment: Segment, customer: Customer, known: Mapping[str, SegmentMembership], *, is_member: bool) -> None:
    identifier = membership_id(segment.id, customer.id)
    membership = known.get(identifier)
    if membership is None and is_member:
        membership = await _joined(segment, customer, identifier)
    if membership is not None and membership.current is not is_member:
        await change(membership, _join if is_member else _leave)


async def _joined(segment: Segment, customer: Customer, identifier: str) -> SegmentMembership:
    at = now()
    fresh = SegmentMembership(
        id=identifier, created_at=at, segment_id=segment.id, customer_id=customer.id, current=True, joined_at=at,
        spells=[Spell(since=at)],
    )  # fmt: skip
    fresh.record(SegmentJoined(segment_id=segment.id, customer_id=customer.id))
    return await insert_or_read(fresh)


def _join(membership: SegmentMembership) -> None:
    if membership.current:
        return
    at = now()
    membership.current, membership.joined_at = True, at
    membership.spells = [*membership.spells, Spell(since=at)][-KEPT_SPELLS:]
    membership.record(SegmentJoined(segment_id=membership.segment_id, customer_id=membership.customer_id))


def _leave(membership: SegmentMembership) -> None:
    if not membership.current:
        return
    membership.current = False
    *earlier, last = membership.spells
    membership.spells = [*earlier, last.model_copy(update={"until": now()})]
    membership.record(SegmentLeft(segment_id=membership.segment_id, customer_id=membership.customer_id))
