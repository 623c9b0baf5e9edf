"""How long an import of customers takes, beside the same rows inserted by hand, in one run: `python -m bench.imports`."""

import argparse
import asyncio
import csv
import io
import tempfile
import time
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path
from typing import Any

from auth.actor import SYSTEM
from bench.installation import Installation
from bootstrap.documents import DOCUMENTS
from care.documents.imports import CustomerImport
from care.imports.running import run_import
from care.imports.starting import ImportDraft, create_import
from community.uploads import UploadDraft, receive_upload, stage_upload, upload_token
from core.clock import clock
from core.database import Database, declare
from core.idempotency import Once
from core.leases import Claimer, LeaseQueue
from core.records import fresh
from core.secrets import Keyring

_KEYRING = Keyring(b"bench" * 8)
_CITIES = ("İzmir", "Ankara", "تهران", "Tabriz", "Bursa")


def make_content(rows: int) -> bytes:
    """Write a file of so many customers, each another."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("Müşteri No", "Ad Soyad", "E-posta", "Telefon", "Şehir", "Segment"))
    for number in range(rows):
        city = _CITIES[number % len(_CITIES)]
        writer.writerow((number, f"Müşteri {number}", f"m{number}@ornek.example", f"+90532{number:07}", city, "Perakende"))
    return out.getvalue().encode()


async def by_hand(database: Database, content: bytes) -> float:
    """Insert the rows as somebody would by hand, 500 at once; give the seconds."""
    started = time.perf_counter()
    rows = csv.DictReader(io.StringIO(content.decode()), delimiter=";")
    while batch := list(islice(rows, 500)):
        documents: list[dict[str, Any]] = [{"_id": row["Müşteri No"], **row} for row in batch]
        await database["by_hand"].insert_many(documents, ordered=True)
    return time.perf_counter() - started


async def by_import(database: Database, content: bytes) -> tuple[float, CustomerImport]:
    """Take the rows in as the worker does; give the seconds and the import."""
    staged = await stage_upload(SYSTEM, UploadDraft(name="customers.csv"), once=Once())
    await receive_upload(_KEYRING, staged.id, upload_token(_KEYRING, staged), _parts(content))
    imported = await create_import(SYSTEM, ImportDraft(file_id=staged.id, system="CRM"), once=Once())
    started = time.perf_counter()
    await Claimer(LeaseQueue(database, "jobs"), run_import).drain()
    return time.perf_counter() - started, await fresh(imported)


async def _parts(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 2**18):
        yield content[start : start + 2**18]


async def measure(rows: int) -> None:
    """Do both on one store, a process of its own, and tell what they took."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder))
        store = installation.kopru("store")
        await store.start()
        await store.says("embedded store at")
        try:
            async with installation.database() as database:
                await _compare(database, make_content(rows), rows)
        finally:
            await store.stop()


async def _compare(database: Database, content: bytes, rows: int) -> None:
    await declare(database, DOCUMENTS)
    await clock.sample(database)
    hand = await by_hand(database, content)
    seconds, imported = await by_import(database, content)
    made = await database["customers"].count_documents({})
    print(f"{rows:,} rows by hand: {hand:.1f} s, {rows / hand:,.0f} rows/s")
    print(f"{rows:,} rows by the import: {seconds:.1f} s, {rows / seconds:,.0f} rows/s, {seconds / hand:.1f} times as long")
    print(f"state {imported.state.value}, counts {imported.counts}, customers {made:,}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    asyncio.run(measure(parser.parse_args().rows))
