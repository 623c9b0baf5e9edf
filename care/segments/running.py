"""Looking at all customers for a segment: a job that goes on where it was interrupted, and keeps a snapshot of the day."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from care.documents.claims import ClaimState, CustomerClaim
from care.documents.customers import Customer
from care.documents.segments import Segment, SegmentQuality, SegmentRun, SegmentSnapshot
from care.jobs import SEGMENT, jobs
from care.reading.customers import united
from care.segments.membership import place_in
from care.segments.rules import quality_of
from core.clock import now
from core.ids import derived_id
from core.records import change, insert_or_read

BATCH: Final = 200
EVERY: Final = timedelta(hours=6)
"""How often all customers are looked at, so that segments follow time, and days get their snapshots."""


def begin_run(segment: Segment, at: datetime) -> None:
    """Let all customers be looked at from the start."""
    segment.run = SegmentRun(number=segment.run.number + 1, started_at=at)
    segment.next_act_at = at + EVERY


async def queue_run(segment_id: str) -> None:
    """Have the last run of a segment done, unless it is over. Can run twice."""
    segment = await Segment.get(segment_id)
    if segment is not None and not segment.archived and segment.run.finished_at is None:
        row = {"kind": SEGMENT, "segment_id": segment.id, "run": segment.run.number}
        await jobs().add(f"segment:{segment.id}:{segment.run.number}", row)


async def queue_due_runs(at_once: int) -> int:
    """Have all customers looked at for the segments whose time has come; give how many these are."""
    segments = await Segment.find({"next_act_at": {"$lte": now()}}).sort("next_act_at").limit(at_once).to_list()
    for segment in segments:
        await change(segment, _begin_when_due)
        await queue_run(segment.id)
    return len(segments)


async def run_segment(segment_id: str, number: int) -> None:
    """Go through the customers in the order of their ids, a batch at a time, from where an interrupted run had come to."""
    while (segment := await Segment.get(segment_id)) and _goes_on(segment, number):
        came_to = segment.run.after_id
        query = {"merged_into": None, "is_practice": None, "_id": {"$gt": came_to}}
        rows = await Customer.find(query).sort("_id").limit(BATCH).to_list()
        whole = await united({row.id: row for row in rows})
        members = await place_in(segment, list(whole.values()), now())
        counted = await _quality(members)
        reached = rows[-1].id if rows else came_to
        await change(segment, _progress(number, came_to, reached, counted, over=len(rows) < BATCH))
    if segment is not None and segment.run.number == number and segment.run.finished_at is not None:
        await _keep_snapshot(segment, segment.run.finished_at)


async def _keep_snapshot(segment: Segment, at: datetime) -> None:
    """Keep what a run that finished then counted as the segment's of that day; of several the last one. Can run twice."""
    day = at.date().isoformat()
    snapshot = SegmentSnapshot(
        id=derived_id("sgs", segment.id, day), created_at=at, segment_id=segment.id, day=day, taken_at=at,
        quality=segment.run.quality,
    )  # fmt: skip
    stored = await insert_or_read(snapshot)
    if stored is not snapshot:
        await change(stored, lambda current: _retake(current, snapshot))


def _begin_when_due(segment: Segment) -> None:
    at = now()
    if segment.next_act_at is None or segment.next_act_at > at or segment.archived:
        return
    if segment.run.finished_at is None:  # the run before goes on still
        segment.next_act_at = at + EVERY
        return
    begin_run(segment, at)


def _goes_on(segment: Segment, number: int) -> bool:
    return segment.run.number == number and segment.run.finished_at is None and not segment.archived


def _progress(number: int, came_to: str, reached: str, counted: SegmentQuality, *, over: bool) -> Callable[[Segment], None]:
    def rule(current: Segment) -> None:
        run = current.run
        if run.number != number or run.finished_at is not None or run.after_id != came_to:
            return  # another worker came further, or the rule was changed
        current.run = run.model_copy(
            update={"after_id": reached, "quality": run.quality.plus(counted), "finished_at": now() if over else None}
        )

    return rule


async def _quality(members: Sequence[Customer]) -> SegmentQuality:
    """Count how well the profiles of these members are filled; claims on merged parts count for the survivor."""
    owners = {part: member.id for member in members for part in (member.id, *member.absorbed)}
    query = {"customer_id": {"$in": list(owners)}, "state": ClaimState.PROPOSED.value}
    waiting = await CustomerClaim.get_pymongo_collection().distinct("customer_id", query) if owners else []
    disputed = {owners[one] for one in waiting}
    total = SegmentQuality()
    for member in members:
        total = total.plus(quality_of(member, disputed=member.id in disputed))
    return total


def _retake(current: SegmentSnapshot, later: SegmentSnapshot) -> None:
    if current.taken_at < later.taken_at:
        current.taken_at, current.quality = later.taken_at, later.quality
