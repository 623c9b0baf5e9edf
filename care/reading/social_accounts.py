"""The only way to read the registry of accounts and groups, and how many follow them, for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.channels import ChannelKind
from care.documents.social_accounts import AccountKind, FollowerCount, SocialAccount
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

_BY_NAME: Final = Order((("name", 1),))
_LATEST_DAY: Final = Order((("day", -1),))


@dataclass(frozen=True, slots=True)
class AccountSelection:
    """Which accounts; None: all in use."""

    kind: AccountKind | None = None
    platform: ChannelKind | None = None
    archived: bool = False


async def accounts_by_ids(actor: Actor, account_ids: Sequence[str]) -> dict[str, SocialAccount]:
    """Give those of the accounts, archived ones too, to who may read cases."""
    wanted = [one for one in dict.fromkeys(account_ids) if may_be_id(one, "sac")]
    return await by_ids(SocialAccount, wanted) if wanted and actor.may(Permission.CASE_READ) else {}


async def require_account(actor: Actor, account_id: str) -> SocialAccount:
    """Give an account; NotFound when there is none for this actor."""
    found = (await accounts_by_ids(actor, [account_id])).get(account_id)
    if found is None:
        raise NotFound("There is no such account.", path=("account_id",))
    return found


async def list_accounts(actor: Actor, selection: AccountSelection, window: Window) -> Slice[SocialAccount]:
    """List accounts by their names. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await read_slice(SocialAccount, _query(selection), _BY_NAME, window)


async def count_accounts(actor: Actor, selection: AccountSelection) -> int:
    """Count what `list_accounts` lists."""
    actor.require(Permission.CASE_READ)
    return await count(SocialAccount, _query(selection))


async def list_followers(actor: Actor, account_id: str, window: Window) -> Slice[FollowerCount]:
    """List how many followed an account, the latest day first. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await read_slice(FollowerCount, {"account_id": account_id}, _LATEST_DAY, window)


async def count_followers(actor: Actor, account_id: str) -> int:
    """Count what `list_followers` lists."""
    actor.require(Permission.CASE_READ)
    return await count(FollowerCount, {"account_id": account_id})


def _query(selection: AccountSelection) -> dict[str, Any]:
    told = {"kind": selection.kind, "platform": selection.platform}
    return {"archived": selection.archived, **{name: value.value for name, value in told.items() if value is not None}}
