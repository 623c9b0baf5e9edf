"""Who may do what with courses: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from coaching.courses.documents import Course, CourseStatus, Enrolment
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden, InvalidInput


def may_train(actor: Actor) -> Ruling:
    """Allow a member with `training:manage` to make courses, and to enrol and mark others."""
    if actor.member_id is None or not actor.may(Permission.TRAINING_MANAGE):
        return Ruling(Forbidden(f"You need the permission {Permission.TRAINING_MANAGE.value} for this."))
    return ALLOWED


def may_learn(actor: Actor) -> Ruling:
    """Allow every member of the company."""
    if actor.member_id is None or not actor.may(Permission.MEMBER_READ):
        return Ruling(Forbidden("Only a member of the company can do this."))
    return ALLOWED


def may_enrol(actor: Actor, course: Course, member_id: str | None) -> Ruling:
    """Allow members for themselves, and with `training:manage` for anybody, while the course is published."""
    ruling = may_learn(actor) if member_id in {None, actor.member_id} else may_train(actor)
    if ruling and course.status is not CourseStatus.PUBLISHED:
        return Ruling(InvalidInput("This course is not published; choose another one.", path=("course_id",)))
    return ruling


def may_go_on(actor: Actor, enrolment: Enrolment) -> Ruling:
    """Allow the learner, until the course is done."""
    if actor.member_id is None or actor.member_id != enrolment.member_id:
        return Ruling(Forbidden("Only the learner can do this."))
    if enrolment.completed_at is not None:
        return Ruling(AlreadyDone("You have done this course; begin it anew to do it again.", path=("enrolment_id",)))
    return ALLOWED


def may_mark(actor: Actor, enrolment: Enrolment) -> Ruling:
    """Allow with `training:manage`, but not what one wrote oneself."""
    if (ruling := may_train(actor)) and actor.member_id == enrolment.member_id:
        return Ruling(Forbidden("Nobody marks what they wrote themselves; ask a colleague."))
    return ruling


def may_know(actor: Actor, enrolment: Enrolment) -> bool:
    """Tell whether somebody may know how far a learner is: the learner, and who trains."""
    return (actor.member_id is not None and actor.member_id == enrolment.member_id) or bool(may_train(actor))
