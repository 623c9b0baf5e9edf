"""Where pages stand: finding the page above, and letting what is below follow."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Final

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.spaces.content import put_in
from community.spaces.documents import Space
from community.spaces.reading import page_space
from community.turns.places import places_in
from community.turns.policies import may_write_at
from community.wiki.documents import ROOT, WikiPage
from community.wiki.errors import PathTaken
from community.wiki.events import WikiPageMoved
from community.wiki.paths import split
from community.wiki.policies import may_write
from community.wiki.reading import page_at, require_page
from core.clock import now
from core.errors import InvalidInput
from core.records import AT_ONCE, change, fresh

MOST_FORMER: Final = 50
BATCH: Final = 200
_DEEPEST_TREE: Final = 1_000
"""More pages one above the other are a ring, for each move of a tree adds at most ten."""


def place_of(parent_id: str, slug: str) -> str:
    """Give the unique key of a page's place."""
    return f"{parent_id}/{slug}"


async def parent_at(actor: Actor, path: str, space_id: str | None = None) -> str:
    """Give the id of the page above a path in a space; InvalidInput when there is none.

    At the top it is ROOT, or the space itself: so what stands in one space takes no place from another.
    """
    parent = await _page_above(actor, path, space_id)
    return parent.id if parent is not None else space_id or ROOT


async def _page_above(actor: Actor, path: str, space_id: str | None) -> WikiPage | None:
    """Give the page above a path; None at the top."""
    above, _ = split(path)
    if not above:
        return None
    parent = await page_at(actor, above, space_id)
    if parent is None or parent.path != above or parent.space_id != space_id:
        raise no_page_above(above)
    return parent


def no_page_above(path: str) -> InvalidInput:
    """Refuse a path above which nothing stands."""
    return InvalidInput(f"There is no page at {path}; create it first, or choose another path.", path=("path",))


async def page_to_edit(actor: Actor, page_id: str, *, path: str = "page_id") -> WikiPage:
    """Give a page that the actor may change; `path` is the field of the input that leads to it.

    Raises NotFound, Forbidden without `wiki:edit` and by the space, SpaceArchived, Locked.
    """
    page = await require_page(actor, page_id)
    await require_editable(actor, page, path=path)
    return page


async def require_editable(actor: Actor, page: WikiPage, *, path: str) -> None:
    """Refuse what `page_to_edit` refuses, of a page that the actor was given."""
    may_write(actor).enforce()
    space = await page_space(actor, page.space_id, path=path)
    may_write_at(actor, places_in(page, space)).enforce()


async def move_to_top(actor: Actor, page: WikiPage, space: Space | None, *, expected_version: int) -> WikiPage:
    """Let a page, and with it all pages below, stand at the top of a space, or of the wiki of all staff.

    The caller has checked that the actor may. Raises PathTaken, Conflict.
    """
    parent_id = space.id if space is not None else ROOT

    def rule(current: WikiPage) -> None:
        put_at(current, parent_id, current.slug, current.slug)
        put_in(current, space)
        current.record(WikiPageMoved(page_id=current.id), actor=actor.id)

    try:
        moved = await change(page, rule, expected_version=expected_version)
    except DuplicateKeyError:
        raise PathTaken(f"There is a page at {page.slug} there already; move that one first.", path=("content_id",)) from None
    await settle_place(moved)
    return moved


async def settle_place(page: WikiPage) -> None:
    """Do what follows from where a page stands: its path is freed, and the pages below follow; can run twice.

    No page is visited twice, for while two pages are being moved below each other they are a ring.
    """
    await asyncio.gather(free_path(page), _settle_below(page.id))


async def _settle_below(page_id: str) -> None:
    parents, seen = [page_id], {page_id}
    while parents:
        below = [child.id for children in await asyncio.gather(*map(_settle_children, parents)) for child in children]
        parents = [one for one in dict.fromkeys(below) if one not in seen]
        seen.update(parents)


