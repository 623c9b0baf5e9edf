"""Who is in a space: let in, joining, leaving, roles; the reach of their accounts follows."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.accounts import grant, revoke
from auth.actor import SYSTEM, Actor
from auth.documents import Account
from community.drafts import ids, text
from community.members import require_members
from community.spaces.documents import JoinRequest, Space, SpaceMember, SpaceRole, SpaceVisibility
from community.spaces.errors import LastOwner
from community.spaces.events import SpaceJoinDeclined, SpaceJoinRequested, SpaceMembersChanged
from community.spaces.policies import may_join, may_moderate, may_own
from community.spaces.reading import require_space
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached
from core.ids import with_prefix
from core.records import change, fresh

MOST_MEMBERS: Final = 1_000
MOST_REQUESTS: Final = 200
MOST_ADDED: Final = 100


class JoinDecision(StrEnum):
    """Whether somebody is let in."""

    ADMIT = "ADMIT"
    DECLINE = "DECLINE"


class MembersDraft(BaseModel):
    """Whom to let into a space."""

    space_id: str
    member_ids: Annotated[list[str], ids(MOST_ADDED, "members"), Field(min_length=1)]
    role: SpaceRole = SpaceRole.MEMBER


class RoleDraft(BaseModel):
    """What somebody who is in a space is to be there."""

    space_id: str
    member_id: str
    role: SpaceRole


class JoinDraft(BaseModel):
    """A wish to be in a space; the message is for who decides."""

    space_id: str
    message: Annotated[str, text(1, 500)] | None = None


class JoinAnswer(BaseModel):
    """Whether somebody who asked is let in."""

    space_id: str
    member_id: str
    decision: JoinDecision


async def add_members(actor: Actor, draft: MembersDraft) -> Space:
    """Let members of the company into a space; who is in it already stays what they are.

    Raises NotFound, Forbidden for others than owners and moderators, and for moderators who give a role above MEMBER,
    InvalidInput for ids that nobody has, LimitReached.
    """
    space = await require_space(actor, draft.space_id)
    _require_power(actor, space, draft.role)
    await require_members(draft.member_ids, path=("member_ids",))

    def rule(current: Space) -> None:
        _require_power(actor, current, draft.role)
        new = [one for one in draft.member_ids if current.role_of(one) is None]
        _enter(current, new, draft.role)
        if new:
            event = SpaceMembersChanged(space_id=current.id, member_ids=tuple(new), added_ids=tuple(new))
            current.record(event, actor=actor.id)

    return await _changed(space, rule, draft.member_ids)


async def change_role(actor: Actor, draft: RoleDraft) -> Space:
    """Give somebody who is in a space another role there; giving it again changes nothing.

    Raises NotFound, Forbidden for others than owners, InvalidInput for who is not in the space, LastOwner.
    """
    space = await require_space(actor, draft.space_id)
    may_own(actor, space).enforce()

    def rule(current: Space) -> None:
        may_own(actor, current).enforce()
        _require_in(current, draft.member_id)
        if current.role_of(draft.member_id) is draft.role:
            return
        current.members = [
            one.model_copy(update={"role": draft.role}) if one.member_id == draft.member_id else one for one in current.members
        ]
        _require_owner(current)
        current.record(SpaceMembersChanged(space_id=current.id, member_ids=(draft.member_id,)), actor=actor.id)

    return await _changed(space, rule, [draft.member_id])


async def remove_member(actor: Actor, space_id: str, member_id: str) -> Space:
    """Take somebody out of a space; what they wrote stays.

    Raises NotFound, Forbidden for others than owners and moderators, and for moderators who take out one of these,
    InvalidInput for who is not in the space, LastOwner.
    """
    space = await require_space(actor, space_id)
    may_moderate(actor, space).enforce()

    def rule(current: Space) -> None:
        may_moderate(actor, current).enforce()
        _require_in(current, member_id)
        _require_power(actor, current, current.role_of(member_id))
        _leave(current, member_id, actor)

    return await _changed(space, rule, [member_id])


async def leave_space(actor: Actor, space_id: str) -> Space:
    """Leave a space. Raises NotFound, InvalidInput for who is not in it, LastOwner."""
    member_id = actor.member
    space = await require_space(actor, space_id)

    def rule(current: Space) -> None:
        _require_in(current, member_id)
        _leave(current, member_id, actor)

    return await _changed(space, rule, [member_id])


async def join_space(actor: Actor, draft: JoinDraft) -> Space:
    """Join an open space, or ask to be let into a closed one; asking again changes what was said.

    Raises NotFound, AlreadyDone for who is in it, SpaceArchived, LimitReached.
    """
    space = await require_space(actor, draft.space_id)
    may_join(actor, space).enforce()
    member_id = actor.member

    def rule(current: Space) -> None:
        may_join(actor, current).enforce()
        if current.role_of(member_id) is not None:
            raise AlreadyDone("You are in this space already.", path=("space_id",))
        if current.visibility is SpaceVisibility.OPEN:
            _enter(current, [member_id], SpaceRole.MEMBER)
            current.record(SpaceMembersChanged(space_id=current.id, member_ids=(member_id,)), actor=actor.id)
        else:
            _ask(current, member_id, draft.message, actor)

    return await _changed(space, rule, [member_id])


async def answer_join_request(actor: Actor, answer: JoinAnswer) -> Space:
    """Let somebody in who asked, or not; they may ask again.

    Raises NotFound, Forbidden for others than owners and moderators, InvalidInput where nobody waits, LimitReached.
    """
    space = await require_space(actor, answer.space_id)
    may_moderate(actor, space).enforce()

    def rule(current: Space) -> None:
        may_moderate(actor, current).enforce()
        if all(request.member_id != answer.member_id for request in current.requests):
            raise InvalidInput("This member does not wait to be let in.", path=("member_id",))
        if answer.decision is JoinDecision.DECLINE:
            _forget_requests(current, [answer.member_id])
            current.record(SpaceJoinDeclined(space_id=current.id, member_id=answer.member_id), actor=actor.id)
            return
        one = (answer.member_id,)
        _enter(current, one, SpaceRole.MEMBER)
        current.record(SpaceMembersChanged(space_id=current.id, member_ids=one, added_ids=one), actor=actor.id)

    return await _changed(space, rule, [answer.member_id])


async def follow_membership(space_id: str, member_ids: Sequence[str]) -> None:
    """Let the reach of these members' accounts be what the space says. Can run twice, and beside another change of it."""
    seen = await Space.get(space_id)
    while seen is not None:
        for member_id in member_ids:
            await _follow(seen, member_id)
        as_it_is = await fresh(seen)
        seen = as_it_is if as_it_is.revision != seen.revision else None


