"""Who may do what with insights: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from community.insights.documents import Insight
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden


def reads_insights(actor: Actor) -> bool:
    """Tell whether somebody may read insights at all: with `idea:read`, but not who sees only some channels."""
    return actor.may(Permission.IDEA_READ) and not actor.scoped


def may_add_insight(actor: Actor) -> Ruling:
    """Allow a member with `idea:submit` who may read insights."""
    if actor.member_id is None or not actor.may(Permission.IDEA_SUBMIT) or not reads_insights(actor):
        return Ruling(Forbidden(f"You need the permission {Permission.IDEA_SUBMIT.value}, for all channels, for this."))
    return ALLOWED


def may_steer_insight(actor: Actor, insight: Insight) -> Ruling:
    """Allow who owns it, who wrote it, and with `idea:manage`."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can do this."))
    if actor.member_id in {insight.owner_id, insight.author_id} or actor.may(Permission.IDEA_MANAGE):
        return ALLOWED
    return Ruling(Forbidden("Only who owns or wrote the insight, or somebody with idea:manage, can do this."))


def may_move_insight(actor: Actor, insight: Insight) -> Ruling:
    """Allow the same, while something is to come of it."""
    if (ruling := may_steer_insight(actor, insight)) and insight.closed:
        return Ruling(AlreadyDone("Nothing more is to come of this insight.", path=("insight_id",)))
    return ruling


def may_set_digest(actor: Actor) -> Ruling:
    """Allow with `idea:manage`."""
    if not actor.may(Permission.IDEA_MANAGE):
        return Ruling(Forbidden(f"You need the permission {Permission.IDEA_MANAGE.value} for this."))
    return ALLOWED
