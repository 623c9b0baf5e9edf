"""Revisions: what a post said after each edit."""

from pymongo.errors import DuplicateKeyError

from community.blog.documents import BlogPost, BlogRevision, PostEntry
from core.ids import derived_id
from core.records import change, save


def post_revision_id(post_id: str, number: int) -> str:
    """Give the id that this revision always has."""
    return derived_id("brv", post_id, str(number))


async def keep_post_revisions(post: BlogPost) -> BlogPost:
    """Make revisions of what a post's edits said, and take the entries out of the post; can run twice."""
    if not post.entries:
        return post
    for entry in post.entries:
        await _keep(post.id, entry)
    kept = {entry.number for entry in post.entries}

    def rule(current: BlogPost) -> None:
        current.entries = [entry for entry in current.entries if entry.number not in kept]

    return await change(post, rule)


async def _keep(post_id: str, entry: PostEntry) -> None:
    revision = BlogRevision(
        id=post_revision_id(post_id, entry.number),
        created_at=entry.at,
        post_id=post_id,
        number=entry.number,
        title=entry.title,
        body=entry.body,
        author_id=entry.author_id,
    )
    try:
        await save(revision)
    except DuplicateKeyError:
        return