async def _follow(space: Space, member_id: str) -> None:
    account = await Account.get(with_prefix("acc", member_id))
    if account is None:
        return
    is_in, has_reach = space.role_of(member_id) is not None, space.id in account.reach
    if is_in and not has_reach:
        await grant(SYSTEM, account.id, [space.id])
    elif has_reach and not is_in:
        await revoke(SYSTEM, account.id, [space.id])


async def _changed(space: Space, rule: Callable[[Space], object], member_ids: Sequence[str]) -> Space:
    space = await change(space, rule)
    await follow_membership(space.id, member_ids)
    return space


def _enter(space: Space, member_ids: Sequence[str], role: SpaceRole) -> None:
    at = now()
    space.members = [*space.members, *(SpaceMember(member_id=one, role=role, since=at) for one in member_ids)]
    if len(space.members) > MOST_MEMBERS:
        raise LimitReached(f"A space has at most {MOST_MEMBERS} members; make it open, or take somebody out.")
    _forget_requests(space, member_ids)


def _ask(space: Space, member_id: str, message: str | None, actor: Actor) -> None:
    is_new = all(request.member_id != member_id for request in space.requests)
    if is_new and len(space.requests) >= MOST_REQUESTS:
        raise LimitReached("Too many people wait to be let in; try again once some were answered.", path=("space_id",))
    _forget_requests(space, [member_id])
    space.requests = [*space.requests, JoinRequest(member_id=member_id, message=message, at=now())]
    if is_new:
        space.record(SpaceJoinRequested(space_id=space.id, member_id=member_id), actor=actor.id)


def _leave(space: Space, member_id: str, actor: Actor) -> None:
    space.members = [one for one in space.members if one.member_id != member_id]
    _require_owner(space)
    space.record(SpaceMembersChanged(space_id=space.id, member_ids=(member_id,)), actor=actor.id)


def _forget_requests(space: Space, member_ids: Sequence[str]) -> None:
    space.requests = [request for request in space.requests if request.member_id not in member_ids]


def _require_power(actor: Actor, space: Space, role: SpaceRole | None) -> None:
    """Moderators let in and take out members; owners and moderators are the owners' matter."""
    (may_moderate if role is SpaceRole.MEMBER else may_own)(actor, space).enforce()


def _require_in(space: Space, member_id: str) -> None:
    if space.role_of(member_id) is None:
        raise InvalidInput("This member is not in the space.", path=("member_id",))


def _require_owner(space: Space) -> None:
    if not space.owner_ids():
        raise LastOwner("A space needs an owner; let somebody else own it first.", path=("member_id",))
