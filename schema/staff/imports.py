"""Imports of customers: places for files, what is to be taken in, and what became of it."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import imports
from care.documents.imports import ImportFormat, ImportState, ImportTarget
from care.imports.starting import MOST_COLUMNS, ImportDraft, cancel_import, create_import
from care.policies import may_cancel_import
from care.reading.imports import count_imports, imports_by_ids, list_imports
from community.staged_files import StagedFile
from community.uploads import UploadDraft, stage_upload, upload_token
from core.ids import with_prefix
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.reach import require_staff
from schema.staff.service_level_enums import Lifecycle

told(
    ImportFormat,
    "How a file is written.",
    CSV="CSV in UTF-8, with or without BOM; parted by `;`, `,` or tabs, which is found out, or told by a first line `sep=;`; "
    "the first line after that names the columns.",
    JSON_LINES="One JSON object a line.",
)
told(
    ImportTarget,
    "What a column is taken as.",
    EXTERNAL_ID="The customer's id in the other system.",
    NAME="What they are called.",
    EMAIL="An e-mail address.",
    PHONE="A telephone number.",
    CITY="Where they live.",
    SEGMENT="The group that the company counts them to.",
    LANGUAGE="The code of their language.",
    INTERESTS="What they like, parted by commas.",
    HOBBIES="What they do in their free time; kept only where the row says that they consent.",
    BIRTHDAY="The day they were born, as year-month-day; kept only where the row says that they consent.",
    CONSENT="Whether they consent that hobbies and birthday are kept: yes or no, evet or hayır, بله or خیر.",
)
told(
    ImportState,
    "Where an import stands.",
    QUEUED="It waits for the worker.",
    RUNNING="Its rows are being applied.",
    DONE="All its rows were applied or refused.",
    FAILED="The file could not be read, or it broke; `reason` says why.",
    CANCELLED="A member stopped it; what was taken in stays.",
)


@strawberry.type(description="A place for a file that is about to be sent.")
class StagedUpload(Node):
    """A place for a file that is about to be sent."""

    name: str = strawberry.field(description="What the file is called.")
    upload_url: str = strawberry.field(
        description="Where to send it: `PUT` with the bytes as body, at most 64 MB, once; whoever has the address can."
    )
    expires_at: datetime = strawberry.field(description="Until when it can be sent.")

    @classmethod
    def of(cls, staged: StagedFile, info: Info) -> Self:
        """Show a place."""
        token = upload_token(info.context.keyring, staged)
        url = f"{info.context.public_url}/files/{staged.id}?token={token}"
        return cls(id=strawberry.ID(staged.id), name=staged.name, upload_url=url, expires_at=staged.expires_at)


@strawberry.type(description="What became of rows.")
class ImportCounts:
    """What became of rows."""

    rows: int = strawberry.field(description="Rows that were looked at.")
    created: int = strawberry.field(description="Rows that made a customer.")
    updated: int = strawberry.field(description="Rows that changed a customer who was there.")
    unchanged: int = strawberry.field(description="Rows that said nothing new.")
    failed: int = strawberry.field(description="Rows that were not taken; they are in the error file.")
    proposed: int = strawberry.field(description="Values that differ from the profile and wait in `claims` for a decision.")


@strawberry.type(description="That a column is taken as something of a customer.")
class ImportColumn:
    """That a column is taken as something of a customer."""

    column: str = strawberry.field(description="The name of the column.")
    target: ImportTarget = strawberry.field(description="What it is taken as.")


@strawberry.type(description="Customers of another system, taken in from a file.")
class CustomerImport(Node):
    """Customers of another system, taken in from a file."""

    document: strawberry.Private[imports.CustomerImport]
    file_name: str = strawberry.field(description="What the file is called.")
    format: ImportFormat = strawberry.field(description="How it is written.")
    system: str = strawberry.field(description="The name of the other system.")
    lifecycle: Lifecycle = strawberry.field(description="How far new customers have come.")
    contacts_verified: bool = strawberry.field(description="Whether its e-mail addresses and telephone numbers are verified.")
    dry_run: bool = strawberry.field(description="Whether it only counts.")
    state: ImportState = strawberry.field(description="Where it stands.")
    reason: str | None = strawberry.field(description="Why it failed.")
    total: int | None = strawberry.field(description="Rows of the file; null until it was read.")
    columns: list[ImportColumn] = strawberry.field(
        description="What its columns are taken as.", directives=list_size(MOST_COLUMNS)
    )
    ignored_columns: list[str] = strawberry.field(
        description="Columns that nothing is made of.", directives=list_size(MOST_COLUMNS)
    )
    counts: ImportCounts = strawberry.field(description="What became of its rows so far; in a dry run, what would.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When the worker began.")
    finished_at: datetime | None = strawberry.field(description="When it came to its end.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: imports.CustomerImport) -> Self:
        """Show an import."""
        names = (
            "file_name", "format", "system", "lifecycle", "contacts_verified", "dry_run", "state", "reason", "total",
            "ignored_columns", "created_at", "started_at", "finished_at", "version",
        )  # fmt: skip
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            columns=[ImportColumn(column=one.column, target=one.target) for one in document.columns],
            counts=ImportCounts(**document.counts.model_dump()),
            **{name: getattr(document, name) for name in names},
        )

    @strawberry.field(
        description="Where the rows that were not taken can be fetched as CSV: place, column, reason, and the row as it came; "
        "null while there are none."
    )
    def error_file_url(self, info: Info) -> str | None:
        """Give the address."""
        if not self.document.counts.failed:
            return None
        return f"{info.context.public_url}/files/{with_prefix('ime', self.document.id)}"

    @strawberry.field(description="Who asked for it; null for a program.")
    async def created_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.created_by)

    @strawberry.field(description="Whether the viewer can stop it.")
    def viewer_can_cancel(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_cancel_import(info.context.actor, self.document))


@strawberry.type
class ImportQueries:
    """Imports of customers."""

    @strawberry.field(description="An import by its id; null for who may not import, and when there is none.")
    async def customer_import(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id.")]
    ) -> CustomerImport | None:
        """Give an import."""
        require_staff(info)
        found = await info.context.load(imports_by_ids, id)
        return CustomerImport.from_document(found) if found is not None else None

    @paged("Imports of customers, the newest first; needs `customer:import`.", graphql_type=Connection[CustomerImport])
    async def customer_imports(self, info: Info, window: Window) -> object:
        """Give a page of imports."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_imports(actor, window), count=lambda: count_imports(actor))


