"""The only way to read the wiki for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.batches import count_children, read_children
from community.drafts import may_be_id, slug_of
from community.listing import UNFILTERED, Filter, Listing
from community.wiki.documents import WikiPage, WikiRevision
from community.wiki.paths import spelled
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Gate, to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows

BY_TITLE: Final = Order((("sort_title", 1),))
LATEST_FIRST: Final = Order((("number", -1),))
LAST_CHANGED_FIRST: Final = Order((("updated_at", -1),))
_PRESENT: Final = to_mongo(PRESENT)

PAGES: Final = Listing(
    paths={"tag": "tags.slug", "owner_id": "owner_id", "updated_at": "updated_at"},
    leading=("tag", "owner_id"),
    lists=frozenset({"tag"}),
    spellings={"tag": slug_of},
)


def visible_pages(actor: Actor) -> Gate:
    """Say which pages somebody may read: all with `wiki:read`."""
    return PRESENT if actor.may(Permission.WIKI_READ) else NOTHING


async def pages_by_ids(actor: Actor, page_ids: Sequence[str]) -> dict[str, WikiPage]:
    """Give those of the pages that the actor may read."""
    readable = [page_id for page_id in dict.fromkeys(page_ids) if may_be_id(page_id, "wik")]
    if not readable:
        return {}
    found = await WikiPage.find({"_id": {"$in": readable}, **to_mongo(visible_pages(actor))}).to_list()
    return {page.id: page for page in found}


async def require_page(actor: Actor, page_id: str) -> WikiPage:
    """Give a page; NotFound when there is none for this actor."""
    page = (await pages_by_ids(actor, [page_id])).get(page_id)
    if page is None:
        raise NotFound("There is no such page.", path=("page_id",))
    return page


async def page_at(actor: Actor, path: str) -> WikiPage | None:
    """Give the page at a path, else the one that stood there last; None when there is none for this actor."""
    wanted = spelled(path)
    if wanted is None:
        return None
    either = {"$or": [{"path": wanted}, {"former_paths": wanted}], **to_mongo(visible_pages(actor))}
    found = await WikiPage.find(either).limit(_MOST_CLAIMS).to_list()
    return max(found, key=lambda page: (page.path == wanted, page.updated_at), default=None)


async def pages_at(actor: Actor, paths: Sequence[str]) -> dict[str, WikiPage]:
    """Give the pages that stand at these paths now, by path; for breadcrumbs."""
    found = await WikiPage.find({"path": {"$in": list(paths)}, **to_mongo(visible_pages(actor))}).to_list()
    return {page.path: page for page in found}


_MOST_CLAIMS: Final = 100
"""Pages that stood at one path, one after the other."""


async def list_wiki_pages(
    actor: Actor, *, condition: Filter = UNFILTERED, order: Order = LAST_CHANGED_FIRST, window: Window
) -> Slice[WikiPage]:
    """Give a window of the pages that the actor may read; InvalidInput for a filter that no index serves."""
    return await read_slice(WikiPage, PAGES.query(visible_pages(actor), condition, order), order, window)


async def count_wiki_pages(actor: Actor, *, condition: Filter = UNFILTERED, order: Order = LAST_CHANGED_FIRST) -> int:
    """Count the same pages, up to 10,001."""
    return await count_rows(WikiPage, PAGES.query(visible_pages(actor), condition, order))


async def children_of(actor: Actor, page_ids: Sequence[str], window: Window) -> dict[str, Slice[WikiPage]]:
    """Give a window of the pages right below each page, or below the top (ROOT), by title."""
    readable = to_mongo(visible_pages(actor))
    found = await read_children(WikiPage, ("parent_id", page_ids), readable, BY_TITLE, window)
    return {page_id: found.get(page_id, Slice([], [])) for page_id in page_ids}


async def child_counts(actor: Actor, page_ids: Sequence[str]) -> dict[str, int]:
    """Count the pages right below each page."""
    return dict.fromkeys(page_ids, 0) | await count_children(WikiPage, "parent_id", page_ids, to_mongo(visible_pages(actor)))


async def backlinks_to(actor: Actor, page: WikiPage, window: Window) -> Slice[WikiPage]:
    """Give a window of the pages that link to a page, wherever it stood when they were written, by title."""
    return await read_slice(WikiPage, _linking_to(actor, page), BY_TITLE, window)


async def count_backlinks(actor: Actor, page: WikiPage) -> int:
    """Count the pages that link to a page."""
    return await count_rows(WikiPage, _linking_to(actor, page))


def _linking_to(actor: Actor, page: WikiPage) -> dict[str, Any]:
    return {"links": {"$in": [page.path, *page.former_paths]}, **to_mongo(visible_pages(actor))}


async def revisions_of(actor: Actor, page_ids: Sequence[str], window: Window) -> dict[str, Slice[WikiRevision]]:
    """Give a window of the revisions of each page, the latest first. The pages are ones that the actor was given."""
    ids = list(page_ids) if actor.may(Permission.WIKI_READ) else []
    found = await read_children(WikiRevision, ("page_id", ids), _PRESENT, LATEST_FIRST, window) if ids else {}
    return {page_id: found.get(page_id, Slice([], [])) for page_id in page_ids}


async def revision_counts(actor: Actor, page_ids: Sequence[str]) -> dict[str, int]:
    """Count the revisions of each page. The pages are ones that the actor was given."""
    ids = list(page_ids) if actor.may(Permission.WIKI_READ) else []
    return dict.fromkeys(page_ids, 0) | await count_children(WikiRevision, "page_id", ids, _PRESENT)


async def revisions_by_ids(actor: Actor, revision_ids: Sequence[str]) -> dict[str, WikiRevision]:
    """Give those of the revisions whose pages the actor may read: the revisions, then the pages."""
    readable = [revision_id for revision_id in dict.fromkeys(revision_ids) if may_be_id(revision_id, "wrv")]
    if not readable:
        return {}
    revisions = await WikiRevision.find({"_id": {"$in": readable}}).to_list()
    pages = await pages_by_ids(actor, [revision.page_id for revision in revisions])
    return {revision.id: revision for revision in revisions if revision.page_id in pages}


async def revision_before(revision: WikiRevision) -> WikiRevision | None:
    """Give the revision that came right before one; None before the first. The revision is one that the actor was given."""
    earlier = {"page_id": revision.page_id, "number": {"$lt": revision.number}}
    found = await WikiRevision.find(earlier).sort("-number", "-_id").limit(1).to_list()
    return found[0] if found else None
