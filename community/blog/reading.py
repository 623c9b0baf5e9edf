"""The only way to read the blog for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.batches import count_children, read_children
from community.blog.documents import Acknowledgement, BlogPost, BlogRevision, PostStatus
from community.blog.policies import may_see_acknowledgements
from community.blog.slugs import post_slug
from community.documents import Member
from community.drafts import may_be_id, slug_of
from community.listing import UNFILTERED, Every, Filter, Listing, Where
from community.listing import Comparison as By
from community.revisions import LATEST_FIRST, below_number
from community.spaces.content import insiders
from community.visibility import readable_in_spaces, unhidden
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Eq, Gate, Some, both, to_mongo
from core.ids import derived_id
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows

NEWEST_FIRST: Final = Order((("published_at", -1),))
LAST_CHANGED_FIRST: Final = Order((("updated_at", -1),))
_PRESENT: Final = to_mongo(PRESENT)
_UNPUBLISHED: Final = Where("status", By.IN, [PostStatus.DRAFT.value, PostStatus.SCHEDULED.value])

POSTS: Final = Listing(
    paths={"status": "status", "tag": "tags.slug", "series": "series.slug", "author_id": "author_ids", "space_id": "space_id"},
    leading=("status", "tag", "series", "author_id", "space_id"),
    lists=frozenset({"tag", "author_id"}),
    spellings={"tag": slug_of, "series": slug_of},
)


def visible_posts(actor: Actor) -> Gate:
    """Say which posts somebody may read: with `blog:read` the published ones and their own, with `blog:manage` all.

    Of a closed space only its members read any, whoever wrote them.
    """
    if not actor.may(Permission.BLOG_READ):
        return NOTHING
    if actor.may(Permission.BLOG_MANAGE):
        return both(PRESENT, readable_in_spaces(actor), unhidden(actor))
    published = both(PRESENT, Eq("status", PostStatus.PUBLISHED.value))
    own = (both(PRESENT, Eq("author_ids", actor.member_id)),) if actor.member_id else ()
    return both(Some((published, *own)) if own else published, readable_in_spaces(actor), unhidden(actor))


def published_posts(actor: Actor) -> Gate:
    """Say which posts a reader of the blog is shown."""
    if not actor.may(Permission.BLOG_READ):
        return NOTHING
    return both(PRESENT, Eq("status", PostStatus.PUBLISHED.value), readable_in_spaces(actor), unhidden(actor))


def own_posts(actor: Actor) -> Gate:
    """Say which posts are somebody's own, alone or with others."""
    own = actor.member_id if actor.may(Permission.BLOG_READ) else None
    return both(PRESENT, Eq("author_ids", own), readable_in_spaces(actor)) if own else NOTHING


async def posts_by_ids(actor: Actor, post_ids: Sequence[str]) -> dict[str, BlogPost]:
    """Give those of the posts that the actor may read."""
    readable = [post_id for post_id in dict.fromkeys(post_ids) if may_be_id(post_id, "pst")]
    if not readable:
        return {}
    found = await BlogPost.find({"_id": {"$in": readable}, **to_mongo(visible_posts(actor))}).to_list()
    return {post.id: post for post in found}


async def require_post(actor: Actor, post_id: str) -> BlogPost:
    """Give a post; NotFound when there is none for this actor."""
    post = (await posts_by_ids(actor, [post_id])).get(post_id)
    if post is None:
        raise NotFound("There is no such post.", path=("post_id",))
    return post


async def post_at(actor: Actor, slug: str) -> BlogPost | None:
    """Give the post with a slug; None when there is none for this actor."""
    if not slug or any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in slug):
        return None
    return await BlogPost.find_one({"slug": post_slug(slug), **to_mongo(visible_posts(actor))})


async def list_posts(actor: Actor, *, condition: Filter = UNFILTERED, window: Window) -> Slice[BlogPost]:
    """Give a window of the published posts, the newest first; InvalidInput for a filter that no index serves."""
    return await read_slice(BlogPost, _query(actor, condition), NEWEST_FIRST, window)


async def count_posts(actor: Actor, *, condition: Filter = UNFILTERED) -> int:
    """Count the same posts, up to 10,001."""
    return await count_rows(BlogPost, _query(actor, condition))


