"""Situations of orders and of synchronisations with other systems."""

from auth.actor import SYSTEM
from care.documents.syncs import CrmSync
from care.syncs.keeping import CrmSyncDraft, create_crm_sync
from core.idempotency import Once
from core.records import change
from tests.factories.care import make_customer
from tests.journeys.story import MARK, Input, Situation, Story

URL = "https://10.0.0.1/feed"
"""An address that is refused at once: nothing is tried again."""


async def _order(story: Story, who: str) -> Input:
    number = next(story.numbers)
    customer = await make_customer(story.channel, external_id=f"u-{number}", handle=f"@kim{number}")
    told = {"system": f"{MARK} SAP", "number": f"{MARK} {number}", "customerId": customer.id, "state": "PLACED"}
    return told | {"placedAt": "2026-01-05T10:00:00Z", "totalMinor": "129990", "currency": "TRY"}


async def _create(story: Story, who: str) -> Input:
    return {"name": f"{MARK} CRM", "system": f"{MARK} SAP", "url": URL, "token": f"{MARK}-token"}


async def _sync(story: Story) -> CrmSync:
    """Set up one that is not asked by itself."""
    draft = CrmSyncDraft(name=f"{MARK} CRM", system=f"{MARK} SAP", url=URL)
    sync = await create_crm_sync(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())

    def pause(current: CrmSync) -> None:
        current.paused, current.next_at = True, None

    return await change(sync, pause)


async def _change(story: Story, who: str) -> Input:
    sync = await _sync(story)
    return {"syncId": sync.id, "name": f"{MARK} Başka", "expectedVersion": sync.version}


async def _run(story: Story, who: str) -> Input:
    sync = await _sync(story)
    return {"syncId": sync.id, "expectedVersion": sync.version}


async def _archive(story: Story, who: str) -> Input:
    return await _run(story, who) | {"reason": f"{MARK} Başka bir CRM'e geçtik."}


SITUATIONS: dict[str, Situation] = {
    "recordOrder": _order,
    "createCrmSync": _create,
    "updateCrmSync": _change,
    "runCrmSync": _run,
    "archiveCrmSync": _archive,
}
