"""Where pages stand: finding the page above, moving, and letting what is below follow."""

from typing import Final

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.wiki.documents import ROOT, WikiPage
from community.wiki.errors import PathTaken
from community.wiki.events import WikiPageMoved
from community.wiki.paths import Path, split
from community.wiki.policies import may_write
from community.wiki.reading import page_at, require_page
from core.clock import now
from core.errors import Conflict, InvalidInput
from core.records import change, fresh

MOST_FORMER: Final = 50
_BATCH: Final = 200
_DEEPEST_TREE: Final = 1_000
"""More pages one above the other are a ring, for each move of a tree adds at most ten."""


class Move(BaseModel):
    """Where a page shall stand."""

    path: Path


def place_of(parent_id: str, slug: str) -> str:
    """Give the unique key of a page's place."""
    return f"{parent_id}/{slug}"


async def parent_at(actor: Actor, path: str) -> str:
    """Give the id of the page above a path, ROOT at the top; InvalidInput when there is none."""
    above, _ = split(path)
    if not above:
        return ROOT
    parent = await page_at(actor, above)
    if parent is None or parent.path != above:
        raise InvalidInput(f"There is no page at {above}; create it first, or choose another path.", path=("path",))
    return parent.id


async def move_page(actor: Actor, page_id: str, move: Move, *, expected_version: int) -> WikiPage:
    """Let a page stand at another path, and with it all pages below; links to where it stood still arrive.

    Raises NotFound, Forbidden without `wiki:edit`, InvalidInput for a path below the page itself or below no page,
    PathTaken, Conflict.
    """
    page = await require_page(actor, page_id)
    may_write(actor).enforce()
    path = move.path
    parent_id, slug = await parent_at(actor, path), split(path)[1]
    if await _is_within(parent_id, page.id):
        raise InvalidInput("A page can't stand below itself.", path=("path",))
    before = (page.parent_id, page.slug, page.path)

    def rule(current: WikiPage) -> None:
        _put(current, parent_id, slug, path)
        current.record(WikiPageMoved(page_id=current.id), actor=actor.id)

    try:
        moved = await change(page, rule, expected_version=expected_version)
    except DuplicateKeyError:
        raise PathTaken(f"There is a page at {path} already.", path=("path",)) from None
    if await _is_within(parent_id, moved.id):
        await change(moved, lambda current: _put(current, *before))
        raise Conflict("Somebody else moved a page above meanwhile; look at the tree again.", current=await fresh(moved))
    await settle_place(moved)
    return moved


async def settle_place(page: WikiPage) -> None:
    """Do what follows from where a page stands: its path is freed, and the pages below follow; can run twice."""
    await free_path(page)
    parents = [page]
    while parents:
        below: list[WikiPage] = []
        for parent in parents:
            below += await _settle_children(parent.id)
        parents = below


async def free_path(page: WikiPage) -> None:
    """Let other pages that stood at a page's path once be found there no longer; can run twice."""

    def rule(current: WikiPage) -> None:
        current.former_paths = [path for path in current.former_paths if path != page.path]

    for other in await WikiPage.find({"former_paths": page.path}).to_list():
        if other.id != page.id and other.path != page.path:
            await change(other, rule)


async def _settle_children(parent_id: str) -> list[WikiPage]:
    """Spell the paths of the pages right below anew; give those whose path changed."""
    changed, last = [], ""
    while children := await _children(parent_id, last):
        changed += [child for child in children if await _follow(child)]
        last = children[-1].id
    return changed


async def _children(parent_id: str, last: str) -> list[WikiPage]:
    query = {"parent_id": parent_id, "_id": {"$gt": last}, "deleted_at": {"$exists": False}}
    return await WikiPage.find(query).sort("_id").limit(_BATCH).to_list()


async def _follow(child: WikiPage) -> bool:
    """Spell a page's path by where the page above stands now, also when that one moves meanwhile."""
    followed = False
    while True:
        parent = await WikiPage.get(child.parent_id)
        wanted = f"{parent.path}/{child.slug}" if parent is not None else child.path
        if child.path == wanted:
            return followed
        child = await change(child, lambda current: _put(current, current.parent_id, current.slug, wanted))  # noqa: B023 - the rule runs before the next turn
        followed = True


def _put(page: WikiPage, parent_id: str, slug: str, path: str) -> None:
    former = [one for one in [*page.former_paths, page.path] if one != path]
    page.former_paths = list(dict.fromkeys(former))[-MOST_FORMER:]
    page.parent_id, page.slug, page.path = parent_id, slug, path
    page.place = place_of(parent_id, slug)
    page.updated_at = now()


async def _is_within(page_id: str, ancestor_id: str) -> bool:
    """Tell whether a page is another one, or stands below it."""
    for _ in range(_DEEPEST_TREE):
        if page_id == ancestor_id:
            return True
        page = await WikiPage.get(page_id) if page_id != ROOT else None
        if page is None:
            return False
        page_id = page.parent_id
    return True
