"""Who may do what in governance: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from coaching.governance.documents import Initiative
from community.policies import ALLOWED, Ruling
from core.errors import Forbidden


def may_govern(actor: Actor) -> Ruling:
    """Allow a member with `governance:manage`."""
    if actor.member_id is None or not actor.may(Permission.GOVERNANCE_MANAGE):
        return Ruling(Forbidden(f"You need the permission {Permission.GOVERNANCE_MANAGE.value} for this."))
    return ALLOWED


def may_steer(actor: Actor, initiative: Initiative) -> Ruling:
    """Allow with `governance:manage`, and who owns the initiative."""
    if actor.member_id is not None and actor.member_id == initiative.owner_id:
        return ALLOWED
    return may_govern(actor)
