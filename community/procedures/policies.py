"""Who may do what with procedures, policies and concerns: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from community.policies import ALLOWED, Ruling
from community.procedures.documents import Concern, ConcernStatus, Guideline, GuidelineKind
from core.errors import AlreadyDone, Forbidden, InvalidInput

_PATH = ("guideline_id",)
_WAITING = frozenset({ConcernStatus.RAISED, ConcernStatus.ESCALATED})


def may_manage_guidelines(actor: Actor) -> Ruling:
    """Allow a member with `guideline:manage`."""
    return _with(actor, Permission.GUIDELINE_MANAGE)


def may_sign(actor: Actor, guideline: Guideline) -> Ruling:
    """Allow the executives who are named in it, once it is whole, each once for a draft."""
    if actor.member_id is None or actor.member_id not in guideline.signatory_ids:
        return Ruling(Forbidden("Only the executives who are named in it can sign it."))
    if guideline.missing:
        return Ruling(InvalidInput(f"These sections are missing: {', '.join(guideline.missing)}.", path=_PATH))
    if actor.member_id not in guideline.unsigned:
        return Ruling(AlreadyDone("You have signed this draft already.", path=_PATH))
    return ALLOWED


def may_publish(actor: Actor, guideline: Guideline) -> Ruling:
    """Allow with `guideline:manage` what is whole and signed by all executives named in it; a policy has at least one."""
    if not (ruling := may_manage_guidelines(actor)):
        return ruling
    if guideline.archived:
        return Ruling(AlreadyDone("This is out of use; take it into use again first.", path=_PATH))
    lacking = _lacking(guideline)
    return Ruling(InvalidInput(lacking, path=_PATH)) if lacking else ALLOWED


def _lacking(guideline: Guideline) -> str | None:
    """Say what keeps a draft from being published; None for nothing."""
    if guideline.missing:
        return f"These sections are missing: {', '.join(guideline.missing)}."
    if guideline.kind is GuidelineKind.POLICY and not guideline.signatory_ids:
        return "Name at least one executive who signs the policy."
    if guideline.unsigned:
        return f"{len(guideline.unsigned)} of the executives have not signed this draft yet."
    return None


def may_attest(actor: Actor, guideline: Guideline) -> Ruling:
    """Allow every member, while an edition holds."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can do this."))
    if guideline.edition is None or guideline.archived:
        return Ruling(InvalidInput("There is no edition of this that holds.", path=_PATH))
    return ALLOWED


def may_handle_concerns(actor: Actor) -> Ruling:
    """Allow a member with `concern:handle`: nobody else reads what was told in confidence."""
    return _with(actor, Permission.CONCERN_HANDLE)


def may_take(actor: Actor, concern: Concern) -> Ruling:
    """Allow who handles concerns, but not one's own, while nobody else has taken it up."""
    if not (ruling := _handles(actor, concern)):
        return ruling
    if concern.status not in _WAITING:
        return Ruling(AlreadyDone(f"This concern is {concern.status.value} already.", path=("concern_id",)))
    return ALLOWED


def may_settle(actor: Actor, concern: Concern) -> Ruling:
    """Allow who handles concerns, but not one's own, until it is settled."""
    if not (ruling := _handles(actor, concern)):
        return ruling
    if concern.status is ConcernStatus.SETTLED:
        return Ruling(AlreadyDone("This concern is settled already.", path=("concern_id",)))
    return ALLOWED


def _handles(actor: Actor, concern: Concern) -> Ruling:
    if not (ruling := may_handle_concerns(actor)):
        return ruling
    if concern.raised_by == actor.member_id:
        return Ruling(Forbidden("Nobody looks after a concern of their own; a colleague will."))
    return ALLOWED


def _with(actor: Actor, permission: Permission) -> Ruling:
    if actor.member_id is None or not actor.may(permission):
        return Ruling(Forbidden(f"You need the permission {permission.value} for this."))
    return ALLOWED
