"""Who is told about courses: the learner, of what concerns them, and managers, of what was not done in time."""

from typing import Any

from auth.actor import Role
from coaching.courses.documents import Course, EnrolledBy, Enrolment
from coaching.courses.events import CourseEnrolled, QuizMarked, TrainingDue, TrainingOverdue
from community.documents import Member
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.courses", start="head")
    told.on(CourseEnrolled, tell_of_enrolment).on(QuizMarked, tell_of_marks).on(TrainingDue, tell_of_training)
    told.on(TrainingOverdue, tell_managers)


async def tell_of_enrolment(event: Recorded[CourseEnrolled]) -> None:
    """Tell a learner whom somebody else enrolled."""
    enrolment = await Enrolment.get(event.fact.enrolment_id)
    if enrolment is not None and enrolment.enrolled_by is not EnrolledBy.SELF:
        await _tell(enrolment, NotificationKind.COURSE_ENROLLED, event)


async def tell_of_marks(event: Recorded[QuizMarked]) -> None:
    """Tell a learner that what they wrote was marked."""
    if enrolment := await Enrolment.get(event.fact.enrolment_id):
        await _tell(enrolment, NotificationKind.QUIZ_MARKED, event)


async def tell_of_training(event: Recorded[TrainingDue]) -> None:
    """Tell a learner what they must do soon, or should have done."""
    enrolment = await Enrolment.get(event.fact.enrolment_id)
    if enrolment is not None and enrolment.completed_at is None:
        await _tell(enrolment, NotificationKind.TRAINING_DUE, event)


async def tell_managers(event: Recorded[TrainingOverdue]) -> None:
    """Tell managers who has not done what they must; of one course it is one group, with a line for each who is late."""
    enrolment = await Enrolment.get(event.fact.enrolment_id)
    if enrolment is None or enrolment.open_due is None:
        return
    course, late = await Course.get(enrolment.course_id), await Member.get(enrolment.member_id)
    if course is None or late is None or late.deleted_at is not None:
        return
    people = [one for one in await members_holding([Role.MANAGER]) if one != late.id]
    subject = f"{course.title} · {late.display_name}"
    await notify(people, NotificationKind.TRAINING_OVERDUE, subject=subject, target_id=course.id, cause=event)


async def _tell(enrolment: Enrolment, kind: NotificationKind, cause: Recorded[Any]) -> None:
    if course := await Course.get(enrolment.course_id):
        await notify([enrolment.member_id], kind, subject=course.title, target_id=enrolment.id, cause=cause)
