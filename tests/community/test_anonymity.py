import pytest

from auth.actor import Role
from community.answers import accept_answer
from community.closing import ClosingDraft, close_question, reopen_question
from community.comments import CommentChanges, edit_comment
from community.documents import CloseReason, Question
from community.errors import OwnVote
from community.listing import Comparison, Where
from community.merging import merge_question
from community.policies import may_accept, may_edit
from community.questions import QuestionChanges, edit_question
from community.reactions import ReactionKind, react
from community.reading import list_questions
from community.votes import VoteValue, cast_vote
from community.watching import Happening, followers_of
from core.database import Database
from core.errors import InvalidInput
from core.paging import Window
from core.records import fresh
from tests.factories.community import make_actor, make_answer, make_comment, make_question


async def test_nothing_but_one_field_of_what_is_stored_tells_who_asked(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker, anonymous=True, invited_expert_ids=[expert.member])
    comment, own = await make_comment(question, asker), await make_answer(question, asker)
    answer = await make_answer(question, expert)
    await edit_comment(asker, comment.id, CommentChanges(body="Yani İzmir?"), expected_version=1)
    await edit_question(asker, question.id, QuestionChanges(title="Hangi depodan çıkar?"), expected_version=1)
    await accept_answer(asker, answer.id, expected_version=2)
    await react(asker, answer.id, ReactionKind.HEART)
    closed = await close_question(asker, question.id, ClosingDraft(reason=CloseReason.OUTDATED), expected_version=3)
    await reopen_question(asker, question.id, expected_version=closed.version)

    for name in ("questions", "answers", "comments", "evidence", "reactions", "watches"):
        for row in await store[name].find({}).to_list():
            hidden = row.pop("hidden_author_id", None)
            assert hidden in {None, asker.member}
            assert asker.member not in repr(row)
            assert asker.id not in repr(row)
    kept = await fresh(question)
    assert (kept.author_id[:4], kept.writer_id) == ("anm_", asker.member)
    assert {comment.author_id, own.author_id} == {kept.author_id}
    assert await store["evidence"].count_documents({"source_id": own.id}) == 0
    other = await make_question(asker, anonymous=True)
    assert other.author_id != kept.author_id


async def test_who_asked_anonymously_may_what_who_asks_may(store: Database) -> None:
    asker, other = await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    question = await make_question(asker, anonymous=True)

    assert [bool(rule(one, question)) for rule in (may_edit, may_accept) for one in (asker, other)] == [True, False] * 2
    with pytest.raises(OwnVote):
        await cast_vote(asker, question.id, VoteValue.UP)
    with pytest.raises(InvalidInput):
        await edit_question(asker, question.id, QuestionChanges(invited_expert_ids=[asker.member]), expected_version=1)


async def test_a_moderator_learns_nothing_by_inviting_and_by_filtering(store: Database) -> None:
    asker, moderator = await make_actor(Role.AGENT), await make_actor(Role.MANAGER)
    question = await make_question(asker, anonymous=True)

    changed = await edit_question(moderator, question.id, QuestionChanges(invited_expert_ids=[asker.member]), expected_version=1)
    asked_by = Where("author_id", Comparison.EQ, asker.member)

    assert changed.invited_expert_ids == [asker.member]
    assert (await list_questions(moderator, condition=asked_by, window=Window(10))).items == []


async def test_who_asked_anonymously_follows_a_merge(store: Database) -> None:
    asker, moderator = await make_actor(Role.AGENT), await make_actor(Role.MANAGER)
    question, into = await make_question(asker, anonymous=True), await make_question()

    await merge_question(moderator, question.id, into_id=into.id, expected_version=1)

    assert await followers_of(into, [], Happening.ANSWERED) == [asker.member]
    stored = await Question.get(question.id)
    assert stored is not None
    assert stored.hidden_author_id == asker.member
