"""Who is told about moderation: moderators of reports, authors of decisions; and what was told of hidden content is hidden."""

from auth.actor import Role
from community.moderation.contents import stored
from community.moderation.documents import ContentState, ModerationDecision, ModerationItem
from community.moderation.events import ContentModerated, ContentReported
from community.spaces.documents import Space
from core.events import Recorded
from core.handlers import Handlers
from core.records import change
from notifications.announcements import notify
from notifications.documents import Notification, NotificationGroup, NotificationKind
from notifications.reasons import REASONS
from notifications.recipients import members_holding

_ABOUT_MODERATION = {NotificationKind.CONTENT_REPORTED, NotificationKind.CONTENT_MODERATED}


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what is hidden already is hidden here, too."""
    told = handlers.group("notifications.moderation", start="head")
    told.on(ContentReported, tell_moderators)
    told.on(ContentModerated, tell_author)
    handlers.group("notifications.hidden", start="first").on(ContentModerated, follow_decision)


async def tell_moderators(event: Recorded[ContentReported]) -> None:
    """Tell who looks after the space; of what stands in none, the managers."""
    item = await ModerationItem.get(event.fact.item_id)
    if item is None:
        return
    space = await Space.get(item.space_id) if item.space_id is not None else None
    moderators = space.moderator_ids() if space is not None else await members_holding([Role.MANAGER])
    told = [one for one in moderators if one not in item.author_ids]
    if not item.reports:
        return
    subject = REASONS[item.reports[-1].reason]
    await notify(told, NotificationKind.CONTENT_REPORTED, subject=subject, target_id=item.id, cause=event)


async def tell_author(event: Recorded[ContentModerated]) -> None:
    """Tell the members who wrote it what was decided and why; that nothing was is no news."""
    item = await ModerationItem.get(event.fact.item_id)
    if item is None or event.fact.decision == ModerationDecision.DISMISS.value:
        return
    subject = item.decisions[event.fact.number - 1].reason
    await notify(item.author_ids, NotificationKind.CONTENT_MODERATED, subject=subject, target_id=item.root_id, cause=event)


async def follow_decision(event: Recorded[ContentModerated]) -> None:
    """Withhold what was told of a question, page, post or idea while it is hidden or deleted, and show it again after."""
    item = await ModerationItem.get(event.fact.item_id)
    if item is None or item.root_id != item.content_id:
        return
    content = await stored(item.content_id)
    readers = content.kept_for if content is not None else None
    is_gone = item.state is ContentState.DELETED

    def rule(current: Notification | NotificationGroup) -> None:
        hidden = is_gone or (readers is not None and current.recipient_id not in readers)
        current.withheld = True if hidden and current.kind not in _ABOUT_MODERATION else None

    for notification in await Notification.find({"target_id": item.content_id}).to_list():
        await change(notification, rule)
    for group in await NotificationGroup.find({"target_id": item.content_id}).to_list():
        await change(group, rule)
