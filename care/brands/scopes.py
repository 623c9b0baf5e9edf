"""What agencies' people work on: channels, and brands with all their channels; their accounts' reach follows."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.accounts import grant, read_account, revoke
from auth.actor import SYSTEM, Actor, Permission, Role
from care.brands.brands import require_in_use
from care.brands.events import AgencyScopeSet
from care.brands.reading import MOST_CHANNELS, scope_id
from care.channels import read_channels
from care.documents.brands import AgencyScope
from care.documents.channels import Channel
from community.documents import Member
from community.drafts import ids
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput, NotFound
from core.ids import with_prefix
from core.records import fresh

MOST_NAMED: Final = 100
_OURS: Final = ("chn_", "brd_")
"""What of an account's reach is said by a scope."""


class ScopeDraft(BaseModel):
    """What somebody works on; both empty: nothing."""

    member_id: str
    channel_ids: Annotated[list[str], ids(MOST_NAMED, "channels")] = Field(default_factory=list)
    brand_ids: Annotated[list[str], ids(MOST_NAMED, "brands")] = Field(default_factory=list)


async def set_agency_scope(actor: Actor, draft: ScopeDraft, *, expected_version: int) -> AgencyScope:
    """Say what a person of an agency works on, whole; `expected_version` is 0 as long as nothing was said.

    It holds from their next request on, and their open streams end. Raises Forbidden without `channel:manage`, NotFound,
    InvalidInput for a member of no agency and for channels and brands that are not there, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    member = await Member.get(draft.member_id)
    if member is None:
        raise NotFound("There is no such member.", path=("member_id",))
    if Role.AGENCY not in member.roles:
        raise InvalidInput("Only people of an agency work on named channels and brands; others see all.", path=("member_id",))
    known = await read_channels(actor, draft.channel_ids)
    if place := next((number for number, one in enumerate(draft.channel_ids, 1) if one not in known), None):
        raise InvalidInput(f"There is no channel with the id at place {place}.", path=("channel_ids",))
    await require_in_use(actor, draft.brand_ids, path=("brand_ids",))
    scope = await _said(actor, member, draft, expected_version)
    await follow_scope(scope.id)
    return scope


async def follow_scope(scope: str) -> None:
    """Let the reach of an account be what its scope says. Can run twice, and beside another change of the scope."""
    seen = await AgencyScope.get(scope)
    while seen is not None:
        wanted = {*seen.channel_ids, *seen.brand_ids, *await _channels_of(seen.brand_ids)}
        held = {one for one in (await read_account(seen.account_id)).reach if one.startswith(_OURS)}
        if missing := sorted(wanted - held):
            await grant(SYSTEM, seen.account_id, missing)
        if extra := sorted(held - wanted):
            await revoke(SYSTEM, seen.account_id, extra)
        now_said = await fresh(seen)
        seen = now_said if now_said.revision != seen.revision else None


async def follow_brands(brand_ids: Sequence[str]) -> None:
    """Let everybody who works on one of these brands follow its channels. Can run twice."""
    rows = AgencyScope.get_pymongo_collection().find({"brand_ids": {"$in": list(brand_ids)}}, {"_id": 1})
    for row in await rows.to_list():
        await follow_scope(row["_id"])


async def _channels_of(brand_ids: Sequence[str]) -> Iterable[str]:
    if not brand_ids:
        return ()
    rows = Channel.get_pymongo_collection().find({"brand_id": {"$in": list(brand_ids)}}, {"_id": 1})
    return [row["_id"] for row in await rows.limit(MOST_CHANNELS * len(brand_ids)).to_list()]


async def _said(actor: Actor, member: Member, draft: ScopeDraft, expected_version: int) -> AgencyScope:
    def rule(current: AgencyScope) -> None:
        current.channel_ids, current.brand_ids = draft.channel_ids, draft.brand_ids
        current.record(AgencyScopeSet(scope_id=current.id), actor=actor.id)

    account_id = with_prefix("acc", member.id)
    unsaid = AgencyScope(id=scope_id(member.id), created_at=now(), member_id=member.id, account_id=account_id)
    return await change_or_insert(await stored_or(unsaid), rule, expected_version=expected_version, is_shown=False)
