"""Revisions: what a post said after each edit."""

from community.blog.documents import BlogPost, BlogRevision, PostEntry
from community.revisions import keep_entries
from core.ids import derived_id


def post_revision_id(post_id: str, number: int) -> str:
    """Give the id that this revision always has."""
    return derived_id("brv", post_id, str(number))


async def keep_post_revisions(post: BlogPost) -> BlogPost:
    """Make revisions of what a post's edits said, and take the entries out of the post; can run twice."""

    def revision_of(entry: PostEntry) -> BlogRevision:
        return BlogRevision(
            id=post_revision_id(post.id, entry.number),
            created_at=entry.at,
            post_id=post.id,
            number=entry.number,
            title=entry.title,
            body=entry.body,
            author_id=entry.author_id,
        )

    return await keep_entries(post, post.entries, revision_of)
