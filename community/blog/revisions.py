"""Revisions: what a post said after each edit."""

from functools import partial

from community.blog.documents import BlogPost, BlogRevision, PostEntry
from community.revisions import MOST_WAITING, Waiting, keep_entries
from core.ids import derived_id


def post_revision_id(post_id: str, number: int) -> str:
    """Give the id that this revision always has."""
    return derived_id("brv", post_id, str(number))


async def keep_post_revisions(post: BlogPost) -> BlogPost:
    """Make revisions of what a post's edits said, and take the entries out of the post; can run twice."""
    return await keep_entries(post, post.entries, partial(_revision_of, post.id))


async def keep_post_if_many(post: BlogPost) -> BlogPost:
    """Leave what a post's edits said to the handler, unless so much waits that no handler seems to run."""
    return await keep_post_revisions(post) if len(post.entries) > MOST_WAITING else post


def waiting_in_post(post: BlogPost) -> Waiting[BlogRevision]:
    """Give the revisions that still wait in a post."""
    rows = [_revision_of(post.id, entry) for entry in reversed(post.entries)]
    return Waiting(rows, min((entry.number for entry in post.entries), default=None))


def _revision_of(post_id: str, entry: PostEntry) -> BlogRevision:
    return BlogRevision(
        id=post_revision_id(post_id, entry.number),
        created_at=entry.at,
        post_id=post_id,
        number=entry.number,
        title=entry.title,
        body=entry.body,
        author_id=entry.author_id,
    )