async def leave_ring(page: WikiPage) -> WikiPage:
    """Put a page that stands below itself at the top of its space; can run twice.

    So it is left when two pages were moved below each other and the process died before one was put back.
    """
    top = page.space_id or ROOT
    slug = page.slug
    names = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    while await is_within(page.parent_id, page.id):
        name = next(names)
        with suppress(DuplicateKeyError):
            await change(page, partial(put_at, parent_id=top, slug=name, path=name))
        page = await fresh(page)
    return page


async def pages_once_at(path: str) -> list[WikiPage]:
    """Give the pages that stood at a path once, for `free_path`."""
    return await WikiPage.find({"former_paths": path}).to_list()


async def free_path(page: WikiPage, former: Sequence[WikiPage] | None = None) -> None:
    """Let other pages that stood at a page's path once be found there no longer; can run twice.

    Whoever has read them before the page stood there gives them.
    """

    def rule(current: WikiPage) -> None:
        current.former_paths = [path for path in current.former_paths if path != page.path]

    others = [
        change(other, rule)
        for other in (await pages_once_at(page.path) if former is None else former)
        if other.id != page.id and other.path != page.path and other.space_id == page.space_id
    ]
    await asyncio.gather(*others)


async def _settle_children(parent_id: str) -> list[WikiPage]:
    """Spell the paths of the pages right below anew; give all of these, for what is below one may lag behind what it is below."""
    settled: list[WikiPage] = []
    parent, children = await asyncio.gather(WikiPage.get(parent_id), _children(parent_id, ""))
    while children:
        await asyncio.gather(*(follow_parent(child, parent) for child in children))
        settled += children
        children = await _children(parent_id, children[-1].id) if len(children) == BATCH else []
    return settled


async def _children(parent_id: str, last: str) -> list[WikiPage]:
    query = {"parent_id": parent_id, "_id": {"$gt": last}, "deleted_at": {"$exists": False}}
    return await WikiPage.find(query, batch_size=AT_ONCE).sort("_id").limit(BATCH).to_list()


async def follow_parent(child: WikiPage, parent: WikiPage | None = None) -> bool:
    """Spell a page's path by where the page above stands now, and be in its space, also when one of the two moves meanwhile.

    Tells whether there was anything to spell. Whoever has just read the page above gives it.
    """
    followed = False
    while True:
        if parent is None or parent.id != child.parent_id or followed:
            parent = await WikiPage.get(child.parent_id)
        stands = parent is not None and child.path == f"{parent.path}/{child.slug}" and _shares_space(child, parent)
        if parent is None or child.deleted_at is not None or stands:
            return followed
        child = await change(child, partial(_stand_below, parent))
        followed = True


def _shares_space(child: WikiPage, parent: WikiPage) -> bool:
    return (child.space_id, child.closed_space_id) == (parent.space_id, parent.closed_space_id)


def _stand_below(parent: WikiPage, page: WikiPage) -> None:
    if page.parent_id != parent.id or page.deleted_at is not None:
        return
    if not _shares_space(page, parent):
        page.space_id, page.closed_space_id = parent.space_id, parent.closed_space_id
        page.record(WikiPageMoved(page_id=page.id))
    put_at(page, page.parent_id, page.slug, f"{parent.path}/{page.slug}")


def put_at(page: WikiPage, parent_id: str, slug: str, path: str) -> None:
    """Let a page stand somewhere; where it stood before still leads to it."""
    former = [one for one in [*page.former_paths, page.path] if one != path]
    page.former_paths = list(dict.fromkeys(former))[-MOST_FORMER:]
    page.parent_id, page.slug, page.path = parent_id, slug, path
    page.place = place_of(parent_id, slug)
    page.updated_at = now()


async def is_within(page_id: str, ancestor_id: str) -> bool:
    """Tell whether a page is another one, or stands below it."""
    for _ in range(_DEEPEST_TREE):
        if page_id == ancestor_id:
            return True
        page = await WikiPage.get(page_id) if page_id.startswith("wik_") else None
        if page is None:
            return False
        page_id = page.parent_id
    return True
