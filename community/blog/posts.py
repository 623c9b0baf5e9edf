"""Writing the blog: posts are drafted, edited and deleted."""

import asyncio
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Role
from community.blog.documents import Announcement, BlogPost, PostEntry
from community.blog.events import BlogPostCreated, BlogPostDeleted, BlogPostEdited
from community.blog.policies import may_announce, may_edit, may_write
from community.blog.reading import require_post
from community.blog.reading_time import reading_minutes
from community.blog.revisions import keep_post_if_many
from community.blog.schedule import act_next
from community.blog.slugs import slug_for
from community.creation import insert_once, made_before
from community.drafts import TagNames, Title, ids, tag_of, text
from community.handles import few_mentions
from community.members import require_members
from community.spaces.content import outsiders, put_in
from community.spaces.documents import Space
from community.spaces.reading import writable_space
from community.turns.places import places_in
from community.turns.policies import may_write_at
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once
from core.outcomes import outcome
from core.records import change
from core.text.language import detect_language
from core.text.markdown import MAX_MARKDOWN_CHARACTERS

MOST_CO_AUTHORS = 10

PostBody = Annotated[str, text(1, MAX_MARKDOWN_CHARACTERS), few_mentions]
Summary = Annotated[str, text(1, 300, lines="one")]
SeriesName = Annotated[str, text(1, 100, lines="one")]
CoAuthorIds = Annotated[list[str], ids(MOST_CO_AUTHORS, "co-authors")]


class AnnouncementDraft(BaseModel):
    """Whom a post asks for an acknowledgement (no roles: every member), and until when."""

    roles: Annotated[list[Role], Field(max_length=len(Role))] = Field(default_factory=list)
    due_at: AwareDatetime | None = None


class PostDraft(BaseModel):
    """A post to write."""

    title: Title
    body: PostBody
    summary: Summary | None = None
    co_author_ids: CoAuthorIds = Field(default_factory=list)
    tag_slugs: TagNames = Field(default_factory=list)
    series: SeriesName | None = None
    announcement: AnnouncementDraft | None = None
    space_id: Annotated[str, Field(max_length=100)] | None = None


class PostChanges(BaseModel):
    """What is to change of a post; a field that is not given stays."""

    title: Title = ""
    body: PostBody = ""
    summary: Summary | None = None
    co_author_ids: CoAuthorIds = Field(default_factory=list)
    tag_slugs: TagNames = Field(default_factory=list)
    series: SeriesName | None = None
    announcement: AnnouncementDraft | None = None


async def create_post(actor: Actor, draft: PostDraft, *, once: Once) -> BlogPost:
    """Write a draft, which only its authors read.

    Raises Forbidden without `blog:write`, where the actor may not write, and without `blog:manage` for an announcement, NotFound
    for a space, InvalidInput for unknown co-authors, for those who are not in the closed space, or a time that is past,
    SpaceArchived, Locked, IdempotencyMismatch.
    """
    may_write(actor).enforce()
    identifier, at = once.identifier("pst"), now()
    made, standing, writing = await asyncio.gather(
        outcome(made_before(BlogPost, identifier, once)),
        outcome(writable_space(actor, draft.space_id)),
        outcome(_known(draft.co_author_ids)),
    )
    if (before := made.take()) is not None:
        return before
    space = standing.take()
    author_ids = _authors(actor.member, writing.take(), space)
    post = BlogPost(
        id=identifier,
        created_at=at,
        updated_at=at,
        slug=slug_for(draft.title, identifier, space),
        title=draft.title,
        body=draft.body,
        summary=draft.summary,
        author_ids=author_ids,
        reading_minutes=1,
        tags=[tag_of(name) for name in draft.tag_slugs],
        series=tag_of(draft.series) if draft.series is not None else None,
        announcement=_announcement(actor, draft.announcement, at),
        fingerprint=once.fingerprint,
    )
    put_in(post, space)
    _settle_text(post, actor, at)
    may_write_at(actor, places_in(post, space)).enforce()
    post.record(BlogPostCreated(post_id=identifier), actor=actor.id)
    return await _inserted(post, once)


