"""Setting up synchronisations with other systems, and who may see them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, StringConstraints
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from auth.actor import Actor, Permission
from care.documents.customers import Lifecycle
from care.documents.syncs import CrmSync
from care.providers.addresses import Token
from care.syncs.events import CrmSyncChanged
from community.creation import insert_once, made_before
from community.drafts import may_be_id, text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.outbound import AddressRefused, check_url
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change
from core.secrets import Keyring
from core.text.fold import fold

BY_NAME: Final = Order((("sort_name", 1),))
SHORTEST: Final = 5
"""Minutes between two times that a system is asked."""
LONGEST: Final = 7 * 24 * 60


def _callable(url: str) -> str:
    try:
        check_url(url)
    except AddressRefused as refusal:
        raise PydanticCustomError("url", "{reason}", {"reason": str(refusal).rstrip(".")}) from None
    if "#" in url:
        raise PydanticCustomError("url", "The URL must end before the #")
    return url


_Name = Annotated[str, text(1, 100, lines="one")]
_Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), AfterValidator(_callable)]
_Minutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class CrmSyncDraft(BaseModel):
    """Which system to ask for its customers and orders, and how often."""

    name: _Name
    system: Annotated[str, text(1, 60, lines="one")]
    url: _Url
    token: Annotated[Token | None, Field(repr=False)] = None
    every_minutes: _Minutes = 60
    lifecycle: Lifecycle = Lifecycle.CUSTOMER
    contacts_verified: bool = False


class CrmSyncChange(BaseModel):
    """What to change of a synchronisation; what is not given stays."""

    sync_id: str
    name: _Name | None = None
    url: _Url | None = None
    token: Annotated[Token | None, Field(repr=False)] = None
    every_minutes: _Minutes | None = None
    lifecycle: Lifecycle | None = None
    contacts_verified: bool | None = None
    paused: bool | None = None


async def create_crm_sync(actor: Actor, draft: CrmSyncDraft, *, keyring: Keyring, once: Once) -> CrmSync:
    """Have another system asked for its customers and orders from now on, the first time at once.

    Raises Forbidden without `customer:import`, IdempotencyMismatch.
    """
    actor.require(Permission.CUSTOMER_IMPORT)
    if before := await made_before(CrmSync, once.identifier("syn"), once):
        return before
    at = now()
    sync = CrmSync(
        id=once.identifier("syn"),
        created_at=at,
        sort_name=fold(draft.name),
        sealed_token=keyring.encrypt(draft.token) if draft.token is not None else None,
        next_at=at,
        created_by=actor.id,
        fingerprint=once.fingerprint,
        **draft.model_dump(exclude={"token"}),
    )
    sync.record(CrmSyncChanged(sync_id=sync.id), actor=actor.id)
    return await insert_once(sync, once)


async def update_crm_sync(actor: Actor, draft: CrmSyncChange, *, keyring: Keyring, expected_version: int) -> CrmSync:
    """Change a synchronisation; paused, the other system is not asked by itself any more; what runs goes on to its end.

    The token stays as long as the address does: who may only change the address must not learn it there. Raises Forbidden
    without `customer:import`, NotFound, AlreadyDone once it is archived, InvalidInput for another address without a token,
    Conflict.
    """
    actor.require(Permission.CUSTOMER_IMPORT)
    sync = await require_crm_sync(actor, draft.sync_id)
    changes = draft.model_dump(exclude_none=True, exclude={"sync_id", "token"})

    def rule(current: CrmSync) -> None:
        require_in_use(current)
        if draft.url not in {None, current.url} and current.sealed_token is not None and draft.token is None:
            raise InvalidInput("The address is another one; give the token again, for it is sent there.", path=("token",))
        was_paused = current.paused
        for name, value in changes.items():
            setattr(current, name, value)
        if draft.token is not None:
            current.sealed_token = keyring.encrypt(draft.token)
        current.sort_name = fold(current.name)
        current.next_at = _next(current, was_paused=was_paused)
        current.record(CrmSyncChanged(sync_id=current.id), actor=actor.id)

    return await change(sync, rule, expected_version=expected_version)


async def syncs_by_ids(actor: Actor, sync_ids: Sequence[str]) -> dict[str, CrmSync]:
    """Give those of the synchronisations that there are, to who may import."""
    wanted = [one for one in dict.fromkeys(sync_ids) if may_be_id(one, "syn")]
    return await by_ids(CrmSync, wanted) if wanted and actor.may(Permission.CUSTOMER_IMPORT) else {}


async def require_crm_sync(actor: Actor, sync_id: str) -> CrmSync:
    """Give a synchronisation; NotFound when there is none for this actor."""
    found = (await syncs_by_ids(actor, [sync_id])).get(sync_id)
    if found is None:
        raise NotFound("There is no such synchronisation.", path=("sync_id",))
    return found


def require_in_use(sync: CrmSync) -> None:
    """Raise AlreadyDone for a synchronisation that is archived."""
    if sync.archived_at is not None:
        raise AlreadyDone("This synchronisation is archived; set up another one.", path=("sync_id",))


async def list_crm_syncs(actor: Actor, window: Window, *, archived: bool = False) -> Slice[CrmSync]:
    """List synchronisations in use, or the archived ones, by name. Forbidden without `customer:import`."""
    actor.require(Permission.CUSTOMER_IMPORT)
    return await read_slice(CrmSync, _query(archived=archived), BY_NAME, window)


async def count_crm_syncs(actor: Actor, *, archived: bool = False) -> int:
    """Count what `list_crm_syncs` lists. Forbidden without `customer:import`."""
    actor.require(Permission.CUSTOMER_IMPORT)
    return await count(CrmSync, _query(archived=archived))


def _query(*, archived: bool) -> dict[str, Any]:
    return {"archived": True if archived else None}


def _next(sync: CrmSync, *, was_paused: bool) -> datetime | None:
    """Give when a system is asked next: at once after a pause, else an interval after it was asked last."""
    if sync.paused:
        return None
    if was_paused or sync.run is None:
        return now()
    return sync.run.started_at + timedelta(minutes=sync.every_minutes)
