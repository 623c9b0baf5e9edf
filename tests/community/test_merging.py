import pytest

from auth.actor import Role
from community.closing import reopen_question
from community.documents import Answer, Comment, Question, QuestionStatus
from community.errors import NotForThePublic, NotYours
from community.events import AnswerGiven, QuestionMerged
from community.handlers import follow_given, follow_merge
from community.merging import merge_question, settle_merge
from community.moving import SpaceMove, move_to_space
from community.reading import answers_of_questions
from community.spaces.documents import SpaceVisibility
from community.watching import Happening, WatchLevel, followers_of, set_watch_level
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput
from core.paging import Window
from core.records import change, fresh, save
from tests.community.watching import facts, snapshot
from tests.factories.community import accept, make_actor, make_answer, make_comment, make_public_question, make_question
from tests.factories.spaces import inside, make_space
from tests.notifications.test_announcements import cause


async def test_answers_remarks_and_followers_go_over_and_the_merged_one_leads_there(store: Database) -> None:
    moderator, asker, watcher = await make_actor(Role.MANAGER), await make_actor(Role.AGENT), await make_actor()
    question, into = await make_question(asker), await make_question()
    answer, remark = await make_answer(question), await make_comment(question)
    below = await make_comment(answer)
    await set_watch_level(watcher, question.id, WatchLevel.TRACKING)

    merged = await merge_question(moderator, question.id, into_id=into.id, expected_version=1)

    assert (merged.status, merged.merged_into_id) == (QuestionStatus.CLOSED, into.id)
    found = await answers_of_questions(moderator, [question.id, into.id], Window(10))
    assert {one: [row.id for row in page.items] for one, page in found.items()} == {question.id: [], into.id: [answer.id]}
    assert (await fresh(into)).status is QuestionStatus.ANSWERED
    assert [(await fresh(one)).question_id for one in (remark, below)] == [question.id, into.id]
    told = await followers_of(into, [], Happening.ANSWERED)
    assert sorted(told) == sorted([asker.member, watcher.member])
    assert ("QuestionMerged", {"question_id": question.id, "into_id": into.id}) in await facts(store, "questions", question.id)
    before = await snapshot(store)
    await follow_merge(cause(QuestionMerged(question_id=question.id, into_id=into.id)))
    assert await snapshot(store) == before
    with pytest.raises(InvalidInput, match="answer there"):
        await reopen_question(moderator, question.id, expected_version=merged.version)
    with pytest.raises(AlreadyDone):
        await merge_question(moderator, question.id, into_id=into.id, expected_version=merged.version)


async def test_an_answer_that_came_in_meanwhile_goes_over_too(store: Database) -> None:
    moderator, question, into = await make_actor(Role.MANAGER), await make_question(), await make_question()
    await merge_question(moderator, question.id, into_id=into.id, expected_version=1)
    late = Answer(id="ans_late", created_at=into.created_at, question_id=question.id, author_id=moderator.member, body="Geldi.")
    await save(late)

    await follow_given(cause(AnswerGiven(answer_id=late.id, question_id=question.id, author_id=moderator.member)))

    assert (await fresh(late)).question_id == into.id


@pytest.mark.parametrize("several", [True, False])
async def test_what_was_accepted_stays_so_as_far_as_the_other_question_may_have_it(store: Database, *, several: bool) -> None:
    owner = await make_actor(Role.MANAGER)
    space = await make_space(owner, visibility=SpaceVisibility.OPEN, several_accepted=several)
    asked = [await make_question(owner, space_id=space.id) for _ in range(2)]
    answers = [await make_answer(question) for question in asked]
    for answer in answers:
        await accept(answer, owner, expected_version=1)

    await merge_question(owner, asked[0].id, into_id=asked[1].id, expected_version=2)

    kept = [answers[1].id, answers[0].id] if several else [answers[1].id]
    into = await fresh(asked[1])
    assert (into.accepted_answer_ids, into.status) == (kept, QuestionStatus.SOLVED)
    assert (await fresh(asked[0])).accepted_answer_ids == []
    shown = await store["evidence"].find({"withdrawn_at": {"$exists": False}}).to_list()
    kinds = {row["source_id"]: row["kind"] for row in shown}
    assert kinds == {answers[0].id: "ACCEPTED_ANSWER" if several else "ANSWER", answers[1].id: "ACCEPTED_ANSWER"}


async def test_two_that_were_merged_into_each_other_at_once_keep_what_they_have(store: Database) -> None:
    moderator, question, into = await make_actor(Role.MANAGER), await make_question(), await make_question()
    answer = await make_answer(into)
    merged = await merge_question(moderator, question.id, into_id=into.id, expected_version=1)

    def rule(current: Question) -> None:
        assert merged.closing is not None
        current.closing = merged.closing.model_copy(update={"duplicate_of_id": question.id})

    await change(into, rule)
    await settle_merge(into.id)

    assert (await fresh(answer)).question_id == into.id


async def test_merges_that_can_t_be_leave_no_trace(store: Database) -> None:
    moderator, stranger = await make_actor(Role.MANAGER), await make_actor(Role.AGENT)
    question, other, public = await make_question(), await make_question(), await make_public_question()
    space = await make_space(moderator)
    hidden = await make_question(inside(moderator, space), space_id=space.id)
    before = await snapshot(store)

    with pytest.raises(NotYours):
        await merge_question(stranger, question.id, into_id=other.id, expected_version=1)
    with pytest.raises(NotForThePublic):
        await merge_question(moderator, question.id, into_id=public.id, expected_version=1)
    with pytest.raises(InvalidInput, match="Not the same people"):
        await merge_question(inside(moderator, space), hidden.id, into_id=other.id, expected_version=1)
    with pytest.raises(InvalidInput, match="another question"):
        await merge_question(moderator, question.id, into_id=question.id, expected_version=1)

    assert await snapshot(store) == before
    assert await Comment.find_all().count() == 0


async def test_who_moderates_only_one_of_the_two_merges_neither(store: Database) -> None:
    owner = await make_actor()
    space = await make_space(owner, visibility=SpaceVisibility.OPEN)
    owner = inside(owner, space)
    own, other = await make_question(owner, space_id=space.id), await make_question()
    with pytest.raises(Forbidden, match="both"):
        await merge_question(owner, own.id, into_id=other.id, expected_version=1)
    with pytest.raises(NotYours):
        await merge_question(owner, other.id, into_id=own.id, expected_version=1)
    assert [(await fresh(one)).merged_into_id for one in (own, other)] == [None, None]


async def test_the_question_of_a_consultation_stays_where_the_front_office_waits(store: Database) -> None:
    owner = await make_actor(Role.MANAGER)
    space = await make_space(owner)
    owner = inside(owner, space)
    asked, other = await make_question(owner), await make_question(owner)
    asked.consultation_id = "cns_1"
    await save(asked)

    with pytest.raises(Forbidden, match="waits for its answer"):
        await merge_question(owner, asked.id, into_id=other.id, expected_version=asked.version)
    with pytest.raises(InvalidInput, match="close this one") as refused:
        await merge_question(owner, other.id, into_id=asked.id, expected_version=other.version)
    assert refused.value.path == ("into_id",)
    with pytest.raises(Forbidden, match="stays where"):
        await move_to_space(owner, SpaceMove(content_id=asked.id, space_id=space.id), expected_version=asked.version)
    kept = await fresh(asked)
    assert (kept.merged_into_id, kept.space_id, (await fresh(other)).merged_into_id) == (None, None, None)
