"""Writing an export: by what the member who asked may read now, page after page, into the store of files."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

from typing_extensions import override

from auth.actor import Actor
from auth.errors import NotAuthenticated
from auth.identify import actor_of
from community.exports.documents import ExportState, WikiExport
from community.exports.events import WikiExportFinished
from community.wiki.attachments import content_of
from community.wiki.documents import WikiFile, WikiPage
from community.wiki.exporting import file_name, page_file
from community.wiki.reading import pages_by_ids, visible_pages
from core.clock import now
from core.errors import LimitReached
from core.files import FileContents
from core.gates import to_mongo
from core.ids import with_prefix
from core.records import by_ids, change

KEPT: Final = timedelta(days=7)
LARGEST: Final = 1024 * 2**20
_BATCH: Final = 100
_ENDED: Final = frozenset({ExportState.DONE, ExportState.FAILED, ExportState.EXPIRED})


class _Pipe(io.RawIOBase):
    """Takes what a zip writes, until it is taken on."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    @override
    def writable(self) -> bool:
        """Tell that it can be written to; not having a place in it, a zip never goes back."""
        return True

    @override
    def write(self, content: Any) -> int:
        """Keep some bytes."""
        self._parts.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        """Give what was written since."""
        content = b"".join(self._parts)
        self._parts.clear()
        return content


async def write_export(export_id: str) -> None:
    """Write the file of an export that is not done; can run twice: a file that was begun is written anew."""
    export = await WikiExport.get(export_id)
    if export is None or export.state in _ENDED:
        return
    try:
        actor = await actor_of(with_prefix("acc", export.member_id))
    except NotAuthenticated:
        await _fail(export, "Who asked for it can sign in no longer.")
        return
    root = (await pages_by_ids(actor, [export.page_id])).get(export.page_id)
    if root is None or root.unpublished:
        await _fail(export, "There is no such page for who asked for it any more.")
        return
    contents = FileContents(WikiExport.get_pymongo_collection().database)
    await contents.remove(export.content_id)
    try:
        size = await contents.write(export.content_id, _zipped(actor, export, root), largest=LARGEST)
    except LimitReached as problem:
        await _fail(export, problem.message)
        return
    await change(export, lambda current: _finish(current, size))


async def _zipped(actor: Actor, export: WikiExport, root: WikiPage) -> AsyncIterator[bytes]:
    """Give the zip in parts: pages from the top down, each with its files."""
    named = await _named(actor, root)
    paths = set(named.values())
    await change(export, lambda current: _begin(current, len(named)))
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        ids = list(named)
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            pages = await by_ids(WikiPage, batch)
            files = await _files(batch)
            for page in (pages[one] for one in batch if one in pages):
                own = {file.id: file_name(file) for file in files if file.page_id == page.id}
                archive.writestr(*page_file(page, pages=paths, files=own))
                yield pipe.taken()
                for file in (file for file in files if file.page_id == page.id):
                    if (content := await content_of(file)) is not None:
                        archive.writestr(own[file.id], content)
                        yield pipe.taken()
            done = start + len(batch)
            await change(export, lambda current, done=done: _count(current, done))  # type: ignore[misc]  # bound now
    yield pipe.taken()


async def _named(actor: Actor, root: WikiPage) -> dict[str, str]:
    """Give the paths of the pages that the actor may read, by id: the page and those below it, in its space."""
    same_space = {"space_id": root.space_id if root.space_id is not None else {"$exists": False}}
    below = {"path": {"$gte": f"{root.path}/", "$lt": f"{root.path}0"}, **same_space, "unpublished": {"$exists": False}}
    query = {"$and": [below, to_mongo(visible_pages(actor))]}
    rows = WikiPage.get_pymongo_collection().find(query, {"path": 1}).sort("path", 1)
    return {root.id: root.path} | {row["_id"]: row["path"] async for row in rows}


async def _files(page_ids: list[str]) -> list[WikiFile]:
    return await WikiFile.find({"page_id": {"$in": page_ids}, "deleted_at": {"$exists": False}}).to_list()


def _begin(export: WikiExport, total: int) -> None:
    if export.state not in _ENDED:
        export.state, export.total, export.written = ExportState.RUNNING, total, 0


def _count(export: WikiExport, written: int) -> None:
    export.written = written


def _finish(export: WikiExport, size: int) -> None:
    if export.state not in _ENDED:
        export.state, export.size, export.finished_at = ExportState.DONE, size, now()
        export.expires_at = export.finished_at + KEPT
        export.record(WikiExportFinished(export_id=export.id))


async def _fail(export: WikiExport, reason: str) -> None:
    def rule(current: WikiExport) -> None:
        if current.state not in _ENDED:
            current.state, current.reason, current.finished_at = ExportState.FAILED, reason, now()
            current.record(WikiExportFinished(export_id=current.id))

    await change(export, rule)
