from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from community.blog.documents import BlogPost, PostStatus
from community.blog.posts import PostDraft, create_post
from community.blog.publishing import act_on_due_posts, publish_post
from community.blog.reading import count_posts, list_drafts, list_posts, not_acknowledged_by, post_at, posts_by_ids
from community.comment_reading import comments_by_ids
from community.errors import NotForThePublic
from community.handlers import subscribe
from community.ideas.documents import Idea, IdeaStatus
from community.ideas.ideas import IdeaDraft, IdeaVerdict, merge_idea, set_idea_status, submit_idea
from community.ideas.reading import IdeaOrder, count_ideas, idea_order, ideas_by_ids, list_ideas
from community.listing import Comparison, Where
from community.moderation.documents import ModerationItem, ReportReason
from community.moderation.reading import items_by_ids
from community.moderation.reports import ReportDraft, report_content
from community.moving import SpaceMove, move_to_space
from community.spaces.documents import Space, SpaceVisibility
from community.spaces.errors import SpaceArchived
from community.spaces.spaces import SpaceChanges, update_space
from community.watching import WatchLevel, set_watch_level
from core.clock import clock, now
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from notifications import following, spaces
from notifications.documents import Notification, NotificationKind
from notifications.reading import list_notifications
from search.readers import idea_readers, post_readers, reader_tokens
from tests.care.stored import handle_twice
from tests.factories.community import customer_actor, make_actor, make_comment, make_post
from tests.factories.spaces import inside, make_space, version_of

pytestmark = pytest.mark.usefixtures("store")

OPEN, CLOSED = SpaceVisibility.OPEN, SpaceVisibility.CLOSED
ORDER = idea_order(IdeaOrder.VOTE_COUNT)


async def idea_of(actor: Actor, space: Space | None = None, **given: object) -> Idea:
    draft = {"title": "Kargo bildirimi", "body": "Yola çıkınca.", "space_id": space.id if space else None, **given}
    return await submit_idea(actor, IdeaDraft.model_validate(draft), once=Once())


async def moved(actor: Actor, content: BlogPost | Idea, space: Space | None) -> object:
    move = SpaceMove(content_id=content.id, space_id=space.id if space else None)
    return await move_to_space(actor, move, expected_version=(await fresh(content)).version)


async def test_post_and_idea_of_a_closed_space_are_for_its_members_alone() -> None:
    ada, baran, admin = await make_actor(), await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    space = await make_space(ada, baran)
    ada, baran = inside(ada, space), inside(baran, space)
    post = await make_post(ada, space_id=space.id)
    await make_post(ada, published=False, space_id=space.id)
    idea = await idea_of(baran, space)
    open_post, open_idea = await make_post(), await idea_of(admin)
    said = [await make_comment(post, baran), await make_comment(idea, ada)]

    for actor, is_in in ((baran, True), (admin, False)):
        posts, ideas = {open_post.id} | ({post.id} if is_in else set()), {open_idea.id} | ({idea.id} if is_in else set())
        assert {one.id for one in (await list_posts(actor, window=Window())).items} == posts
        assert {one.id for one in (await list_ideas(actor, order=ORDER, window=Window())).items} == ideas
        assert (await count_posts(actor), await count_ideas(actor, order=ORDER)) == (len(posts), len(ideas))
        assert (await post_at(actor, post.slug) is not None) is is_in
        assert set(await comments_by_ids(actor, [one.id for one in said])) == ({one.id for one in said} if is_in else set())
        tokens = set(reader_tokens(actor))
        found = (bool(tokens & post_readers(post)), bool(tokens & idea_readers(idea)))
        assert found == (is_in, is_in)
        assert tokens & post_readers(open_post)
    in_space = Where("space_id", Comparison.EQ, space.id)
    assert [await count_posts(one, condition=in_space) for one in (ada, admin)] == [1, 0]
    assert [await count_ideas(one, condition=in_space, order=ORDER) for one in (ada, admin)] == [1, 0]
    assert await ideas_by_ids(customer_actor(), [idea.id]) == {}


async def test_who_left_a_space_reads_their_own_drafts_there_no_more() -> None:
    owner, author = await make_actor(), await make_actor()
    space = await make_space(owner, author)
    post = await make_post(inside(author, space), published=False, space_id=space.id)

    assert [one.id for one in (await list_drafts(inside(author, space), Window())).items] == [post.id]
    assert (await list_drafts(author, Window())).items == []
    assert await posts_by_ids(author, [post.id]) == {}


async def test_slugs_tell_nothing_of_posts_in_closed_spaces() -> None:
    owner = await make_actor()
    space = await make_space(owner)

    hidden = await make_post(inside(owner, space), space_id=space.id)
    shown = await make_post()

    assert (shown.slug, hidden.slug) == ("depoda-yeni-duzen", f"depoda-yeni-duzen-{hidden.id[-6:]}")


async def test_only_insiders_write_and_are_asked_for_an_acknowledgement() -> None:
    owner, member, admin = await make_actor(Role.MANAGER), await make_actor(), await make_actor(Role.ADMIN)
    space = await make_space(owner, member, visibility=CLOSED)
    owner = inside(owner, space)
    draft = {"title": "Devir günü", "body": "Salı.", "space_id": space.id}

    with pytest.raises(Forbidden):
        await create_post(admin, PostDraft.model_validate(draft), once=Once())
    with pytest.raises(InvalidInput) as refused:
        await create_post(owner, PostDraft.model_validate({**draft, "co_author_ids": [admin.member]}), once=Once())
    post = await make_post(owner, announcement={}, space_id=space.id)

    assert refused.value.path == ("co_author_ids",)
    assert set(await not_acknowledged_by(owner, post)) == {owner.member, member.member}
    assert await BlogPost.count() == 1


