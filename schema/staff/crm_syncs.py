"""Synchronisations with other systems, which tell of their customers and orders by themselves."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import syncs
from care.syncs.archiving import ArchiveDraft, archive_crm_sync
from care.syncs.keeping import (
    LONGEST,
    SHORTEST,
    CrmSyncChange,
    CrmSyncDraft,
    count_crm_syncs,
    create_crm_sync,
    list_crm_syncs,
    update_crm_sync,
)
from care.syncs.running import MOST_PROBLEMS
from care.syncs.starting import run_crm_sync
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.imports import ImportCounts
from schema.staff.reach import require_staff
from schema.staff.service_level_enums import Lifecycle

_SYNC = "The id of the synchronisation."
_NAME = "What it is called, up to 100 characters."
_URL = (
    "What is asked by GET, with `since` in its query: it answers in JSON Lines, see the documentation. It must be public or be "
    "named in KOPRU_OUTBOUND_ALLOW."
)
_EVERY = f"Minutes between two times, {SHORTEST} to {LONGEST:,}"
_LIFECYCLE = "How far new customers have come"
_VERIFIED = "Whether its e-mail addresses and telephone numbers are verified"


@strawberry.type(description="A row that was not taken.")
class CrmSyncProblem:
    """A row that was not taken."""

    page: int = strawberry.field(description="The page that it stood in, from 1 on.")
    row: int = strawberry.field(description="Its line in the page, from 1 on.")
    column: str = strawberry.field(description="What of it is wrong; empty where it is the whole.")
    reason: str = strawberry.field(description="Why it was not taken.")
    line: str = strawberry.field(description="The line as it came, its first 1,000 characters.")


@strawberry.type(description="One time that the other system is asked.")
class CrmSyncRun:
    """One time that the other system is asked."""

    number: int = strawberry.field(description="How many times it was asked by then.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it goes on.")
    pages: int = strawberry.field(description="How many pages were taken.")
    customers: ImportCounts = strawberry.field(description="What became of the rows of customers.")
    orders: ImportCounts = strawberry.field(description="What became of the rows of orders.")
    problems: list[CrmSyncProblem] = strawberry.field(
        description="The first rows that were not taken.", directives=list_size(MOST_PROBLEMS)
    )
    error: str | None = strawberry.field(
        description="Why it ended before everything was told; the next time goes on from there. Null where it did not."
    )

    @classmethod
    def of(cls, run: syncs.SyncRun | None) -> Self | None:
        """Show a time; None where there was none."""
        if run is None:
            return None
        return cls(
            number=run.number,
            started_at=run.started_at,
            ended_at=run.ended_at,
            pages=run.pages,
            customers=ImportCounts(**run.customers.model_dump()),
            orders=ImportCounts(**run.orders.model_dump()),
            problems=[CrmSyncProblem(**problem.model_dump()) for problem in run.problems],
            error=run.error,
        )


@strawberry.type(description="Another system that is asked for its customers and orders again and again.")
class CrmSync(Node):
    """Another system that is asked for its customers and orders."""

    document: strawberry.Private[syncs.CrmSync]
    name: str = strawberry.field(description="What it is called.")
    system: str = strawberry.field(description="The name of the other system; ids are unique within it.")
    url: str = strawberry.field(description="What is asked.")
    token_set: bool = strawberry.field(description="Whether it is asked with a bearer token, which is never shown.")
    every_minutes: int = strawberry.field(description="Minutes between two times.")
    lifecycle: Lifecycle = strawberry.field(description="How far new customers have come.")
    contacts_verified: bool = strawberry.field(description="Whether its e-mail addresses and telephone numbers are verified.")
    since: str | None = strawberry.field(description="Up to where it has told, in its own words; null: nothing yet.")
    paused: bool = strawberry.field(description="Whether it is not asked by itself.")
    next_at: datetime | None = strawberry.field(description="When it is asked next; null while it is paused.")
    succeeded_at: datetime | None = strawberry.field(description="When it last told everything that it had.")
    archived_at: datetime | None = strawberry.field(description="Since when it is out of use for good; null while it is used.")
    archive_reason: str | None = strawberry.field(description="Why it was archived; null where nobody said.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: syncs.CrmSync) -> Self:
        """Show a synchronisation."""
        names = (
            "name", "system", "url", "every_minutes", "lifecycle", "contacts_verified", "since", "paused", "next_at",
            "succeeded_at", "archived_at", "archive_reason", "version",
        )  # fmt: skip
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            token_set=document.sealed_token is not None,
            **{name: getattr(document, name) for name in names},
        )

    @strawberry.field(description="The last time that it was asked, which may go on; null: never.")
    def run(self) -> CrmSyncRun | None:
        """Show the last time."""
        return CrmSyncRun.of(self.document.run)


@strawberry.type
class CrmSyncQueries:
    """The list of synchronisations."""

    @paged("The synchronisations with other systems, by name; needs `customer:import`.", graphql_type=Connection[CrmSync])
    async def crm_syncs(
        self,
        info: Info,
        window: Window,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list those out of use instead.")] = None,
    ) -> object:
        """Give a page of synchronisations."""
        require_staff(info)
        actor, unused = info.context.actor, archived is True
        found = await list_crm_syncs(actor, window, archived=unused)
        return pages(info, found, count=lambda: count_crm_syncs(actor, archived=unused))


@strawberry.input(description="Which system to ask for its customers and orders, and how often.")
class CreateCrmSyncInput:
    """Which system to ask, and how often."""

    name: str = required(_NAME)
    system: str = required("The name of the other system, as in imports; ids are unique within it.")
    url: str = required(_URL)
    token: str | None = given("The bearer token that it is asked with; absent: none.")
    every_minutes: int | None = given(f"{_EVERY}; absent: 60.")
    lifecycle: Lifecycle | None = given(f"{_LIFECYCLE}; absent: CUSTOMER.")
    contacts_verified: bool | None = given(f"{_VERIFIED}; absent: no.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createCrmSync`.")
class CreateCrmSyncPayload(Payload):
    """The answer of `createCrmSync`."""

    crm_sync: CrmSync | None = changed("The synchronisation; the worker asks at once.")


@strawberry.input(description="What to change of a synchronisation; absent stays as it is.")
class UpdateCrmSyncInput:
    """What to change of a synchronisation."""

    sync_id: strawberry.ID = required(_SYNC)
    name: str | None = given(_NAME)
    url: str | None = given(_URL)
    token: str | None = given("Another bearer token; it is needed where `url` is another one.")
    every_minutes: int | None = given(f"{_EVERY}.")
    lifecycle: Lifecycle | None = given(f"{_LIFECYCLE}.")
    contacts_verified: bool | None = given(f"{_VERIFIED}.")
    paused: bool | None = given("Whether it is not asked by itself any more; false: it is asked again, at once.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateCrmSync`.")
class UpdateCrmSyncPayload(Payload):
    """The answer of `updateCrmSync`."""

    written: ClassVar[str | None] = "crm_sync"

    crm_sync: CrmSync | None = changed()


@strawberry.input(description="Which system to ask now.")
class RunCrmSyncInput:
    """Which system to ask now."""

    sync_id: strawberry.ID = required(_SYNC)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `runCrmSync`.")
class RunCrmSyncPayload(Payload):
    """The answer of `runCrmSync`."""

    written: ClassVar[str | None] = "crm_sync"

    crm_sync: CrmSync | None = changed("The synchronisation; `run` says what comes of it.")


@strawberry.input(description="Which synchronisation is not needed any more.")
class ArchiveCrmSyncInput:
    """Which synchronisation is not needed any more."""

    sync_id: strawberry.ID = required(_SYNC)
    reason: str | None = given("Why, up to 500 characters.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveCrmSync`.")
class ArchiveCrmSyncPayload(Payload):
    """The answer of `archiveCrmSync`."""

    written: ClassVar[str | None] = "crm_sync"

    crm_sync: CrmSync | None = changed()


@strawberry.type
class CrmSyncMutations:
    """What is done about synchronisations."""

    @mutation(
        CreateCrmSyncPayload,
        description="Has another system asked for its customers and orders from now on, by the worker. Rows are matched as in "
        "imports; nobody is merged. Needs `customer:import`.",
    )
    async def create_crm_sync(self, info: Info, input: Annotated[CreateCrmSyncInput, INPUT]) -> object:
        """Set up a synchronisation."""
        once, draft = once_for(info, "createCrmSync", input), parse(CrmSyncDraft, **values_of(input))
        sync = await create_crm_sync(info.context.actor, draft, keyring=info.context.keyring, once=once)
        return CreateCrmSyncPayload(crm_sync=CrmSync.from_document(sync))

    @mutation(UpdateCrmSyncPayload, description="Changes or pauses a synchronisation; needs `customer:import`.")
    async def update_crm_sync(self, info: Info, input: Annotated[UpdateCrmSyncInput, INPUT]) -> object:
        """Change a synchronisation."""
        draft, version = parse(CrmSyncChange, **values_of(input)), input.expected_version
        sync = await update_crm_sync(info.context.actor, draft, keyring=info.context.keyring, expected_version=version)
        return UpdateCrmSyncPayload(crm_sync=CrmSync.from_document(sync))

    @mutation(
        RunCrmSyncPayload,
        description="Asks the other system now, also a paused one; by itself it is asked again an interval later. Needs "
        "`customer:import`.",
    )
    async def run_crm_sync(self, info: Info, input: Annotated[RunCrmSyncInput, INPUT]) -> object:
        """Ask now."""
        sync = await run_crm_sync(info.context.actor, input.sync_id, expected_version=input.expected_version)
        return RunCrmSyncPayload(crm_sync=CrmSync.from_document(sync))

    @mutation(
        ArchiveCrmSyncPayload,
        description="Takes a synchronisation out of use for good: the other system is never asked again, its token is forgotten; "
        "customers, claims and orders that it told stay. Needs `customer:import`.",
    )
    async def archive_crm_sync(self, info: Info, input: Annotated[ArchiveCrmSyncInput, INPUT]) -> object:
        """Take it out of use."""
        draft = parse(ArchiveDraft, **values_of(input))
        sync = await archive_crm_sync(info.context.actor, draft, expected_version=input.expected_version)
        return ArchiveCrmSyncPayload(crm_sync=CrmSync.from_document(sync))