@strawberry.input(description="What the file is called that is about to be sent.")
class StageUploadInput:
    """What the file is called."""

    name: str = required("Its name, such as `customers.csv`.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `stageUpload`.")
class StageUploadPayload(Payload):
    """The answer of `stageUpload`."""

    upload: StagedUpload | None = changed("The place; it is gone after 24 hours unless something was made of the file.")


@strawberry.input(description="What a column is to be taken as.")
class ImportColumnDraft:
    """What a column is to be taken as."""

    column: str = required("The name of the column, in whatever spelling of case and blanks.")
    target: ImportTarget = required("What to take it as.")


@strawberry.input(description="Which file of customers to take in, and how.")
class CreateCustomerImportInput:
    """Which file of customers to take in, and how."""

    file_id: strawberry.ID = required("The id of the place that the file was sent to.")
    format: ImportFormat = strawberry.field(default=ImportFormat.CSV, description="How it is written.")
    system: str = required("The name of the other system; ids are unique within it, and customers are known by them again.")
    columns: list[ImportColumnDraft] | None = given(
        "What its columns are taken as; absent: by their names, in Turkish, Persian or English."
    )
    lifecycle: Lifecycle = strawberry.field(default=Lifecycle.CUSTOMER, description="How far new customers have come.")
    contacts_verified: bool = strawberry.field(
        default=False, description="Whether its e-mail addresses and telephone numbers are verified."
    )
    dry_run: bool = strawberry.field(default=False, description="Only count, and change nothing.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createCustomerImport`.")
class CreateCustomerImportPayload(Payload):
    """The answer of `createCustomerImport`."""

    customer_import: CustomerImport | None = changed("The import, waiting for the worker.")


@strawberry.input(description="Which import to stop.")
class CancelCustomerImportInput:
    """Which import to stop."""

    import_id: strawberry.ID = required("The id of the import.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `cancelCustomerImport`.")
class CancelCustomerImportPayload(Payload):
    """The answer of `cancelCustomerImport`."""

    written: ClassVar[str | None] = "customer_import"

    customer_import: CustomerImport | None = changed()


@strawberry.type
class ImportMutations:
    """What is done about imports."""

    @mutation(StageUploadPayload, description="Makes a place for a file, to be sent to its `uploadUrl` within the hour.")
    async def stage_upload(self, info: Info, input: Annotated[StageUploadInput, INPUT]) -> object:
        """Make a place."""
        once = once_for(info, "stageUpload", input)
        staged = await stage_upload(info.context.actor, parse(UploadDraft, **values_of(input)), once=once)
        return StageUploadPayload(upload=StagedUpload.of(staged, info))

    @mutation(
        CreateCustomerImportPayload,
        description="Takes customers in from a file, in the worker. A row is matched by its id in the other system, or exactly "
        "by a verified e-mail address or telephone number; nobody is merged.",
    )
    async def create_customer_import(self, info: Info, input: Annotated[CreateCustomerImportInput, INPUT]) -> object:
        """Begin an import."""
        once = once_for(info, "createCustomerImport", input)
        imported = await create_import(info.context.actor, parse(ImportDraft, **values_of(input)), once=once)
        return CreateCustomerImportPayload(customer_import=CustomerImport.from_document(imported))

    @mutation(CancelCustomerImportPayload, description="Stops an import; what was taken in stays.")
    async def cancel_customer_import(self, info: Info, input: Annotated[CancelCustomerImportInput, INPUT]) -> object:
        """Stop an import."""
        imported = await cancel_import(info.context.actor, input.import_id, expected_version=input.expected_version)
        return CancelCustomerImportPayload(customer_import=CustomerImport.from_document(imported))
