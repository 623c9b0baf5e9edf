"""What happens in courses, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChanged(Event):
    """A course was made or changed."""

    course_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentEvent(Event):
    """Something happened to a learner in a course."""

    enrolment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEnrolled(EnrolmentEvent):
    """A member was enrolled in a course, or begins it anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseProgressed(EnrolmentEvent):
    """A unit was done, or an attempt begun or handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizMarked(EnrolmentEvent):
    """Somebody marked what a learner wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementConfirmed(EnrolmentEvent):
    """A mentor confirmed at which level somebody begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingDue(EnrolmentEvent):
    """A mandatory course is due soon, or overdue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOverdue(EnrolmentEvent):
    """A mandatory course was not done in time; it happens once for a member and a due time."""
