"""Beginning an import, and stopping it."""

from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from care.documents.customers import Lifecycle
from care.documents.imports import Column, CustomerImport, ImportFormat, ImportState, ImportTarget
from care.imports.columns import folded_name, targets_of
from care.imports.events import CustomerImportCancelled, CustomerImportCreated
from care.imports.reading_rows import columns_in
from care.jobs import IMPORT, jobs
from care.policies import may_cancel_import, require_right
from care.reading.imports import require_import
from community.creation import insert_once, made_before
from community.drafts import text
from community.staged_files import StagedFile
from community.uploads import keep_upload
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.files import FileContents
from core.idempotency import Once
from core.records import change

MOST_COLUMNS = 50
_NAMES_SOMEBODY = {ImportTarget.EXTERNAL_ID, ImportTarget.EMAIL, ImportTarget.PHONE}


class ColumnDraft(BaseModel):
    """What a column is to be taken as."""

    column: Annotated[str, text(1, 200, lines="one")]
    target: ImportTarget


class ImportDraft(BaseModel):
    """Which file is to be taken in, and how."""

    file_id: str
    format: ImportFormat = ImportFormat.CSV
    system: Annotated[str, text(1, 60, lines="one")]
    columns: Annotated[list[ColumnDraft], Field(max_length=MOST_COLUMNS)] = Field(default_factory=list)
    lifecycle: Lifecycle = Lifecycle.CUSTOMER
    contacts_verified: bool = False
    dry_run: bool = False


async def create_import(actor: Actor, draft: ImportDraft, *, once: Once) -> CustomerImport:
    """Have a file of customers taken in by the worker; with `dry_run` only counted.

    Raises Forbidden without `customer:import`, NotFound for a file that there is no place for, InvalidInput for a file
    that can't be read, for columns that are not there and where none names the customer, IdempotencyMismatch.
    """
    actor.require(Permission.CUSTOMER_IMPORT)
    if before := await made_before(CustomerImport, once.identifier("imp"), once):
        await follow_up_import(before.id)
        return before
    staged = await _sent(draft.file_id)
    imported = await _import(actor, draft, staged, once)
    imported.record(CustomerImportCreated(import_id=imported.id), actor=actor.id)
    imported = await insert_once(imported, once)
    await follow_up_import(imported.id)
    return imported


async def cancel_import(actor: Actor, import_id: str, *, expected_version: int) -> CustomerImport:
    """Stop an import after the batch that is being applied; what was taken in stays.

    Raises NotFound, Forbidden without `customer:import`, AlreadyDone when it is over, Conflict.
    """
    imported = await require_import(actor, import_id)
    require_right(may_cancel_import(actor, imported))

    def rule(current: CustomerImport) -> None:
        may_cancel_import(actor, current).enforce()
        current.state, current.finished_at = ImportState.CANCELLED, now()
        current.record(CustomerImportCancelled(import_id=current.id), actor=actor.id)

    return await change(imported, rule, expected_version=expected_version)


async def follow_up_import(import_id: str) -> None:
    """Give an import to the worker, and keep its file meanwhile. Can run twice."""
    imported = await CustomerImport.get(import_id)
    if imported is not None and imported.state in {ImportState.QUEUED, ImportState.RUNNING}:
        await keep_upload(imported.file_id)
        await jobs().add(f"import:{import_id}", {"kind": IMPORT, "import_id": import_id})


async def _sent(file_id: str) -> StagedFile:
    staged = await StagedFile.get(file_id)
    if staged is None:
        raise NotFound("There is no such file.", path=("file_id",))
    if staged.content_id is None:
        raise InvalidInput("This file was not sent yet, or is gone; send it to its uploadUrl.", path=("file_id",))
    return staged


async def _import(actor: Actor, draft: ImportDraft, staged: StagedFile, once: Once) -> CustomerImport:
    content_id = staged.content_id or ""
    content = await FileContents(StagedFile.get_pymongo_collection().database).read(content_id)
    try:
        names = columns_in(content or b"", draft.format)
    except InvalidInput as problem:
        raise InvalidInput(problem.message, path=("file_id",)) from None
    columns = _columns(draft, names)
    return CustomerImport(
        id=once.identifier("imp"),
        created_at=now(),
        file_id=staged.id,
        file_name=staged.name,
        content_id=content_id,
        columns=columns,
        ignored_columns=[name for name in names if name not in {column.column for column in columns}][:MOST_COLUMNS],
        created_by=actor.id,
        fingerprint=once.fingerprint,
        **draft.model_dump(include={"format", "system", "lifecycle", "contacts_verified", "dry_run"}),
    )


def _columns(draft: ImportDraft, names: list[str]) -> list[Column]:
    told = [Column(column=one.column, target=one.target) for one in draft.columns]
    there = {folded_name(name) for name in names}
    missing = next((one.column for one in told if folded_name(one.column) not in there), None)
    if missing is not None:
        raise InvalidInput(f"The file has no column {missing}; it has: {', '.join(names)}."[:500], path=("columns",))
    targets = targets_of(names, told)
    if len(set(targets.values())) < len(targets):
        raise InvalidInput("Two columns are taken as the same; choose one.", path=("columns",))
    if not _NAMES_SOMEBODY & set(targets.values()):
        known = f"The file has: {', '.join(names)}."[:400]
        raise InvalidInput(f"Name the column of the id, the e-mail address or the telephone number. {known}", path=("columns",))
    return [Column(column=name, target=target) for name, target in targets.items()]