async def list_drafts(actor: Actor, window: Window) -> Slice[BlogPost]:
    """Give a window of the actor's drafts and of their posts that wait for their time, the last changed first."""
    return await read_slice(BlogPost, _drafts(actor), LAST_CHANGED_FIRST, window)


async def count_drafts(actor: Actor) -> int:
    """Count the same posts, up to 10,001."""
    return await count_rows(BlogPost, _drafts(actor))


def _query(actor: Actor, condition: Filter) -> dict[str, Any]:
    return POSTS.query(published_posts(actor), condition, NEWEST_FIRST)


def _drafts(actor: Actor) -> dict[str, Any]:
    return POSTS.query(own_posts(actor), Every((_UNPUBLISHED,)), LAST_CHANGED_FIRST)


async def revisions_of_posts(
    actor: Actor, post_ids: Sequence[str], window: Window, below: int | None = None
) -> dict[str, Slice[BlogRevision]]:
    """Give a window of the stored revisions of each post below a number, the latest first.

    The posts are ones that the actor was given; what waits in them (`waiting_in_post`) belongs with it.
    """
    ids = list(post_ids) if actor.may(Permission.BLOG_READ) else []
    query = {**_PRESENT, **below_number(below)}
    found = await read_children(BlogRevision, ("post_id", ids), query, LATEST_FIRST, window) if ids else {}
    return {post_id: found.get(post_id, Slice([], [])) for post_id in post_ids}


async def post_revision_counts(actor: Actor, post_ids: Sequence[str], below: int | None = None) -> dict[str, int]:
    """Count the same revisions of each post."""
    ids = list(post_ids) if actor.may(Permission.BLOG_READ) else []
    query = {**_PRESENT, **below_number(below)}
    return dict.fromkeys(post_ids, 0) | await count_children(BlogRevision, "post_id", ids, query)


def acknowledgement_id(post_id: str, member_id: str) -> str:
    """Give the id of a member's acknowledgement of an announcement."""
    return derived_id("ack", post_id, member_id)


async def own_acknowledgements(actor: Actor, post_ids: Sequence[str]) -> dict[str, Acknowledgement]:
    """Give the actor's acknowledgements, by post; the posts are ones that the actor was given."""
    if actor.member_id is None:
        return {}
    ids = [acknowledgement_id(post_id, actor.member_id) for post_id in post_ids]
    return {row.post_id: row for row in await Acknowledgement.find({"_id": {"$in": ids}}).to_list()}


async def acknowledged_by(actor: Actor, post: BlogPost) -> list[str]:
    """Give the ids of those who acknowledged an announcement, the first one first; none for who may not see it."""
    return await _acknowledging(post.id) if may_see_acknowledgements(actor, post) else []


async def not_acknowledged_by(actor: Actor, post: BlogPost) -> list[str]:
    """Give the ids of those whom an announcement is addressed to and who have not acknowledged it, by name."""
    return await missing_readers(post) if may_see_acknowledgements(actor, post) else []


async def missing_readers(post: BlogPost) -> list[str]:
    """Give the members, by name, who have yet to acknowledge an announcement; none of a post that is no announcement."""
    if post.announcement is None:
        return []
    done = {*await _acknowledging(post.id)}
    return [member_id for member_id in await addressed_by(post) if member_id not in done]


async def addressed_by(post: BlogPost) -> list[str]:
    """Give the members whom an announcement is addressed to, by name: in a closed space none but its members."""
    roles = [role.value for role in post.announcement.roles] if post.announcement is not None else []
    wanted: dict[str, Any] = {"roles": {"$in": roles}, **_PRESENT} if roles else dict(_PRESENT)
    rows = Member.get_pymongo_collection().find(wanted, {"sort_name": 1})
    names = {row["_id"]: row["sort_name"] async for row in rows}
    return sorted(await insiders(post.closed_space_id, names), key=lambda member_id: (names[member_id], member_id))


async def _acknowledging(post_id: str) -> list[str]:
    rows = Acknowledgement.get_pymongo_collection().find({"post_id": post_id}, {"member_id": 1, "created_at": 1})
    found = [(row["created_at"], row["member_id"]) async for row in rows]
    return [member_id for _, member_id in sorted(found)]
