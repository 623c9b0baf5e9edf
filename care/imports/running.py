"""Working an import off, batch after batch: what was done is known by its batch, so that it goes on where it was cut."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Final

from care.documents.imports import CustomerImport, ImportBatch, ImportState, RowError
from care.imports.applying import Rehearsal, apply_rows
from care.imports.columns import targets_of
from care.imports.events import CustomerImportFinished
from care.imports.reading_rows import RawRow, Unreadable, columns_in, read_rows
from care.imports.understanding import CustomerRow, understand
from core.clock import now
from core.database import outage
from core.errors import Unavailable
from core.files import FileContents
from core.ids import derived_id
from core.leases import GiveUp, Job
from core.logs import log
from core.records import change, fresh, insert_or_read

ROWS_AT_ONCE: Final = 500
_TRIES: Final = 4

logger = log(__name__)


async def run_import(job: Job) -> None:
    """Do an import, or what is left of it. Raises GiveUp when there is none; a row that breaks it ends it as FAILED."""
    imported = await CustomerImport.get(job.row["import_id"])
    if imported is None:
        raise GiveUp("there is no such import any more")
    try:
        await _run(imported)
    except Exception as error:
        if job.attempt < _TRIES or isinstance(error, Unavailable) or outage(error) is not None:
            raise
        logger.exception("import.failed", customer_import=imported.id)
        await _end(
            imported, ImportState.FAILED, f"It broke after row {(await fresh(imported)).counts.rows + 1}; ask the operator."
        )


async def _run(imported: CustomerImport) -> None:
    content = await FileContents(CustomerImport.get_pymongo_collection().database).read(imported.content_id)
    if content is None:
        await _end(imported, ImportState.FAILED, "The file is not there any more; send it again.")
        return
    try:
        total = await asyncio.to_thread(lambda: sum(1 for _ in read_rows(content, imported.format)))
        names = await asyncio.to_thread(columns_in, content, imported.format)
    except Unreadable as problem:
        await _end(imported, ImportState.FAILED, problem.message)
        return
    imported = await change(imported, lambda current: _begin(current, total))
    targets = targets_of(names, imported.columns)
    rehearsal: Rehearsal = {}
    for number, raw in enumerate(_batches(read_rows(content, imported.format))):
        imported = await fresh(imported)
        if imported.state is not ImportState.RUNNING:
            return
        rows = [understand(row, targets) for row in raw]
        if number >= imported.batches:
            imported = await _batch(imported, number, rows, rehearsal)
        elif imported.dry_run:
            await apply_rows(imported, rows, rehearsal)
    await _end(imported, ImportState.DONE)


async def _batch(
    imported: CustomerImport, number: int, rows: list[CustomerRow | RowError], rehearsal: Rehearsal
) -> CustomerImport:
    """Apply a batch, keep what became of it, count it: each step finds out whether it was done before.

    A dry run is gone through again, for what follows builds on it.
    """
    identifier = derived_id("imb", imported.id, str(number))
    batch = await ImportBatch.get(identifier)
    if batch is not None and imported.dry_run:
        await apply_rows(imported, rows, rehearsal)
    if batch is None:
        done = await apply_rows(imported, rows, rehearsal)
        batch = ImportBatch(
            id=identifier, created_at=now(), import_id=imported.id, number=number, counts=done.counts, errors=done.errors
        )
        batch = await insert_or_read(batch)
    counted = batch

    def rule(current: CustomerImport) -> None:
        if current.batches == number:
            current.counts, current.batches = current.counts.plus(counted.counts), number + 1

    return await change(imported, rule)


def _batches(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


def _begin(imported: CustomerImport, total: int) -> None:
    if imported.state is ImportState.QUEUED:
        imported.state, imported.started_at = ImportState.RUNNING, now()
    imported.total = total


async def _end(imported: CustomerImport, state: ImportState, reason: str | None = None) -> None:
    def rule(current: CustomerImport) -> None:
        if current.state in {ImportState.QUEUED, ImportState.RUNNING}:
            current.state, current.reason, current.finished_at = state, reason, now()
            current.record(CustomerImportFinished(import_id=current.id), actor=current.created_by)

    await change(imported, rule)
