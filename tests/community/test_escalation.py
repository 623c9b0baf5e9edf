from datetime import timedelta

import pytest

from auth.actor import Role
from community.closing import ClosingDraft, close_question, reopen_question
from community.documents import CloseReason, Question
from community.escalation import escalate_questions, invite_next
from community.questions import QuestionChanges, edit_question
from community.spaces.documents import SpaceVisibility
from core.clock import clock
from core.database import Database
from core.errors import NotFound
from core.records import fresh
from tests.community.watching import facts
from tests.factories.community import make_actor, make_answer, make_question
from tests.factories.spaces import inside, make_space


async def steps(store: Database, question: Question) -> list[str]:
    return [payload["step"] for name, payload in await facts(store, "questions", question.id) if name == "QuestionEscalated"]


async def test_a_question_goes_on_step_by_step_each_once(store: Database) -> None:
    question = await make_question()
    clock.shift(timedelta(minutes=239))
    assert await escalate_questions(10) == 0

    clock.shift(timedelta(minutes=2))
    assert (await escalate_questions(10), await escalate_questions(10)) == (1, 0)
    assert await steps(store, question) == ["EXPERT"]
    clock.shift(timedelta(minutes=1_200))
    assert (await escalate_questions(10), await escalate_questions(10)) == (1, 0)

    assert await steps(store, question) == ["EXPERT", "OWNERS"]
    assert (await fresh(question)).next_act_at is None


async def test_what_came_while_nobody_looked_is_made_up_for_at_once(store: Database) -> None:
    question = await make_question()
    clock.shift(timedelta(days=3))

    assert await escalate_questions(10) == 1

    assert await steps(store, question) == ["EXPERT", "OWNERS"]


async def test_the_space_says_when_and_may_say_never(store: Database) -> None:
    owner = await make_actor()
    space = await make_space(owner, visibility=SpaceVisibility.OPEN, escalate_to_expert_minutes=0, escalate_to_owners_minutes=30)
    question = await make_question(owner, space_id=space.id)
    clock.shift(timedelta(minutes=31))

    assert (await escalate_questions(10), await escalate_questions(10)) == (1, 0)

    assert await steps(store, question) == ["OWNERS"]


async def test_an_answered_or_closed_question_goes_nowhere_and_a_reopened_one_waits_anew(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    answered, closed = await make_question(asker), await make_question(asker)
    await make_answer(answered)
    done = await close_question(asker, closed.id, ClosingDraft(reason=CloseReason.UNCLEAR), expected_version=1)
    clock.shift(timedelta(minutes=300))
    assert (await escalate_questions(10), await escalate_questions(10)) == (2, 0)

    await reopen_question(asker, closed.id, expected_version=done.version)
    assert await escalate_questions(10) == 0
    clock.shift(timedelta(minutes=241))
    assert await escalate_questions(10) == 1

    assert (await steps(store, answered), await steps(store, closed)) == ([], ["EXPERT"])


async def test_one_more_expert_is_invited_once_who_may_read_the_question(store: Database) -> None:
    owner, first, second, outsider = [await make_actor() for _ in range(4)]
    space = await make_space(owner, first, second)
    question = await make_question(inside(owner, space), space_id=space.id, invited_expert_ids=[first.member])
    ranked = [outsider.member, first.member, owner.member, second.member]

    await invite_next(question.id, ranked)
    invited = await invite_next(question.id, ranked)

    assert invited.invited_expert_ids == [first.member, second.member]
    changed = {"question_id": question.id, "newly_invited_ids": [second.member]}
    assert (await facts(store, "questions", question.id))[-1] == ("QuestionChanged", changed)
    with pytest.raises(NotFound):
        await invite_next("qst_gone", ranked)


async def test_an_urgent_question_goes_on_after_a_quarter_of_the_time(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    urgent, becomes, calm = await make_question(asker, urgent=True), await make_question(asker), await make_question(asker)
    await edit_question(asker, becomes.id, QuestionChanges(urgent=True), expected_version=1)
    clock.shift(timedelta(minutes=61))

    assert await escalate_questions(10) == 2

    assert [await steps(store, one) for one in (urgent, becomes, calm)] == [["EXPERT"], ["EXPERT"], []]
    quiet = await edit_question(asker, urgent.id, QuestionChanges(urgent=False), expected_version=1)
    assert (quiet.urgent, quiet.next_act_at) == (None, quiet.created_at + timedelta(minutes=1_440))
