"""Synchronisations that are gone, given up, overtaken by another worker, or begun by a pause that is over."""

from datetime import timedelta

import pytest

from auth.actor import SYSTEM
from care.documents.orders import Order
from care.documents.syncs import CrmSync
from care.jobs import SYNC
from care.syncs import running, starting
from care.syncs.archiving import ArchiveDraft, archive_crm_sync
from care.syncs.keeping import CrmSyncChange, require_crm_sync, update_crm_sync
from care.syncs.reading_pages import read_page
from care.syncs.running import run_sync
from care.syncs.starting import run_crm_sync, start_due_syncs
from care.workers import declare_queues
from core.clock import clock
from core.database import Database
from core.errors import NotFound
from core.leases import GiveUp, Job, TryLater
from core.records import fresh
from tests.care.stored import event_types
from tests.care.syncs.test_syncs import AYSE, KEYRING, LOOPBACK, ORDER, counts, page, set_up, work
from tests.receiver import listening
from tests.rivals import overtake


def job_of(sync: CrmSync, run: int = 1, attempt: int = 1) -> Job:
    return Job("sync:1", 1, attempt, {"kind": SYNC, "sync_id": sync.id, "run": run})


async def ask(sync: CrmSync, **told: int) -> None:
    await run_sync(job_of(sync, **told), keyring=KEYRING, outbound=LOOPBACK)


async def begun(url: str) -> CrmSync:
    """Set a system up and let its first time begin, without a worker."""
    sync = await set_up(url)
    await start_due_syncs(10)
    return await fresh(sync)


async def test_job_of_what_is_not_there_is_given_up(store: Database) -> None:
    with pytest.raises(GiveUp, match="no such synchronisation"):
        await run_sync(Job("sync:1", 1, 1, {"sync_id": "syn_none", "run": 1}), keyring=KEYRING, outbound=LOOPBACK)
    with pytest.raises(NotFound) as refused:
        await require_crm_sync(SYSTEM, "syn_none")
    assert refused.value.path == ("sync_id",)


async def test_outage_ends_with_the_fourth_try_and_the_next_time_goes_on_from_there(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(AYSE, since="a", more=True), (503, b"")) as crm:
        sync = await begun(crm.url)
        for attempt in (1, 2, 3):
            with pytest.raises(TryLater, match="HTTP 503"):
                await ask(sync, attempt=attempt)
        await ask(sync, attempt=4)
    ended = await fresh(sync)
    assert ended.run is not None
    assert (ended.run.error, ended.since, ended.run.pages) == ("The system answered with HTTP 503, and so 4 times", "a", 1)
    assert ended.next_at is not None
    assert (await event_types(CrmSync)).count("CrmSyncEnded") == 1


async def test_page_that_two_workers_take_is_counted_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await declare_queues(store)
    async with listening(page(AYSE, ORDER, since="a")) as crm:
        sync = await begun(crm.url)
        overtake(monkeypatch, running, lambda: ask(sync))
        await ask(sync)
    run = (await fresh(sync)).run
    assert run is not None
    assert (run.pages, run.customers, run.error, len(crm.heard)) == (1, counts(rows=1, created=1), None, 2)
    assert (await event_types(CrmSync)).count("CrmSyncEnded") == 1
    assert await Order.count() == 1


async def test_failure_that_comes_after_the_end_is_not_told(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await declare_queues(store)
    async with listening((401, b""), page(AYSE)) as crm:
        sync = await begun(crm.url)
        overtake(monkeypatch, running, lambda: ask(sync))
        await ask(sync)
    run = (await fresh(sync)).run
    assert run is not None
    assert (run.error, run.customers.created, len(crm.heard)) == (None, 1, 2)


async def test_two_scans_begin_a_time_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await declare_queues(store)
    sync = await set_up("http://127.0.0.1:9")
    overtake(monkeypatch, starting, lambda: start_due_syncs(10))

    await start_due_syncs(10)

    run = (await fresh(sync)).run
    assert run is not None
    assert (run.number, (await event_types(CrmSync)).count("CrmSyncStarted")) == (1, 1)


async def test_time_that_comes_while_the_last_one_goes_on_is_left_out(store: Database) -> None:
    await declare_queues(store)
    sync = await begun("http://127.0.0.1:9")
    clock.shift(timedelta(minutes=61))

    assert await start_due_syncs(10) == 1

    kept = await fresh(sync)
    assert (kept.run, await start_due_syncs(10)) == (sync.run, 0)
    assert kept.next_at is not None
    assert sync.next_at is not None
    assert kept.next_at >= sync.next_at + timedelta(minutes=60)


async def test_new_address_comes_with_its_token_and_a_shorter_interval_counts_from_the_last_time(store: Database) -> None:
    await declare_queues(store)
    async with listening(page(AYSE)) as crm:
        sync = await work(store, await set_up(crm.url))
    assert sync.run is not None
    async with listening(page(AYSE)) as elsewhere:
        moved = CrmSyncChange(sync_id=sync.id, url=elsewhere.url, token="other", every_minutes=10)
        sync = await update_crm_sync(SYSTEM, moved, keyring=KEYRING, expected_version=sync.version)
        assert sync.next_at == (sync.run.started_at if sync.run else sync.created_at) + timedelta(minutes=10)
        clock.shift(timedelta(minutes=11))
        await work(store, sync)
    assert [heard.headers["authorization"] for heard in elsewhere.heard] == ["Bearer other"]


async def test_system_that_was_archived_meanwhile_is_not_begun(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await declare_queues(store)
    sync = await set_up("http://127.0.0.1:9")
    gone = ArchiveDraft(sync_id=sync.id, reason="Başka CRM")
    overtake(monkeypatch, starting, lambda: archive_crm_sync(SYSTEM, gone, expected_version=sync.version))

    await start_due_syncs(10)

    assert ((await fresh(sync)).run, await store["jobs"].count_documents({})) == (None, 0)
    with pytest.raises(NotFound):
        await run_crm_sync(SYSTEM, "syn_none", expected_version=1)


@pytest.mark.parametrize("line", [b'{"type": "cursor", "since": "7"}', b'{"type": "cursor", "since": 7}'])
def test_cursor_may_be_a_number(line: bytes) -> None:
    assert read_page(line, "SAP").since == "7"
