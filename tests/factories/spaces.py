"""Spaces for tests, made by the operations; and actors as their accounts make them."""

from dataclasses import replace
from typing import Any

from auth.actor import Actor, Role
from community.spaces.documents import Space, SpaceRole, SpaceVisibility
from community.spaces.membership import MembersDraft, add_members
from community.spaces.spaces import SpaceDraft, create_space
from core.idempotency import Once
from core.records import fresh
from tests.factories.community import make_actor


async def make_space(owner: Actor | None = None, *members: Actor, **overrides: Any) -> Space:
    """Make a space, secret unless told, by a new expert unless told, and let members in."""
    given = {"name": "Kalite", "visibility": SpaceVisibility.SECRET}
    creator = owner or await make_actor(Role.EXPERT)
    space = await create_space(creator, SpaceDraft.model_validate(given | overrides), once=Once())
    return await let_in(space, creator, *members) if members else space


async def let_in(space: Space, owner: Actor, *members: Actor, role: SpaceRole = SpaceRole.MEMBER) -> Space:
    """Let members in."""
    draft = MembersDraft(space_id=space.id, member_ids=[one.member for one in members], role=role)
    return await add_members(owner_of(owner, space), draft)


def inside(actor: Actor, *spaces: Space) -> Actor:
    """Give the actor as the account makes it whose reach has these spaces."""
    return replace(actor, reach=actor.reach | {space.id for space in spaces})


def owner_of(owner: Actor, space: Space) -> Actor:
    """Give the owner with the reach that making the space gave."""
    return inside(owner, space)


async def version_of(space: Space) -> int:
    """Give the version that an edit has to name now."""
    return (await fresh(space)).version
