"""Learning: units done in their order, quizzes begun, handed in and marked, placement confirmed."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from statistics import fmean
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from care.documents.standing import SocialLevel
from care.policies import require_right
from coaching.courses.courses import MOST_CHOICES, MOST_QUESTIONS, Key, Place
from coaching.courses.documents import (
    Answered,
    Attempt,
    AttemptState,
    Completion,
    Course,
    CourseKind,
    Enrolment,
    Quiz,
    Unit,
)
from coaching.courses.events import CourseProgressed, PlacementConfirmed, QuizMarked
from coaching.courses.policies import may_go_on, may_mark
from coaching.courses.quizzes import draw, percent_of, placed, score_of
from coaching.courses.reading import require_enrolment, units_of
from community.drafts import Remark
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.records import change

KEPT: Final = 20
_SETTLED: Final = frozenset({AttemptState.PASSED, AttemptState.FAILED})


class AnswerDraft(BaseModel):
    """An answer: the choices as they were shown, counted from 0, or a text."""

    question: Key
    choices: Annotated[list[Place], Field(max_length=MOST_CHOICES)] = Field(default_factory=list)
    text: Remark | None = None


class HandInDraft(BaseModel):
    """All answers of an attempt; what is left out is wrong."""

    unit: Key
    answers: Annotated[list[AnswerDraft], Field(max_length=MOST_QUESTIONS)]


class TextMarkDraft(BaseModel):
    """What a written answer is worth."""

    question: Key
    percent: Annotated[int, Field(ge=0, le=100)]
    remark: Remark | None = None


class MarkingDraft(BaseModel):
    """What all written answers of an attempt are worth."""

    unit: Key
    marks: Annotated[list[TextMarkDraft], Field(min_length=1, max_length=MOST_QUESTIONS)]


class _Lesson:
    """What somebody learns, as it was when they began."""

    def __init__(self, course: Course, units: Sequence[Unit]) -> None:
        self.kind = course.kind
        self.units = list(units)

    def unit(self, key: str) -> Unit:
        """Give a unit; NotFound when there is none."""
        found = next((unit for unit in self.units if unit.key == key), None)
        if found is None:
            raise NotFound("This course has no such unit.", path=("unit",))
        return found

    def quiz(self, key: str) -> Quiz:
        """Give the quiz of a unit; InvalidInput when it has none."""
        quiz = self.unit(key).quiz
        if quiz is None:
            raise InvalidInput("This unit has no quiz; say that it is done.", path=("unit",))
        return quiz


async def complete_unit(actor: Actor, identifier: str, unit: str, *, expected_version: int) -> Enrolment:
    """Say that a unit without a quiz is done, once those before it are.

    Raises NotFound, Forbidden for anybody but the learner, InvalidInput for a unit with a quiz or out of turn, AlreadyDone,
    Conflict.
    """
    enrolment, lesson = await _lesson(actor, identifier)
    require_right(may_go_on(actor, enrolment))

    def rule(current: Enrolment) -> None:
        may_go_on(actor, current).enforce()
        if lesson.unit(unit).quiz is not None:
            raise InvalidInput("This unit ends with a quiz; pass that.", path=("unit",))
        _require_turn(current, lesson, unit)
        _finish_unit(current, lesson, unit)
        current.record(CourseProgressed(enrolment_id=current.id), actor=actor.id)

    return await change(enrolment, rule, expected_version=expected_version)


async def start_attempt(actor: Actor, identifier: str, unit: str, *, expected_version: int) -> Enrolment:
    """Begin a go at the quiz of a unit, with questions and an order of its own.

    Raises NotFound, Forbidden for anybody but the learner, InvalidInput for a unit without a quiz, out of turn or before
    the waiting time is over, AlreadyDone while one goes on or is not marked, LimitReached, Conflict.
    """
    enrolment, lesson = await _lesson(actor, identifier)
    require_right(may_go_on(actor, enrolment))
    seed = secrets.token_hex(16)

    def rule(current: Enrolment) -> None:
        may_go_on(actor, current).enforce()
        quiz = lesson.quiz(unit)
        _require_turn(current, lesson, unit)
        before = [one for one in current.attempts if one.unit == unit]
        _require_attempt_left(quiz, before)
        begun = Attempt(unit=unit, number=len(before) + 1, asked=draw(quiz, seed), started_at=now())
        current.attempts = [*current.attempts, begun]
        current.record(CourseProgressed(enrolment_id=current.id), actor=actor.id)

    return await change(enrolment, rule, expected_version=expected_version)


async def hand_in_attempt(actor: Actor, identifier: str, draft: HandInDraft, *, expected_version: int) -> Enrolment:
    """Hand in the attempt that goes on: it is passed, failed, or waits for who marks what was written.

    Raises NotFound, Forbidden for anybody but the learner, AlreadyDone when none goes on, InvalidInput for answers to
    what was not asked, Conflict.
    """
    enrolment, lesson = await _lesson(actor, identifier)
    require_right(may_go_on(actor, enrolment))

    def rule(current: Enrolment) -> None:
        may_go_on(actor, current).enforce()
        quiz = lesson.quiz(draft.unit)
        attempt = _attempt(current, draft.unit, AttemptState.OPEN)
        attempt.answers = _answers(quiz, attempt, draft.answers)
        attempt.handed_in_at, attempt.state = now(), AttemptState.WAITING
        _settle(current, lesson, attempt)
        current.record(CourseProgressed(enrolment_id=current.id), actor=actor.id)

    return await change(enrolment, rule, expected_version=expected_version)


async def mark_attempt(actor: Actor, identifier: str, draft: MarkingDraft, *, expected_version: int) -> Enrolment:
    """Say what the written answers of an attempt are worth, all at once.

    Raises NotFound, Forbidden without `training:manage` or for one's own, AlreadyDone when nothing waits, InvalidInput
    unless each written answer has one mark, Conflict.
    """
    enrolment, lesson = await _lesson(actor, identifier)
    require_right(may_mark(actor, enrolment))

    def rule(current: Enrolment) -> None:
        may_mark(actor, current).enforce()
        lesson.quiz(draft.unit)
        attempt = _attempt(current, draft.unit, AttemptState.WAITING)
        waiting = {one.question: one for one in attempt.answers if one.percent is None}
        if sorted(waiting) != sorted(mark.question for mark in draft.marks):
            raise InvalidInput(f"Give one mark for each written answer: {', '.join(sorted(waiting))}.", path=("marks",))
        for mark in draft.marks:
            waiting[mark.question].percent, waiting[mark.question].remark = mark.percent, mark.remark
        attempt.marked_by = actor.member
        _settle(current, lesson, attempt)
        current.record(QuizMarked(enrolment_id=current.id), actor=actor.id)

    return await change(enrolment, rule, expected_version=expected_version)


async def confirm_placement(actor: Actor, identifier: str, level: SocialLevel, *, expected_version: int) -> Enrolment:
    """Say at which level somebody begins, as the test proposes or otherwise.

    Raises NotFound, Forbidden without `training:manage` or for oneself, InvalidInput before the test was done, AlreadyDone,
    Conflict.
    """
    enrolment = await require_enrolment(actor, identifier)
    require_right(may_mark(actor, enrolment))

    def rule(current: Enrolment) -> None:
        may_mark(actor, current).enforce()
        if current.proposed_level is None:
            raise InvalidInput("This is no placement test that was done.", path=("enrolment_id",))
        if current.confirmed_level is not None:
            raise AlreadyDone(f"This placement was confirmed: {current.confirmed_level.value}.", path=("enrolment_id",))
        current.confirmed_level, current.confirmed_by = level, actor.member
        current.record(PlacementConfirmed(enrolment_id=current.id), actor=actor.id)

    return await change(enrolment, rule, expected_version=expected_version)


async def _lesson(actor: Actor, identifier: str) -> tuple[Enrolment, _Lesson]:
    enrolment = await require_enrolment(actor, identifier)
    course = await Course.get(enrolment.course_id)
    if course is None:
        raise NotFound("There is no such course.", path=("enrolment_id",))
    return enrolment, _Lesson(course, await units_of(enrolment, course))


def _require_turn(enrolment: Enrolment, lesson: _Lesson, unit: str) -> None:
    lesson.unit(unit)
    if unit in enrolment.done:
        raise AlreadyDone("This unit is done.", path=("unit",))
    following = next(one.key for one in lesson.units if one.key not in enrolment.done)
    if unit != following:
        raise InvalidInput(f"The unit “{following}” comes first.", path=("unit",))


def _require_attempt_left(quiz: Quiz, before: Sequence[Attempt]) -> None:
    if any(one.state not in _SETTLED for one in before):
        raise AlreadyDone("An attempt goes on, or waits for its marks.", path=("unit",))
    if len(before) >= quiz.most_attempts:
        raise LimitReached(
            f"The {quiz.most_attempts} attempts are used up; ask who trains to let you begin anew.", path=("unit",)
        )
    handed_in = [one.handed_in_at for one in before if one.handed_in_at is not None]
    again = max(handed_in) + timedelta(minutes=quiz.wait_minutes) if handed_in else None
    if again is not None and now() < again:
        raise InvalidInput(f"The next attempt can begin at {again.isoformat(timespec='minutes')}.", path=("unit",))


def _attempt(enrolment: Enrolment, unit: str, state: AttemptState) -> Attempt:
    found = next((one for one in enrolment.attempts if one.unit == unit and one.state is state), None)
    if found is None:
        what = "goes on" if state is AttemptState.OPEN else "waits for marks"
        raise AlreadyDone(f"No attempt at this quiz {what}.", path=("unit",))
    return found


def _answers(quiz: Quiz, attempt: Attempt, drafts: Sequence[AnswerDraft]) -> list[Answered]:
    asked = {one.question: one.order for one in attempt.asked}
    given = {draft.question: draft for draft in drafts}
    if len(given) < len(drafts) or not set(given) <= set(asked):
        raise InvalidInput("Answer each question that was asked once, and no other.", path=("answers",))
    answers = []
    for question in (one for one in quiz.questions if one.key in given):
        draft, order = given[question.key], asked[question.key]
        if len(set(draft.choices)) < len(draft.choices) or any(place >= len(order) for place in draft.choices):
            message = f"The choices of “{question.key}” are counted from 0 to {len(order) - 1}, each once."
            raise InvalidInput(message, path=("answers",))
        answer = Answered(question=question.key, choices=[order[place] for place in draft.choices], text=draft.text)
        answer.percent = percent_of(question, answer)
        answers.append(answer)
    return answers


def _settle(enrolment: Enrolment, lesson: _Lesson, attempt: Attempt) -> None:
    """Count an attempt that has all its marks; a passed one ends its unit."""
    quiz = lesson.quiz(attempt.unit)
    attempt.score = score_of(quiz, attempt)
    if attempt.score is not None:
        is_test = lesson.kind is CourseKind.PLACEMENT
        passed = is_test or attempt.score >= quiz.pass_percent
        attempt.state = AttemptState.PASSED if passed else AttemptState.FAILED
        if is_test:
            enrolment.proposed_level = placed(quiz, attempt)
        if passed:
            _finish_unit(enrolment, lesson, attempt.unit)
    enrolment.to_mark = any(one.state is AttemptState.WAITING for one in enrolment.attempts)


def _finish_unit(enrolment: Enrolment, lesson: _Lesson, unit: str) -> None:
    enrolment.done = [*enrolment.done, unit]
    if any(one.key not in enrolment.done for one in lesson.units):
        return
    at = now()
    scores = [one.score for one in enrolment.attempts if one.state is AttemptState.PASSED and one.score is not None]
    reached = Completion(number=enrolment.number, at=at, score=round(fmean(scores), 2) if scores else None)
    enrolment.completed_at, enrolment.completions = at, [*enrolment.completions, reached][-KEPT:]
    enrolment.open_due = enrolment.next_act_at = None
