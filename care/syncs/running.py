"""Asking another system for its news, page after page: each is applied like rows of an import, and counted once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from care.documents.customers import Lifecycle
from care.documents.imports import RowCounts, RowError
from care.documents.syncs import CrmSync, SyncProblem, SyncRun
from care.imports.applying import apply_rows
from care.orders.recording import customer_of, keep_order
from care.syncs.events import CrmSyncEnded
from care.syncs.reading_pages import OrderRow, Page, PageUnreadable, read_page
from core.clock import now
from core.errors import InvalidInput
from core.events import SYSTEM
from core.leases import GiveUp, Job, TryLater
from core.outbound import AddressRefused, AnswerTooLarge, Outbound, Unreachable
from core.records import change, fresh
from core.secrets import Keyring

LARGEST_PAGE: Final = 4_000_000
"""In bytes."""
MOST_PAGES: Final = 10_000
"""Of one time that a system is asked."""
MOST_PROBLEMS: Final = 50
"""Rows of one time that are kept with the reason why they were not taken."""
_LONGEST_LINE: Final = 1_000
_LONGEST_REASON: Final = 500
_TRIES: Final = 4
_PAUSE: Final = 10.0
_SUCCESS: Final = range(200, 300)
_PASSING: Final = frozenset({408, 425, 429})
_CLIENT_ERROR: Final = range(400, 500)
_NO_ENTRY: Final = frozenset({401, 403})


class Failed(Exception):
    """The system can't be asked; asking again now can't help. The text says why."""


class Passing(Exception):
    """The system did not answer this time."""


@dataclass(frozen=True, slots=True)
class PageTerms:
    """How the rows of a page are to be taken, as those of an import are."""

    id: str
    system: str
    told_in: str
    lifecycle: Lifecycle
    contacts_verified: bool
    created_at: datetime
    created_by: str
    dry_run: bool = False


async def run_sync(job: Job, *, keyring: Keyring, outbound: Outbound) -> None:
    """Ask the system of a job for everything that it has since the last time, from the page on that was not taken yet.

    Raises GiveUp where there is no such synchronisation, TryLater to be called again; the fourth try in vain ends it with the
    reason, and the next time by itself goes on from there.
    """
    sync = await CrmSync.get(job.row["sync_id"])
    if sync is None:
        raise GiveUp("there is no such synchronisation")
    try:
        while (run := _going(sync, job)) is not None:
            sync = await _next_page(sync, run, keyring, outbound)
    except (Failed, AddressRefused, PageUnreadable) as failure:
        await _end(sync, job, error=str(failure))
    except (Passing, Unreachable) as failure:
        if job.attempt < _TRIES:
            raise TryLater(str(failure), pause=_PAUSE * job.attempt, failure=True) from None
        await _end(sync, job, error=f"{failure}, and so {job.attempt} times")


def _going(sync: CrmSync, job: Job) -> SyncRun | None:
    """Give the time that a job is about while there is more to ask."""
    run = sync.run
    return run if run is not None and run.number == job.row["run"] and run.ended_at is None else None


async def _next_page(sync: CrmSync, run: SyncRun, keyring: Keyring, outbound: Outbound) -> CrmSync:
    """Fetch a page, apply its rows, and count them with up to where it told, in one write."""
    content = await _fetched(sync, keyring, outbound)
    page = await asyncio.to_thread(read_page, content, sync.system)
    if page.more and (page.since is None or page.since == sync.since):
        raise PageUnreadable("The page says that there is more, and its cursor is where it was: it would never end.")
    customers, orders, problems = await _applied(sync, run, page)

    def rule(current: CrmSync) -> None:
        counted = current.run
        if counted is None or (counted.number, counted.pages) != (run.number, run.pages) or counted.ended_at is not None:
            return
        kept = [*counted.problems, *problems][:MOST_PROBLEMS]
        current.run = counted.model_copy(
            update={
                "pages": run.pages + 1,
                "customers": counted.customers.plus(customers),
                "orders": counted.orders.plus(orders),
                "problems": kept,
            }
        )
        current.since = page.since or current.since
        if not page.more or current.run.pages >= MOST_PAGES:
            _finish(current, current.run, None)

    return await change(sync, rule)


async def _fetched(sync: CrmSync, keyring: Keyring, outbound: Outbound) -> bytes:
    headers = {"accept": "application/x-ndjson, application/jsonl, application/json", "user-agent": "Kopru"}
    if sync.sealed_token is not None:
        headers["authorization"] = f"Bearer {keyring.decrypt(sync.sealed_token)}"
    try:
        answer = await outbound.get(asked_url(sync.url, sync.since), headers, most=LARGEST_PAGE)
    except AnswerTooLarge:
        raise Failed(f"The answer has over {LARGEST_PAGE:,} bytes; tell less at once, with `more`.") from None
    if answer.status in _SUCCESS:
        return answer.body
    if answer.status in _NO_ENTRY:
        raise Failed(f"The system refuses the token (HTTP {answer.status}); give another one.")
    if (answer.status in _CLIENT_ERROR and answer.status not in _PASSING) or answer.status < _CLIENT_ERROR.start:
        raise Failed(f"The system answered with HTTP {answer.status}; check the address.")
    raise Passing(f"The system answered with HTTP {answer.status}")


def asked_url(url: str, since: str | None) -> str:
    """Give the address with `since` in its query, in place of one that stands there."""
    if since is None:
        return url
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "since"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("since", since)], quote_via=quote)))


async def _applied(sync: CrmSync, run: SyncRun, page: Page) -> tuple[RowCounts, RowCounts, list[SyncProblem]]:
    terms = PageTerms(
        id=f"{sync.id}.{run.number}.{run.pages}",
        system=sync.system,
        told_in=sync.name,
        lifecycle=sync.lifecycle,
        contacts_verified=sync.contacts_verified,
        created_at=run.started_at,
        created_by=sync.created_by,
    )
    customers = await apply_rows(terms, page.customers, {})
    orders, errors = await _keep_orders(sync, terms, page)
    refused = sorted([*customers.errors, *errors], key=lambda error: error.row)[:MOST_PROBLEMS]
    return customers.counts, orders, [_problem(run.pages, error) for error in refused]


async def _keep_orders(sync: CrmSync, terms: PageTerms, page: Page) -> tuple[RowCounts, list[RowError]]:
    counts, errors = RowCounts(rows=len(page.orders)), []
    for row in page.orders:
        error = row if isinstance(row, RowError) else await _keep_order(sync, terms, row, counts)
        if error is not None:
            counts.failed += 1
            errors.append(error)
    return counts, errors


async def _keep_order(sync: CrmSync, terms: PageTerms, row: OrderRow, counts: RowCounts) -> RowError | None:
    customer = await customer_of(sync.system, row.draft.customer_external_id or "")
    if customer is None:
        reason = "Nobody is known by this id in this system; tell of the customer before."
        return RowError(row=row.number, column="customer_id", reason=reason, raw=row.raw)
    try:
        _, outcome = await keep_order(row.draft, customer, by=SYSTEM, mark=f"{terms.id}:{row.number}")
    except InvalidInput as refusal:
        return RowError(row=row.number, column=".".join(refusal.path), reason=refusal.message, raw=row.raw)
    setattr(counts, outcome, getattr(counts, outcome) + 1)
    return None


def _problem(page: int, error: RowError) -> SyncProblem:
    line = error.raw.decode("utf-8", "replace")[:_LONGEST_LINE]
    return SyncProblem(page=page + 1, row=error.row, column=error.column, reason=error.reason, line=line)


async def _end(sync: CrmSync, job: Job, *, error: str) -> None:
    def rule(current: CrmSync) -> None:
        if (run := _going(current, job)) is not None:
            _finish(current, run, error[:_LONGEST_REASON])

    await change(await fresh(sync), rule)


def _finish(sync: CrmSync, run: SyncRun, error: str | None) -> None:
    at = now()
    sync.run = run.model_copy(update={"ended_at": at, "error": error})
    if error is None:
        sync.succeeded_at = at
    sync.record(CrmSyncEnded(sync_id=sync.id))
