from typing import Any

import pytest

from auth.actor import ANONYMOUS, Role
from community.documents import Tag
from community.events import AnswerGiven, CommentAdded, QuestionAsked, RemarkAdded
from community.spaces.documents import SpaceVisibility
from community.watching import Watch, WatchLevel, level_in, set_watch_level, watch_levels
from community.wiki.comments import CommentDraft, add_comment
from community.wiki.events import WikiCommentAdded, WikiPageCreated, WikiPageEdited
from core.clock import now
from core.database import Database
from core.errors import Forbidden, NotFound
from core.events import Event, Recorded
from core.idempotency import Once
from notifications.announcements import tell_asker
from notifications.documents import Notification
from notifications.following import tell_of_edit, tell_of_page, tell_of_question, tell_of_remark, tell_of_wiki_comment
from tests.community.watching import snapshot
from tests.factories.community import make_actor, make_answer, make_comment, make_page, make_post, make_question
from tests.factories.spaces import inside, make_space


def told(fact: Event) -> Recorded[Any]:
    return Recorded(fact=fact, number=1, event_id="event-1", at=now(), actor="system", subject="x")


async def by_target() -> list[tuple[str, str]]:
    return sorted([(row.target_id, row.recipient_id) for row in await Notification.find({}).to_list()])


async def recipients() -> list[str]:
    return sorted([row.recipient_id for row in await Notification.find({}).to_list()])


async def test_level_is_set_once_for_each_member_and_thing(store: Database) -> None:
    member, post = await make_actor(), await make_post()
    for level in (WatchLevel.WATCHING, WatchLevel.WATCHING, WatchLevel.MUTED):
        await set_watch_level(member, post.id, level)

    assert await watch_levels(member, [post.id, "pst_x"]) == {post.id: WatchLevel.MUTED}
    assert (await Watch.count(), await watch_levels(ANONYMOUS, [post.id])) == (1, {})
    draft = await make_post(published=False, title="Daha bitmedi")
    before = await snapshot(store)
    for target in (draft.id, "mem_x", "nonsense"):
        with pytest.raises(NotFound):
            await set_watch_level(member, target, WatchLevel.WATCHING)
    assert await snapshot(store) == before


async def test_who_watches_is_told_of_remarks_who_tracks_of_answers_and_who_muted_of_nothing(store: Database) -> None:
    author, watcher, tracker, normal = [await make_actor(Role.AGENT) for _ in range(4)]
    post, question = await make_post(author), await make_question(author)
    for target in (post.id, question.id):
        await set_watch_level(watcher, target, WatchLevel.WATCHING)
        await set_watch_level(tracker, target, WatchLevel.TRACKING)
        await set_watch_level(normal, target, WatchLevel.NORMAL)
    remark, answer = await make_comment(post), await make_answer(question)
    added = told(RemarkAdded(comment_id=remark.id, target_id=post.id, author_id=remark.author_id))
    given = told(AnswerGiven(answer_id=answer.id, question_id=question.id, author_id=answer.author_id))

    for _ in range(2):
        await tell_of_remark(added)
    assert await recipients() == sorted([author.member, watcher.member])
    for _ in range(2):
        await tell_asker(given)
    assert await recipients() == sorted([*[author.member, watcher.member] * 2, tracker.member])

    await Notification.get_pymongo_collection().delete_many({})
    await set_watch_level(author, post.id, WatchLevel.MUTED)
    await tell_of_remark(added)
    assert await recipients() == [watcher.member]
    with pytest.raises((Forbidden, NotFound)):
        await set_watch_level(ANONYMOUS, post.id, WatchLevel.WATCHING)


def test_what_is_set_nearest_holds_and_muted_beats_what_concerns() -> None:
    watching, tracking, normal, muted = WatchLevel.WATCHING, WatchLevel.TRACKING, WatchLevel.NORMAL, WatchLevel.MUTED
    scopes = [["wik_x"], ["wik_above"], ["wik_top"], ["tag_a", "tag_b"], ["spc_x"]]

    for chosen, alone, concerned in (
        ({}, normal, watching),
        ({"spc_x": watching}, watching, watching),
        ({"spc_x": muted}, muted, muted),
        ({"spc_x": muted, "wik_x": tracking}, tracking, tracking),
        ({"spc_x": watching, "tag_a": tracking, "tag_b": normal}, tracking, watching),
        ({"tag_a": watching, "tag_b": muted, "spc_x": watching}, muted, muted),
        ({"wik_top": muted, "wik_above": watching}, watching, watching),
        ({"wik_above": normal, "spc_x": watching}, normal, watching),
        ({"wik_x": normal, "spc_x": muted}, normal, normal),
    ):
        assert level_in(scopes, chosen, concerned=False) is alone, chosen
        assert level_in(scopes, chosen, concerned=True) is concerned, chosen


