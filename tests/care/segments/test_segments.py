"""Segments: whom a rule fits, how members come and go as the database changes, and the quality of their profiles."""

from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Role
from care.audience.coverage import coverage_report
from care.audience.reachability import AttemptDraft, record_attempt
from care.audience.traits import CoverageDimension
from care.claims.deciding import accept_claim
from care.claims.observing import ClaimDraft, record_claim
from care.claims.updating import CustomerChange, update_customer
from care.clock_scan import scan
from care.documents.claims import ClaimField, ClaimSource
from care.documents.customers import Customer, Lifecycle
from care.documents.segments import Segment, SegmentMembership, SegmentQuality, SegmentSnapshot
from care.lifecycles import LifecycleDraft, set_lifecycle
from care.merging import merge_customers, undo_merge
from care.reading.segments import count_members, first_and_last, list_members, list_segments, memberships_of_customers
from care.reports.ranges import ReportRange
from care.segments.editing import (
    SegmentChange,
    SegmentDraft,
    archive_segment,
    create_segment,
    update_segment,
)
from care.segments.membership import place
from care.segments.running import EVERY, run_segment
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import change, fresh
from tests.care.stored import everything, handle_twice
from tests.factories.care import later, make_actor, make_channel, make_conversation, make_customer, say

MANAGER = make_actor(Role.MANAGER)
STORED = (Segment, SegmentMembership, SegmentSnapshot)


async def make_segment(name: str = "Kış müşterileri", **rule: Any) -> Segment:
    """Save a rule and look at all customers."""
    draft = SegmentDraft.model_validate({"name": name, "rule": rule})
    return await looked_at(await create_segment(MANAGER, draft, once=Once()))


async def looked_at(segment: Segment) -> Segment:
    """Do the job that waits, twice, as after a cut."""
    for _ in range(2):
        await run_segment(segment.id, segment.run.number)
    return await fresh(segment)


async def members(segment: Segment) -> list[str]:
    return [one.id for one in (await list_members(MANAGER, segment.id, Window())).items]


async def moved(customer: Customer, lifecycle: Lifecycle) -> None:
    draft = LifecycleDraft(customer_id=customer.id, lifecycle=lifecycle, reason="Söyledi")
    await set_lifecycle(MANAGER, draft, expected_version=(await fresh(customer)).version)
    await handle_twice()


async def test_members_come_and_go_as_the_database_changes(store: Database) -> None:
    first, second = await make_customer(), await make_customer()
    await moved(first, Lifecycle.ADVOCATE)
    segment = await make_segment(lifecycles=["ADVOCATE"])
    assert await members(segment) == [first.id]

    joined = now()
    later(minutes=1)
    await moved(second, Lifecycle.ADVOCATE)
    await moved(first, Lifecycle.CUSTOMER)
    assert await members(segment) == [second.id]
    later(minutes=1)
    await moved(first, Lifecycle.ADVOCATE)

    assert await members(segment) == [first.id, second.id]
    (kept,) = (await memberships_of_customers(MANAGER, [first.id]))[first.id]
    assert [(spell.since <= joined, spell.until is None) for spell in kept.spells] == [(True, False), (False, True)]
    assert await count_members(MANAGER, segment.id) == 2


async def test_new_rule_is_looked_at_anew(store: Database) -> None:
    channel = await make_channel()
    loud, quiet = await make_customer(channel, followers=50_000), await make_customer(channel, followers=10)
    segment = await make_segment(least_followers=1_000)
    assert await members(segment) == [loud.id]

    draft = SegmentChange.model_validate({"segment_id": segment.id, "rule": {"platforms": ["X"]}})
    segment = await looked_at(await update_segment(MANAGER, draft, expected_version=1))

    assert set(await members(segment)) == {loud.id, quiet.id}
    renamed = SegmentChange(segment_id=segment.id, name="Herkes")
    assert (await update_segment(MANAGER, renamed, expected_version=2)).run == segment.run


