"""The registry of the company's own accounts and of groups, and how many follow them."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor, Permission
from care.audience.addresses import WebAddress
from care.audience.events import SocialAccountChanged
from care.channels import read_channels
from care.documents.channels import ChannelKind
from care.documents.social_accounts import AccountKind, FollowerCount, SocialAccount
from care.reading.social_accounts import require_account
from community.creation import insert_once, made_before
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.idempotency import Once
from core.ids import derived_id
from core.records import change, insert_or_read

Line = Annotated[str, text(1, 100, lines="one")]
Note = Annotated[str, text(1, 500)]


class AccountDraft(BaseModel):
    """What is registered, and where it is."""

    kind: AccountKind
    platform: ChannelKind
    name: Line
    url: WebAddress
    channel_id: str | None = None
    note: Note | None = None


class AccountChange(BaseModel):
    """What to change of an account; None stays as it is."""

    account_id: str
    name: Line | None = None
    url: WebAddress | None = None
    note: Note | None = None


class FollowersDraft(BaseModel):
    """How many followed an account, and when that was."""

    account_id: str
    followers: Annotated[int, Field(ge=0)]
    measured_at: AwareDatetime | None = None


async def create_account(actor: Actor, draft: AccountDraft, *, once: Once) -> SocialAccount:
    """Register an account or a group.

    Raises Forbidden without `channel:manage`, InvalidInput for a channel that is not there, IdempotencyMismatch.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    if before := await made_before(SocialAccount, once.identifier("sac"), once):
        return before
    if draft.channel_id is not None and draft.channel_id not in await read_channels(actor, [draft.channel_id]):
        raise InvalidInput("There is no such channel.", path=("channel_id",))
    account = SocialAccount(
        id=once.identifier("sac"), created_at=now(), fingerprint=once.fingerprint, **draft.model_dump(exclude_none=True)
    )
    account.record(SocialAccountChanged(account_id=account.id), actor=actor.id)
    return await insert_once(account, once)


async def update_account(actor: Actor, draft: AccountChange, *, expected_version: int) -> SocialAccount:
    """Change what is known of an account.

    Raises NotFound, Forbidden without `channel:manage`, AlreadyDone for an archived one, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    account = await require_account(actor, draft.account_id)
    values = draft.model_dump(exclude_none=True, exclude={"account_id"})

    def rule(current: SocialAccount) -> None:
        _require_in_use(current)
        for name, value in values.items():
            setattr(current, name, value)
        current.record(SocialAccountChanged(account_id=current.id), actor=actor.id)

    return await change(account, rule, expected_version=expected_version)


async def archive_account(actor: Actor, account_id: str, *, expected_version: int) -> SocialAccount:
    """Take an account out of the registry; how many followed it stays.

    Raises NotFound, Forbidden without `channel:manage`, AlreadyDone, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    account = await require_account(actor, account_id)

    def rule(current: SocialAccount) -> None:
        _require_in_use(current)
        current.archived = True
        current.record(SocialAccountChanged(account_id=current.id), actor=actor.id)

    return await change(account, rule, expected_version=expected_version)


async def record_followers(actor: Actor, draft: FollowersDraft) -> FollowerCount:
    """Write down how many followed an account; of a day the latest measurement counts. The same again changes nothing.

    Raises NotFound, Forbidden without `channel:manage`, InvalidInput for a time to come, AlreadyDone for an archived one.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    account = await require_account(actor, draft.account_id)
    _require_in_use(account)
    at = _measured(draft)
    day = at.date().isoformat()
    fresh = FollowerCount(
        id=derived_id("fol", account.id, day), created_at=now(), account_id=account.id, day=day,
        followers=draft.followers, measured_at=at, recorded_by=actor.id,
    )  # fmt: skip
    counted = await _kept(fresh)
    await settle_followers(account.id)
    return counted


async def settle_followers(account_id: str) -> None:
    """Let an account show its latest measurement. Can run twice."""
    latest = await FollowerCount.find({"account_id": account_id}).sort("-day", "-_id").limit(1).to_list()
    account = await SocialAccount.get(account_id)
    if account is None or not latest:
        return

    def rule(current: SocialAccount) -> None:
        current.followers, current.measured_at = latest[0].followers, latest[0].measured_at

    await change(account, rule)


async def _kept(fresh: FollowerCount) -> FollowerCount:
    fresh.record(SocialAccountChanged(account_id=fresh.account_id), actor=fresh.recorded_by)
    stored = await insert_or_read(fresh)
    return fresh if stored is fresh else await change(stored, lambda current: _retake(current, fresh))


def _retake(current: FollowerCount, fresh: FollowerCount) -> None:
    is_same = (current.followers, current.measured_at) == (fresh.followers, fresh.measured_at)
    if current.measured_at > fresh.measured_at or is_same:
        return
    current.followers, current.measured_at, current.recorded_by = fresh.followers, fresh.measured_at, fresh.recorded_by
    current.record(SocialAccountChanged(account_id=current.account_id), actor=fresh.recorded_by)


def _measured(draft: FollowersDraft) -> datetime:
    at = now()
    if draft.measured_at is not None and draft.measured_at > at:
        raise InvalidInput("This lies in the future; say when it was measured.", path=("measured_at",))
    return draft.measured_at or at


def _require_in_use(account: SocialAccount) -> None:
    if account.archived:
        raise AlreadyDone("This account is archived; register it anew.", path=("account_id",))
