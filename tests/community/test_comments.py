import asyncio

import pytest

from auth.actor import SYSTEM, Role
from community.comments import CommentChanges, CommentDraft, add_comment, edit_comment
from community.documents import Comment
from community.errors import NotYours
from core.database import Database
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from tests.community.watching import facts, keyed, snapshot
from tests.factories.community import customer_actor, make_actor, make_answer, make_comment, make_question


async def test_a_member_remarks_on_an_answer_and_another_replies(store: Database) -> None:
    question = await make_question()
    answer = await make_answer(question)
    expert = await make_actor()

    comment, _ = await add_comment(expert, CommentDraft(target_id=answer.id, body="Hangi depo?"), once=Once())
    reply = await make_comment(answer, in_reply_to_id=comment.id, body="Gebze.")

    assert comment.id.startswith("cmt_")
    assert (comment.question_id, comment.target_id, comment.body) == (question.id, answer.id, "Hangi depo?")
    assert (reply.in_reply_to_id, reply.target_id) == (comment.id, answer.id)
    added = {
        "comment_id": comment.id,
        "question_id": question.id,
        "target_id": answer.id,
        "author_id": expert.member_id,
        "in_reply_to_id": None,
    }
    assert await facts(store, "comments", comment.id) == [("CommentAdded", added)]


async def test_clients_hear_of_a_comment_as_of_the_question(store: Database) -> None:
    question = await make_question()
    comment = await make_comment(await make_answer(question))

    row = await store["comments"].find_one({"_id": comment.id})

    assert row is not None
    assert (row["pending"][0]["node"], row["pending"][0]["topics"]) == (question.id, ["QUESTION"])


async def test_a_reply_stays_on_the_same_thing(store: Database) -> None:
    question, expert = await make_question(), await make_actor()
    on_question = await make_comment(question)
    answer = await make_answer(question)
    before = await snapshot(store)

    for other in (on_question.id, "cmt_nowhere", "nonsense"):
        with pytest.raises(InvalidInput) as caught:
            await add_comment(expert, CommentDraft(target_id=answer.id, in_reply_to_id=other, body="x"), once=Once())
        assert caught.value.path == ("in_reply_to_id",)

    assert await snapshot(store) == before


async def test_refused_comments_leave_no_trace(store: Database) -> None:
    question = await make_question()
    before = await snapshot(store)

    for actor, target_id, refusal in (
        (SYSTEM, question.id, Forbidden),
        (customer_actor(), question.id, NotFound),
        (SYSTEM, "qst_nowhere", NotFound),
    ):
        with pytest.raises(refusal):
            await add_comment(actor, CommentDraft(target_id=target_id, body="x"), once=Once())

    assert await snapshot(store) == before


async def test_the_same_key_remarks_once(store: Database) -> None:
    question, expert = await make_question(), await make_actor()
    draft = CommentDraft(target_id=question.id, body="Bir")

    racing = await asyncio.gather(*(add_comment(expert, draft, once=keyed("k", "in")) for _ in range(4)))
    again, _ = await add_comment(expert, draft, once=keyed("k", "in"))

    assert {comment.id for comment, _ in racing} == {again.id}
    assert await Comment.find_all().count() == 1
    with pytest.raises(IdempotencyMismatch):
        await add_comment(expert, draft, once=keyed("k", "other"))


async def test_the_author_and_moderators_edit_a_comment(store: Database) -> None:
    question, expert = await make_question(), await make_actor()
    moderator, stranger = await make_actor(Role.MANAGER), await make_actor(Role.MENTOR)
    comment = await make_comment(question, expert)

    await edit_comment(expert, comment.id, CommentChanges(body="İki"), expected_version=1)
    edited = await edit_comment(moderator, comment.id, CommentChanges(body="Üç"), expected_version=2)

    assert (edited.body, edited.version) == ("Üç", 3)
    changed = ("CommentChanged", {"comment_id": comment.id, "question_id": question.id})
    assert (await facts(store, "comments", comment.id))[1:] == [changed, changed]
    before = await snapshot(store)
    for actor, comment_id, version, refusal in (
        (stranger, comment.id, 3, NotYours),
        (expert, comment.id, 1, Conflict),
        (expert, "cmt_nowhere", 1, NotFound),
        (customer_actor(), comment.id, 3, NotFound),
    ):
        with pytest.raises(refusal):
            await edit_comment(actor, comment_id, CommentChanges(body="x"), expected_version=version)
    assert await snapshot(store) == before
