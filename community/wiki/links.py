"""Broken links: which paths a page links to have no page, kept right as pages come, move and go."""

from typing import Final

from auth.actor import Actor
from community.wiki.documents import WikiPage
from community.wiki.reading import BY_TITLE, visible_pages
from core.gates import to_mongo
from core.paging import Slice, Window, count, read_slice
from core.records import change

_BATCH: Final = 200
_PRESENT: Final = {"deleted_at": {"$exists": False}}


async def pages_with_broken_links(actor: Actor, window: Window) -> Slice[WikiPage]:
    """Give a window of the pages that link to where no page is, by title."""
    return await read_slice(WikiPage, {"broken": True, **to_mongo(visible_pages(actor))}, BY_TITLE, window)


async def count_pages_with_broken_links(actor: Actor) -> int:
    """Count the same pages, up to 10,001."""
    return await count(WikiPage, {"broken": True, **to_mongo(visible_pages(actor))})


async def settle_links(page: WikiPage) -> None:
    """Look at every link of a page; can run twice."""
    standing = await _standing(page)

    def rule(current: WikiPage) -> None:
        current.missing = [path for path in current.links if path not in standing]
        current.broken = bool(current.missing) or None

    await change(page, rule)


async def settle_links_to(page: WikiPage) -> None:
    """Look again at the pages that link to where a page, or one below it, stands or stood; can run twice."""
    below = {"path": {"$gte": f"{page.path}/", "$lt": f"{page.path}0"}, **_PRESENT}
    paths = [page.path, *page.former_paths, *(one.path for one in await WikiPage.find(below).to_list())]
    for start in range(0, len(paths), _BATCH):
        linking = WikiPage.find({"links": {"$in": paths[start : start + _BATCH]}, **_PRESENT})
        for one in await linking.to_list():
            await settle_links(one)


async def _standing(page: WikiPage) -> set[str]:
    """Give those of a page's links where a page of its space or of none is, or that lead to one.

    What stands in other spaces does not count: whether a link is broken would tell of it.
    """
    if not page.links:
        return set()
    wanted = list(page.links)
    either = {"$or": [{"path": {"$in": wanted}}, {"former_paths": {"$in": wanted}}], **_PRESENT}
    found = await WikiPage.find(either).to_list()
    reached = [one for one in found if one.space_id in {None, page.space_id}]
    return {path for one in reached for path in (one.path, *one.former_paths)}
