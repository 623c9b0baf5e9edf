"""Files of customers for tests: sent as people send them, and worked off as the worker does."""

from collections.abc import AsyncIterator

from auth.actor import Actor, Role
from care.documents.imports import CustomerImport
from care.imports.running import run_import
from care.imports.starting import ImportDraft, create_import
from community.staged_files import StagedFile
from community.uploads import UploadDraft, receive_upload, stage_upload, upload_token
from core.database import Database
from core.idempotency import Once
from core.leases import Claimer, LeaseQueue
from core.records import fresh
from core.secrets import Keyring
from tests.factories.care import make_actor

KEYRING = Keyring(b"k" * 32)
MANAGER = make_actor(Role.MANAGER)


async def parts_of(content: bytes, size: int = 7_000) -> AsyncIterator[bytes]:
    """Give a content in parts, as a network does."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def send_file(content: bytes | str, actor: Actor = MANAGER, *, name: str = "musteriler.csv") -> StagedFile:
    """Ask for a place and send a file there."""
    staged = await stage_upload(actor, UploadDraft(name=name), once=Once())
    raw = content.encode() if isinstance(content, str) else content
    return await receive_upload(KEYRING, staged.id, upload_token(KEYRING, staged), parts_of(raw))


async def begin_import(content: bytes | str, **given: object) -> CustomerImport:
    """Ask for an import of a file, from the system CRM unless told."""
    staged = await send_file(content)
    draft = ImportDraft.model_validate({"file_id": staged.id, "system": "CRM", **given})
    return await create_import(MANAGER, draft, once=Once())


async def work(store: Database) -> None:
    """Work off what is due, as the worker does."""
    await Claimer(LeaseQueue(store, "jobs"), run_import).drain()


async def take_in(store: Database, content: bytes | str, **given: object) -> CustomerImport:
    """Take a file in; give the import as it is then."""
    imported = await begin_import(content, **given)
    await work(store)
    return await fresh(imported)
