"""Who may do what in coaching: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from coaching.documents import DraftReview, DraftReviewStatus
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden

_DECIDABLE = frozenset({DraftReviewStatus.PENDING, DraftReviewStatus.SUPERSEDED})
_REWRITABLE = frozenset({DraftReviewStatus.RETURNED, DraftReviewStatus.SUPERSEDED})
_PATH = ("draft_review_id",)


def may_review(actor: Actor, review: DraftReview) -> Ruling:
    """Allow a member with `reply:release` who did not write it, while it waits for a decision."""
    if actor.member_id is None or not actor.may(Permission.REPLY_RELEASE):
        return Ruling(Forbidden(f"You need the permission {Permission.REPLY_RELEASE.value} for this."))
    if actor.member_id == review.author_id:
        return Ruling(Forbidden("Nobody reviews a reply of their own; ask a colleague."))
    if review.status is DraftReviewStatus.RETURNED:
        return Ruling(AlreadyDone("This reply was returned and waits for its author to hand it in again.", path=_PATH))
    if review.status not in _DECIDABLE:
        return Ruling(AlreadyDone(f"This reply is {review.status.value} already.", path=_PATH))
    return ALLOWED


def may_resubmit(actor: Actor, review: DraftReview) -> Ruling:
    """Allow the author, once it was returned or while a holding reply stands in for it."""
    if actor.member_id is None or actor.member_id != review.author_id:
        return Ruling(Forbidden("Only who wrote the reply can hand it in again."))
    if review.status is DraftReviewStatus.PENDING:
        return Ruling(AlreadyDone("This reply waits for a mentor already; take it back to write it anew.", path=_PATH))
    if review.status not in _REWRITABLE:
        return Ruling(AlreadyDone(f"This reply is {review.status.value} already.", path=_PATH))
    return ALLOWED
