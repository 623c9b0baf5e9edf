"""Sending files: a place is asked for, the file is put there with a token, and goes again unless something is made of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor, Permission
from community.creation import insert_once
from community.drafts import text
from community.staged_files import StagedFile
from core.clock import now
from core.errors import AlreadyDone, Forbidden, NotFound
from core.files import FileContents
from core.idempotency import Once
from core.ids import new_id
from core.records import change, insert_or_read
from core.secrets import Keyring

TO_SEND: Final = timedelta(hours=1)
TO_USE: Final = timedelta(hours=24)
TO_KEEP: Final = timedelta(days=30)
_PURPOSE: Final = "upload"
_AT_ONCE: Final = 100


class UploadDraft(BaseModel):
    """What the file is called."""

    name: Annotated[str, text(1, 200, lines="one")]


async def stage_upload(actor: Actor, draft: UploadDraft, *, once: Once) -> StagedFile:
    """Make a place for a file that its owner sends within the hour.

    Raises Forbidden without `customer:import` and `wiki:edit`, IdempotencyMismatch.
    """
    if not actor.may(Permission.WIKI_EDIT):
        actor.require(Permission.CUSTOMER_IMPORT)
    at = now()
    staged = StagedFile(
        id=once.identifier("upl"), created_at=at, name=draft.name, owner_id=actor.id,
        expires_at=at + TO_SEND, swept_at=at + TO_USE, fingerprint=once.fingerprint,
    )  # fmt: skip
    return await insert_once(staged, once)


def upload_token(keyring: Keyring, staged: StagedFile) -> str:
    """Give the token by which the file can be sent, by whoever has it."""
    return keyring.sign(_PURPOSE, staged.id)


async def receive_upload(keyring: Keyring, file_id: str, token: str, parts: AsyncIterator[bytes]) -> StagedFile:
    """Keep what is sent: when this comes back it is kept, whole.

    Raises NotFound without a place or its token, Forbidden when the time to send is over, AlreadyDone when a file was
    sent, LimitReached.
    """
    staged = await StagedFile.get(file_id) if keyring.signed_by_us(_PURPOSE, file_id, token) else None
    if staged is None:
        raise NotFound("There is no place for this file; ask for one with stageUpload.")
    if staged.expires_at <= now():
        raise Forbidden("The time to send this file is over; ask for a new place with stageUpload.")
    content_id = new_id("fil")
    staged = await change(staged, lambda current: _begin(current, content_id))
    contents = FileContents(StagedFile.get_pymongo_collection().database)
    size = await contents.write(content_id, parts)
    try:
        return await change(staged, lambda current: _complete(current, content_id, size))
    except AlreadyDone:
        await contents.remove(content_id)
        raise


async def sweep_uploads() -> int:
    """Take away files of which nothing was made, and what is left of broken attempts; give how many files that were."""
    due = {"swept_at": {"$lte": now()}}
    found = await StagedFile.find(due).sort("swept_at").limit(_AT_ONCE).to_list()
    for staged in found:
        contents = FileContents(StagedFile.get_pymongo_collection().database)
        for content_id in staged.attempts:
            await contents.remove(content_id)
        await change(staged, _forget)
    return len(found)


async def keep_upload(file_id: str) -> None:
    """Keep a file of which something is made, as long as that is looked at: another thirty days. Can run twice."""
    staged = await StagedFile.get(file_id)
    if staged is not None and staged.content_id is not None:
        await change(staged, _keep)


async def sent_file(actor: Actor, file_id: str) -> StagedFile | None:
    """Give a file that the actor has sent, whole; None when there is none, or it is somebody else's."""
    staged = await StagedFile.get(file_id)
    return staged if staged is not None and staged.owner_id == actor.id and staged.content_id is not None else None


async def content_of_sent(staged: StagedFile) -> bytes | None:
    """Give what was sent; None before it was, and once it is gone."""
    contents = FileContents(StagedFile.get_pymongo_collection().database)
    return await contents.read(staged.content_id) if staged.content_id is not None else None


async def stage_content(actor: Actor, name: str, content: bytes, *, identifier: str) -> StagedFile:
    """Keep a content that came within another file as if it had been sent by itself. Can run twice."""
    at = now()
    staged = StagedFile(id=identifier, created_at=at, name=name, owner_id=actor.id, expires_at=at + TO_SEND, swept_at=at + TO_USE)
    staged = await insert_or_read(staged)
    if staged.content_id is not None:
        return staged
    content_id = new_id("fil")
    staged = await change(staged, lambda current: _begin(current, content_id))
    contents = FileContents(StagedFile.get_pymongo_collection().database)
    size = await contents.write(content_id, _whole(content))
    return await change(staged, lambda current: _complete(current, content_id, size))


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def hand_over(file_id: str) -> None:
    """Leave the content of a file to what was made of it, which takes it away itself. Can run twice."""
    staged = await StagedFile.get(file_id)
    if staged is None or staged.content_id is None:
        return
    contents = FileContents(StagedFile.get_pymongo_collection().database)
    for content_id in staged.attempts:
        if content_id != staged.content_id:
            await contents.remove(content_id)
    await change(staged, _leave)


def _leave(staged: StagedFile) -> None:
    staged.swept_at = None
    staged.attempts = [one for one in staged.attempts if one == staged.content_id]


def _keep(staged: StagedFile) -> None:
    staged.swept_at = staged.created_at + TO_KEEP


def _begin(staged: StagedFile, content_id: str) -> None:
    _require_empty(staged)
    staged.attempts = [*staged.attempts, content_id]


def _complete(staged: StagedFile, content_id: str, size: int) -> None:
    _require_empty(staged)
    staged.content_id, staged.size = content_id, size


def _require_empty(staged: StagedFile) -> None:
    if staged.content_id is not None:
        raise AlreadyDone("This file was sent already.")


def _forget(staged: StagedFile) -> None:
    staged.content_id = staged.swept_at = None
    staged.attempts, staged.expires_at = [], now()
