"""Synchronisations with another system: page after page, counted once wherever it is cut, and refused where it must be."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from auth.actor import SYSTEM
from care.documents.customers import Customer
from care.documents.imports import RowCounts, RowError
from care.documents.orders import Order
from care.documents.syncs import CrmSync, SyncRun
from care.jobs import SYNC
from care.syncs.archiving import ArchiveDraft, archive_crm_sync
from care.syncs.keeping import CrmSyncChange, CrmSyncDraft, count_crm_syncs, create_crm_sync, list_crm_syncs, update_crm_sync
from care.syncs.reading_pages import PageUnreadable, read_page
from care.syncs.running import asked_url, run_sync
from care.syncs.starting import follow_up_sync, run_crm_sync, start_due_syncs
from care.workers import declare_queues, jobs_worker
from core.clock import clock
from core.database import Database
from core.errors import AlreadyDone, InvalidInput
from core.idempotency import Once
from core.leases import Job
from core.outbound import Outbound
from core.paging import Window
from core.records import change, fresh
from core.secrets import Keyring
from tests.receiver import Reply, listening

KEYRING = Keyring(b"k" * 32)
LOOPBACK = Outbound(["127.0.0.1"])
AYSE = {"id": 7, "name": "Ayşe", "city": "İzmir"}
ORDER = {"type": "order", "number": "1042", "customer_id": 7, "placed_at": "2026-03-01T09:30:00Z", "state": "PLACED"}
ORDER |= {"total_minor": 129_990, "currency": "TRY"}


def page(*rows: dict[str, Any], since: str | None = None, more: bool = False) -> Reply:
    cursor = [{"type": "cursor", "since": since, "more": more}] if since is not None else []
    return 200, b"\n".join(orjson.dumps(row) for row in [*rows, *cursor])


async def set_up(url: str, **other: Any) -> CrmSync:
    draft = CrmSyncDraft.model_validate({"name": "SAP", "system": "SAP", "url": url, "token": "s3cret"} | other)
    return await create_crm_sync(SYSTEM, draft, keyring=KEYRING, once=Once())


async def work(store: Database, sync: CrmSync) -> CrmSync:
    """Start what is due, and do it, as the worker does."""
    await start_due_syncs(10)
    await jobs_worker(store, keyring=KEYRING, outbound=LOOPBACK).drain()
    return await fresh(sync)


def counts(**told: int) -> RowCounts:
    return RowCounts(**told)


async def test_system_is_asked_page_after_page_and_goes_on_from_there_an_hour_later(store: Database) -> None:
    await declare_queues(store)
    first = page(AYSE, ORDER, since="a b", more=True)
    second = page({"id": 8, "name": "Ali"}, ORDER | {"number": "9", "customer_id": 99}, {"type": "hologram"}, since="c")
    third = page(ORDER | {"state": "SHIPPED"}, since="d")
    async with listening(first, second, third) as crm:
        sync = await work(store, await set_up(f"{crm.url}/feed?site=1"))
        run = sync.run
        assert run is not None
        assert (run.pages, run.customers, run.orders) == (
            2,
            counts(rows=3, created=2, failed=1),
            counts(rows=2, created=1, failed=1),
        )
        assert [(one.page, one.row, one.column) for one in run.problems] == [(2, 2, "customer_id"), (2, 3, "type")]
        assert (run.error, sync.since, sync.succeeded_at is not None) == (None, "c", True)
        assert (await work(store, sync)).run == run

        clock.shift(timedelta(minutes=61))
        sync = await work(store, sync)
    assert [heard.path for heard in crm.heard] == ["/feed?site=1", "/feed?site=1&since=a%20b", "/feed?site=1&since=c"]
    assert {heard.headers["authorization"] for heard in crm.heard} == {"Bearer s3cret"}
    assert sync.run is not None
    assert (sync.run.number, sync.run.orders, sync.since) == (2, counts(rows=1, updated=1), "d")
    (order,) = await Order.find_all().to_list()
    owner = await Customer.get(order.customer_id)
    assert owner is not None
    assert (owner.display_name, owner.crm_keys) == ("Ayşe", ["sap:id:7"])


async def test_what_was_cut_off_goes_on_from_the_page_that_was_not_counted(store: Database) -> None:
    await declare_queues(store)
    again = page({"id": 8, "name": "Ali"}, since="b")
    async with listening(page(AYSE, ORDER, since="a", more=True), (503, b""), again) as crm:
        sync = await work(store, await set_up(crm.url))
        assert sync.run is not None
        assert (sync.run.ended_at, sync.run.pages, sync.since) == (None, 1, "a")
        with pytest.raises(AlreadyDone):
            await run_crm_sync(SYSTEM, sync.id, expected_version=sync.version)
        clock.shift(timedelta(minutes=2))
        sync = await work(store, sync)
    assert sync.run is not None
    assert (sync.run.customers, sync.run.orders, sync.run.error) == (counts(rows=2, created=2), counts(rows=1, created=1), None)


async def test_page_that_was_applied_and_not_counted_is_counted_once(store: Database) -> None:
    """The process dies after the rows and before the count: the same page again says what it did the first time."""
    await declare_queues(store)
    told = page(AYSE, ORDER, since="a")
    async with listening(told) as crm:
        await set_up(crm.url)
        await start_due_syncs(10)
        sync = (await CrmSync.find_all().to_list())[0]
        started = sync.run
        job = Job("sync:1", 1, 1, {"kind": SYNC, "sync_id": sync.id, "run": 1})
        await run_sync(job, keyring=KEYRING, outbound=LOOPBACK)

        def forget(current: CrmSync) -> None:
            current.run, current.since = started, None

        await change(await fresh(sync), forget)
        await run_sync(job, keyring=KEYRING, outbound=LOOPBACK)
        await run_sync(job, keyring=KEYRING, outbound=LOOPBACK)
    run = (await fresh(sync)).run
    assert run is not None
    assert (run.pages, run.customers, run.orders) == (1, counts(rows=1, created=1), counts(rows=1, created=1))
    assert len(crm.heard) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((401, b""), "The system refuses the token (HTTP 401); give another one."),
        ((404, b""), "The system answered with HTTP 404; check the address."),
        ((302, b""), "The system answered with HTTP 302; check the address."),
        (page(since="", more=True), "The cursor's `since` must be a text of 1 to 500 characters."),
    ],
)
async def test_what_cannot_be_asked_ends_with_the_reason_and_is_asked_again(store: Database, answer: Reply, reason: str) -> None:
    await declare_queues(store)
    async with listening(answer, page(AYSE)) as crm:
        sync = await work(store, await set_up(crm.url))
        assert sync.run is not None
        assert (sync.run.error, sync.succeeded_at, await Customer.count()) == (reason, None, 0)
        sync = await run_crm_sync(SYSTEM, sync.id, expected_version=sync.version)
        sync = await work(store, sync)
    assert sync.run is not None
    assert (sync.run.number, sync.run.error, await Customer.count()) == (2, None, 1)


async def test_cursor_that_stands_still_would_never_end(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(AYSE, since="a", more=True)) as crm:
        sync = await work(store, await set_up(crm.url))
    assert sync.run is not None
    assert (sync.run.pages, len(crm.heard)) == (1, 2)
    assert (sync.run.error or "").endswith("its cursor is where it was: it would never end.")


async def test_private_addresses_are_not_asked(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(AYSE)) as crm:
        sync = await set_up(crm.url)
        await start_due_syncs(10)
        await jobs_worker(store, keyring=KEYRING, outbound=Outbound()).drain()
    run = (await fresh(sync)).run
    assert run is not None
    assert (run.error or "").endswith("which is not public; KOPRU_OUTBOUND_ALLOW can allow it.")
    assert crm.heard == []
    with pytest.raises(ValidationError):
        CrmSyncDraft(name="x", system="x", url="file:///etc/passwd")


async def test_token_stays_with_its_address_and_a_pause_asks_nobody(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(AYSE)) as crm:
        sync = await set_up(crm.url)
        elsewhere = CrmSyncChange(sync_id=sync.id, url="https://elsewhere.example/feed")
        with pytest.raises(InvalidInput) as refused:
            await update_crm_sync(SYSTEM, elsewhere, keyring=KEYRING, expected_version=sync.version)
        assert refused.value.path == ("token",)
        paused = CrmSyncChange(sync_id=sync.id, paused=True)
        sync = await update_crm_sync(SYSTEM, paused, keyring=KEYRING, expected_version=sync.version)
        assert (await work(store, sync)).run is None
        again = CrmSyncChange(sync_id=sync.id, paused=False)
        await update_crm_sync(SYSTEM, again, keyring=KEYRING, expected_version=sync.version)
        sync = await work(store, sync)
    assert sync.run is not None
    assert sync.run.customers.created == 1
    assert (await follow_up_sync(sync)).run == sync.run


def test_since_takes_the_place_of_one_that_stands_there() -> None:
    assert asked_url("https://crm.example/a?since=0&b=ç", "x&y") == "https://crm.example/a?b=%C3%A7&since=x%26y"
    assert asked_url("https://crm.example/a?b=ç", None) == "https://crm.example/a?b=ç"


def test_rows_are_refused_one_by_one() -> None:
    lines = [
        b"not json",
        b"[]",
        b'{"type": "order", "number": "1"}',
        orjson.dumps(ORDER | {"customer_id": None}),
        b'{"city": "x"}',
    ]
    told = read_page(b"\r\n".join(lines), "SAP")
    assert len(told.customers) == 3
    refused = [one for one in told.orders if isinstance(one, RowError)]
    assert [(one.row, one.column) for one in refused] == [(3, "placed_at"), (4, "customer_id")]
    with pytest.raises(PageUnreadable, match="at most 5,000"):
        read_page(b"{}\n" * 5_001, "SAP")


async def test_archived_system_is_never_asked_again_and_what_it_told_stays(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(AYSE, ORDER, since="1", more=True)) as crm:
        sync = await set_up(crm.url)
        begun = await follow_up_sync(await change(sync, _begin))
        job = Job("j", 1, 1, {"sync_id": sync.id, "run": 1, "kind": SYNC})
        archived = await archive_crm_sync(
            SYSTEM, ArchiveDraft(sync_id=sync.id, reason="Başka CRM"), expected_version=begun.version
        )
        await run_sync(job, keyring=KEYRING, outbound=LOOPBACK)
        clock.shift(timedelta(days=30))
        await work(store, sync)

    assert crm.heard == []
    kept = await fresh(sync)
    assert (kept.next_at, kept.sealed_token, kept.archive_reason, kept.run and kept.run.error) == (
        None,
        None,
        "Başka CRM",
        "It was archived.",
    )
    again = ArchiveDraft(sync_id=sync.id)
    with pytest.raises(AlreadyDone):
        await archive_crm_sync(SYSTEM, again, expected_version=archived.version)
    with pytest.raises(AlreadyDone):
        await run_crm_sync(SYSTEM, sync.id, expected_version=archived.version)
    with pytest.raises(AlreadyDone):
        await update_crm_sync(
            SYSTEM, CrmSyncChange(sync_id=sync.id, paused=False), keyring=KEYRING, expected_version=archived.version
        )
    assert await fresh(sync) == kept
    listed = [await list_crm_syncs(SYSTEM, Window(), archived=unused) for unused in (False, True)]
    assert [[one.id for one in rows.items] for rows in listed] == [[], [sync.id]]
    assert (await count_crm_syncs(SYSTEM), await count_crm_syncs(SYSTEM, archived=True)) == (0, 1)


def _begin(sync: CrmSync) -> None:
    sync.run = SyncRun(number=1, started_at=sync.created_at)
