"""Situations of the wiki."""

from community.wiki.pages import PageChanges, edit_page
from community.wiki.revisions import revision_id
from tests.journeys.story import MARK, Input, Situation, Story


async def _write_page(story: Story, who: str) -> Input:
    path = f"teslimat-{next(story.numbers)}"
    return {"path": path, "title": f"{MARK} Geciken teslimat", "body": f"{MARK} Önce depoya sorulur.", "tagSlugs": ["kargo"]}


async def _edit_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "body": f"{MARK} Depo ertesi gün kaydeder.", "expectedVersion": page.version}


async def _restore(story: Story, who: str) -> Input:
    page = await story.page()
    changes = PageChanges(body=f"{MARK} Yanlış.")
    page = await edit_page(await story.actor("colleague"), page.id, changes, expected_version=page.version)
    return {"revisionId": revision_id(page.id, 1), "expectedVersion": page.version}


async def _move_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "path": f"arsiv-{next(story.numbers)}", "expectedVersion": page.version}


async def _verify_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "ownerId": story.world.members["specialist"], "expectedVersion": page.version}


async def _delete_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "expectedVersion": page.version}


SITUATIONS: dict[str, Situation] = {
    "createWikiPage": _write_page,
    "editWikiPage": _edit_page,
    "restoreWikiRevision": _restore,
    "moveWikiPage": _move_page,
    "verifyWikiPage": _verify_page,
    "deleteWikiPage": _delete_page,
}
