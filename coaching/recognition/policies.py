"""Who may do what in recognition: pure rules, shown and enforced alike."""

from collections.abc import Set as AbstractSet

from auth.actor import Actor, Permission
from coaching.recognition.leaderboard_documents import ClaimStatus, Reward, RewardClaim
from community.kudos.documents import Kudos
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden


def may_give_kudos(actor: Actor) -> Ruling:
    """Allow every member who knows their colleagues."""
    if actor.member_id is None or not actor.may(Permission.MEMBER_READ):
        return Ruling(Forbidden("Only a member of the company can thank a colleague."))
    return ALLOWED


def may_manage_recognition(actor: Actor) -> Ruling:
    """Allow a member with `recognition:manage`."""
    if actor.member_id is None or not actor.may(Permission.RECOGNITION_MANAGE):
        return Ruling(Forbidden(f"You need the permission {Permission.RECOGNITION_MANAGE.value} for this."))
    return ALLOWED


def may_read_points(actor: Actor, member_id: str) -> bool:
    """Tell whether somebody may read a member's points with their reasons: the member, and who manages recognition."""
    return actor.member_id == member_id or bool(may_manage_recognition(actor))


def may_withdraw_kudos(actor: Actor, kudos: Kudos) -> Ruling:
    """Allow who gave them; others report them to the moderators."""
    if actor.member_id is None or actor.member_id != kudos.writer_id:
        return Ruling(Forbidden("Only who gave kudos takes them back; report them if something is wrong."))
    return ALLOWED


def may_claim_reward(actor: Actor, reward: Reward, *, points: int, badge_ids: AbstractSet[str]) -> Ruling:
    """Allow a member who has the points and the badge that it takes."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can do this."))
    if reward.least_points is not None and points < reward.least_points:
        return Ruling(Forbidden(f"It takes {reward.least_points} points; you have {points}.", path=("reward_id",)))
    if reward.badge_id is not None and reward.badge_id not in badge_ids:
        return Ruling(Forbidden("It takes a badge that you do not have.", path=("reward_id",)))
    return ALLOWED


def may_decide_claim(actor: Actor, claim: RewardClaim) -> Ruling:
    """Allow who manages recognition, for others, once."""
    if actor.member_id == claim.member_id:
        return Ruling(Forbidden("Somebody else decides about what you ask for.", path=("claim_id",)))
    if claim.status is not ClaimStatus.REQUESTED:
        return Ruling(AlreadyDone("This was decided already.", path=("claim_id",)))
    return may_manage_recognition(actor)
