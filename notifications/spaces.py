"""Who is told about spaces; and that what tells of a closed one is hidden as its content moves."""

from community.blog.events import BlogPostMoved
from community.contents import closed_to
from community.events import QuestionMoved
from community.ideas.events import IdeaMoved
from community.spaces.documents import Space
from community.spaces.events import SpaceChanged, SpaceJoinDeclined, SpaceJoinRequested, SpaceMembersChanged, SpaceOwnerFollowed
from community.wiki.events import WikiPageMoved
from core.events import Recorded
from core.handlers import Handlers
from core.records import change
from notifications.announcements import notify
from notifications.documents import Notification, NotificationGroup, NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was moved before is followed, too."""
    told = handlers.group("notifications.spaces", start="head")
    told.on(SpaceJoinRequested, tell_of_request)
    told.on(SpaceJoinDeclined, tell_of_refusal)
    told.on(SpaceMembersChanged, tell_who_was_let_in)
    told.on(SpaceOwnerFollowed, tell_owner)
    moved = handlers.group("notifications.moves", start="first")
    moved.on(QuestionMoved, follow_question)
    moved.on(WikiPageMoved, follow_page)
    moved.on(BlogPostMoved, follow_post)
    moved.on(IdeaMoved, follow_idea)
    moved.on(SpaceChanged, follow_space)


async def tell_of_request(event: Recorded[SpaceJoinRequested]) -> None:
    """Tell who looks after the space that somebody wants to be let in."""
    space = await Space.get(event.fact.space_id)
    if space is not None:
        told = space.moderator_ids()
        await notify(told, NotificationKind.SPACE_JOIN_REQUESTED, subject=space.name, target_id=space.id, cause=event)


async def tell_of_refusal(event: Recorded[SpaceJoinDeclined]) -> None:
    """Tell who asked that they were not let in; of a space that became secret meanwhile they hear nothing more."""
    space = await Space.get(event.fact.space_id)
    if space is not None and space.secret_id is None:
        told = [event.fact.member_id]
        await notify(told, NotificationKind.SPACE_JOIN_DECLINED, subject=space.name, target_id=space.id, cause=event)


async def tell_who_was_let_in(event: Recorded[SpaceMembersChanged]) -> None:
    """Tell those who were let in by somebody else."""
    space = await Space.get(event.fact.space_id)
    if space is not None:
        told = [one for one in event.fact.added_ids if space.role_of(one) is not None]
        await notify(told, NotificationKind.SPACE_ADDED, subject=space.name, target_id=space.id, cause=event)


async def tell_owner(event: Recorded[SpaceOwnerFollowed]) -> None:
    """Tell who owns a secret space now, without having asked for it."""
    space = await Space.get(event.fact.space_id)
    if space is not None and event.fact.member_id in space.owner_ids():
        told = [event.fact.member_id]
        await notify(told, NotificationKind.SPACE_OWNED, subject=space.name, target_id=space.id, cause=event)


async def follow_question(event: Recorded[QuestionMoved]) -> None:
    """Let what was told of a question be read by those who may read it now."""
    await _follow(event.fact.question_id)


async def follow_page(event: Recorded[WikiPageMoved]) -> None:
    """Let what was told of a page be read by those who may read it now."""
    await _follow(event.fact.page_id)


async def follow_post(event: Recorded[BlogPostMoved]) -> None:
    """Let what was told of a post be read by those who may read it now."""
    await _follow(event.fact.post_id)


async def follow_idea(event: Recorded[IdeaMoved]) -> None:
    """Let what was told of an idea be read by those who may read it now."""
    await _follow(event.fact.idea_id)


async def follow_space(event: Recorded[SpaceChanged]) -> None:
    """Let the name of a space that became secret be read by its members alone."""
    await _follow(event.fact.space_id)


async def _follow(target_id: str) -> None:
    closed_space_id = await closed_to(target_id)

    def rule(current: Notification | NotificationGroup) -> None:
        current.closed_space_id = closed_space_id

    for notification in await Notification.find({"target_id": target_id}).to_list():
        await change(notification, rule)
    for group in await NotificationGroup.find({"target_id": target_id}).to_list():
        await change(group, rule)
