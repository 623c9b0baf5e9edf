"""Asking for a large part of the wiki as a file, and fetching it: each member their own."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.drafts import may_be_id
from community.exports.documents import ExportState, WikiExport
from community.exports.events import WikiExportStarted
from community.wiki.reading import pages_by_ids, require_page
from core.clock import now
from core.errors import Forbidden, InvalidInput, LimitReached
from core.files import FileContents
from core.idempotency import Once
from core.ids import with_prefix
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.records import change

PREFIX: Final = "wex"
MOST_AT_ONCE: Final = 3
"""Exports of one member that wait or are being written."""
LATEST_FIRST: Final = Order((("created_at", -1),))


class ExportDraft(BaseModel):
    """Of which page, with all below it."""

    page_id: Annotated[str, Field(max_length=100)]


async def start_export(actor: Actor, draft: ExportDraft, *, once: Once) -> WikiExport:
    """Ask for a page and all below it as Markdown files in a zip; the worker writes it, by what the actor may read then.

    Raises NotFound, Forbidden for callers that are no member, InvalidInput for a page of which nothing was approved,
    LimitReached while three of theirs are not done, IdempotencyMismatch.
    """
    page = await require_page(actor, draft.page_id)
    if actor.member_id is None:
        raise Forbidden("Only a member of the company is told when an export is done.")
    identifier = once.identifier(PREFIX)
    if (before := await made_before(WikiExport, identifier, once)) is not None:
        return before
    if page.unpublished:
        raise InvalidInput("Nothing of this page was approved yet.", path=("page_id",))
    own = await WikiExport.find({"member_id": actor.member}).sort("-created_at").limit(50).to_list()
    if sum(one.state in {ExportState.WAITING, ExportState.RUNNING} for one in own) >= MOST_AT_ONCE:
        raise LimitReached(f"{MOST_AT_ONCE} exports of yours are not done yet; wait for them.", path=("page_id",))
    export = WikiExport(
        id=identifier,
        created_at=now(),
        page_id=page.id,
        title=page.title,
        member_id=actor.member,
        content_id=with_prefix("fil", identifier),
        fingerprint=once.fingerprint,
    )
    export.record(WikiExportStarted(export_id=identifier), actor=actor.id)
    return await insert_once(export, once)


async def exports_by_ids(actor: Actor, export_ids: Sequence[str]) -> dict[str, WikiExport]:
    """Give those of the exports that are the actor's own."""
    wanted = [one for one in dict.fromkeys(export_ids) if may_be_id(one, PREFIX)]
    if not wanted or actor.member_id is None:
        return {}
    found = await WikiExport.find({"_id": {"$in": wanted}, "member_id": actor.member_id}).to_list()
    return {export.id: export for export in found}


async def list_exports(actor: Actor, window: Window) -> Slice[WikiExport]:
    """Give a window of the actor's exports, the latest first."""
    return await read_slice(WikiExport, {"member_id": actor.member_id or ""}, LATEST_FIRST, window)


async def count_exports(actor: Actor) -> int:
    """Count the same exports."""
    return await count_rows(WikiExport, {"member_id": actor.member_id or ""})


async def export_file(actor: Actor, export_id: str) -> tuple[str, bytes] | None:
    """Give name and content of one's export; None when there is none, and once one may not read the page any more."""
    export = (await exports_by_ids(actor, [export_id])).get(export_id)
    if (
        export is None
        or export.state is not ExportState.DONE
        or export.page_id not in await pages_by_ids(actor, [export.page_id])
    ):
        return None
    content = await FileContents(WikiExport.get_pymongo_collection().database).read(export.content_id)
    return (f"{export.id}.zip", content) if content is not None else None


async def sweep_exports(most: int) -> int:
    """Take away the files whose time is over; give how many exports were looked at."""
    due = await WikiExport.find({"expires_at": {"$lte": now()}}).sort("expires_at").limit(most).to_list()
    contents = FileContents(WikiExport.get_pymongo_collection().database)
    for export in due:
        await contents.remove(export.content_id)
        await change(export, _expire)
    return len(due)


def _expire(export: WikiExport) -> None:
    export.state, export.expires_at = ExportState.EXPIRED, None
