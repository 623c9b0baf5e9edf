"""Who is told that a skill they claim counts now, or counts no longer."""

from community.documents import Skill
from community.events import SkillConfirmed, SkillUnconfirmed
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.skills", start="head")
    told.on(SkillConfirmed, tell_of_confirmation).on(SkillUnconfirmed, tell_of_loss)


async def tell_of_confirmation(event: Recorded[SkillConfirmed]) -> None:
    """Tell who claims a skill that it counts now."""
    await _tell(event, NotificationKind.SKILL_CONFIRMED)


async def tell_of_loss(event: Recorded[SkillUnconfirmed]) -> None:
    """Tell them that nothing shows it any more."""
    await _tell(event, NotificationKind.SKILL_UNCONFIRMED)


async def _tell(event: Recorded[SkillConfirmed] | Recorded[SkillUnconfirmed], kind: NotificationKind) -> None:
    skill = await Skill.get(event.fact.skill_id)
    if skill is not None:
        await notify([event.fact.member_id], kind, subject=skill.name, target_id=event.fact.member_id, cause=event)
