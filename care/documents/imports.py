"""What MongoDB keeps of imports: files on their way in, what is to be done with them, and what became of each row."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.customers import Lifecycle
from core.records import PENDING_EVENTS, CreatedOnce, Record


class ImportFormat(StrEnum):
    """How a file is written."""

    CSV = "CSV"
    JSON_LINES = "JSON_LINES"


class ImportTarget(StrEnum):
    """What a column is taken as."""

    EXTERNAL_ID = "EXTERNAL_ID"
    NAME = "NAME"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    CITY = "CITY"
    SEGMENT = "SEGMENT"
    LANGUAGE = "LANGUAGE"
    INTERESTS = "INTERESTS"
    HOBBIES = "HOBBIES"
    BIRTHDAY = "BIRTHDAY"
    CONSENT = "CONSENT"


class ImportState(StrEnum):
    """Where an import stands."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Column(BaseModel):
    """That a column of the file is taken as something of a customer."""

    column: str
    target: ImportTarget


class RowCounts(BaseModel):
    """What became of rows."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    proposed: int = 0
    """Claims that wait for a decision."""

    def plus(self, other: "RowCounts") -> "RowCounts":
        """Give both together."""
        return RowCounts(**{name: getattr(self, name) + getattr(other, name) for name in RowCounts.model_fields})


class RowError(BaseModel):
    """Why a row was not taken: its place in the file, the column, the reason, and the row as it came."""

    row: int
    column: str
    reason: str
    raw: bytes


class CustomerImport(CreatedOnce):
    """Customers of another system, to be taken in from a file; worked off in batches, each once."""

    file_id: str
    file_name: str
    content_id: str
    format: ImportFormat
    system: str
    """The name of the other system: external ids are its."""
    columns: list[Column]
    lifecycle: Lifecycle
    contacts_verified: bool = False
    dry_run: bool = False
    state: ImportState = ImportState.QUEUED
    reason: str | None = None
    """Why it failed."""
    total: int | None = None
    """Rows of the file; None until it was read."""
    counts: RowCounts = Field(default_factory=RowCounts)
    batches: int = 0
    ignored_columns: list[str] = Field(default_factory=list)
    created_by: str
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def told_in(self) -> str:
        """Give what the rows stand in, for people."""
        return self.file_name

    class Settings:
        name = "customer_imports"
        indexes: ClassVar = [IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]), PENDING_EVENTS]


class ImportBatch(Record):
    """What became of one batch of rows; its id is derived from import and number, so that each counts once."""

    import_id: str
    number: int
    counts: RowCounts
    errors: list[RowError] = Field(default_factory=list)

    class Settings:
        name = "import_batches"
        indexes: ClassVar = [IndexModel([("import_id", ASCENDING), ("number", ASCENDING)]), PENDING_EVENTS]
