"""When a system is asked: by the worker's scan as its time comes, or because a member says so."""

from datetime import datetime, timedelta
from typing import Final

from auth.actor import Actor, Permission
from care.documents.syncs import CrmSync, SyncRun
from care.jobs import SYNC, jobs
from care.syncs.events import CrmSyncStarted
from care.syncs.keeping import require_crm_sync, require_in_use
from core.clock import now
from core.errors import AlreadyDone
from core.events import SYSTEM
from core.records import change

_PATH: Final = ("sync_id",)


async def start_due_syncs(most: int) -> int:
    """Begin with the systems whose time has come, at most so many; give how many were due. Each is begun once."""
    at = now()
    due = await CrmSync.find({"next_at": {"$lte": at}}).sort("next_at").limit(most).to_list()
    for sync in due:
        await follow_up_sync(await change(sync, lambda current: _start_if_due(current, at)))
    return len(due)


async def run_crm_sync(actor: Actor, sync_id: str, *, expected_version: int) -> CrmSync:
    """Ask a system now, also one that is paused; the next time by itself is an interval later.

    Raises Forbidden without `customer:import`, NotFound, AlreadyDone while it is being asked and once it is
    archived, Conflict.
    """
    actor.require(Permission.CUSTOMER_IMPORT)
    sync = await require_crm_sync(actor, sync_id)

    def rule(current: CrmSync) -> None:
        require_in_use(current)
        if is_running(current):
            raise AlreadyDone("It is being asked already.", path=_PATH)
        _start(current, now(), actor.id)

    return await follow_up_sync(await change(sync, rule, expected_version=expected_version))


async def follow_up_sync(sync: CrmSync) -> CrmSync:
    """Have the worker ask: one job for each time, however often this runs."""
    if sync.run is not None and is_running(sync):
        await jobs().add(f"sync:{sync.id}:{sync.run.number}", {"kind": SYNC, "sync_id": sync.id, "run": sync.run.number})
    return sync


def is_running(sync: CrmSync) -> bool:
    """Tell whether the other system is being asked."""
    return sync.run is not None and sync.run.ended_at is None


def _start_if_due(sync: CrmSync, at: datetime) -> None:
    if sync.next_at is None or sync.next_at > at:  # another worker was first
        return
    if is_running(sync):
        sync.next_at = at + timedelta(minutes=sync.every_minutes)
    else:
        _start(sync, at, SYSTEM)


def _start(sync: CrmSync, at: datetime, by: str) -> None:
    sync.run = SyncRun(number=sync.run.number + 1 if sync.run is not None else 1, started_at=at)
    sync.next_at = None if sync.paused else at + timedelta(minutes=sync.every_minutes)
    sync.record(CrmSyncStarted(sync_id=sync.id), actor=by)
