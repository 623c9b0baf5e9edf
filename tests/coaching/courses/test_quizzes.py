"""Quizzes: drawn, answered in the order shown, marked, passed or not; placement tests."""

import asyncio
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.documents.standing import SocialLevel
from coaching.courses.documents import Attempt, AttemptState, Course, Enrolment, Quiz
from coaching.courses.learning import (
    HandInDraft,
    MarkingDraft,
    complete_unit,
    confirm_placement,
    hand_in_attempt,
    mark_attempt,
    start_attempt,
)
from coaching.courses.quizzes import draw, right_of, shows_right
from coaching.courses.reading import count_enrolments_to_mark
from core.database import Database
from core.errors import AlreadyDone, Conflict, DomainError, Forbidden, InvalidInput, LimitReached
from tests.care.stored import everything
from tests.factories import community
from tests.factories.care import later
from tests.factories.courses import QUIZ, make_course, make_learner


async def at_quiz(learner: Actor, course: Course) -> Enrolment:
    enrolment = await make_learner(course, learner)
    for unit in course.units[:-1]:
        enrolment = await complete_unit(learner, enrolment.id, unit.key, expected_version=enrolment.version)
    return await start_attempt(learner, enrolment.id, course.units[-1].key, expected_version=enrolment.version)


def answers(quiz: Quiz, attempt: Attempt, wrong: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Answer rightly, as it is shown in this attempt, but for the questions named."""
    bank = {one.key: one for one in quiz.questions}
    given: list[dict[str, Any]] = []
    for asked in attempt.asked:
        right = [asked.order.index(place) for place in right_of(bank[asked.question])]
        if asked.question in wrong:
            right = right[::-1] if len(right) == len(asked.order) else []
        given.append({"question": asked.question, "choices": right})
    return given


async def hand_in(learner: Actor, enrolment: Enrolment, course: Course, *wrong: str) -> Enrolment:
    quiz = course.units[-1].quiz
    assert quiz is not None
    told = {"unit": course.units[-1].key, "answers": answers(quiz, enrolment.attempts[-1], wrong)}
    return await hand_in_attempt(learner, enrolment.id, HandInDraft.model_validate(told), expected_version=enrolment.version)


def test_same_seed_draws_the_same_and_another_seed_something_else() -> None:
    quiz = Quiz.model_validate({**QUIZ, "asked": 2})
    drawn = [draw(quiz, f"seed-{number}") for number in range(20)]
    assert [draw(quiz, f"seed-{number}") for number in range(20)] == drawn
    assert {one.question for asked in drawn for one in asked} == {"tone", "never", "steps"}
    assert all(len(asked) == 2 for asked in drawn)
    assert len({tuple(one.order) for asked in drawn for one in asked if one.question == "steps"}) > 3
    assert all(sorted(one.order) == list(range(len(one.order))) for asked in drawn for one in asked)


async def test_right_answers_in_the_order_shown_pass_and_end_the_course(store: Database) -> None:
    can, course = await community.make_actor(Role.TRAINEE), await make_course()
    enrolment = await make_learner(course, can)
    with pytest.raises(InvalidInput) as refused:
        await start_attempt(can, enrolment.id, "check", expected_version=enrolment.version)
    assert refused.value.path == ("unit",)
    begun = await at_quiz(can, course)

    passed = await hand_in(can, begun, course)

    assert (passed.attempts[0].state, passed.attempts[0].score) == (AttemptState.PASSED, 100)
    assert (passed.done, passed.completions[0].score, passed.next_act_at) == (["basics", "check"], 100, None)
    with pytest.raises(AlreadyDone):
        await start_attempt(can, passed.id, "check", expected_version=passed.version)


async def test_failed_attempt_waits_and_attempts_end(store: Database) -> None:
    can, course = await community.make_actor(Role.TRAINEE), await make_course()
    begun = await at_quiz(can, course)
    with pytest.raises(AlreadyDone):
        await start_attempt(can, begun.id, "check", expected_version=begun.version)
    failed = await hand_in(can, begun, course, "steps")
    assert (failed.attempts[0].state, failed.attempts[0].score, failed.done) == (AttemptState.FAILED, 66.67, ["basics"])
    with pytest.raises(InvalidInput):
        await start_attempt(can, failed.id, "check", expected_version=failed.version)
    later(minutes=30)
    both = await asyncio.gather(
        *(start_attempt(can, failed.id, "check", expected_version=failed.version) for _ in range(2)), return_exceptions=True
    )
    (second,) = [one for one in both if isinstance(one, Enrolment)]
    assert [type(one) for one in both if not isinstance(one, Enrolment)] == [Conflict]
    quiz = course.units[-1].quiz
    assert quiz is not None
    assert not shows_right(failed, failed.attempts[0], quiz)
    failed = await hand_in(can, second, course, "steps", "tone")
    assert shows_right(failed, failed.attempts[0], quiz)
    assert failed.attempts[1].score == 33.33
    later(minutes=30)
    with pytest.raises(LimitReached):
        await start_attempt(can, failed.id, "check", expected_version=failed.version)


@pytest.mark.parametrize(
    "given",
    [
        [{"question": "other", "choices": [0]}],
        [{"question": "tone", "choices": [3]}],
        [{"question": "tone", "choices": [1, 1]}],
        [{"question": "tone", "choices": [1]}, {"question": "tone", "choices": [0]}],
    ],
)
async def test_answers_to_what_was_not_asked_leave_no_trace(store: Database, given: list[dict[str, Any]]) -> None:
    can, course = await community.make_actor(Role.TRAINEE), await make_course()
    begun = await at_quiz(can, course)
    before, draft = await everything(Enrolment), HandInDraft.model_validate({"unit": "check", "answers": given})
    with pytest.raises(InvalidInput) as refused:
        await hand_in_attempt(can, begun.id, draft, expected_version=begun.version)
    assert refused.value.path == ("answers",)
    with pytest.raises(Forbidden):
        await hand_in_attempt(await community.make_actor(Role.MENTOR), begun.id, draft, expected_version=begun.version)
    assert await everything(Enrolment) == before


async def test_written_answers_wait_for_who_marks_them(store: Database) -> None:
    can, mentor = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.MENTOR)
    written = [{"key": "why", "kind": "TEXT", "prompt": "Neden?", "weight": 3}, QUIZ["questions"][0]]
    course = await make_course(mentor, units=[{"key": "check", "title": "Sınav", "quiz": {"questions": written}}])
    begun = await at_quiz(can, course)
    tone = next(one for one in begun.attempts[0].asked if one.question == "tone")
    told = [{"question": "why", "text": "Çünkü güven."}, {"question": "tone", "choices": [tone.order.index(1)]}]
    draft = HandInDraft.model_validate({"unit": "check", "answers": told})
    waiting = await hand_in_attempt(can, begun.id, draft, expected_version=begun.version)
    assert (waiting.attempts[0].state, waiting.attempts[0].score) == (AttemptState.WAITING, None)
    assert (await count_enrolments_to_mark(mentor), await count_enrolments_to_mark(can)) == (1, 0)
    other = MarkingDraft.model_validate({"unit": "check", "marks": [{"question": "tone", "percent": 1}]})
    with pytest.raises(InvalidInput) as refused:
        await mark_attempt(mentor, waiting.id, other, expected_version=waiting.version)
    assert refused.value.path == ("marks",)
    marks = MarkingDraft.model_validate({"unit": "check", "marks": [{"question": "why", "percent": 80, "remark": "İyi."}]})
    with pytest.raises(Forbidden):
        await mark_attempt(can, waiting.id, marks, expected_version=waiting.version)

    marked = await mark_attempt(mentor, waiting.id, marks, expected_version=waiting.version)

    assert (marked.attempts[0].state, marked.attempts[0].score) == (AttemptState.PASSED, 85)
    assert (marked.attempts[0].marked_by, marked.to_mark, marked.done) == (mentor.member, False, ["check"])
    with pytest.raises(AlreadyDone):
        await mark_attempt(mentor, waiting.id, marks, expected_version=marked.version)


@pytest.mark.parametrize(
    ("wrong", "level"),
    [((), "PRACTITIONER"), (("c",), "BEGINNER"), (("b",), "NEWCOMER"), (("a", "b", "c"), "NEWCOMER")],
)
async def test_placement_test_proposes_a_level_and_a_mentor_confirms(store: Database, wrong: tuple[str, ...], level: str) -> None:
    can, mentor = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.MENTOR)
    levels = {"a": "NEWCOMER", "b": "BEGINNER", "c": "PRACTITIONER"}
    bank = [
        {"key": key, "kind": "SINGLE", "prompt": "?", "choices": ["x", "y", "z"], "right": [1], "level": one}
        for key, one in levels.items()
    ]
    course = await make_course(mentor, kind="PLACEMENT", units=[{"key": "test", "title": "Seviye", "quiz": {"questions": bank}}])
    begun = await at_quiz(can, course)
    with pytest.raises(InvalidInput):
        await confirm_placement(mentor, begun.id, SocialLevel.BEGINNER, expected_version=begun.version)
    done = await hand_in(can, begun, course, *wrong)
    assert (done.proposed_level, done.completed_at is not None) == (SocialLevel(level), True)
    with pytest.raises(Forbidden):
        await confirm_placement(can, done.id, SocialLevel.ADVANCED, expected_version=done.version)
    confirmed = await confirm_placement(mentor, done.id, SocialLevel(level), expected_version=done.version)
    assert (confirmed.confirmed_level, confirmed.confirmed_by) == (SocialLevel(level), mentor.member)
    with pytest.raises(AlreadyDone):
        await confirm_placement(mentor, done.id, SocialLevel(level), expected_version=confirmed.version)


async def test_units_are_done_by_what_they_ask_for_and_once(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    enrolment = await make_learner(await make_course(), can)

    async def refused(error: type[DomainError], act: Any, unit: str) -> str:
        with pytest.raises(error) as told:
            await act(can, enrolment.id, unit, expected_version=enrolment.version)
        assert told.value.path == ("unit",)
        return told.value.message

    assert "has no quiz" in await refused(InvalidInput, start_attempt, "basics")
    assert "ends with a quiz" in await refused(InvalidInput, complete_unit, "check")
    assert "“basics” comes first" in await refused(InvalidInput, start_attempt, "check")
    enrolment = await complete_unit(can, enrolment.id, "basics", expected_version=enrolment.version)
    assert "is done" in await refused(AlreadyDone, complete_unit, "basics")
    assert await Enrolment.get(enrolment.id) == enrolment
