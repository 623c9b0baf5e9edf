"""When the clocks look at a post next."""

from community.blog.documents import BlogPost, PostStatus


def act_next(post: BlogPost) -> None:
    """Let `next_act_at` follow from where a post stands: when it appears, or when its readers are reminded."""
    post.next_act_at = None
    asked = post.announcement
    if post.status is PostStatus.SCHEDULED:
        post.next_act_at = post.publish_at
    elif post.status is PostStatus.PUBLISHED and asked is not None and asked.reminded_at is None:
        post.next_act_at = asked.due_at
