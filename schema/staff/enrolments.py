"""Who learns in courses, and how far they are."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents.standing import SocialLevel
from coaching.courses import documents as courses
from coaching.courses.courses import MOST_ATTEMPTS, MOST_CHOICES, MOST_QUESTIONS, MOST_UNITS
from coaching.courses.documents import AttemptState, EnrolledBy, QuestionKind
from coaching.courses.learning import KEPT
from coaching.courses.policies import may_mark
from coaching.courses.quizzes import right_of, shows_right
from coaching.courses.reading import (
    MOST_DUTIES,
    count_enrolments_to_mark,
    count_overdue_trainings,
    count_own_enrolments,
    courses_by_ids,
    edition_id,
    editions_by_ids,
    enrolments_to_mark,
    overdue_trainings,
    own_enrolments,
    training_duties,
)
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.courses import Course, CourseUnit
from schema.staff.members import Member, member_of

told(
    EnrolledBy,
    "How somebody came into a course.",
    SELF="By themselves.",
    MENTOR="By who trains.",
    ROLE="Because a role of theirs requires it.",
)
told(
    AttemptState,
    "Where a go at a quiz stands.",
    OPEN="It goes on.",
    WAITING="Somebody has to mark what was written.",
    PASSED="It was passed.",
    FAILED="It was not passed.",
)


@strawberry.type(description="A question as it was asked in an attempt, and what was answered.")
class AttemptQuestion:
    """A question as it was asked in an attempt."""

    key: str = strawberry.field(description="How answers name it.")
    kind: QuestionKind = strawberry.field(description="How it is answered.")
    prompt: str = strawberry.field(description="What is asked, in Markdown.")
    choices: list[str] = strawberry.field(
        description="What can be chosen, in the order of this attempt.", directives=list_size(MOST_CHOICES)
    )
    chosen: list[int] = strawberry.field(
        description="What was chosen, counted from 0 in this order.", directives=list_size(MOST_CHOICES)
    )
    text: str | None = strawberry.field(description="What was written; null for nothing.")
    right: list[int] | None = strawberry.field(
        description="What is right, counted in this order; null until the attempt was handed in, and for the learner while "
        "another attempt could follow.",
        directives=list_size(MOST_CHOICES),
    )
    percent: int | None = strawberry.field(description="What it was worth, 0 to 100; null until that is known.")
    remark: str | None = strawberry.field(description="What was said to it; null for nothing.")

    @classmethod
    def of(cls, question: courses.QuizQuestion, asked: courses.Asked, attempt: courses.Attempt, *, told: bool) -> Self:
        """Show a question in the order of its attempt; what is right only once it was handed in and may be told."""
        given = next((one for one in attempt.answers if one.question == question.key), None)
        over = attempt.state is not AttemptState.OPEN
        return cls(
            key=question.key,
            kind=question.kind,
            prompt=question.prompt,
            choices=[question.choices[place] for place in asked.order],
            chosen=[asked.order.index(place) for place in given.choices] if given else [],
            text=given.text if given else None,
            right=[asked.order.index(place) for place in right_of(question)] if over and told else None,
            percent=(given.percent if given else 0) if over else None,
            remark=given.remark if given else None,
        )


@strawberry.type(description="One go at a quiz.")
class QuizAttempt:
    """One go at a quiz."""

    unit: str = strawberry.field(description="The key of the unit.")
    number: int = strawberry.field(description="Which go it is, from 1.")
    state: AttemptState = strawberry.field(description="Where it stands.")
    started_at: datetime = strawberry.field(description="When it began.")
    handed_in_at: datetime | None = strawberry.field(description="When it was handed in; null until then.")
    score: float | None = strawberry.field(description="From 0 to 100; null until all is marked.")
    questions: list[AttemptQuestion] = strawberry.field(
        description="What was asked, in the order of this attempt.", directives=list_size(MOST_QUESTIONS)
    )


@strawberry.type(description="That a course was gone through to its end.")
class CourseCompletion:
    """That a course was gone through to its end."""

    number: int = strawberry.field(description="Which edition.")
    at: datetime = strawberry.field(description="When.")
    score: float | None = strawberry.field(description="The mean of its quizzes, 0 to 100; null where it has none.")


@strawberry.type(description="A learner in a course.")
class Enrolment(Node):
    """A learner in a course."""

    document: strawberry.Private[courses.Enrolment]
    number: int = strawberry.field(description="The edition that they began with and keep.")
    enrolled_by: EnrolledBy = strawberry.field(description="How they came into it.")
    mandatory: bool = strawberry.field(description="Whether a role of theirs requires it.")
    enrolled_at: datetime = strawberry.field(description="When they began, the last time.")
    due_at: datetime | None = strawberry.field(description="Until when they must have done it; null where nobody says so.")
    done_units: list[str] = strawberry.field(description="The keys of the units done.", directives=list_size(MOST_UNITS))
    completed_at: datetime | None = strawberry.field(description="When they had done it all; null until then.")
    proposed_level: SocialLevel | None = strawberry.field(description="What the placement test found; null elsewhere.")
    confirmed_level: SocialLevel | None = strawberry.field(description="The level that a mentor confirmed; null until then.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: courses.Enrolment) -> Self:
        """Show a learner."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            number=document.number,
            enrolled_by=document.enrolled_by,
            mandatory=document.mandatory,
            enrolled_at=document.enrolled_at,
            due_at=document.due_at,
            done_units=list(document.done),
            completed_at=document.completed_at,
            proposed_level=document.proposed_level,
            confirmed_level=document.confirmed_level,
            version=document.version,
        )

    async def _units(self, info: Info) -> list[courses.Unit]:
        course: courses.Course | None = await info.context.load(courses_by_ids, self.document.course_id)
        if course is None or course.number == self.document.number:
            return course.units if course is not None else []
        edition = edition_id(course.id, self.document.number)
        kept: courses.CourseEdition | None = await info.context.load(editions_by_ids, edition)
        return kept.units if kept is not None else course.units

    @strawberry.field(description="The course as it is now; null for one that the viewer may not read.")
    async def course(self, info: Info) -> Course | None:
        """Give the course."""
        found = await info.context.load(courses_by_ids, self.document.course_id)
        return Course.from_document(found) if found is not None else None

    @strawberry.field(description="Who learns; null once they have left.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="The units of their edition, in their order.", directives=list_size(MOST_UNITS))
    async def units(self, info: Info) -> list[CourseUnit]:
        """Give the units."""
        return [CourseUnit.of(unit, self.document.course_id) for unit in await self._units(info)]

    @strawberry.field(description="How much of it is done, 0 to 100.")
    async def progress_percent(self, info: Info) -> int:
        """Count the units."""
        units = await self._units(info)
        return round(100 * len(self.document.done) / len(units)) if units else 0

    @strawberry.field(description="Their goes at its quizzes, the first first.", directives=list_size(MOST_UNITS * MOST_ATTEMPTS))
    async def attempts(self, info: Info) -> list[QuizAttempt]:
        """Give the attempts."""
        quizzes = {unit.key: unit.quiz for unit in await self._units(info) if unit.quiz}
        banks = {key: {one.key: one for one in quiz.questions} for key, quiz in quizzes.items()}
        is_own = info.context.actor.member_id == self.document.member_id
        return [
            QuizAttempt(
                unit=one.unit, number=one.number, state=one.state, started_at=one.started_at,
                handed_in_at=one.handed_in_at, score=one.score,
                questions=[
                    AttemptQuestion.of(
                        banks[one.unit][asked.question], asked, one,
                        told=not is_own or shows_right(self.document, one, quizzes[one.unit]),
                    )
                    for asked in one.asked
                ],
            )
            for one in self.document.attempts
            if one.unit in banks
        ]  # fmt: skip

    @strawberry.field(description="When they had done it before, the oldest first; the last 20.", directives=list_size(KEPT))
    def completions(self) -> list[CourseCompletion]:
        """Give the completions."""
        return [CourseCompletion(number=one.number, at=one.at, score=one.score) for one in self.document.completions]

    @strawberry.field(description="Whether the viewer can mark what they write.")
    def viewer_can_mark(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_mark(info.context.actor, self.document))


@strawberry.type
class EnrolmentQueries:
    """Who has still to learn."""

    @paged("The courses that the viewer is in, the first enrolled first.", graphql_type=Connection[Enrolment])
    async def my_courses(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await own_enrolments(actor, window), count=lambda: count_own_enrolments(actor))

    @paged("Learners who wrote what nobody has marked yet; none without `training:manage`.", graphql_type=Connection[Enrolment])
    async def quizzes_to_mark(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await enrolments_to_mark(actor, window), count=lambda: count_enrolments_to_mark(actor))

    @paged(
        "Mandatory courses that are overdue, the longest first; none without `training:manage`.",
        graphql_type=Connection[Enrolment],
    )
    async def overdue_trainings(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await overdue_trainings(actor, window), count=lambda: count_overdue_trainings(actor))

    @strawberry.field(
        description="The mandatory courses that the viewer has still to do, beside `guidelineDuties`.",
        directives=list_size(MOST_DUTIES),
    )
    async def training_duties(self, info: Info) -> list[Enrolment]:
        """Give them."""
        return [Enrolment.from_document(one) for one in await training_duties(info.context.actor)]
