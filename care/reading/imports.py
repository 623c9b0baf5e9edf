"""The only way to read imports for a person: who may import sees all of them."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from auth.actor import Actor, Permission
from care.documents.imports import CustomerImport, ImportBatch
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

NEWEST_FIRST: Final = Order((("created_at", -1),))
_BOM: Final = "\ufeff"


async def imports_by_ids(actor: Actor, import_ids: Sequence[str]) -> dict[str, CustomerImport]:
    """Give those of the imports that there are, to who may import."""
    wanted = [one for one in dict.fromkeys(import_ids) if may_be_id(one, "imp")]
    return await by_ids(CustomerImport, wanted) if wanted and actor.may(Permission.CUSTOMER_IMPORT) else {}


async def require_import(actor: Actor, import_id: str) -> CustomerImport:
    """Give an import; NotFound when there is none for this actor."""
    found = (await imports_by_ids(actor, [import_id])).get(import_id)
    if found is None:
        raise NotFound("There is no such import.", path=("import_id",))
    return found


async def list_imports(actor: Actor, window: Window) -> Slice[CustomerImport]:
    """List imports, the newest first. Forbidden without `customer:import`."""
    actor.require(Permission.CUSTOMER_IMPORT)
    return await read_slice(CustomerImport, {}, NEWEST_FIRST, window)


async def count_imports(actor: Actor) -> int:
    """Count the imports. Forbidden without `customer:import`."""
    actor.require(Permission.CUSTOMER_IMPORT)
    return await count(CustomerImport, {})


async def error_file(actor: Actor, import_id: str) -> bytes | None:
    """Give the rows that were not taken, as CSV: place, column, reason, and the row as it came; None where all were."""
    imported = (await imports_by_ids(actor, [import_id])).get(import_id)
    if imported is None or not imported.counts.failed:
        return None
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("row", "column", "reason", "line"))
    async for batch in ImportBatch.find({"import_id": imported.id}).sort("number"):
        for error in batch.errors:
            writer.writerow((error.row, error.column, error.reason, error.raw.decode("utf-8", "surrogateescape")))
    return f"{_BOM}{out.getvalue()}".encode("utf-8", "surrogateescape")