@pytest.mark.parametrize(
    ("rule", "fitting"),
    [
        ({"cities": ["IZMIR"]}, True),
        ({"cities": ["Ankara"]}, False),
        ({"interests": ["KAHVE", "çay"]}, True),
        ({"interests": ["Kahve"], "cities": ["Ankara"]}, False),
        ({"locales": ["tr"]}, True),
        ({"has_email": True}, False),
        ({"has_email": False}, True),
        ({"in_crm": True}, False),
        ({"unreachable": False}, True),
        ({"crm_segments": ["gold"]}, True),
    ],
)
async def test_rule_fits_what_the_profile_says(store: Database, rule: dict[str, Any], *, fitting: bool) -> None:
    customer = await make_customer()
    known: dict[ClaimField, str | None] = {ClaimField.CITY: "İzmir", ClaimField.INTERESTS: "Kahve, bisiklet"}
    told = CustomerChange(customer_id=customer.id, told={**known, ClaimField.LANGUAGE: "tr", ClaimField.SEGMENT: "Gold"})
    await update_customer(MANAGER, told, expected_version=1)

    segment = await make_segment(**rule)

    assert await members(segment) == ([customer.id] if fitting else [])


async def test_segment_follows_who_was_heard_and_time(store: Database) -> None:
    spoke, silent = await make_customer(), await make_customer()
    await say(await make_conversation(customer=spoke))
    await handle_twice()
    heard, quiet = await make_segment(heard_within_days=30), await make_segment(silent_for_days=30)
    assert (await members(heard), await members(quiet)) == ([spoke.id], [])

    later(days=31)
    await scan()
    for segment in (heard, quiet):
        await looked_at(await fresh(segment))

    assert (await members(heard), set(await members(quiet))) == ([], {spoke.id, silent.id})
    await say(await make_conversation(customer=silent))
    for _ in range(2):  # what was heard, and what follows from that
        await handle_twice()
    assert (await members(heard), await members(quiet)) == ([silent.id], [spoke.id])


async def test_who_can_not_be_reached_is_a_member_at_once(store: Database) -> None:
    customer, segment = await make_customer(), await make_segment(unreachable=True)
    attempt = AttemptDraft.model_validate({"customer_id": customer.id, "kind": "PHONE"})
    await record_attempt(MANAGER, attempt, expected_version=1)
    await handle_twice()

    assert await members(segment) == [customer.id]


async def test_who_was_merged_is_a_member_as_the_survivor_only(store: Database) -> None:
    x, mail = await make_channel(), await make_channel(kind="EMAIL")
    survivor, duplicate = await make_customer(x), await make_customer(mail)
    segment = await make_segment(platforms=["EMAIL"])
    assert await members(segment) == [duplicate.id]

    merged = (await merge_customers(MANAGER, survivor.id, duplicate.id, expected_version=1, once=Once())).duplicate
    await handle_twice()
    assert await members(segment) == [survivor.id]
    assert merged.merge is not None
    await undo_merge(MANAGER, merged.merge.id)
    await handle_twice()
    assert await members(segment) == [duplicate.id]


async def test_quality_is_kept_day_by_day_before_and_after(store: Database) -> None:
    customer, _ = await make_customer(), await make_customer()
    segment = await make_segment(platforms=["X"])
    claim = ClaimDraft(customer_id=customer.id, field=ClaimField.NAME, value="Ayşe Yılmaz", source=ClaimSource.CRM_IMPORT)
    waiting = await record_claim(MANAGER, claim)

    later(seconds=EVERY.total_seconds() + 1)
    await scan()
    disputed = await looked_at(await fresh(segment))
    await accept_claim(MANAGER, waiting.id, expected_version=1)
    later(days=1)
    await scan()
    await looked_at(await fresh(segment))

    assert disputed.run.quality == SegmentQuality(members=2, known_fields=2, disputed=1)
    before, after = (await first_and_last(MANAGER, [segment.id]))[segment.id]
    assert before.quality.accepted == 0
    assert after.quality == SegmentQuality(members=2, known_fields=2, accepted=1)
    assert before.day < after.day


