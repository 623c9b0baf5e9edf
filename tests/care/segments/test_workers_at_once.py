"""Segments when two workers, or two requests, are at it at once; and what is refused of a segment."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.documents.customers import Customer
from care.documents.segments import Segment, SegmentMembership
from care.reading.segments import first_and_last, memberships_of_customers
from care.segments import editing
from care.segments.editing import SegmentChange, SegmentDraft, archive_segment, create_segment, update_segment
from care.segments.membership import place, place_in
from care.segments.running import EVERY, queue_due_runs, run_segment
from core.clock import now
from core.database import Database
from core.errors import InvalidInput, LimitReached
from core.idempotency import Once
from core.records import change, fresh
from tests.care.segments.test_segments import looked_at, make_segment
from tests.care.stored import event_types
from tests.factories.care import later, make_actor, make_channel, make_customer

MANAGER = make_actor(Role.MANAGER)


def draft(**rule: Any) -> SegmentDraft:
    return SegmentDraft.model_validate({"name": "Herkes", "rule": rule or {"platforms": ["X"]}})


async def test_who_joins_and_leaves_under_two_workers_does_so_once(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel, followers=5)
    segment = await make_segment(least_followers=1_000)

    for followers, joined, left in ((5_000, 1, 0), (5, 1, 1), (9_000, 2, 1)):
        await change(await fresh(customer), _followed_by(followers))
        await asyncio.gather(place(customer.id), place(customer.id))
        told = await event_types(SegmentMembership)
        assert (told.count("SegmentJoined"), told.count("SegmentLeft")) == (joined, left)

    (membership,) = (await memberships_of_customers(MANAGER, [customer.id]))[customer.id]
    assert [spell.until is None for spell in membership.spells] == [False, True]
    assert await place_in(segment, [await fresh(customer)], now()) == [await fresh(customer)]


def _followed_by(followers: int) -> Callable[[Customer], None]:
    def rule(customer: Customer) -> None:
        customer.identities[0].followers = followers

    return rule


async def test_run_of_two_workers_counts_everybody_once(store: Database) -> None:
    channel = await make_channel()
    for _ in range(3):
        await make_customer(channel)
    segment = await create_segment(MANAGER, draft(), once=Once())

    await asyncio.gather(*(run_segment(segment.id, 1) for _ in range(2)))

    run = (await fresh(segment)).run
    assert (run.quality.members, run.finished_at is not None) == (3, True)
    before, after = (await first_and_last(MANAGER, [segment.id]))[segment.id]
    assert before == after


async def test_run_is_begun_once_by_two_scans(store: Database) -> None:
    segment = await make_segment(platforms=["X"])
    later(seconds=EVERY.total_seconds() + 1)

    await asyncio.gather(queue_due_runs(10), queue_due_runs(10))

    assert (await fresh(segment)).run.number == 2


async def test_run_that_goes_on_still_is_not_begun_anew(store: Database) -> None:
    segment = await create_segment(MANAGER, draft(), once=Once())
    at = later(seconds=EVERY.total_seconds() + 1)

    assert await queue_due_runs(10) == 1

    kept = await fresh(segment)
    assert (kept.run.number, kept.run.finished_at) == (1, None)
    assert kept.next_act_at is not None
    assert kept.next_act_at >= at + EVERY - timedelta(seconds=1)
    assert await queue_due_runs(10) == 0


async def test_archived_segment_is_named_by_nobody_and_one_without_a_run_has_no_days(store: Database) -> None:
    customer = await make_customer()
    used, unused = await make_segment("Kalan", platforms=["X"]), await make_segment("Giden", platforms=["X"])
    await archive_segment(MANAGER, unused.id, expected_version=(await fresh(unused)).version)
    waiting = await create_segment(MANAGER, draft(), once=Once())

    shown = await memberships_of_customers(MANAGER, [customer.id])
    assert [one.segment_id for one in shown[customer.id]] == [used.id]
    assert set(await first_and_last(MANAGER, [used.id, waiting.id])) == {used.id}
    await looked_at(waiting)
    assert set(await first_and_last(MANAGER, [used.id, waiting.id])) == {used.id, waiting.id}


async def test_there_are_so_many_segments_until_one_is_archived(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MOST_SEGMENTS", 1)
    segment = await make_segment(platforms=["X"])
    with pytest.raises(LimitReached, match="There are 1 segments already; archive one first"):
        await create_segment(MANAGER, draft(), once=Once())
    assert await Segment.count() == 1
    await archive_segment(MANAGER, segment.id, expected_version=segment.version)
    assert (await create_segment(MANAGER, draft(), once=Once())).archived is False


async def test_change_of_nothing_is_refused(store: Database) -> None:
    segment = await make_segment(platforms=["X"])
    with pytest.raises(InvalidInput, match="name, description or rule") as refused:
        await update_segment(MANAGER, SegmentChange(segment_id=segment.id), expected_version=segment.version)
    assert (refused.value.path, await fresh(segment)) == (("name",), segment)


@pytest.mark.parametrize("name", ["cities", "interests", "crm_segments", "locales"])
def test_rule_names_at_most_twenty_values(name: str) -> None:
    whole = draft(**{name: [f"v{number}" for number in range(20)]})
    assert len(getattr(whole.rule, name)) == 20
    with pytest.raises(ValidationError, match="Name at most 20 values"):
        draft(**{name: [f"v{number}" for number in range(21)]})
