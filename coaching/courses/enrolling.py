"""Who learns what: enrolled by oneself, by a mentor or by a role that requires it; reminded of what is due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from pydantic import BaseModel

from auth.actor import Actor
from coaching.courses.documents import Course, CourseStatus, EnrolledBy, Enrolment
from coaching.courses.events import CourseEnrolled, TrainingDue, TrainingOverdue
from coaching.courses.policies import may_enrol
from coaching.courses.reading import enrolment_id, require_course, require_enrolment
from community.directory import members_by_ids
from community.documents import Member
from core.clock import now
from core.errors import AlreadyDone, Forbidden, NotFound
from core.events import SYSTEM
from core.records import by_ids, change, insert_or_read

LOOK_EVERY: Final = timedelta(hours=1)
"""How often it is looked for members whose role requires a course and who are not in it yet."""
REMIND_BEFORE: Final = timedelta(days=3)
REMIND_EVERY: Final = timedelta(days=7)
MOST_MEMBERS: Final = 1_000


class EnrolmentDraft(BaseModel):
    """Who is to learn what; oneself when nobody is named."""

    course_id: str
    member_id: str | None = None


async def enrol(actor: Actor, draft: EnrolmentDraft) -> Enrolment:
    """Enrol somebody in the edition that is taught now; who is in the course already stays as they are.

    Raises NotFound, Forbidden for somebody else without `training:manage`, InvalidInput for a course that is not published.
    """
    course = await require_course(actor, draft.course_id)
    may_enrol(actor, course, draft.member_id).enforce()
    member_id = draft.member_id or actor.member
    if member_id not in await members_by_ids(actor, [member_id]):
        raise NotFound("There is no such member.", path=("member_id",))
    by = EnrolledBy.SELF if member_id == actor.member_id else EnrolledBy.MENTOR
    return await _enrolled(course, member_id, by, actor.id)


async def restart_course(actor: Actor, identifier: str, *, expected_version: int) -> Enrolment:
    """Begin a course anew in the edition that is taught now; what was reached stays written down.

    Learners do so once they have done it; who trains lets others begin anew at any time, such as after their last attempt.
    Raises NotFound, Forbidden for somebody else without `training:manage`, AlreadyDone while it goes on or for a course
    that is not taught any more, Conflict.
    """
    enrolment = await require_enrolment(actor, identifier)
    course = await Course.get(enrolment.course_id)
    if course is None:
        raise NotFound("There is no such course.", path=("enrolment_id",))
    ruling = may_enrol(actor, course, enrolment.member_id)
    if isinstance(ruling.refusal, Forbidden):
        raise ruling.refusal
    if ruling.refusal is not None:
        raise AlreadyDone("This course is not taught any more.", path=("enrolment_id",))

    def rule(current: Enrolment) -> None:
        if current.completed_at is None and current.member_id == actor.member_id:
            raise AlreadyDone("This course still goes on.", path=("enrolment_id",))
        begin_anew(current, course)
        current.record(CourseEnrolled(enrolment_id=current.id), actor=actor.id)

    return await change(enrolment, rule, expected_version=expected_version)


def begin_anew(enrolment: Enrolment, course: Course) -> None:
    """Put a learner at the beginning of the edition that is taught now."""
    at = now()
    enrolment.number, enrolment.enrolled_at = course.number, at
    enrolment.done, enrolment.attempts, enrolment.to_mark, enrolment.completed_at = [], [], False, None
    enrolment.proposed_level = enrolment.confirmed_level = enrolment.confirmed_by = None
    if enrolment.mandatory:
        _owe(enrolment, at + timedelta(days=course.due_days))


async def enrol_required(at_once: int) -> int:
    """Enrol who holds a role that requires a course; nobody owes any more what no role of theirs requires. Can run twice."""
    found = await Course.find({"next_act_at": {"$lte": now()}}).sort("next_act_at").limit(at_once).to_list()
    for course in found:
        members = await _required_members(course)
        await _enrol_members(course, members)
        await _let_off(course, {member.id for member in members})
        await change(course, _look_again)
    return len(found)


async def remind_of_trainings(at_once: int) -> int:
    """Tell of mandatory courses three days before they are due, when they are, and weekly until they are done.

    Managers are told once of each that is overdue.
    """
    due = {"next_act_at": {"$lte": now()}}
    found = await Enrolment.find(due).sort("next_act_at").limit(at_once).to_list()
    for enrolment in found:
        await change(enrolment, _remind)
    return len(found)


async def _required_members(course: Course) -> list[Member]:
    if course.status is not CourseStatus.PUBLISHED or not course.required_of:
        return []
    wanted = {"roles": {"$in": [role.value for role in course.required_of]}, "deleted_at": {"$exists": False}}
    return await Member.find(wanted).limit(MOST_MEMBERS).to_list()


async def _enrol_members(course: Course, members: Sequence[Member]) -> None:
    there = await by_ids(Enrolment, [enrolment_id(course.id, member.id) for member in members])
    for member in members:
        before = there.get(enrolment_id(course.id, member.id))
        if before is None:
            await _enrolled(course, member.id, EnrolledBy.ROLE, SYSTEM)
        elif not before.mandatory:
            await change(before, partial(_make_mandatory, course=course, at=now()))


async def _let_off(course: Course, required: set[str]) -> None:
    """Let those off who owe a course that no role of theirs requires any more, or that is not taught any more."""
    for enrolment in await Enrolment.find({"course_id": course.id}).sort("enrolled_at", "_id").limit(MOST_MEMBERS).to_list():
        if enrolment.mandatory and enrolment.completed_at is None and enrolment.member_id not in required:
            await change(enrolment, _forgive)


def _forgive(enrolment: Enrolment) -> None:
    if enrolment.completed_at is None:
        enrolment.mandatory, enrolment.due_at, enrolment.open_due, enrolment.next_act_at = False, None, None, None


async def _enrolled(course: Course, member_id: str, by: EnrolledBy, actor_id: str) -> Enrolment:
    at = now()
    enrolment = Enrolment(
        id=enrolment_id(course.id, member_id),
        created_at=at,
        course_id=course.id,
        member_id=member_id,
        number=course.number,
        enrolled_by=by,
        enrolled_at=at,
    )
    if by is EnrolledBy.ROLE:
        _make_mandatory(enrolment, course, at)
    enrolment.record(CourseEnrolled(enrolment_id=enrolment.id), actor=actor_id)
    if before := await Enrolment.get(enrolment.id):
        return before
    return await insert_or_read(enrolment)


def _make_mandatory(enrolment: Enrolment, course: Course, at: datetime) -> None:
    if enrolment.mandatory:
        return
    enrolment.mandatory = True
    if enrolment.completed_at is None:
        _owe(enrolment, at + timedelta(days=course.due_days))


def _owe(enrolment: Enrolment, due_at: datetime) -> None:
    enrolment.due_at = enrolment.open_due = due_at
    enrolment.next_act_at = max(now(), due_at - REMIND_BEFORE)


def _look_again(course: Course) -> None:
    at = now()
    if course.next_act_at is None or course.next_act_at > at:
        return
    required = course.status is CourseStatus.PUBLISHED and bool(course.required_of)
    course.next_act_at = at + LOOK_EVERY if required else None


def _remind(enrolment: Enrolment) -> None:
    at = now()
    if enrolment.next_act_at is None or enrolment.next_act_at > at or enrolment.open_due is None:
        return
    enrolment.next_act_at = enrolment.open_due if at < enrolment.open_due else at + REMIND_EVERY
    enrolment.record(TrainingDue(enrolment_id=enrolment.id))
    if enrolment.open_due <= at and enrolment.overdue_told != enrolment.open_due:
        enrolment.overdue_told = enrolment.open_due
        enrolment.record(TrainingOverdue(enrolment_id=enrolment.id))
