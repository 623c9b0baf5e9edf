"""Files of pages: sent to a place made for them, attached, shown in the text, and handed out to who may read the page."""

import mimetypes
from collections.abc import Sequence
from typing import Final

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.batches import count_children, read_children
from community.drafts import may_be_id
from community.staged_files import StagedFile
from community.uploads import hand_over, sent_file
from community.wiki.documents import WikiFile, WikiPage
from community.wiki.events import WikiFileAttached, WikiFileRemoved
from community.wiki.policies import may_write
from community.wiki.reading import pages_by_ids, require_page
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.files import FileContents
from core.gates import PRESENT, to_mongo
from core.ids import derived_id
from core.paging import Order, Slice, Window
from core.records import change, save

PREFIX: Final = "wfl"
MOST_FILES: Final = 100
OLDEST_FIRST: Final = Order((("created_at", 1),))
_PRESENT: Final = to_mongo(PRESENT)
_UNKNOWN: Final = "application/octet-stream"


async def attach_file(actor: Actor, page_id: str, staged_id: str) -> WikiFile:
    """Attach a file that the actor sent to a place made by `stageUpload`; the same one again changes nothing.

    Raises NotFound for the page, Forbidden without `wiki:edit`, InvalidInput for a file that was not sent by the actor,
    AlreadyDone for one that was attached elsewhere or taken away, LimitReached.
    """
    page = await require_page(actor, page_id)
    may_write(actor).enforce()
    staged = await sent_file(actor, staged_id)
    if staged is None or staged.content_id is None:
        raise InvalidInput("You sent no such file; ask for a place with stageUpload, and send it there.", path=("file_id",))
    identifier = derived_id(PREFIX, staged.id)
    if (await file_counts(actor, [page.id]))[page.id] >= MOST_FILES:
        raise LimitReached(f"A page has at most {MOST_FILES} files.", path=("page_id",))
    attached = _attached(identifier, page, staged, actor)
    try:
        await save(attached)
    except DuplicateKeyError:
        found = await WikiFile.get(identifier)
        if found is None or found.deleted_at is not None or found.page_id != page.id:
            raise AlreadyDone("This file was attached before; send it once more.", path=("file_id",)) from None
        attached = found
    await hand_over(staged.id)
    return attached


async def remove_file(actor: Actor, file_id: str, *, expected_version: int) -> WikiFile:
    """Take a file away for good; where the text shows it there is a gap.

    Raises NotFound, Forbidden without `wiki:edit`, Conflict.
    """
    file = (await files_by_ids(actor, [file_id])).get(file_id)
    if file is None:
        raise NotFound("There is no such file.", path=("file_id",))
    may_write(actor).enforce()

    def rule(current: WikiFile) -> None:
        current.deleted_at = now()
        current.record(WikiFileRemoved(page_id=current.page_id, content_id=current.content_id), actor=actor.id)

    removed = await change(file, rule, expected_version=expected_version)
    await forget_content(removed.content_id)
    return removed


async def forget_content(content_id: str) -> None:
    """Take the content of a removed file away. Can run twice."""
    await _contents().remove(content_id)


async def content_of(file: WikiFile) -> bytes | None:
    """Give what is in a file; None when it was taken away meanwhile. The file is one that the actor was given."""
    return await _contents().read(file.content_id)


async def files_by_ids(actor: Actor, file_ids: Sequence[str]) -> dict[str, WikiFile]:
    """Give those of the files whose pages the actor may read: the files, then the pages."""
    readable = [one for one in dict.fromkeys(file_ids) if may_be_id(one, PREFIX)]
    if not readable:
        return {}
    files = await WikiFile.find({"_id": {"$in": readable}, **_PRESENT}).to_list()
    pages = await pages_by_ids(actor, [file.page_id for file in files])
    return {file.id: file for file in files if file.page_id in pages}


async def files_of(actor: Actor, page_ids: Sequence[str], window: Window) -> dict[str, Slice[WikiFile]]:
    """Give a window of the files of each page, oldest first. The pages are ones that the actor was given."""
    ids = list(page_ids) if actor.may(Permission.WIKI_READ) else []
    found = await read_children(WikiFile, ("page_id", ids), _PRESENT, OLDEST_FIRST, window) if ids else {}
    return {page_id: found.get(page_id, Slice([], [])) for page_id in page_ids}


async def file_counts(actor: Actor, page_ids: Sequence[str]) -> dict[str, int]:
    """Count the files of each page. The pages are ones that the actor was given."""
    ids = list(page_ids) if actor.may(Permission.WIKI_READ) else []
    return dict.fromkeys(page_ids, 0) | await count_children(WikiFile, "page_id", ids, _PRESENT)


def _attached(identifier: str, page: WikiPage, staged: StagedFile, actor: Actor) -> WikiFile:
    file = WikiFile(
        id=identifier,
        created_at=now(),
        page_id=page.id,
        name=staged.name,
        content_type=mimetypes.guess_type(staged.name)[0] or _UNKNOWN,
        size=staged.size or 0,
        content_id=staged.content_id or "",
        staged_id=staged.id,
        uploaded_by=actor.member,
    )
    file.record(WikiFileAttached(page_id=page.id, file_id=identifier, staged_id=staged.id), actor=actor.id)
    return file


def _contents() -> FileContents:
    return FileContents(WikiFile.get_pymongo_collection().database)
