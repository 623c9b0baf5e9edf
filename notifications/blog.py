"""Who is told about the blog: whom an announcement is addressed to, and its authors."""

from typing import Any

from community.blog.documents import BlogPost
from community.blog.events import AnnouncementOverdue, BlogPostPublished
from community.blog.reading import missing_readers
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import MOST_TOLD


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.blog", start="head")
    told.on(BlogPostPublished, tell_of_post)
    told.on(AnnouncementOverdue, remind_of_announcement)


async def tell_of_post(event: Recorded[BlogPostPublished]) -> None:
    """Tell the authors that their post appeared, and ask whom an announcement is addressed to."""
    post = await BlogPost.get(event.fact.post_id)
    if post is not None and post.deleted_at is None:
        await notify(post.author_ids, NotificationKind.POST_PUBLISHED, subject=post.title, target_id=post.id, cause=event)
        await _ask(post, NotificationKind.ANNOUNCED, event)


async def remind_of_announcement(event: Recorded[AnnouncementOverdue]) -> None:
    """Remind those who have not acknowledged."""
    post = await BlogPost.get(event.fact.post_id)
    if post is not None and post.deleted_at is None:
        await _ask(post, NotificationKind.ACKNOWLEDGEMENT_DUE, event)


async def _ask(post: BlogPost, kind: NotificationKind, cause: Recorded[Any]) -> None:
    """Tell all who have yet to acknowledge, however many they are."""
    missing = await missing_readers(post)
    for start in range(0, len(missing), MOST_TOLD):
        await notify(missing[start : start + MOST_TOLD], kind, subject=post.title, target_id=post.id, cause=cause)
