"""The hands that work off what care has stored to be done: the inbox, and the jobs that come of it."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from care.assignment.assigning import look_again
from care.channel_health import note_received
from care.dispatch import send
from care.going_live.probing import probe
from care.imports.running import run_import
from care.ingest.inbox import COLLECTION as INBOX
from care.ingest.inbox import Delivery
from care.ingest.mail_poll import poll
from care.ingest.quarantine import Quarantine
from care.ingest.steps import take_in
from care.ingest.waiting import apply_waiting
from care.jobs import APPLY, COLLECTION, EXPORT, IMPORT, LISTEN, POLL, PROBE, REASSIGN, RETRACT, SEGMENT, SEND
from care.listening.earlier import search_earlier
from care.retractions.doing import retract
from care.segments.running import run_segment
from community.exports.writing import write_export
from core.database import Database
from core.leases import Claimer, GiveUp, Job, LeaseQueue
from core.outbound import Outbound
from core.secrets import Keyring

Work = Callable[[Job], Awaitable[object]]


def inbox_worker(database: Database, *, keyring: Keyring | None = None, at_once: int = 4) -> Claimer:
    """Make the worker that turns deliveries into messages; for e-mail it needs the keyring."""

    async def work(job: Job) -> None:
        delivery = Delivery.from_row(job.row)
        await take_in(delivery, attempt=job.attempt, keyring=keyring)
        await note_received(delivery.channel_id)

    return Claimer(LeaseQueue(database, INBOX), work, at_once=at_once)


async def _search(job: Job) -> None:
    await search_earlier(job.row["query_id"])


async def _sort(job: Job) -> None:
    await run_segment(job.row["segment_id"], job.row["run"])


async def _export(job: Job) -> None:
    await write_export(job.row["export_id"])


async def _reassign(job: Job) -> None:
    await look_again(job.row["member_id"])


_OWN: Final[Mapping[str, Work]] = {
    EXPORT: _export,
    IMPORT: run_import,
    LISTEN: _search,
    SEGMENT: _sort,
    REASSIGN: _reassign,
}


def jobs_worker(
    database: Database, *, keyring: Keyring, outbound: Outbound, also: Mapping[str, Work] = MappingProxyType({})
) -> Claimer:
    """Make the worker of everything else that waits: replies, early news, mailboxes, searches, segments and imports.

    `also` holds what the layers above have to do, by the kind of the job.
    """
    others = {**_OWN, **also}

    async def work(job: Job) -> None:
        match job.row["kind"]:
            case kind if kind == SEND:
                await send(job, keyring=keyring, outbound=outbound)
            case kind if kind == RETRACT:
                await retract(job, keyring=keyring, outbound=outbound)
            case kind if kind == PROBE:
                await probe(job, keyring=keyring, outbound=outbound)
            case kind if kind == APPLY:
                await apply_waiting(job.row)
            case kind if kind == POLL:
                await poll(job, database=database, keyring=keyring, outbound=outbound)
            case kind if kind in others:
                await others[kind](job)
            case unknown:
                raise GiveUp(f"nobody knows jobs of the kind {unknown}")

    return Claimer(LeaseQueue(database, COLLECTION), work)


async def declare_queues(database: Database) -> None:
    """Make the indexes that the claims of both workers, and the bounds of the quarantine, are served by."""
    for collection in (INBOX, COLLECTION):
        await LeaseQueue(database, collection).declare()
    await Quarantine(database).declare()
