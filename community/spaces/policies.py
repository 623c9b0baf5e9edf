"""Who may do what with spaces and in them: pure rules, told before people try and enforced when they do.

Nobody reads a closed or a secret space by a role in the company, administrators neither: who has `space:manage` acts as
an owner of the open and closed spaces, can so let themselves in where it must be, and that is recorded.
"""

from auth.actor import Actor, ActorKind, Permission
from community.policies import ALLOWED, Ruling
from community.spaces.documents import PageWriters, Space, SpaceRole, SpaceVisibility
from community.spaces.errors import SpaceArchived
from core.errors import Forbidden


def role_in(actor: Actor, space: Space) -> SpaceRole | None:
    """Give what the actor is in a space; None for who is not in it."""
    return space.role_of(actor.member_id) if actor.member_id is not None else None


def may_read_content(actor: Actor, space: Space) -> Ruling:
    """Allow all staff in an open space, and in a closed or a secret one those in whose reach it is, or is about to be."""
    if actor.kind is ActorKind.SYSTEM or space.id in actor.reach or role_in(actor, space) is not None:
        return ALLOWED
    if space.visibility is SpaceVisibility.OPEN and actor.kind in {ActorKind.MEMBER, ActorKind.SERVICE}:
        return ALLOWED
    return Ruling(Forbidden("Only members of this space can see what is in it; ask to be let in."))


def may_write_content(actor: Actor, space: Space) -> Ruling:
    """Allow whoever reads there, while the space is in use."""
    readable = may_read_content(actor, space)
    if not readable or not space.archived:
        return readable
    return Ruling(SpaceArchived("This space is archived; nothing new is written in it.", path=("space_id",)))


def may_write_pages(actor: Actor, space: Space) -> Ruling:
    """Allow whom the space's rule for pages names, while the space is in use."""
    writable = may_write_content(actor, space)
    if not writable or space.page_writers is PageWriters.READERS or actor.kind is ActorKind.SYSTEM:
        return writable
    role = role_in(actor, space)
    if role is None or (space.page_writers is PageWriters.MODERATORS and role is SpaceRole.MEMBER):
        who = "owners and moderators" if space.page_writers is PageWriters.MODERATORS else "members"
        return Ruling(Forbidden(f"Only {who} of this space write its pages."))
    return ALLOWED


def may_own(actor: Actor, space: Space) -> Ruling:
    """Allow its owners, and of a space that is not secret also somebody with `space:manage`."""
    if role_in(actor, space) is SpaceRole.OWNER or actor.kind is ActorKind.SYSTEM:
        return ALLOWED
    if space.visibility is not SpaceVisibility.SECRET and actor.may(Permission.SPACE_MANAGE):
        return ALLOWED
    return Ruling(Forbidden("Only an owner of the space can do this."))


def may_moderate(actor: Actor, space: Space) -> Ruling:
    """Allow its owners and moderators, and whoever may act as an owner."""
    if role_in(actor, space) is SpaceRole.MODERATOR or may_own(actor, space):
        return ALLOWED
    return Ruling(Forbidden("Only owners and moderators of the space can do this."))


def may_moderate_content(actor: Actor, space: Space) -> Ruling:
    """Allow who looks after the space, and somebody with `question:moderate` who may write there."""
    if actor.may(Permission.QUESTION_MODERATE) and may_write_content(actor, space):
        return ALLOWED
    return may_moderate(actor, space)


def may_join(actor: Actor, space: Space) -> Ruling:
    """Allow members of the company who are not in the space yet, while it is in use."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can join a space."))
    if space.archived:
        return Ruling(SpaceArchived("This space is archived; nobody joins it.", path=("space_id",)))
    return ALLOWED
