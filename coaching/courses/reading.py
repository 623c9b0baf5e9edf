"""The only way to read courses for a person: published ones every member, how far somebody is the learner and who trains."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from auth.actor import Actor
from coaching.courses.documents import Course, CourseEdition, CourseStatus, Enrolment, Unit
from coaching.courses.policies import may_know, may_learn, may_train
from community.drafts import may_be_id
from core.clock import now
from core.errors import NotFound
from core.ids import derived_id
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

BY_TITLE: Final = Order((("title", 1),))
FIRST_ENROLLED_FIRST: Final = Order((("enrolled_at", 1),))
LONGEST_OVERDUE_FIRST: Final = Order((("open_due", 1),))
MOST_DUTIES: Final = 200


def enrolment_id(course_id: str, member_id: str) -> str:
    """Give the id of a learner in a course."""
    return derived_id("enr", course_id, member_id)


def edition_id(course_id: str, number: int) -> str:
    """Give the id under which an edition of a course is kept."""
    return derived_id("ced", course_id, str(number))


async def courses_by_ids(actor: Actor, course_ids: Sequence[str]) -> dict[str, Course]:
    """Give those of the courses that the actor may read: drafts are for who trains."""
    found = await by_ids(Course, [one for one in course_ids if may_be_id(one, "crs")])
    everything, members = bool(may_train(actor)), bool(may_learn(actor))
    return {one: row for one, row in found.items() if everything or (members and row.status is not CourseStatus.DRAFT)}


async def require_course(actor: Actor, course_id: str) -> Course:
    """Give a course; NotFound when there is none for this actor."""
    found = (await courses_by_ids(actor, [course_id])).get(course_id)
    if found is None:
        raise NotFound("There is no such course.", path=("course_id",))
    return found


async def list_courses(actor: Actor, window: Window) -> Slice[Course]:
    """List courses by title: all for who trains, else published ones."""
    query = _shown(actor)
    return await read_slice(Course, query, BY_TITLE, window) if query is not None else Slice([], [])


async def count_courses(actor: Actor) -> int:
    """Count the same courses."""
    query = _shown(actor)
    return await count(Course, query) if query is not None else 0


async def enrolments_by_ids(actor: Actor, enrolment_ids: Sequence[str]) -> dict[str, Enrolment]:
    """Give those of the enrolments that are the actor's own, or all to who trains."""
    found = await by_ids(Enrolment, [one for one in enrolment_ids if may_be_id(one, "enr")])
    return {one: row for one, row in found.items() if may_know(actor, row)}


async def require_enrolment(actor: Actor, identifier: str) -> Enrolment:
    """Give an enrolment; NotFound when there is none for this actor."""
    found = (await enrolments_by_ids(actor, [identifier])).get(identifier)
    if found is None:
        raise NotFound("There is no such enrolment.", path=("enrolment_id",))
    return found


async def own_enrolments(actor: Actor, window: Window) -> Slice[Enrolment]:
    """List the courses that the actor is in, the first enrolled first."""
    if actor.member_id is None:
        return Slice([], [])
    return await read_slice(Enrolment, {"member_id": actor.member_id}, FIRST_ENROLLED_FIRST, window)


async def count_own_enrolments(actor: Actor) -> int:
    """Count them."""
    return await count(Enrolment, {"member_id": actor.member_id}) if actor.member_id is not None else 0


async def enrolments_of_course(actor: Actor, course_id: str, window: Window) -> Slice[Enrolment]:
    """List the learners of a course for who trains, the first enrolled first."""
    if not may_train(actor):
        return Slice([], [])
    return await read_slice(Enrolment, {"course_id": course_id}, FIRST_ENROLLED_FIRST, window)


async def count_enrolments_of_course(actor: Actor, course_id: str) -> int:
    """Count them."""
    return await count(Enrolment, {"course_id": course_id}) if may_train(actor) else 0


async def enrolments_to_mark(actor: Actor, window: Window) -> Slice[Enrolment]:
    """List the learners who wrote what nobody has marked yet, for who trains."""
    return await read_slice(Enrolment, {"to_mark": True}, FIRST_ENROLLED_FIRST, window) if may_train(actor) else Slice([], [])


async def count_enrolments_to_mark(actor: Actor) -> int:
    """Count them."""
    return await count(Enrolment, {"to_mark": True}) if may_train(actor) else 0


async def overdue_trainings(actor: Actor, window: Window) -> Slice[Enrolment]:
    """List what is mandatory and overdue, the longest first, for who trains."""
    return await read_slice(Enrolment, _overdue(now()), LONGEST_OVERDUE_FIRST, window) if may_train(actor) else Slice([], [])


async def count_overdue_trainings(actor: Actor) -> int:
    """Count them."""
    return await count(Enrolment, _overdue(now())) if may_train(actor) else 0


async def training_duties(actor: Actor) -> list[Enrolment]:
    """Give the mandatory courses that the actor has still to do, the first enrolled first."""
    if actor.member_id is None:
        return []
    found = await Enrolment.find({"member_id": actor.member_id}).sort("enrolled_at", "_id").limit(MOST_DUTIES).to_list()
    return [one for one in found if one.mandatory and one.completed_at is None]


async def editions_by_ids(actor: Actor, edition_ids: Sequence[str]) -> dict[str, CourseEdition]:
    """Give editions that were followed by others to members, who read them behind what they learn."""
    return await by_ids(CourseEdition, edition_ids) if may_learn(actor) else {}


async def units_of(enrolment: Enrolment, course: Course) -> list[Unit]:
    """Give the units of the edition that a learner began with."""
    if course.number == enrolment.number:
        return course.units
    kept = await CourseEdition.get(edition_id(course.id, enrolment.number))
    return kept.units if kept is not None else course.units


def _shown(actor: Actor) -> dict[str, Any] | None:
    if may_train(actor):
        return {}
    return {"status": CourseStatus.PUBLISHED.value} if may_learn(actor) else None


def _overdue(at: datetime) -> dict[str, Any]:
    return {"open_due": {"$lte": at}}
