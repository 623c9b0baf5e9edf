import asyncio

import pytest

from auth.actor import Role
from community.comment_reading import COMMENT_THREADS, comments_by_ids
from community.comments import CommentChanges, CommentDraft, add_comment, edit_comment
from community.documents import Comment
from community.errors import NotYours
from community.handlers import subscribe
from community.moderation.calming import LockDraft, lock
from community.moderation.decisions import Verdict, decide_item
from community.moderation.documents import (
    ContentState,
    ModerationAct,
    ModerationAction,
    ModerationDecision,
    ModerationItem,
    ModerationStatus,
    ReportReason,
)
from community.moderation.reports import ReportDraft, report_content
from community.reactions import ReactionKind, react
from community.reading import comment_counts
from community.removing import DeletionDraft, delete_comment
from community.spaces.documents import SpaceRole
from community.turns.errors import Locked
from core.database import Database
from core.errors import AlreadyDone, Conflict, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from notifications import moderation
from notifications.documents import Notification, NotificationKind
from tests.care.stored import handle_twice
from tests.community.watching import snapshot
from tests.factories.community import make_actor, make_answer, make_comment, make_post, make_question
from tests.factories.spaces import inside, let_in, make_space

OWN = DeletionDraft()
WHY = DeletionDraft(reason="Kişisel veri.")


async def test_author_deletes_a_remark_and_a_thread_keeps_its_place_while_it_has_answers(store: Database) -> None:
    author, other = await make_actor(), await make_actor()
    post = await make_post(other)
    root = await make_comment(post, author, body="Bunu ben yazdım.")
    reply = await make_comment(post, other, in_reply_to_id=root.id)

    gone = await delete_comment(author, root.id, OWN, expected_version=1)

    assert (gone.body, gone.version, gone.deleted_at) == ("", 2, None)
    assert gone.removal is not None
    assert (gone.removal.body, gone.removal.by, gone.removal.reason) == ("Bunu ben yazdım.", author.member, None)
    threads = (await COMMENT_THREADS.of(other, [post.id], Window()))[post.id]
    assert [(one.id, one.body) for one in threads.items] == [(root.id, "")]
    further, _ = await add_comment(other, CommentDraft(target_id=post.id, in_reply_to_id=root.id, body="Yine de."), once=Once())
    for answer in (reply, further):
        await delete_comment(other, answer.id, OWN, expected_version=1)
    assert await comments_by_ids(other, [root.id, reply.id, further.id]) == {}
    assert await comment_counts(other, [post.id]) == {post.id: 0}
    assert (await ModerationItem.count(), await ModerationAction.count()) == (0, 0)


async def test_answer_that_came_meanwhile_brings_the_place_back(store: Database) -> None:
    author, other = await make_actor(), await make_actor()
    question = await make_question(other)
    root = await make_comment(question, author)
    reply = await make_comment(question, other, in_reply_to_id=root.id)
    gone = await delete_comment(author, root.id, OWN, expected_version=1)
    await Comment.get_pymongo_collection().update_one({"_id": root.id}, {"$set": {"deleted_at": gone.created_at}})

    await handle_twice(subscribe, (Comment,))

    assert set(await comments_by_ids(other, [root.id, reply.id])) == {root.id, reply.id}


async def test_moderator_says_why_and_the_log_keeps_it(store: Database) -> None:
    owner, moderator, author, member = await make_actor(), await make_actor(), await make_actor(Role.AGENT), await make_actor()
    space = await make_space(owner, author, member)
    await let_in(space, owner, moderator, role=SpaceRole.MODERATOR)
    moderator, author = inside(moderator, space), inside(author, space)
    answer = await make_answer(await make_question(author, space_id=space.id), author)
    comment = await make_comment(answer, author)
    await report_content(moderator, ReportDraft(content_id=comment.id, reason=ReportReason.CONFIDENTIAL))
    before = await snapshot(store)

    with pytest.raises(InvalidInput) as refused:
        await delete_comment(moderator, comment.id, OWN, expected_version=1)
    with pytest.raises(NotYours):
        await delete_comment(inside(member, space), comment.id, WHY, expected_version=1)
    with pytest.raises(NotFound):
        await delete_comment(await make_actor(Role.MANAGER), comment.id, WHY, expected_version=1)
    assert (refused.value.path, (await snapshot(store))["comments"]) == (("reason",), before["comments"])
    await delete_comment(moderator, comment.id, WHY, expected_version=1)
    await handle_twice(subscribe, (Comment,))
    await handle_twice(moderation.subscribe, (ModerationItem,))

    (item,) = await ModerationItem.find({}).to_list()
    assert (item.state, item.status, len(item.decisions)) == (ContentState.DELETED, ModerationStatus.DECIDED, 1)
    (action,) = await ModerationAction.find({}).to_list()
    assert (action.decision, action.reason, action.by) == (ModerationAct.DELETE, "Kişisel veri.", moderator.member)
    told = await Notification.find({"kind": NotificationKind.CONTENT_MODERATED.value}).to_list()
    assert [one.recipient_id for one in told] == [author.member]


async def test_what_is_deleted_is_neither_changed_nor_reacted_to_nor_deleted_again(store: Database) -> None:
    author, manager = await make_actor(), await make_actor(Role.MANAGER)
    question = await make_question()
    root = await make_comment(question, author)
    await make_comment(question, manager, in_reply_to_id=root.id)

    outcomes = await asyncio.gather(
        *(delete_comment(who, root.id, why, expected_version=1) for who, why in ((author, OWN), (manager, WHY))),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in outcomes if isinstance(one, Conflict | AlreadyDone | Comment)) in (
        ["AlreadyDone", "Comment"],
        ["Comment", "Conflict"],
    )
    for act in (
        edit_comment(author, root.id, CommentChanges(body="Yeniden."), expected_version=2),
        react(author, root.id, ReactionKind.HEART),
        delete_comment(manager, root.id, WHY, expected_version=2),
    ):
        with pytest.raises(AlreadyDone):
            await act
    with pytest.raises(InvalidInput):
        await report_content(await make_actor(), ReportDraft(content_id=root.id, reason=ReportReason.SPAM))


async def test_locked_remarks_stay_for_their_authors_and_moderators_of_the_queue_leave_a_place_too(store: Database) -> None:
    author, manager = await make_actor(), await make_actor(Role.MANAGER)
    question = await make_question()
    root = await make_comment(question, author)
    reply = await make_comment(question, manager, in_reply_to_id=root.id)
    item = await report_content(manager, ReportDraft(content_id=root.id, reason=ReportReason.SPAM))
    await lock(manager, question.id, LockDraft(reason="Tartışma."), expected_version=1)

    with pytest.raises(Locked):
        await delete_comment(author, root.id, OWN, expected_version=1)
    await decide_item(manager, item.id, Verdict(decision=ModerationDecision.DELETE, reason="Reklam."), expected_version=1)
    await handle_twice(subscribe, (Comment, ModerationItem))

    left = await fresh(root)
    assert (left.body, left.deleted_at, left.removal is not None and left.removal.reason) == ("", None, "Reklam.")
    assert set(await comments_by_ids(author, [root.id, reply.id])) == {root.id, reply.id}
    assert await ModerationAction.find({"decision": "DELETE"}).count() == 1
