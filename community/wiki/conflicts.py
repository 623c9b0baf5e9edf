"""Edits of an older version: what they began with, what stands there now, and both merged."""

import asyncio
from dataclasses import dataclass
from typing import Any

from community.wiki.documents import WikiPage, WikiRevision
from community.wiki.errors import StaleEdit
from community.wiki.merging import Merge, merge
from community.wiki.revisions import waiting_in
from community.wiki.writing import PageChanges, latest
from core.errors import Conflict


@dataclass(frozen=True, slots=True)
class EditConflict:
    """An edit that came too late, with all that is needed to merge it."""

    base: WikiRevision
    """What the page said when the edit began."""
    theirs: WikiPage
    title: str
    """The title that the edit gives the page."""
    merged_title: str
    title_conflicts: bool
    """Both changed the title, each in another way; then the merged one is that of the edit."""
    body: str
    """The text that the edit gives the page."""
    merge: Merge


async def stale_edit(conflict: Conflict, changes: PageChanges, *, base_version: int) -> Conflict:
    """Add to a conflict what the edit, the page now and the version that the edit began with say.

    The same conflict comes back when there is no such version, or the page is gone.
    """
    page = conflict.current
    if not isinstance(page, WikiPage) or page.deleted_at is not None or base_version >= page.version:
        return conflict
    base = await base_of(page, base_version)
    if base is None:
        return conflict
    given = changes.model_fields_set
    title = changes.title if "title" in given else base.title
    body = changes.body if "body" in given else base.body
    theirs = latest(page)
    merged_title, title_conflicts = _merged_title(base.title, theirs.title, title)
    edit = EditConflict(
        base=base,
        theirs=page,
        title=title,
        merged_title=merged_title,
        title_conflicts=title_conflicts,
        body=body,
        merge=await asyncio.to_thread(merge, base.body, theirs.body, body),
    )
    return StaleEdit(conflict.message, current=page, edit=edit)


async def base_of(page: WikiPage, version: int) -> WikiRevision | None:
    """Give the revision that who edits a page saw at a version; moves and vouching raise the version, too."""
    since = page.withdrawn if page.withdrawn is not None and version >= page.withdrawn else 0
    waiting = waiting_in(page, with_proposed=True)
    for row in waiting.rows:
        if row.number <= version and (not row.proposed or row.number > since):
            return row
    query: dict[str, Any] = {"page_id": page.id, "number": {"$lte": version}}
    if since:
        query["$or"] = [{"proposed": {"$exists": False}}, {"number": {"$gt": since}}]
    found = await WikiRevision.find(query).sort("-number", "-_id").limit(1).to_list()
    return found[0] if found else None


def _merged_title(base: str, theirs: str, yours: str) -> tuple[str, bool]:
    if yours in (base, theirs):
        return theirs, False
    return yours, theirs != base
