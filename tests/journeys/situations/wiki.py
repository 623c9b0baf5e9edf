"""Situations of the wiki."""

from community.uploads import stage_content
from community.wiki.approvals import ApprovalRule, set_approval_rule
from community.wiki.attachments import attach_file
from community.wiki.comments import CommentDraft, add_comment
from community.wiki.drafts import DraftStart, start_draft
from community.wiki.pages import edit_page
from community.wiki.revisions import revision_id
from community.wiki.templates import TemplateDraft, create_template
from community.wiki.writing import PageChanges
from core.idempotency import Once
from core.ids import new_id
from tests.journeys.situations.imports import sent
from tests.journeys.story import MARK, Input, Situation, Story


async def _write_page(story: Story, who: str) -> Input:
    path = f"teslimat-{next(story.numbers)}"
    return {"path": path, "title": f"{MARK} Geciken teslimat", "body": f"{MARK} Önce depoya sorulur.", "tagSlugs": ["kargo"]}


async def _edit_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "body": f"{MARK} Depo ertesi gün kaydeder.", "expectedVersion": page.version}


async def _merge_edit(story: Story, who: str) -> Input:
    page = await story.page()
    changes = PageChanges(body=f"{MARK} Depo kaydı hemen yapar.")
    page = await edit_page(await story.actor("colleague"), page.id, changes, expected_version=page.version)
    body = f"{MARK} Depo kaydı hemen yapar, pazar hariç."
    return {"pageId": page.id, "baseVersion": 1, "title": page.title, "body": body, "expectedVersion": page.version}


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


async def _proposed(story: Story, who: str) -> Input:
    page = await story.page()
    page = await set_approval_rule(await story.actor("manager"), page.id, ApprovalRule(minimum=1), expected_version=page.version)
    changes = PageChanges(body=f"{MARK} Depo kaydı ertesi gün yapılır.")
    page = await edit_page(await story.actor("colleague"), page.id, changes, expected_version=page.version)
    return {"pageId": page.id, "expectedVersion": page.version}


async def _set_approval(story: Story, who: str) -> Input:
    return {**await _delete_page(story, who), "minimum": 2}


async def _reject(story: Story, who: str) -> Input:
    return {**await _proposed(story, who), "reason": f"{MARK} Depo böyle demiyor."}


async def _start_draft(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "body": f"{MARK} Depo kaydı ertesi gün yapılır."}


async def _draft(story: Story, who: str) -> Input:
    start = DraftStart(path=f"taslak-{next(story.numbers)}", title=f"{MARK} Taslak sayfa", body=f"{MARK} Taslak.")
    draft = await start_draft(await story.actor(who), start, once=Once())
    return {"draftId": draft.id, "expectedVersion": draft.version}


async def _edit_draft(story: Story, who: str) -> Input:
    return {**await _draft(story, who), "title": f"{MARK} Başka bir taslak"}


_TEMPLATE = {
    "name": f"{MARK} Olay raporu",
    "title": f"{MARK} Olay: {{{{subject}}}}",
    "body": f"{MARK} Ne oldu?",
    "variables": [{"name": "subject", "label": "Konu"}],
}


async def _write_template(story: Story, who: str) -> Input:
    return {**_TEMPLATE, "name": f"{MARK} Rapor {next(story.numbers)}"}


async def _template(story: Story, who: str) -> Input:
    draft = TemplateDraft.model_validate(_TEMPLATE)
    template = await create_template(await story.actor("manager"), draft, once=Once())
    return {"templateId": template.id, "expectedVersion": template.version}


async def _edit_template(story: Story, who: str) -> Input:
    return {**await _template(story, who), **_TEMPLATE, "name": f"{MARK} Başka rapor"}


async def _fill_template(story: Story, who: str) -> Input:
    template = await _template(story, who)
    values = [{"name": "subject", "value": f"{MARK} su baskını"}]
    return {"templateId": template["templateId"], "path": f"olay-{next(story.numbers)}", "values": values}


async def _remark(story: Story, who: str) -> Input:
    return {"pageId": (await story.page()).id, "body": f"{MARK} Hangi depo?", "quote": {"exact": "Depo kaydı"}}


async def _remarked(story: Story, who: str) -> Input:
    draft = CommentDraft(page_id=(await story.page()).id, body=f"{MARK} Hangi depo?")
    actor = await story.actor("colleague" if who == "service" else who)
    comment = await add_comment(actor, draft, once=Once())
    return {"commentId": comment.id, "expectedVersion": comment.version}


async def _delete_remark(story: Story, who: str) -> Input:
    return {**await _remarked(story, who), "reason": f"{MARK} Kişisel veri."}


async def _edit_remark(story: Story, who: str) -> Input:
    return {**await _remarked(story, who), "body": f"{MARK} Hangi depo ve ne zaman?"}


async def _resolve(story: Story, who: str) -> Input:
    return {**await _remarked(story, who), "resolved": True}


async def _attach(story: Story, who: str) -> Input:
    staged = await sent(story, "colleague" if who == "service" else who)
    return {"pageId": (await story.page()).id, "fileId": staged.id}


async def _attached(story: Story, who: str) -> Input:
    actor, staged = await story.actor("colleague"), await sent(story, "colleague")
    file = await attach_file(actor, (await story.page()).id, staged.id)
    return {"fileId": file.id, "expectedVersion": file.version}


async def _export(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id}


async def _import(story: Story, who: str) -> Input:
    text = f"---\ntitle: {MARK} Ithal sayfa\n---\n{MARK} Metin."
    name = f"ithal-{next(story.numbers)}.md"
    staged = await stage_content(await story.actor(who), name, text.encode(), identifier=new_id("upl"))
    return {"fileId": staged.id}


SITUATIONS: dict[str, Situation] = {
    "createWikiPage": _write_page,
    "editWikiPage": _edit_page,
    "mergeWikiEdit": _merge_edit,
    "restoreWikiRevision": _restore,
    "moveWikiPage": _move_page,
    "verifyWikiPage": _verify_page,
    "deleteWikiPage": _delete_page,
    "setWikiApproval": _set_approval,
    "requestWikiReview": _proposed,
    "approveWikiEdit": _proposed,
    "rejectWikiEdit": _reject,
    "withdrawWikiEdit": _proposed,
    "createWikiDraft": _start_draft,
    "editWikiDraft": _edit_draft,
    "publishWikiDraft": _draft,
    "discardWikiDraft": _draft,
    "importWikiPages": _import,
    "startWikiExport": _export,
    "attachWikiFile": _attach,
    "removeWikiFile": _attached,
    "addWikiComment": _remark,
    "editWikiComment": _edit_remark,
    "deleteWikiComment": _delete_remark,
    "resolveWikiThread": _resolve,
    "createWikiTemplate": _write_template,
    "editWikiTemplate": _edit_template,
    "deleteWikiTemplate": _template,
    "createWikiPageFromTemplate": _fill_template,
}
