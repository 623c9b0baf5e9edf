import asyncio

import pytest

from auth.actor import Role
from community.comment_reading import COMMENT_THREADS
from community.comments import CommentDraft, add_comment, resolve_thread
from community.documents import Comment
from community.errors import NotYours
from community.threads import ThreadState
from core.database import Database
from core.errors import Conflict, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.community.watching import facts, snapshot
from tests.factories.community import customer_actor, make_actor, make_answer, make_comment, make_post, make_question


async def test_replies_stand_in_one_thread_however_deep_they_are(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker)
    root, other = await make_comment(question, expert), await make_comment(question, asker)
    reply = await make_comment(question, asker, in_reply_to_id=root.id)
    further = await make_comment(question, expert, in_reply_to_id=reply.id)

    assert (root.root, root.thread_id, reply.root, reply.thread_id, further.thread_id) == (True, None, None, root.id, root.id)
    assert further.in_reply_to_id == reply.id
    threads = (await COMMENT_THREADS.of(asker, [question.id], Window()))[question.id]
    replies = await COMMENT_THREADS.replies(asker, [root.id, other.id], Window())
    assert [one.id for one in threads.items] == [root.id, other.id]
    assert {key: [one.id for one in found.items] for key, found in replies.items()} == {
        root.id: [reply.id, further.id],
        other.id: [],
    }
    assert await COMMENT_THREADS.reply_counts(asker, [root.id, other.id]) == {root.id: 2, other.id: 0}
    assert await COMMENT_THREADS.participants(further) == [expert.member, asker.member]
    assert (await COMMENT_THREADS.counts(customer_actor(), [question.id]))[question.id] == 0


async def test_a_thread_is_closed_as_done_and_opened_again(store: Database) -> None:
    author, reader, manager = await make_actor(), await make_actor(), await make_actor(Role.MANAGER)
    post = await make_post(author)
    thread = await make_comment(post, reader)
    reply = await make_comment(post, author, in_reply_to_id=thread.id)

    done = await resolve_thread(author, thread.id, resolved=True, expected_version=1)
    assert (done.resolved_by, done.resolved_at is not None, done.version) == (author.member, True, 2)
    open_one = (await COMMENT_THREADS.of(reader, [post.id], Window(), ThreadState.OPEN))[post.id]
    resolved = (await COMMENT_THREADS.of(reader, [post.id], Window(), ThreadState.RESOLVED))[post.id]
    assert ([one.id for one in open_one.items], [one.id for one in resolved.items]) == ([], [thread.id])
    again = await resolve_thread(manager, thread.id, resolved=True, expected_version=2)
    assert again.resolved_by == author.member
    opened = await resolve_thread(reader, thread.id, resolved=False, expected_version=again.version)
    assert (opened.resolved_at, opened.resolved_by) == (None, None)
    changed = ("RemarkChanged", {"comment_id": thread.id, "target_id": post.id})
    assert (await facts(store, "comments", thread.id))[1:] == [changed, changed]

    stranger = await make_actor(Role.MENTOR)
    before = await snapshot(store)
    for actor, comment, version, refusal in (
        (stranger, thread.id, opened.version, NotYours),
        (author, reply.id, reply.version, InvalidInput),
        (author, thread.id, 1, Conflict),
        (author, "cmt_nowhere", 1, NotFound),
        (customer_actor(), thread.id, opened.version, NotFound),
    ):
        with pytest.raises(refusal):
            await resolve_thread(actor, comment, resolved=True, expected_version=version)
    assert await snapshot(store) == before


async def test_who_asked_anonymously_closes_threads_without_being_named(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker, anonymous=True)
    thread = await make_comment(await make_answer(question, expert), expert)

    with pytest.raises(NotYours):
        await resolve_thread(asker, thread.id, resolved=True, expected_version=1)
    own = await make_comment(question, expert)
    done = await resolve_thread(asker, own.id, resolved=True, expected_version=1)

    assert done.resolved_by == question.author_id
    row = await store["comments"].find_one({"_id": own.id})
    assert row is not None
    assert asker.member not in repr(row)


async def test_racing_replies_all_stand_in_the_thread(store: Database) -> None:
    question, expert = await make_question(), await make_actor()
    root = await make_comment(question)
    draft = CommentDraft(target_id=question.id, in_reply_to_id=root.id, body="Ben de")

    await asyncio.gather(
        resolve_thread(await make_actor(Role.MANAGER), root.id, resolved=True, expected_version=1),
        *(add_comment(expert, draft, once=Once()) for _ in range(4)),
    )

    assert await Comment.find({"thread_id": root.id}).count() == 4
    assert (await fresh(root)).resolved_at is not None
