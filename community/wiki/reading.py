"""The only way to read the wiki for a person."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.batches import count_children, read_children
from community.drafts import may_be_id, slug_of
from community.listing import UNFILTERED, Filter, Listing
from community.revisions import LATEST_FIRST, Waiting, below_number
from community.visibility import readable_in_spaces, unhidden
from community.wiki.documents import ROOT, WikiPage, WikiRevision
from community.wiki.paths import spelled
from community.wiki.revisions import page_of_revision, waiting_in
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Exists, Gate, both, to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.records import AT_ONCE

BY_TITLE: Final = Order((("sort_title", 1),))
LAST_CHANGED_FIRST: Final = Order((("updated_at", -1),))
PUBLISHED: Final = both(PRESENT, Exists("unpublished", there=False))
"""The pages of which something was approved, or needed no approval."""

PAGES: Final = Listing(
    paths={"tag": "tags.slug", "owner_id": "owner_id", "space_id": "space_id", "updated_at": "updated_at"},
    leading=("tag", "owner_id", "space_id"),
    lists=frozenset({"tag"}),
    spellings={"tag": slug_of},
)


def visible_pages(actor: Actor) -> Gate:
    """Say which pages somebody may read: all with `wiki:read` but those in closed spaces of others.

    Those not yet approved only with `wiki:edit`.
    """
    if not actor.may(Permission.WIKI_READ):
        return NOTHING
    return both(PRESENT if actor.may(Permission.WIKI_EDIT) else PUBLISHED, readable_in_spaces(actor), unhidden(actor))


def visible_revisions(actor: Actor) -> Gate:
    """Say which revisions of a page that they may read somebody may read: what was only proposed with `wiki:edit`."""
    return PRESENT if actor.may(Permission.WIKI_EDIT) else both(PRESENT, Exists("proposed", there=False))


async def pages_by_ids(actor: Actor, page_ids: Sequence[str]) -> dict[str, WikiPage]:
    """Give those of the pages that the actor may read."""
    readable = [page_id for page_id in dict.fromkeys(page_ids) if may_be_id(page_id, "wik")]
    if not readable:
        return {}
    found = await WikiPage.find({"_id": {"$in": readable}, **to_mongo(visible_pages(actor))}, batch_size=AT_ONCE).to_list()
    return {page.id: page for page in found}


async def require_page(actor: Actor, page_id: str) -> WikiPage:
    """Give a page; NotFound when there is none for this actor."""
    page = (await pages_by_ids(actor, [page_id])).get(page_id)
    if page is None:
        raise NotFound("There is no such page.", path=("page_id",))
    return page


async def page_at(actor: Actor, path: str, space_id: str | None = None) -> WikiPage | None:
    """Give the page at a path of a space, else the one that stood there last; None when there is none for this actor.

    Each space has paths of its own. Without a space it is the page that is in none, else one of a space that the actor
    may read in.
    """
    wanted = spelled(path)
    if wanted is None:
        return None
    either = {"$or": [{"path": wanted}, {"former_paths": wanted}], **to_mongo(visible_pages(actor))}
    found = await WikiPage.find(either).limit(_MOST_CLAIMS).to_list()
    meant = [page for page in found if space_id in {None, page.space_id}]
    return max(meant, key=lambda page: (page.space_id is None, page.path == wanted, page.updated_at), default=None)


def address_of(space_id: str | None, path: str) -> str:
    """Give a path in the tree of a space, or in the tree outside spaces, as `pages_at` takes it: each has paths of its own."""
    return f"{space_id or ''}:{path}"


def addresses_above(page: WikiPage) -> list[str]:
    """Give the addresses of the pages above a page, nearest first, as `pages_at` takes them."""
    if page.parent_id == ROOT:
        return []
    parts = page.path.split("/")
    return [address_of(page.space_id, "/".join(parts[:depth])) for depth in range(len(parts) - 1, 0, -1)]


async def pages_at(actor: Actor, addresses: Sequence[str]) -> dict[str, WikiPage]:
    """Give the pages that stand at these addresses now, by address; for breadcrumbs."""
    paths = sorted({address.partition(":")[2] for address in addresses})
    found = await WikiPage.find({"path": {"$in": paths}, **to_mongo(visible_pages(actor))}).to_list()
    return {address_of(page.space_id, page.path): page for page in found}


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
    same_tree = {"space_id": page.space_id if page.space_id is not None else {"$exists": False}}
    return {"links": {"$in": [page.path, *page.former_paths]}, **same_tree, **to_mongo(visible_pages(actor))}


def waiting_revisions(actor: Actor, page: WikiPage) -> Waiting[WikiRevision]:
    """Give the revisions that still wait in a page that the actor was given: they are in its history already."""
    return waiting_in(page, with_proposed=actor.may(Permission.WIKI_EDIT))


async def revisions_of(
    actor: Actor, page_ids: Sequence[str], window: Window, below: int | None = None
) -> dict[str, Slice[WikiRevision]]:
    """Give a window of the stored revisions of each page below a number, the latest first.

    The pages are ones that the actor was given; what waits in them (`waiting_revisions`) belongs with it.
    """
    ids = list(page_ids) if actor.may(Permission.WIKI_READ) else []
    gate = {**to_mongo(visible_revisions(actor)), **below_number(below)}
    found = await read_children(WikiRevision, ("page_id", ids), gate, LATEST_FIRST, window) if ids else {}
    return {page_id: found.get(page_id, Slice([], [])) for page_id in page_ids}


async def revision_counts(actor: Actor, page_ids: Sequence[str], below: int | None = None) -> dict[str, int]:
    """Count the same revisions of each page."""
    ids = list(page_ids) if actor.may(Permission.WIKI_READ) else []
    gate = {**to_mongo(visible_revisions(actor)), **below_number(below)}
    return dict.fromkeys(page_ids, 0) | await count_children(WikiRevision, "page_id", ids, gate)


async def revisions_by_ids(actor: Actor, revision_ids: Sequence[str]) -> dict[str, WikiRevision]:
    """Give those of the revisions whose pages the actor may read, stored or waiting in their pages."""
    return (await _with_pages(actor, revision_ids))[0]


async def revision_in_page(actor: Actor, revision_id: str) -> tuple[WikiRevision, WikiPage] | None:
    """Give a revision and its page; None when there is none for this actor."""
    revisions, pages = await _with_pages(actor, [revision_id])
    revision = revisions.get(revision_id)
    return (revision, pages[revision.page_id]) if revision is not None else None


async def _with_pages(actor: Actor, revision_ids: Sequence[str]) -> tuple[dict[str, WikiRevision], dict[str, WikiPage]]:
    """Read revisions beside the pages that their ids name; pages that only the revisions name come after them.

    Stored is looked again at what is neither stored nor waits: it may have been stored between the two reads.
    """
    readable = [one for one in dict.fromkeys(revision_ids) if may_be_id(one, "wrv")]
    named = {one: place for one in readable if (place := page_of_revision(one)) is not None}
    stored, pages = await asyncio.gather(
        _stored(actor, readable), pages_by_ids(actor, [page_id for page_id, _ in named.values()])
    )
    pages |= await pages_by_ids(actor, [row.page_id for row in stored.values() if row.page_id not in pages])
    waiting = {row.id: row for page in pages.values() for row in waiting_revisions(actor, page).rows}
    found = stored | {one: waiting[one] for one in readable if one in waiting and one not in stored}
    moved = [one for one, (page_id, _) in named.items() if one not in found and page_id in pages]
    found |= await _stored(actor, moved)
    return {one: row for one, row in found.items() if row.page_id in pages}, pages


async def _stored(actor: Actor, revision_ids: Sequence[str]) -> dict[str, WikiRevision]:
    if not revision_ids:
        return {}
    query = {"_id": {"$in": list(revision_ids)}, **to_mongo(visible_revisions(actor))}
    return {row.id: row for row in await WikiRevision.find(query, batch_size=AT_ONCE).to_list()}


async def revision_before(revision: WikiRevision) -> WikiRevision | None:
    """Give what was published right before a revision; None before the first. The revision is one that the actor was given."""
    if not revision.revision:  # it waits in its page, and so may the one before it
        page = await WikiPage.get(revision.page_id)
        waiting = waiting_in(page, with_proposed=False).rows if page is not None else []
        if (before := next((row for row in waiting if row.number < revision.number), None)) is not None:
            return before
    earlier = {"page_id": revision.page_id, "number": {"$lt": revision.number}, "proposed": {"$exists": False}}
    found = await WikiRevision.find(earlier).sort("-number", "-_id").limit(1).to_list()
    return found[0] if found else None
