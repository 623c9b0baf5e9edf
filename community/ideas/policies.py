"""Who may do what with ideas: pure rules, told before people try and enforced when they do."""

from auth.actor import Actor, ActorKind, Permission
from community.errors import NotForThePublic
from community.ideas.documents import Idea, IdeaStatus
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden, InvalidInput
from core.ids import prefix_of

CLOSED = frozenset({IdeaStatus.DONE, IdeaStatus.DECLINED})


def may_submit(actor: Actor) -> Ruling:
    """Allow a customer who is signed in, and a member with `idea:submit`."""
    if actor.kind is ActorKind.CUSTOMER and actor.customer_id is not None:
        return ALLOWED
    if actor.member_id is None:
        return Ruling(Forbidden("Sign in to do this."))
    if not actor.may(Permission.IDEA_SUBMIT):
        return Ruling(Forbidden(f"You need the permission {Permission.IDEA_SUBMIT.value} for this."))
    return ALLOWED


def may_vote(actor: Actor, idea: Idea) -> Ruling:
    """Allow who may submit ideas, for an idea that is neither done, declined nor merged into another."""
    if not (ruling := may_submit(actor)):
        return ruling
    if idea.merged_into is not None:
        return Ruling(InvalidInput("This idea was merged into another; vote for that one.", path=("idea_id",)))
    if idea.status in CLOSED:
        return Ruling(InvalidInput("This idea is settled and takes no more votes.", path=("idea_id",)))
    return ALLOWED


def may_manage(actor: Actor, *, looks_after: bool = False) -> Ruling:
    """Allow somebody with `idea:manage`, and who looks after the space that it stands in."""
    if looks_after or actor.may(Permission.IDEA_MANAGE):
        return ALLOWED
    return Ruling(Forbidden(f"You need the permission {Permission.IDEA_MANAGE.value} for this."))


def may_merge(actor: Actor, idea: Idea, *, looks_after: bool = False) -> Ruling:
    """Allow the same, an idea that was not merged yet."""
    if not (ruling := may_manage(actor, looks_after=looks_after)):
        return ruling
    if idea.merged_into is not None:
        return Ruling(AlreadyDone("This idea was merged into another already.", path=("idea_id",)))
    return ALLOWED


def may_move(actor: Actor, idea: Idea, *, looks_after: bool = False) -> Ruling:
    """Allow the member who had it, and who manages it; a customer's idea stands in no space."""
    if prefix_of(idea.author_id) != "mem":
        return Ruling(NotForThePublic("A customer's idea stands in no space.", path=("content_id",)))
    if actor.member_id == idea.author_id:
        return ALLOWED
    return may_manage(actor, looks_after=looks_after)


def voter_of(actor: Actor) -> str | None:
    """Tell as whom somebody votes; None for whoever can't."""
    return actor.member_id or (actor.customer_id if actor.kind is ActorKind.CUSTOMER else None)
