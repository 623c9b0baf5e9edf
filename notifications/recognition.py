"""Who is told about recognition: who was thanked, who has a badge, who asks for a reward, and what was decided."""

from auth.actor import Role
from coaching.recognition.badge_documents import Badge
from coaching.recognition.documents import CompanyValue
from coaching.recognition.events import BadgeAwarded, RewardClaimDecided, RewardClaimed
from coaching.recognition.leaderboard_documents import Reward
from community.kudos.documents import Kudos
from community.kudos.events import KudosGiven
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.recognition", start="head")
    told.on(KudosGiven, tell_receiver).on(BadgeAwarded, tell_of_badge)
    told.on(RewardClaimed, tell_managers).on(RewardClaimDecided, tell_claimant)


async def tell_receiver(event: Recorded[KudosGiven]) -> None:
    """Tell who is thanked for which value; for what, they read in the kudos."""
    kudos = await Kudos.get(event.fact.kudos_id)
    value = await CompanyValue.get(kudos.value_id) if kudos is not None else None
    if kudos is None or value is None or kudos.deleted_at is not None:
        return
    await notify([kudos.receiver_id], NotificationKind.KUDOS_GIVEN, subject=value.name, target_id=kudos.id, cause=event)


async def tell_of_badge(event: Recorded[BadgeAwarded]) -> None:
    """Tell who has a new badge."""
    badge = await Badge.get(event.fact.badge_id)
    if badge is not None:
        kind = NotificationKind.BADGE_AWARDED
        await notify([event.fact.member_id], kind, subject=badge.name, target_id=badge.id, cause=event)


async def tell_managers(event: Recorded[RewardClaimed]) -> None:
    """Tell the managers and HR that somebody asks for a reward."""
    reward = await Reward.get(event.fact.reward_id)
    if reward is not None:
        told = await members_holding((Role.MANAGER, Role.HR))
        await notify(told, NotificationKind.REWARD_CLAIMED, subject=reward.name, target_id=reward.id, cause=event)


async def tell_claimant(event: Recorded[RewardClaimDecided]) -> None:
    """Tell who asked what was decided."""
    reward = await Reward.get(event.fact.reward_id)
    asked = [one.member_id for one in reward.claims if one.id == event.fact.claim_id] if reward is not None else []
    if reward is not None:
        await notify(asked, NotificationKind.REWARD_DECIDED, subject=reward.name, target_id=reward.id, cause=event)
