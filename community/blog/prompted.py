"""Posts that discussion prompts become: published at once, in the name of who asks."""

from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from community.blog.documents import BlogPost, PostEntry, PostStatus
from community.blog.events import BlogPostCreated, BlogPostPublished
from community.blog.reading_time import reading_minutes
from community.blog.revisions import keep_post_revisions
from community.blog.slugs import slug_for
from community.documents import Tag
from community.spaces.content import put_in
from community.spaces.documents import Space
from core.records import save
from core.text.language import detect_language


@dataclass(frozen=True, slots=True)
class PromptedPost:
    """What the post says, whose it is, and since when."""

    post_id: str
    title: str
    body: str
    tags: list[Tag]
    author_id: str
    at: datetime
    prompt_id: str


async def open_for_prompt(prompted: PromptedPost, space: Space | None) -> BlogPost:
    """Publish the post of a prompt: a follow-up that can run twice; what is there already is given as it is."""
    slug = slug_for(prompted.title, prompted.post_id, space)
    while (found := await BlogPost.get(prompted.post_id)) is None:
        try:
            await save(_post(prompted, space, slug))
        except DuplicateKeyError:
            # A prompt that is asked again has the same title: the end of the id tells the posts apart.
            slug = f"{slug_for(prompted.title, prompted.post_id, space)}-{prompted.post_id[-6:]}"
    return await keep_post_revisions(found)


def _post(prompted: PromptedPost, space: Space | None, slug: str) -> BlogPost:
    locale = detect_language(prompted.body)
    post = BlogPost(
        id=prompted.post_id,
        created_at=prompted.at,
        updated_at=prompted.at,
        published_at=prompted.at,
        status=PostStatus.PUBLISHED,
        slug=slug,
        title=prompted.title,
        body=prompted.body,
        author_ids=[prompted.author_id],
        locale=locale,
        reading_minutes=reading_minutes(prompted.body, locale),
        tags=prompted.tags,
        prompt_id=prompted.prompt_id,
    )
    post.entries = [PostEntry(number=1, title=post.title, body=post.body, author_id=prompted.author_id, at=prompted.at)]
    put_in(post, space)
    post.record(BlogPostCreated(post_id=post.id), actor=prompted.author_id)
    post.record(BlogPostPublished(post_id=post.id), actor=prompted.author_id)
    return post
