"""Moving pages within their space, and with each the pages below it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.wiki.documents import ROOT, WikiPage
from community.wiki.errors import PathTaken
from community.wiki.events import WikiPageMoved
from community.wiki.paths import Path, split
from community.wiki.places import (
    BATCH,
    free_path,
    is_within,
    no_page_above,
    pages_once_at,
    put_at,
    require_editable,
    settle_place,
)
from community.wiki.reading import require_page, visible_pages
from core.errors import Conflict, InvalidInput
from core.gates import to_mongo
from core.outcomes import outcome
from core.records import AT_ONCE, by_ids, change, fresh


class Move(BaseModel):
    """Where a page shall stand."""

    path: Path


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page shall stand, and the pages above it, the nearest first, up to the top; `is_known` if these are all."""

    parent_id: str
    slug: str
    path: str
    above: list[WikiPage]
    is_known: bool

    async def is_below(self, page_id: str) -> bool:
        """Tell, before anything is written, whether a page is above this place."""
        if any(one.id == page_id for one in self.above):
            return True
        return not self.is_known and await is_within(self.parent_id, page_id)

    async def became_below(self, page_id: str) -> bool:
        """Tell the same of a page that stands here now: pages above may have been moved meanwhile.

        While none of them was, one look at all of them at once suffices. Of moves into each other at the same time the one
        that is written last finds the others.
        """
        now = await by_ids(WikiPage, [one.id for one in self.above]) if self.is_known else {}
        stay = [one.id in now and now[one.id].parent_id == one.parent_id for one in self.above]
        return not (self.is_known and all(stay)) and await is_within(self.parent_id, page_id)


async def move_page(actor: Actor, page_id: str, move: Move, *, expected_version: int) -> WikiPage:
    """Let a page stand at another path of its space, and with it all pages below; links to where it stood still arrive.

    Raises NotFound, Forbidden without `wiki:edit`, InvalidInput for a path below the page itself or below no page,
    PathTaken, Conflict.
    """
    moving, above, former = await asyncio.gather(
        outcome(require_page(actor, page_id)), _pages_above(actor, move.path), pages_once_at(move.path)
    )
    page = moving.take()
    await require_editable(actor, page, path="page_id")
    place = _place_in(page.space_id, move.path, above)
    if await place.is_below(page.id):
        raise InvalidInput("A page can't stand below itself.", path=("path",))
    before = (page.parent_id, page.slug, page.path)
    written, below = await asyncio.gather(outcome(_moved(actor, page, place, expected_version)), _pages_below(page, page.path))
    moved = written.take()
    is_ring, *_ = await asyncio.gather(place.became_below(moved.id), _carry(moved, before[2], below), free_path(moved, former))
    if is_ring:
        await settle_place(await change(moved, lambda current: put_at(current, *before)))
        raise Conflict("Somebody else moved a page above meanwhile; look at the tree again.", current=await fresh(moved))
    return moved


async def _moved(actor: Actor, page: WikiPage, place: _Place, expected_version: int) -> WikiPage:
    def rule(current: WikiPage) -> None:
        put_at(current, place.parent_id, place.slug, place.path)
        current.record(WikiPageMoved(page_id=current.id), actor=actor.id)

    try:
        return await change(page, rule, expected_version=expected_version)
    except DuplicateKeyError:
        raise PathTaken(f"There is a page at {place.path} already.", path=("path",)) from None


async def _pages_above(actor: Actor, path: str) -> list[WikiPage]:
    """Give the pages at the paths above, of whatever space, that the actor may read."""
    parts = path.split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
    return await WikiPage.find({"path": {"$in": above}, **to_mongo(visible_pages(actor))}).to_list() if above else []


def _place_in(space_id: str | None, path: str, found: Sequence[WikiPage]) -> _Place:
    """Say where a path is in a space, by the pages that stand at the paths above. InvalidInput when there is none right above."""
    above, slug = split(path)
    top = space_id or ROOT
    if not above:
        return _Place(top, slug, path, [], is_known=True)
    here = {page.id: page for page in sorted(found, key=lambda one: one.updated_at) if page.space_id == space_id}
    parent = {page.path: page for page in here.values()}.get(above)
    if parent is None:
        raise no_page_above(above)
    chain = [parent]
    while (next_above := here.get(chain[-1].parent_id)) is not None and next_above not in chain:
        chain.append(next_above)
    return _Place(parent.id, slug, path, chain, is_known=chain[-1].parent_id == top)


async def _pages_below(page: WikiPage, path: str, after: str | None = None) -> list[WikiPage]:
    """Give a batch of the pages that stand below a path of the page's space, those above others first."""
    space: dict[str, Any] = {"space_id": page.space_id if page.space_id is not None else {"$exists": False}}
    query = {"path": {"$gt": after or f"{path}/", "$lt": f"{path}0"}, **space, "deleted_at": {"$exists": False}}
    return await WikiPage.find(query, batch_size=AT_ONCE).sort("path").limit(BATCH).to_list()


async def _carry(moved: WikiPage, path: str, below: list[WikiPage]) -> None:
    """Let the pages that were read below a moved one stand below it now; each by itself, for their places follow from its.

    What somebody else wrote meanwhile is left to the handler, which looks where the page above stands then.
    """
    paths = {moved.id: moved.path}
    while below:
        last, steps = below[-1].path, []
        for page in below:
            if page.parent_id in paths:
                paths[page.id] = f"{paths[page.parent_id]}/{page.slug}"
                steps.append(change(page, partial(_stand, page.revision, paths[page.id])))
        await asyncio.gather(*steps)
        below = await _pages_below(moved, path, last) if len(below) == BATCH else []


def _stand(revision: int, path: str, page: WikiPage) -> None:
    if page.revision == revision and page.path != path:
        put_at(page, page.parent_id, page.slug, path)
