"""Situations of courses."""

from typing import Any

from coaching.courses.courses import CourseChange, CourseDraft, create_course, update_course
from coaching.courses.documents import Course, CourseStatus, Enrolment
from coaching.courses.enrolling import EnrolmentDraft, enrol
from coaching.courses.learning import HandInDraft, complete_unit, hand_in_attempt, start_attempt
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Story

_READ: list[dict[str, Any]] = [{"key": "read", "title": f"{MARK} Oku", "body": f"{MARK} Metin"}]
_ASKED: list[dict[str, Any]] = [
    {"key": "why", "kind": "TEXT", "prompt": f"{MARK} Neden?", "level": "NEWCOMER"},
    {"key": "tone", "kind": "SINGLE", "prompt": f"{MARK} Ton?", "choices": ["a", "b"], "right": [1], "level": "BEGINNER"},
]
_QUIZ: list[dict[str, Any]] = [{"key": "check", "title": f"{MARK} Sınav", "quiz": {"questions": _ASKED}}]
_ANSWERS: list[dict[str, Any]] = [{"question": "why", "text": f"{MARK} Güven"}, {"question": "tone", "choices": [0]}]


async def _course(story: Story, units: list[dict[str, Any]], **given: Any) -> Course:
    mentor = await story.actor("mentor")
    told = {"title": f"{MARK} İlk adım", "summary": f"{MARK} Giriş", "units": units, **given}
    course = await create_course(mentor, CourseDraft.model_validate(told), once=Once())
    published = CourseChange(status=CourseStatus.PUBLISHED)
    return await update_course(mentor, course.id, published, expected_version=course.version)


def _caller(story: Story, who: str) -> str:
    """Name the caller, or the colleague for who is no member."""
    return who if who in story.world.members and who != "disabled" else "colleague"


async def _learner(story: Story, who: str, units: list[dict[str, Any]], **given: Any) -> Enrolment:
    """Put the caller into a course, the colleague for who is no member."""
    course = await _course(story, units, **given)
    return await enrol(await story.actor(_caller(story, who)), EnrolmentDraft(course_id=course.id))


async def _handed_in(story: Story, **given: Any) -> Enrolment:
    colleague = await story.actor("colleague")
    begun = await _learner(story, "colleague", _QUIZ, **given)
    begun = await start_attempt(colleague, begun.id, "check", expected_version=begun.version)
    draft = HandInDraft.model_validate({"unit": "check", "answers": _ANSWERS[1:] if given else _ANSWERS})
    return await hand_in_attempt(colleague, begun.id, draft, expected_version=begun.version)


async def _create(story: Story, who: str) -> Input:
    asked = [{**one} for one in _ASKED]
    units = [{**_READ[0]}, {"key": "check", "title": f"{MARK} Sınav", "quiz": {"questions": asked, "passPercent": 60}}]
    return {"title": f"{MARK} İlk adım", "summary": f"{MARK} Giriş", "units": units}


async def _update(story: Story, who: str) -> Input:
    course = await _course(story, _READ)
    return {"courseId": course.id, "title": f"{MARK} Başka başlık", "expectedVersion": course.version}


async def _enrol(story: Story, who: str) -> Input:
    return {"courseId": (await _course(story, _READ)).id}


async def _complete(story: Story, who: str) -> Input:
    enrolment = await _learner(story, who, _READ)
    return {"enrolmentId": enrolment.id, "unit": "read", "expectedVersion": enrolment.version}


async def _restart(story: Story, who: str) -> Input:
    enrolment = await _learner(story, who, _READ)
    learner = await story.actor(_caller(story, who))
    done = await complete_unit(learner, enrolment.id, "read", expected_version=enrolment.version)
    return {"enrolmentId": done.id, "expectedVersion": done.version}


async def _start(story: Story, who: str) -> Input:
    enrolment = await _learner(story, who, _QUIZ)
    return {"enrolmentId": enrolment.id, "unit": "check", "expectedVersion": enrolment.version}


async def _hand_in(story: Story, who: str) -> Input:
    enrolment = await _learner(story, who, _QUIZ)
    learner = await story.actor(_caller(story, who))
    begun = await start_attempt(learner, enrolment.id, "check", expected_version=enrolment.version)
    return {"enrolmentId": begun.id, "unit": "check", "answers": _ANSWERS, "expectedVersion": begun.version}


async def _mark(story: Story, who: str) -> Input:
    waiting = await _handed_in(story)
    marks = [{"question": "why", "percent": 70, "remark": f"{MARK} İyi"}]
    return {"enrolmentId": waiting.id, "unit": "check", "marks": marks, "expectedVersion": waiting.version}


async def _confirm(story: Story, who: str) -> Input:
    done = await _handed_in(story, kind="PLACEMENT")
    return {"enrolmentId": done.id, "level": "BEGINNER", "expectedVersion": done.version}


SITUATIONS = {
    "createCourse": _create,
    "updateCourse": _update,
    "enrolInCourse": _enrol,
    "restartCourse": _restart,
    "completeUnit": _complete,
    "startQuiz": _start,
    "handInQuiz": _hand_in,
    "markQuiz": _mark,
    "confirmPlacement": _confirm,
}