async def test_spaces_tags_and_pages_above_are_watched_with_all_that_stands_in_them(store: Database) -> None:
    author, by_tag, by_space, tracking, muting = [await make_actor(Role.AGENT) for _ in range(5)]
    space = await make_space(author, by_space, visibility=SpaceVisibility.SECRET)
    author, inside_one = inside(author, space), inside(by_space, space)
    await set_watch_level(by_tag, "tag_kargo", WatchLevel.WATCHING)
    await set_watch_level(inside_one, space.id, WatchLevel.WATCHING)
    await set_watch_level(tracking, "tag_kargo", WatchLevel.TRACKING)
    open_one = await make_question(author, tag_slugs=["Kargo"])
    secret = await make_question(author, tag_slugs=["kargo"], space_id=space.id)
    for question in (open_one, secret):
        for _ in range(2):
            await tell_of_question(told(QuestionAsked(question_id=question.id, author_id=question.author_id)))
    assert await by_target() == sorted([(open_one.id, by_tag.member), (secret.id, by_space.member)])

    await Notification.get_pymongo_collection().delete_many({})
    top = await make_page("iade", author)
    below = await make_page("iade/yurtdisi", author)
    for watcher, level in ((by_tag, WatchLevel.WATCHING), (tracking, WatchLevel.TRACKING), (muting, WatchLevel.MUTED)):
        await set_watch_level(watcher, top.id, level)
    await set_watch_level(muting, below.id, WatchLevel.TRACKING)
    await tell_of_page(told(WikiPageCreated(page_id=below.id, author_id=author.member)))
    assert await by_target() == [(below.id, by_tag.member)]
    await Notification.get_pymongo_collection().delete_many({})
    await tell_of_edit(told(WikiPageEdited(page_id=below.id, number=2, author_id=muting.member)))
    edited = {author.member, by_tag.member, tracking.member, muting.member}
    assert await by_target() == sorted((below.id, one) for one in edited)
    await Notification.get_pymongo_collection().delete_many({})
    thread = await add_comment(tracking, CommentDraft(page_id=below.id, body="Emin miyiz?"), once=Once())
    added = WikiCommentAdded(page_id=below.id, comment_id=thread.id, author_id=tracking.member)
    await tell_of_wiki_comment(told(added))
    assert await by_target() == sorted((below.id, one) for one in (author.member, by_tag.member))


async def test_remarks_on_questions_are_told_to_who_takes_part(store: Database) -> None:
    asker, expert, other, watcher = [await make_actor(Role.AGENT) for _ in range(4)]
    question = await make_question(asker, anonymous=True)
    answer = await make_answer(question, expert)
    await set_watch_level(watcher, question.id, WatchLevel.WATCHING)
    root = await make_comment(answer, other)
    reply = await make_comment(answer, asker, in_reply_to_id=root.id)
    fact = CommentAdded(
        comment_id=reply.id, question_id=question.id, target_id=answer.id, author_id=reply.author_id, in_reply_to_id=root.id
    )
    for _ in range(2):
        await tell_of_remark(told(fact))

    assert await recipients() == sorted([expert.member, other.member, watcher.member])


async def test_tags_are_watched_by_their_slug_and_spaces_by_who_may_know_of_them(store: Database) -> None:
    member, owner = await make_actor(), await make_actor()
    space = await make_space(owner)

    assert await set_watch_level(member, "tag_iade-kargo", WatchLevel.MUTED) == Tag(slug="iade-kargo", name="iade kargo")
    for target in (space.id, "tag_", "tag_Ürün İade", f"tag_{'a' * 41}", "tag_a\0"):
        with pytest.raises(NotFound):
            await set_watch_level(member, target, WatchLevel.WATCHING)
    with pytest.raises(Forbidden):
        await set_watch_level(ANONYMOUS, "tag_kargo", WatchLevel.WATCHING)
    assert await Watch.count() == 1