async def test_nothing_appears_in_an_archived_space() -> None:
    owner = await make_actor()
    space = await make_space(owner, visibility=OPEN)
    draft, waiting = [await make_post(owner, published=False, space_id=space.id) for _ in range(2)]
    waiting = await publish_post(owner, waiting.id, publish_at=now() + timedelta(hours=1), expected_version=1)
    idea = await idea_of(owner, space)
    await update_space(owner, space.id, SpaceChanges(archived=True), expected_version=await version_of(space))

    for act, path in (
        (publish_post(owner, draft.id, expected_version=1), "post_id"),
        (make_post(owner, space_id=space.id), "space_id"),
        (idea_of(owner, space), "space_id"),
        (make_comment(idea, owner), "target_id"),
    ):
        with pytest.raises(SpaceArchived) as refused:
            await act
        assert refused.value.path == (path,)
    clock.shift(timedelta(hours=2))
    assert [await act_on_due_posts(10) for _ in range(2)] == [1, 0]
    assert ((await fresh(waiting)).status, (await fresh(waiting)).publish_at) == (PostStatus.DRAFT, None)


async def test_post_and_idea_move_in_by_their_author_and_out_by_who_looks_after_the_space() -> None:
    owner, author, admin = await make_actor(), await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    space = await make_space(owner, author)
    owner, author = inside(owner, space), inside(author, space)
    post, idea = await make_post(author), await idea_of(author)
    await set_watch_level(admin, post.id, WatchLevel.WATCHING)
    item = await report_content(admin, ReportDraft(content_id=post.id, reason=ReportReason.SPAM))
    await make_comment(post, owner)
    await handle_twice(following.subscribe, (BlogPost,))
    with pytest.raises(Forbidden):
        await moved(await make_actor(Role.AGENT), idea, None)

    for content in (post, idea):
        await moved(author, content, space)
    await handle_twice(subscribe, (BlogPost, Idea))
    await handle_twice(spaces.subscribe, (BlogPost, Idea))

    assert [await posts_by_ids(admin, [post.id]), await ideas_by_ids(admin, [idea.id])] == [{}, {}]
    assert [list(await items_by_ids(one, [item.id])) for one in (admin, owner)] == [[], [item.id]]
    assert (await ModerationItem.get(item.id)) is not None
    assert (await list_notifications(admin, Window())).items == []
    for content in (post, idea):
        with pytest.raises(Forbidden):
            await moved(author, content, None)
        await moved(owner, content, None)
    assert set(await posts_by_ids(admin, [post.id])) == {post.id}


async def test_what_customers_see_stands_in_no_closed_space() -> None:
    owner = await make_actor(Role.MANAGER)
    space, open_space = await make_space(owner), await make_space(owner, name="Fikirler", visibility=OPEN)
    owner = inside(owner, space)
    public, customers = await idea_of(owner, public=True), await idea_of(customer_actor())

    for act in (idea_of(owner, space, public=True), moved(owner, public, space), moved(owner, customers, open_space)):
        with pytest.raises(NotForThePublic):
            await act
    with pytest.raises(NotFound):
        await idea_of(customer_actor(), open_space)
    await moved(owner, public, open_space)
    assert set(await ideas_by_ids(customer_actor(), [public.id])) == {public.id}


async def test_who_looks_after_a_space_says_what_becomes_of_its_ideas() -> None:
    owner, member = await make_actor(), await make_actor()
    space = await make_space(owner, member)
    owner, member = inside(owner, space), inside(member, space)
    idea, same, outside = await idea_of(member, space), await idea_of(member, space), await idea_of(member)
    verdict = IdeaVerdict(status=IdeaStatus.PLANNED)

    with pytest.raises(Forbidden):
        await set_idea_status(member, idea.id, verdict, expected_version=1)
    with pytest.raises(InvalidInput) as refused:
        await merge_idea(owner, same.id, into_id=outside.id, expected_version=1)
    await set_idea_status(owner, idea.id, verdict, expected_version=1)
    into = await merge_idea(owner, same.id, into_id=idea.id, expected_version=1)

    assert refused.value.path == ("into_id",)
    assert (into.status, into.absorbed) == (IdeaStatus.PLANNED, [same.id])


async def test_who_watches_a_space_is_told_of_its_posts_and_ideas() -> None:
    owner, watcher, outsider = await make_actor(), await make_actor(), await make_actor()
    space = await make_space(owner, watcher, visibility=CLOSED)
    owner, watcher = inside(owner, space), inside(watcher, space)
    for one in (watcher, outsider):
        await set_watch_level(one, space.id, WatchLevel.WATCHING)
    post, idea = await make_post(owner, space_id=space.id), await idea_of(owner, space)

    await handle_twice(following.subscribe, (BlogPost, Idea))

    told = await Notification.find({}).sort("_id").to_list()
    assert {(one.recipient_id, one.target_id, one.kind) for one in told} == {
        (watcher.member, content.id, NotificationKind.CONTENT_ADDED) for content in (post, idea)
    }
    assert len(told) == 2
