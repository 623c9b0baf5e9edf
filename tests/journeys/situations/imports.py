"""Situations of imports."""

from datetime import timedelta

from care.imports.starting import ImportDraft, create_import
from community.staged_files import StagedFile
from core.clock import now
from core.files import FileContents
from core.idempotency import Once
from core.ids import new_id
from core.records import save
from tests.care.imports_of import parts_of
from tests.journeys.story import MARK, Input, Situation, Story


async def _stage(story: Story, who: str) -> Input:
    return {"name": f"{MARK} müşteriler.csv"}


async def sent(story: Story, who: str = "admin") -> StagedFile:
    """Let somebody have sent a file."""
    owner, content_id, at = await story.actor(who), new_id("fil"), now()
    content = f"id,name\nu-{next(story.numbers)},{MARK} Ayşe\n".encode()
    await FileContents(story.world.platform.database).write(content_id, parts_of(content))
    staged = StagedFile(
        id=new_id("upl"), created_at=at, name=f"{MARK}.csv", owner_id=owner.id, expires_at=at + timedelta(hours=1),
        swept_at=at + timedelta(days=1), attempts=[content_id], content_id=content_id, size=len(content),
    )  # fmt: skip
    await save(staged)
    return staged


async def _create(story: Story, who: str) -> Input:
    return {"fileId": (await sent(story)).id, "system": f"{MARK} CRM"}


async def _cancel(story: Story, who: str) -> Input:
    staged = await sent(story)
    imported = await create_import(await story.actor("admin"), ImportDraft(file_id=staged.id, system=f"{MARK} CRM"), once=Once())
    return {"importId": imported.id, "expectedVersion": imported.version}


SITUATIONS: dict[str, Situation] = {
    "stageUpload": _stage,
    "createCustomerImport": _create,
    "cancelCustomerImport": _cancel,
}
