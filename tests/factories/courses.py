"""Courses for tests, made by the operations."""

from typing import Any

from auth.actor import Actor, Role
from coaching.courses.courses import CourseChange, CourseDraft, create_course, update_course
from coaching.courses.documents import Course, CourseStatus, Enrolment
from coaching.courses.enrolling import EnrolmentDraft, enrol
from coaching.courses.learning import complete_unit
from core.idempotency import Once
from tests.factories import community

QUIZ: dict[str, Any] = {
    "questions": [
        {"key": "tone", "kind": "SINGLE", "prompt": "Ton?", "choices": ["Alaycı", "Nazik", "Soğuk"], "right": [1]},
        {"key": "never", "kind": "MULTIPLE", "prompt": "Ne yazılmaz?", "choices": ["IBAN", "Ad", "Şifre"], "right": [0, 2]},
        {"key": "steps", "kind": "ORDER", "prompt": "به چه ترتیبی؟", "choices": ["Dinle", "Doğrula", "Çöz", "Sor"]},
    ],
    "pass_percent": 70,
    "wait_minutes": 30,
    "most_attempts": 2,
}
UNITS: list[dict[str, Any]] = [
    {"key": "basics", "title": "Temeller", "body": "# Dinle"},
    {"key": "check", "title": "Sınav", "quiz": QUIZ},
]


def course_draft(**given: Any) -> CourseDraft:
    """Give what a course is to be: a unit to read, and one with a quiz."""
    told = {"title": "Sosyal medyada ilk adım", "summary": "Yeni başlayanlara", "units": UNITS}
    return CourseDraft.model_validate({**told, **given})


async def make_course(actor: Actor | None = None, **given: Any) -> Course:
    """Make a course and publish it, as a mentor unless told."""
    author = actor or await community.make_actor(Role.MENTOR)
    course = await create_course(author, course_draft(**given), once=Once())
    published = CourseChange(status=CourseStatus.PUBLISHED)
    return await update_course(author, course.id, published, expected_version=course.version)


async def make_learner(course: Course, actor: Actor) -> Enrolment:
    """Enrol somebody by themselves."""
    return await enrol(actor, EnrolmentDraft(course_id=course.id))


async def completed(actor: Actor, course: Course) -> Enrolment:
    """Let somebody do a course whose units have no quiz."""
    enrolment = await make_learner(course, actor)
    for unit in course.units:
        enrolment = await complete_unit(actor, enrolment.id, unit.key, expected_version=enrolment.version)
    return enrolment
