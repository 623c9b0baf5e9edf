"""Who is told of locks: who wrote what is locked and who follows it, and of a locked space its members."""

from typing import Final

from community.calm import CalmAct
from community.moderation.calm_log import place_with_id
from community.moderation.contents import authors_of
from community.moderation.events import ContentCalmed, QuestionCalmed
from community.spaces.documents import Space
from community.watching import Happening, Watch, WatchLevel
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.following import tell_followers
from notifications.recipients import MOST_TOLD

_KINDS: Final = {CalmAct.LOCK: NotificationKind.CONTENT_LOCKED, CalmAct.UNLOCK: NotificationKind.CONTENT_UNLOCKED}


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.calm", start="head")
    told.on(ContentCalmed, tell_of_lock).on(QuestionCalmed, tell_of_lock)


async def tell_of_lock(event: Recorded[ContentCalmed] | Recorded[QuestionCalmed]) -> None:
    """Tell them, unless it was locked or unlocked again since; slow mode is no news."""
    kind = _KINDS.get(CalmAct(event.fact.act))
    target = await place_with_id(event.fact.target_id)
    if kind is None or target is None:
        return
    is_locked = target.calm is not None and target.calm.lock_now() is not None
    if is_locked is not (kind is NotificationKind.CONTENT_LOCKED):
        return
    if isinstance(target, Space):
        await _tell_members(target, kind, event)
    else:
        await tell_followers(target, authors_of(target), Happening.SETTLED, kind, event)


async def _tell_members(space: Space, kind: NotificationKind, cause: Recorded[ContentCalmed] | Recorded[QuestionCalmed]) -> None:
    """Tell all who are in the space, but those who muted it."""
    chosen = await Watch.find({"target_id": space.id}).to_list()
    muted = {watch.member_id for watch in chosen if watch.level is WatchLevel.MUTED}
    told = [one.member_id for one in space.members if one.member_id not in muted]
    for start in range(0, len(told), MOST_TOLD):
        await notify(told[start : start + MOST_TOLD], kind, subject=space.name, target_id=space.id, cause=cause)
