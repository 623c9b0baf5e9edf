"""What MongoDB keeps of synchronisations: where another system is asked for news, how often, and what came of it."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from care.documents.customers import Lifecycle
from care.documents.imports import RowCounts
from core.records import PENDING_EVENTS, CreatedOnce


class SyncProblem(BaseModel):
    """A row that was not taken, with its place and the reason, and as it came."""

    page: int
    row: int
    column: str
    reason: str
    line: str


class SyncRun(BaseModel):
    """One time that the other system is asked, page after page."""

    number: int
    started_at: datetime
    ended_at: datetime | None = None
    """None while it goes on."""
    pages: int = 0
    """Pages that were taken whole."""
    customers: RowCounts = Field(default_factory=RowCounts)
    orders: RowCounts = Field(default_factory=RowCounts)
    problems: list[SyncProblem] = Field(default_factory=list)
    """The first rows that were not taken; how many there were is counted."""
    error: str | None = None
    """Why it ended before everything was told; None where it did not."""


class CrmSync(CreatedOnce):
    """Another system that tells of its customers and their orders by itself; its secret is sealed by the keyring."""

    name: str
    sort_name: str
    system: str
    """The name of the other system, as in imports: external ids are its."""
    url: str
    sealed_token: str | None = None
    """The bearer token that it is asked with; None: it asks for none."""
    every_minutes: int
    lifecycle: Lifecycle = Lifecycle.CUSTOMER
    contacts_verified: bool = False
    since: str | None = None
    """Up to where it has told, in its own words; None: nothing yet."""
    paused: bool = False
    next_at: datetime | None = None
    """When it is asked next; None while it is paused."""
    run: SyncRun | None = None
    """The last time, which may go on; None: never."""
    succeeded_at: datetime | None = None
    """When it last told everything that it had."""
    created_by: str
    archived: bool | None = None
    """True once it is out of use, to list by."""
    archived_at: datetime | None = None
    """Since when it is out of use for good; what it told stays."""
    archived_by: str | None = None
    archive_reason: str | None = None

    class Settings:
        name = "crm_syncs"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_at", ASCENDING), ("_id", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
