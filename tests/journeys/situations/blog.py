"""Situations of the blog: a colleague's post, written with `who` acts, where members may write at all."""

from community.blog.documents import BlogPost
from community.blog.posts import PostDraft, create_post
from community.blog.publishing import publish_post
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _post(story: Story, *, published: bool = False, **given: object) -> BlogPost:
    author = await story.actor("admin" if "announcement" in given else "colleague")
    texts = {"title": f"{MARK} Yeni depo düzeni {next(story.numbers)}", "body": f"{MARK} Sabah ayrılır."}
    post = await create_post(author, PostDraft.model_validate(texts | given), once=Once())
    return await publish_post(author, post.id, expected_version=post.version) if published else post


async def _create_post(story: Story, who: str) -> Input:
    return {"title": f"{MARK} Yeni depo düzeni", "body": f"{MARK} Sabah ayrılır.", "tagSlugs": ["depo"], "series": "Depo"}


async def _edit_post(story: Story, who: str) -> Input:
    post = await _post(story, published=True)
    return {"postId": post.id, "body": f"{MARK} Akşam ayrılır.", "expectedVersion": post.version}


async def _publish_post(story: Story, who: str) -> Input:
    post = await _post(story)
    return {"postId": post.id, "expectedVersion": post.version}


async def _withdraw_post(story: Story, who: str) -> Input:
    post = await _post(story, published=True)
    return {"postId": post.id, "expectedVersion": post.version}


async def _acknowledge_post(story: Story, who: str) -> Input:
    return {"postId": (await _post(story, published=True, announcement={})).id}


SITUATIONS: dict[str, Situation] = {
    "createBlogPost": _create_post,
    "editBlogPost": _edit_post,
    "publishBlogPost": _publish_post,
    "withdrawBlogPost": _withdraw_post,
    "deleteBlogPost": _withdraw_post,
    "acknowledgeBlogPost": _acknowledge_post,
}
