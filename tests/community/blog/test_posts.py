import asyncio
from datetime import timedelta
from typing import TypeVar

import pytest

from auth.actor import Role
from community.blog.documents import BlogRevision, PostStatus
from community.blog.events import AnnouncementOverdue, BlogPostPublished
from community.blog.posts import PostChanges, PostDraft, create_post, delete_post, edit_post
from community.blog.publishing import acknowledge_post, act_on_due_posts, publish_post, withdraw_post
from community.blog.reading import (
    acknowledged_by,
    count_posts,
    list_drafts,
    not_acknowledged_by,
    own_acknowledgements,
    post_at,
    posts_by_ids,
)
from community.blog.reading_time import reading_minutes
from community.blog.revisions import keep_post_revisions, post_revision_id
from community.documents import Comment
from community.events import RemarkAdded
from community.listing import Comparison, Where
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.events import Event, Recorded
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from notifications.blog import remind_of_announcement, tell_of_post
from notifications.documents import Notification, NotificationKind
from notifications.following import tell_of_remark
from tests.community.watching import facts, snapshot
from tests.factories.care import later
from tests.factories.community import customer_actor, make_actor, make_comment, make_post

DRAFT = PostDraft(title="Depoda yeni düzen", body="Kargolar artık sabah ayrılır.", tag_slugs=["depo"], series="Depo")


FactT = TypeVar("FactT", bound=Event)


def told(fact: FactT, number: int = 1) -> Recorded[FactT]:
    return Recorded(fact=fact, number=number, event_id=f"event-{number}", at=now(), actor="system", subject="x")


async def kinds_told(member_id: str | None) -> list[NotificationKind]:
    return [row.kind for row in await Notification.find({"recipient_id": member_id}).sort("_id").to_list()]


async def test_draft_is_read_by_its_authors_alone_until_it_is_published(store: Database) -> None:
    author, other, reader = await make_actor(), await make_actor(), await make_actor()
    draft = DRAFT.model_copy(update={"co_author_ids": [other.member]})

    post = await create_post(author, draft, once=Once())

    assert (post.slug, post.status, post.version) == ("depoda-yeni-duzen", PostStatus.DRAFT, 1)
    seen = [list(await posts_by_ids(actor, [post.id])) for actor in (author, other, reader)]
    assert seen == [[post.id], [post.id], []]
    assert [row.id for row in (await list_drafts(other, Window())).items] == [post.id]
    post = await publish_post(other, post.id, expected_version=1)
    assert list(await posts_by_ids(reader, [post.id])) == [post.id]
    assert await count_posts(reader, condition=Where("series", Comparison.EQ, "Depo")) == 1
    assert (await list_drafts(other, Window())).items == []
    events = [name for name, _ in await facts(store, "blog_posts", post.id)]
    assert events == ["BlogPostCreated", "BlogPostPublished"]


async def test_the_same_title_gives_another_slug_and_edits_keep_it(store: Database) -> None:
    author = await make_actor()
    first, second = await make_post(author), await make_post(author)

    changed = await edit_post(author, second.id, PostChanges(title="Başka bir başlık"), expected_version=2)

    assert (first.slug, second.slug) == ("depoda-yeni-duzen", f"depoda-yeni-duzen-{second.id[-6:]}")
    assert (changed.slug, changed.title, changed.body) == (second.slug, "Başka bir başlık", second.body)
    assert (await keep_post_revisions(changed)).entries == []
    revision = await BlogRevision.get(post_revision_id(second.id, 3))
    assert revision is not None
    assert (revision.title, revision.body, revision.author_id) == ("Başka bir başlık", second.body, author.member)
    found = await post_at(author, "Depoda yeni düzen")
    assert found is not None
    assert found.id == first.id


async def test_others_and_stale_edits_are_refused_without_a_trace(store: Database) -> None:
    author, other, agency = await make_actor(), await make_actor(), await make_actor(Role.AGENCY)
    post = await make_post(author)
    draft = await make_post(author, published=False, title="Daha bitmedi")
    before = await snapshot(store)

    with pytest.raises(Forbidden):
        await edit_post(other, post.id, PostChanges(body="Hayır."), expected_version=2)
    with pytest.raises(NotFound):
        await delete_post(other, draft.id, expected_version=1)
    with pytest.raises(Conflict):
        await edit_post(author, post.id, PostChanges(body="Hayır."), expected_version=1)
    with pytest.raises(AlreadyDone):
        await publish_post(author, post.id, expected_version=2)
    with pytest.raises(Forbidden):
        await create_post(agency, DRAFT, once=Once())
    with pytest.raises(InvalidInput, match="mem_x"):
        await create_post(author, DRAFT.model_copy(update={"co_author_ids": ["mem_x"]}), once=Once())
    with pytest.raises(Forbidden):
        await make_post(author, announcement={})
    with pytest.raises(InvalidInput):
        await publish_post(author, draft.id, publish_at=now() - timedelta(seconds=1), expected_version=1)
    assert await snapshot(store) == before


