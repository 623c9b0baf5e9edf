"""Publishing posts, now or at a set time, and what announcements ask of their readers."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.blog.documents import Acknowledgement, BlogPost, PostStatus
from community.blog.events import (
    AnnouncementAcknowledged,
    AnnouncementOverdue,
    BlogPostPublished,
    BlogPostScheduled,
    BlogPostWithdrawn,
)
from community.blog.policies import may_acknowledge, may_publish, may_withdraw
from community.blog.reading import acknowledgement_id, require_post
from community.blog.schedule import act_next
from community.spaces.documents import Space
from community.spaces.reading import writable_space
from community.turns.places import places_in
from community.turns.policies import may_write_at
from core.clock import now
from core.errors import InvalidInput
from core.events import SYSTEM
from core.records import by_ids, change, save

FURTHEST_AHEAD: Final = timedelta(days=365)


async def publish_post(actor: Actor, post_id: str, *, publish_at: datetime | None = None, expected_version: int) -> BlogPost:
    """Let all members read a post, now or from a time on; a scheduled one can be published or scheduled anew.

    Raises NotFound, Forbidden for others than its authors and who has `blog:manage` (of an announcement: the latter
    only), AlreadyDone for a published one, InvalidInput for a time that is past or over a year ahead, SpaceArchived, Locked,
    Conflict.
    """
    post = await require_post(actor, post_id)
    may_publish(actor, post).enforce()
    space = await writable_space(actor, post.space_id, path="post_id")
    may_write_at(actor, places_in(post, space)).enforce()
    at = now()
    if publish_at is not None and not at < publish_at <= at + FURTHEST_AHEAD:
        raise InvalidInput("Choose a time from now on, at most a year ahead.", path=("publish_at",))

    def rule(current: BlogPost) -> None:
        may_publish(actor, current).enforce()
        if publish_at is None:
            _appear(current, at, actor.id)
            return
        current.status, current.publish_at = PostStatus.SCHEDULED, publish_at
        act_next(current)
        current.record(BlogPostScheduled(post_id=current.id), actor=actor.id)

    return await change(post, rule, expected_version=expected_version)


async def withdraw_post(actor: Actor, post_id: str, *, expected_version: int) -> BlogPost:
    """Let a published or scheduled post be a draft again.

    Raises NotFound, Forbidden for others than its authors and who has `blog:manage`, AlreadyDone, Conflict.
    """
    post = await require_post(actor, post_id)
    may_withdraw(actor, post).enforce()

    def rule(current: BlogPost) -> None:
        may_withdraw(actor, current).enforce()
        _withdraw(current, actor.id)

    return await change(post, rule, expected_version=expected_version)


async def acknowledge_post(actor: Actor, post_id: str) -> BlogPost:
    """Acknowledge an announcement; doing so again changes nothing. Give the post.

    Raises NotFound, InvalidInput for a post that asks for no acknowledgement, Forbidden for those it is not addressed to.
    """
    post = await require_post(actor, post_id)
    may_acknowledge(actor, post).enforce()
    member_id = actor.member
    done = Acknowledgement(id=acknowledgement_id(post.id, member_id), created_at=now(), post_id=post.id, member_id=member_id)
    done.record(AnnouncementAcknowledged(post_id=post.id, member_id=member_id), actor=actor.id)
    try:
        await save(done)
    except DuplicateKeyError:
        return post
    return post


async def act_on_due_posts(most: int) -> int:
    """Publish what is to appear by now and call for late acknowledgements, each once; give how many posts were looked at.

    Where the space was archived meanwhile, the post is a draft again.
    """
    due = await BlogPost.find({"next_act_at": {"$lte": now()}}).sort("next_act_at").limit(most).to_list()
    spaces = await by_ids(Space, [post.space_id for post in due if post.space_id is not None])
    for post in due:
        space = spaces.get(post.space_id or "")
        await change(post, partial(_act, may_appear=space is None or not space.archived))
    return len(due)


def _act(post: BlogPost, *, may_appear: bool) -> None:
    at = now()
    if post.next_act_at is None or post.next_act_at > at or post.deleted_at is not None:
        return
    if post.status is PostStatus.SCHEDULED and not may_appear:
        _withdraw(post, SYSTEM)
    elif post.status is PostStatus.SCHEDULED:
        _appear(post, post.publish_at or at, SYSTEM)
    elif post.announcement is not None:
        post.announcement.reminded_at = at
        post.record(AnnouncementOverdue(post_id=post.id))
        act_next(post)


def _withdraw(post: BlogPost, actor_id: str) -> None:
    post.status = PostStatus.DRAFT
    post.publish_at = post.published_at = None
    act_next(post)
    post.record(BlogPostWithdrawn(post_id=post.id), actor=actor_id)


def _appear(post: BlogPost, at: datetime, actor_id: str) -> None:
    post.status, post.published_at, post.publish_at = PostStatus.PUBLISHED, at, None
    act_next(post)
    post.record(BlogPostPublished(post_id=post.id), actor=actor_id)