async def edit_post(actor: Actor, post_id: str, changes: PostChanges, *, expected_version: int) -> BlogPost:
    """Change a post; what it said before stays as a revision. The slug stays, so that links to it hold.

    Raises NotFound, Forbidden for others than its authors and who has `blog:manage`, SpaceArchived, Locked, InvalidInput,
    Conflict.
    """
    post = await require_post(actor, post_id)
    may_edit(actor, post).enforce()
    standing, writing = await asyncio.gather(
        outcome(writable_space(actor, post.space_id, path="post_id")), outcome(_known(changes.co_author_ids))
    )
    space = standing.take()
    may_write_at(actor, places_in(post, space)).enforce()
    _authors(post.author_ids[0], writing.take(), space)
    at = now()

    def rule(current: BlogPost) -> None:
        may_edit(actor, current).enforce()
        _apply(current, actor, changes, at)
        current.record(BlogPostEdited(post_id=current.id), actor=actor.id)

    return await keep_post_if_many(await change(post, rule, expected_version=expected_version))


async def delete_post(actor: Actor, post_id: str, *, expected_version: int) -> BlogPost:
    """Take a post out of the blog; its slug is not given to another.

    Raises NotFound, Forbidden for others than its authors and who has `blog:manage`, Conflict.
    """
    post = await require_post(actor, post_id)
    may_edit(actor, post).enforce()

    def rule(current: BlogPost) -> None:
        may_edit(actor, current).enforce()
        current.deleted_at, current.next_act_at = now(), None
        current.record(BlogPostDeleted(post_id=current.id), actor=actor.id)

    return await change(post, rule, expected_version=expected_version)


def _apply(post: BlogPost, actor: Actor, changes: PostChanges, at: datetime) -> None:
    given = changes.model_fields_set
    for name in given & {"title", "body", "summary"}:
        setattr(post, name, getattr(changes, name))
    if "co_author_ids" in given:
        post.author_ids = list(dict.fromkeys([post.author_ids[0], *changes.co_author_ids]))
    if "tag_slugs" in given:
        post.tags = [tag_of(name) for name in changes.tag_slugs]
    if "series" in given:
        post.series = tag_of(changes.series) if changes.series is not None else None
    if "announcement" in given:
        post.announcement = _announcement(actor, changes.announcement, at)
    post.updated_at = at
    if given & {"title", "body"}:
        _settle_text(post, actor, at)
    act_next(post)


def _settle_text(post: BlogPost, actor: Actor, at: datetime) -> None:
    """Let what is told of the text follow it, and keep what it says as the entry of a revision, in the same write."""
    post.locale = detect_language(post.body)
    post.reading_minutes = reading_minutes(post.body, post.locale)
    entry = PostEntry(number=post.version + 1, title=post.title, body=post.body, author_id=actor.member, at=at)
    post.entries = [*post.entries, entry]


def _announcement(actor: Actor, draft: AnnouncementDraft | None, at: datetime) -> Announcement | None:
    if draft is None:
        return None
    may_announce(actor).enforce()
    if draft.due_at is not None and draft.due_at <= at:
        raise InvalidInput("Choose a time from now on.", path=("announcement", "due_at"))
    return Announcement(roles=list(dict.fromkeys(draft.roles)), due_at=draft.due_at)


async def _known(co_author_ids: list[str]) -> list[str]:
    if co_author_ids:
        await require_members(co_author_ids, path=("co_author_ids",))
    return co_author_ids


def _authors(author_id: str, co_author_ids: list[str], space: Space | None) -> list[str]:
    if space is not None and (outside := outsiders(space, co_author_ids)):
        raise InvalidInput(f"{outside[0]} is not in this space and can't read the post.", path=("co_author_ids",))
    return list(dict.fromkeys([author_id, *co_author_ids]))


async def _inserted(post: BlogPost, once: Once) -> BlogPost:
    """Insert under the slug of the title; where another post has that, the end of the id tells the two apart."""
    try:
        return await insert_once(post, once)
    except DuplicateKeyError:
        post.slug = f"{post.slug}-{post.id[-6:]}"
        return await insert_once(post, once)