async def test_scheduled_post_appears_once_at_its_time(store: Database) -> None:
    author = await make_actor()
    draft = await make_post(author, published=False)
    due = now() + timedelta(hours=1)
    planned = await publish_post(author, draft.id, publish_at=due, expected_version=1)
    assert (planned.status, planned.next_act_at, await act_on_due_posts(10)) == (PostStatus.SCHEDULED, due, 0)

    later(hours=1, seconds=1)
    await asyncio.gather(act_on_due_posts(10), act_on_due_posts(10))
    post = await fresh(planned)
    assert await act_on_due_posts(10) == 0

    assert (post.status, post.published_at, post.publish_at, post.version) == (PostStatus.PUBLISHED, due, None, 2)
    events = [name for name, _ in await facts(store, "blog_posts", post.id)]
    assert events == ["BlogPostCreated", "BlogPostScheduled", "BlogPostPublished"]
    withdrawn = await withdraw_post(author, post.id, expected_version=2)
    assert (withdrawn.status, withdrawn.published_at) == (PostStatus.DRAFT, None)


async def test_announcement_is_acknowledged_once_and_the_others_are_reminded(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    first, second = await make_actor(display_name="Ali"), await make_actor(display_name="Zeynep")
    asked = {"roles": [Role.EXPERT], "due_at": now() + timedelta(days=1)}
    post = await make_post(manager, announcement=asked)
    for _ in range(2):
        await tell_of_post(told(BlogPostPublished(post_id=post.id)))
        await acknowledge_post(first, post.id)
    with pytest.raises(Forbidden):
        await acknowledge_post(await make_actor(Role.AGENT), post.id)

    assert await acknowledged_by(manager, post) == [first.member]
    assert await not_acknowledged_by(manager, post) == [second.member]
    assert (await acknowledged_by(first, post), await not_acknowledged_by(first, post)) == ([], [])
    assert await kinds_told(first.member) == [NotificationKind.ANNOUNCED]
    post = await fresh(post)
    later(days=1, seconds=1)
    assert [await act_on_due_posts(10), await act_on_due_posts(10)] == [1, 0]
    reminder = told(AnnouncementOverdue(post_id=post.id), 2)
    for _ in range(2):
        await remind_of_announcement(reminder)
    assert await kinds_told(first.member) == [NotificationKind.ANNOUNCED]
    assert sorted(await kinds_told(second.member)) == [NotificationKind.ACKNOWLEDGEMENT_DUE, NotificationKind.ANNOUNCED]


async def test_remark_on_a_post_is_read_by_who_reads_the_post_and_its_author_is_told(store: Database) -> None:
    author, reader = await make_actor(), await make_actor()
    post = await make_post(author)

    remark = await make_comment(post, reader)

    stored = await Comment.get(remark.id)
    assert stored is not None
    assert (stored.question_id, stored.target_id, stored.guarded_by) == (None, post.id, post.id)
    added = {"comment_id": remark.id, "target_id": post.id, "author_id": reader.member, "in_reply_to_id": None}
    assert await facts(store, "comments", remark.id) == [("RemarkAdded", added)]
    for _ in range(2):
        await tell_of_remark(told(RemarkAdded(comment_id=remark.id, target_id=post.id, author_id=reader.member)))
    assert await kinds_told(author.member) == [NotificationKind.COMMENTED]
    hidden = await withdraw_post(author, post.id, expected_version=2)
    with pytest.raises(NotFound):
        await make_comment(hidden, reader)


def test_reading_time_follows_the_language() -> None:
    words = " ".join(["kelime"] * 332)

    assert [reading_minutes(words, language) for language in ("en", "tr", "fa", None)] == [2, 2, 3, 2]
    assert reading_minutes("**Kısa.**", "tr") == 1


async def test_all_of_a_post_can_be_changed_and_what_is_not_said_stays(store: Database) -> None:
    manager, other = await make_actor(Role.MANAGER), await make_actor()
    post = await create_post(manager, DRAFT, once=Once())
    due = now() + timedelta(days=1)
    given: dict[str, object] = {"co_author_ids": [other.member, manager.member], "tag_slugs": ["Kargo"]}
    given |= {"series": "Yeni", "announcement": {"due_at": due}}
    changed = await edit_post(manager, post.id, PostChanges.model_validate(given), expected_version=1)

    assert (changed.title, changed.body, changed.slug) == (post.title, post.body, post.slug)
    assert (changed.author_ids, [tag.slug for tag in changed.tags]) == ([manager.member, other.member], ["kargo"])
    assert changed.series is not None
    assert changed.announcement is not None
    assert (changed.series.slug, changed.announcement.due_at) == ("yeni", due)
    none = PostChanges.model_validate({"series": None, "announcement": None})
    bare = await edit_post(manager, post.id, none, expected_version=changed.version)
    assert (bare.series, bare.announcement, bare.next_act_at) == (None, None, None)
    past = PostChanges.model_validate({"announcement": {"due_at": now()}})
    with pytest.raises(InvalidInput) as refused:
        await edit_post(manager, post.id, past, expected_version=bare.version)
    assert refused.value.path == ("announcement", "due_at")
    assert await fresh(post) == bare


async def test_who_is_no_member_has_acknowledged_nothing(store: Database) -> None:
    post = await make_post(await make_actor(Role.MANAGER), announcement={"roles": [Role.EXPERT]})
    member = await make_actor()
    await acknowledge_post(member, post.id)
    assert list(await own_acknowledgements(member, [post.id])) == [post.id]
    assert await own_acknowledgements(customer_actor(), [post.id]) == {}
