"""What the blog does upon its own events: revisions are kept, should the request have died before."""

from community.blog.documents import BlogPost
from community.blog.events import BlogPostCreated, BlogPostEdited
from community.blog.revisions import keep_post_revisions
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the blog's reactions to the table."""
    handlers.group("community.blog", start="first").on(BlogPostCreated, keep_what_was_said).on(BlogPostEdited, keep_what_was_said)


async def keep_what_was_said(event: Recorded[BlogPostCreated] | Recorded[BlogPostEdited]) -> None:
    """Keep the revisions that wait in the post."""
    post = await BlogPost.get(event.fact.post_id)
    if post is not None:
        await keep_post_revisions(post)
