"""Taking synchronisations out of use for good: the other system is never asked again, and what it told stays."""

from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor, Permission
from care.documents.syncs import CrmSync
from care.syncs.events import CrmSyncChanged, CrmSyncEnded
from care.syncs.keeping import require_crm_sync, require_in_use
from community.drafts import text
from core.clock import now
from core.records import change

_CUT: Final = "It was archived."


class ArchiveDraft(BaseModel):
    """Which synchronisation is not needed any more, and why if somebody wants to say."""

    sync_id: str
    reason: Annotated[str, text(1, 500)] | None = None


async def archive_crm_sync(actor: Actor, draft: ArchiveDraft, *, expected_version: int) -> CrmSync:
    """Take a synchronisation out of use for good: what runs ends after the page that is being taken, the token is forgotten.

    Customers, claims and orders that it told stay. Raises Forbidden without `customer:import`, NotFound, AlreadyDone, Conflict.
    """
    actor.require(Permission.CUSTOMER_IMPORT)
    sync = await require_crm_sync(actor, draft.sync_id)

    def rule(current: CrmSync) -> None:
        require_in_use(current)
        at = now()
        current.archived = True
        current.archived_at, current.archived_by, current.archive_reason = at, actor.id, draft.reason
        current.next_at = current.sealed_token = None
        if current.run is not None and current.run.ended_at is None:
            current.run = current.run.model_copy(update={"ended_at": at, "error": _CUT})
            current.record(CrmSyncEnded(sync_id=current.id), actor=actor.id)
        current.record(CrmSyncChanged(sync_id=current.id), actor=actor.id)

    return await change(sync, rule, expected_version=expected_version)
