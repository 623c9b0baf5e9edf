"""Who may do what in the blog: pure rules, told before people try and enforced when they do."""

from auth.actor import Actor, Permission
from community.blog.documents import BlogPost, PostStatus
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden, InvalidInput


def may_write(actor: Actor) -> Ruling:
    """Allow a member with `blog:write`."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can write in the blog."))
    if not actor.may(Permission.BLOG_WRITE):
        return Ruling(Forbidden(f"You need the permission {Permission.BLOG_WRITE.value} for this."))
    return ALLOWED


def may_edit(actor: Actor, post: BlogPost) -> Ruling:
    """Allow its authors, while they may write; and somebody with `blog:manage`."""
    if actor.may(Permission.BLOG_MANAGE):
        return ALLOWED
    if actor.member_id in post.author_ids:
        return may_write(actor)
    return Ruling(Forbidden("Only its authors, or somebody with blog:manage, can do this."))


def may_publish(actor: Actor, post: BlogPost) -> Ruling:
    """Allow who may edit it, what is not published yet; an announcement needs `blog:manage`."""
    if not (ruling := may_edit(actor, post)):
        return ruling
    if post.status is PostStatus.PUBLISHED:
        return Ruling(AlreadyDone("This post is published already.", path=("post_id",)))
    return may_announce(actor) if post.announcement is not None else ALLOWED


def may_announce(actor: Actor) -> Ruling:
    """Allow somebody with `blog:manage` to ask members for an acknowledgement."""
    if actor.may(Permission.BLOG_MANAGE):
        return ALLOWED
    return Ruling(Forbidden(f"You need the permission {Permission.BLOG_MANAGE.value} to ask for acknowledgements."))


def may_withdraw(actor: Actor, post: BlogPost) -> Ruling:
    """Allow who may edit it, what is published or scheduled."""
    if not (ruling := may_edit(actor, post)):
        return ruling
    if post.status is PostStatus.DRAFT:
        return Ruling(AlreadyDone("This post is a draft already.", path=("post_id",)))
    return ALLOWED


def may_acknowledge(actor: Actor, post: BlogPost) -> Ruling:
    """Allow the members whom a published announcement is addressed to."""
    if post.announcement is None or post.status is not PostStatus.PUBLISHED:
        return Ruling(InvalidInput("This post asks for no acknowledgement.", path=("post_id",)))
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can acknowledge this."))
    if post.announcement.roles and not actor.roles & set(post.announcement.roles):
        return Ruling(Forbidden("This announcement is addressed to others."))
    return ALLOWED


def may_see_acknowledgements(actor: Actor, post: BlogPost) -> Ruling:
    """Allow its authors, and somebody with `blog:manage`, to see who has acknowledged and who has not."""
    return may_edit(actor, post)
