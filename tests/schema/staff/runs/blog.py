"""Runs of the blog's documents."""

from datetime import timedelta

from community.blog.posts import PostChanges, edit_post
from core.clock import now
from tests.factories import community
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World


@run
async def run_create_post(staff: Staff, world: World) -> None:
    given = {"title": "Depoda yeni düzen!", "body": "Kargolar **sabah** ayrılır."}
    first = (await staff.do(world.agent, "CreatePost", **given, idempotencyKey="post-1"))["post"]
    assert first == {
        "id": first["id"],
        "version": 1,
        "slug": "depoda-yeni-duzen",
        "title": "Depoda yeni düzen!",
        "body": "Kargolar **sabah** ayrılır.",
        "bodyHtml": "<p>Kargolar <strong>sabah</strong> ayrılır.</p>\n",
        "publishedAt": None,
    }
    assert (await staff.do(world.agent, "CreatePost", **given, idempotencyKey="post-1"))["post"] == first


@run
async def run_publish_post(staff: Staff, world: World) -> None:
    post = await community.make_post(world.agent, published=False)
    given = {"postId": post.id, "expectedVersion": 1}
    later = (now() + timedelta(hours=2)).isoformat()
    planned = (await staff.do(world.agent, "PublishPost", **given, publishAt=later))["post"]
    assert planned == {"id": post.id, "version": 2, "slug": post.slug, "title": post.title, "publishedAt": None}
    shown = (await staff.do(world.agent, "PublishPost", **{**given, "expectedVersion": 2}))["post"]
    assert (shown["version"], shown["publishedAt"][:10]) == (3, str(now())[:10])


@run
async def run_blog(staff: Staff, world: World) -> None:
    await community.make_post(world.agent, published=False)
    first = await community.make_post(world.agent, body=" ".join(["kargo sabah ayrılır"] * 200))
    second = await community.make_post(world.expert, title="روش تازهٔ انبار", summary="خلاصهٔ نوشته")
    shown = (await staff.ask(world.manager, "Blog", first=1))["blogPosts"]
    (newest,) = shown["nodes"]
    assert newest.pop("publishedAt")[:10] == str(now())[:10]
    assert newest == {
        "id": second.id,
        "slug": second.slug,
        "title": "روش تازهٔ انبار",
        "excerpt": "خلاصهٔ نوشته",
        "readingMinutes": 1,
        "author": {"id": world.expert.member, "displayName": "Ali Rezaei"},
    }
    assert (shown["totalCount"], shown["pageInfo"]["hasNextPage"]) == (2, True)
    rest = (await staff.ask(world.manager, "Blog", first=1, after=shown["pageInfo"]["endCursor"]))["blogPosts"]["nodes"]
    assert [(row["id"], row["readingMinutes"], row["excerpt"][-9:]) for row in rest] == [(first.id, 4, "ayrılır …")]


@run
async def run_blog_post_screen(staff: Staff, world: World) -> None:
    post = await community.make_post(world.agent)
    post = await edit_post(world.agent, post.id, PostChanges(body="Kargolar *akşam* ayrılır."), expected_version=2)
    remark = await community.make_comment(post, world.expert, body="**Hangi** depo?")
    shown = (await staff.ask(world.agent, "BlogPostScreen", slug=post.slug))["blogPost"]
    assert shown.pop("publishedAt")[:10] == str(now())[:10]
    (row,) = shown["comments"].pop("nodes")
    assert row.pop("createdAt")[:10] == str(remark.created_at)[:10]
    assert row == {
        "id": remark.id,
        "body": "**Hangi** depo?",
        "bodyHtml": "<p><strong>Hangi</strong> depo?</p>\n",
        "author": {"id": world.expert.member, "displayName": "Ali Rezaei"},
    }
    assert shown.pop("comments")["pageInfo"]["hasNextPage"] is False
    assert shown == {
        "id": post.id,
        "version": 3,
        "slug": "depoda-yeni-duzen",
        "title": "Depoda yeni düzen",
        "body": "Kargolar *akşam* ayrılır.",
        "bodyHtml": "<p>Kargolar <em>akşam</em> ayrılır.</p>\n",
        "readingMinutes": 1,
        "author": {"id": world.agent.member, "displayName": "Deniz Kaya"},
        "viewerCanEdit": True,
        "viewerCanPublish": False,
        "viewerIsFollowing": True,
    }
    seen = (await staff.ask(world.expert, "BlogPostScreen", slug=post.slug))["blogPost"]
    assert (seen["viewerCanEdit"], seen["viewerIsFollowing"]) == (False, False)
    draft = await community.make_post(world.agent, published=False, title="Daha bitmedi")
    assert (await staff.ask(world.expert, "BlogPostScreen", slug=draft.slug))["blogPost"] is None


@run
async def run_set_watch(staff: Staff, world: World) -> None:
    post = await community.make_post(world.agent)
    for level, follows in (("TRACKING", True), ("WATCHING", True), ("MUTED", False), ("NORMAL", False)):
        shown = await staff.do(world.expert, "SetWatch", targetId=post.id, level=level)
        assert shown == {"target": {"__typename": "BlogPost", "id": post.id}, "level": level, "userErrors": []}
        seen = (await staff.ask(world.expert, "BlogPostScreen", slug=post.slug))["blogPost"]
        assert seen["viewerIsFollowing"] is follows
