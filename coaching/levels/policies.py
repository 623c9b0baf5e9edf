"""Who may do what with certificates and levels: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from care.documents.standing import Certificate, CertificateStatus
from coaching.documents import SampledReply
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden


def may_manage_certifications(actor: Actor) -> Ruling:
    """Allow a member with `certification:manage` to say what is asked for and where, and to take certificates away."""
    return _with(actor, Permission.CERTIFICATION_MANAGE)


def may_certify(actor: Actor, member_id: str | None) -> Ruling:
    """Allow with `training:manage`, but not oneself."""
    return _for_another(actor, member_id, Permission.TRAINING_MANAGE)


def may_stand_for(actor: Actor, member_id: str) -> Ruling:
    """Allow with `reply:release`, but not oneself."""
    return _for_another(actor, member_id, Permission.REPLY_RELEASE)


def may_revoke(actor: Actor, certificate: Certificate) -> Ruling:
    """Allow with `certification:manage`, while it holds."""
    if not (ruling := may_manage_certifications(actor)):
        return ruling
    if certificate.status is not CertificateStatus.ACTIVE:
        return Ruling(AlreadyDone(f"This certificate is {certificate.status.value}.", path=("certificate_id",)))
    return ALLOWED


def may_look_at(actor: Actor, sample: SampledReply) -> Ruling:
    """Allow with `reply:release`, but not one's own, once."""
    ruling = _for_another(actor, sample.author_id, Permission.REPLY_RELEASE)
    if ruling and not sample.waiting:
        return Ruling(AlreadyDone("Somebody has looked at this reply already.", path=("sampled_reply_id",)))
    return ruling


def may_know_of(actor: Actor, member_id: str) -> bool:
    """Tell whether somebody may know how far a member has come: the member, and who trains."""
    return actor.member_id is not None and (actor.member_id == member_id or actor.may(Permission.TRAINING_MANAGE))


def _for_another(actor: Actor, member_id: str | None, permission: Permission) -> Ruling:
    if (ruling := _with(actor, permission)) and actor.member_id == member_id:
        return Ruling(Forbidden("Nobody decides on themselves; ask a colleague."))
    return ruling


def _with(actor: Actor, permission: Permission) -> Ruling:
    if actor.member_id is None or not actor.may(permission):
        return Ruling(Forbidden(f"You need the permission {permission.value} for this."))
    return ALLOWED
