"""What could not be handled: deliveries and jobs that were given up, and events that a handler parked."""

from collections.abc import Sequence
from dataclasses import dataclass

from bootstrap.platform import Platform
from care.ingest.inbox import COLLECTION as INBOX
from care.jobs import COLLECTION as JOBS
from core.handlers import replay_parked
from core.leases import LeaseQueue
from worker.subscriptions import all_handlers

_PARKED = "parked"
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One of them; its id tells the kind and, after a slash, which one."""

    id: str
    reason: str


async def list_dead(platform: Platform) -> list[DeadLetter]:
    """List up to a thousand of each kind."""
    letters = []
    for collection in (INBOX, JOBS):
        rows = await LeaseQueue(platform.database, collection).dead(limit=_MOST)
        letters += [DeadLetter(f"{collection}/{row['_id']}", row.get("error", "")) for row in rows]
    parked = await platform.database[_PARKED].find({}).sort("_id", 1).limit(_MOST).to_list()
    return letters + [DeadLetter(f"{_PARKED}/{row['_id']}", f"{row['type']}: {row['error']}") for row in parked]


async def replay_dead(platform: Platform, identifiers: Sequence[str]) -> list[str]:
    """Try some or, when none is named, all of them again; give the ids of those that can't be or failed again.

    Deliveries and jobs are done by the worker, events here and now.
    """
    wanted = identifiers or [letter.id for letter in await list_dead(platform)]
    return [identifier for identifier in wanted if not await _replayed(platform, identifier)]


async def _replayed(platform: Platform, identifier: str) -> bool:
    kind, _, name = identifier.partition("/")
    if kind in {INBOX, JOBS}:
        return await LeaseQueue(platform.database, kind).replay(name)
    if kind != _PARKED:
        return False
    try:
        return await replay_parked(platform.database, all_handlers(platform).all(), name)
    except Exception:  # noqa: BLE001 - it was parked for an error, and whatever it is now, the others get their turn
        return False
