"""Who may do what with the quality of replies: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from coaching.documents import SampledReply
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden


def may_calibrate(actor: Actor, sample: SampledReply) -> Ruling:
    """Allow with `reply:release`, neither one's own nor what one marked first, while a second review is waited for."""
    if actor.member_id is None or not actor.may(Permission.REPLY_RELEASE):
        return Ruling(Forbidden(f"You need the permission {Permission.REPLY_RELEASE.value} for this."))
    if actor.member_id in {sample.author_id, sample.reviewed_by}:
        return Ruling(Forbidden("Somebody else marks it a second time: neither its author nor who marked it first."))
    if not sample.calibrating:
        return Ruling(AlreadyDone("This reply waits for no second review.", path=("sampled_reply_id",)))
    return ALLOWED


def is_blind(actor: Actor, sample: SampledReply) -> bool:
    """Tell whether the first marks are kept from somebody, for they may be the second reviewer."""
    return bool(may_calibrate(actor, sample))


def may_know_quality(actor: Actor, author_id: str | None) -> bool:
    """Tell whether somebody may know of the quality of a reply: who wrote it, and who reads reports."""
    return actor.member_id is not None and (actor.member_id == author_id or actor.may(Permission.REPORT_READ))