async def test_run_goes_on_where_it_was_cut_and_an_old_one_does_nothing(store: Database) -> None:
    channel = await make_channel()
    ids = sorted([(await make_customer(channel)).id for _ in range(3)])
    draft = SegmentDraft.model_validate({"name": "Herkes", "rule": {"platforms": ["X"]}})
    segment = await create_segment(MANAGER, draft, once=Once())

    def cut(current: Segment) -> None:
        current.run = current.run.model_copy(update={"after_id": ids[1]})

    await change(segment, cut)
    await run_segment(segment.id, 2)
    assert await members(segment) == []
    await run_segment(segment.id, 1)

    assert await members(segment) == [ids[2]]
    assert await database_jobs(store) == [f"segment:{segment.id}:1"]


async def database_jobs(store: Database) -> list[str]:
    return [row["_id"] async for row in store["jobs"].find({"kind": "segment"})]


async def test_coverage_is_told_by_segment(store: Database) -> None:
    customer, _ = await make_customer(), await make_customer(followers=10)
    segment = await make_segment("Etkili", least_followers=1_000)
    await say(await make_conversation(customer=customer))

    span = ReportRange(now() - timedelta(days=1), now() + timedelta(days=1))
    report = await coverage_report(MANAGER, span, CoverageDimension.SEGMENT)

    rows = [(group.key, group.label, group.population, group.visited) for group in report.groups]
    assert rows == [(segment.id, "Etkili", 1, 1), (None, "Unknown", 1, 0)]


async def test_archived_segment_keeps_still(store: Database) -> None:
    customer, segment = await make_customer(), await make_segment(lifecycles=["ADVOCATE"])
    archived = await archive_segment(MANAGER, segment.id, expected_version=1)
    await moved(customer, Lifecycle.ADVOCATE)
    later(seconds=EVERY.total_seconds() + 1)
    await scan()

    assert (archived.archived, await members(segment), (await fresh(segment)).run) == (True, [], segment.run)
    assert [one.id for one in (await list_segments(MANAGER, Window(), archived=True)).items] == [segment.id]
    with pytest.raises(AlreadyDone):
        await update_segment(MANAGER, SegmentChange(segment_id=segment.id, name="Yeni"), expected_version=2)


async def test_same_request_makes_one_segment(store: Database) -> None:
    draft = SegmentDraft.model_validate({"name": "Herkes", "rule": {"platforms": ["X"]}})
    once = Once(("a", "createSegment", "k"), b"secret", "input")

    first = await create_segment(MANAGER, draft, once=once)
    assert await create_segment(MANAGER, draft, once=once) == first
    with pytest.raises(IdempotencyMismatch):
        await create_segment(MANAGER, draft, once=Once(("a", "createSegment", "k"), b"secret", "other"))
    assert await Segment.count() == 1


async def test_place_of_nobody_changes_nothing(store: Database) -> None:
    await make_segment(platforms=["X"])
    before = await everything(*STORED)
    await place("cus_none")
    assert await everything(*STORED) == before


async def test_refused_changes_leave_no_trace(store: Database) -> None:
    segment = await make_segment(platforms=["X"])
    draft = SegmentDraft.model_validate({"name": "Herkes", "rule": {"platforms": ["X"]}})
    before = await everything(*STORED)

    with pytest.raises(Forbidden):
        await create_segment(make_actor(), draft, once=Once())
    with pytest.raises(Forbidden):
        await list_members(make_actor(Role.AGENCY), segment.id, Window())
    with pytest.raises(NotFound):
        await archive_segment(MANAGER, "seg_none", expected_version=1)
    with pytest.raises(Conflict):
        await archive_segment(MANAGER, segment.id, expected_version=2)
    assert await memberships_of_customers(make_actor(Role.AGENCY), ["cus_1"]) == {}
    assert await everything(*STORED) == before
