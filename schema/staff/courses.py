"""Courses: what is taught, with quizzes."""

from typing import Self

import strawberry

from auth.actor import Role
from care.documents.standing import SocialLevel
from coaching.courses import documents as courses
from coaching.courses.courses import MOST_CHOICES, MOST_LINKS, MOST_QUESTIONS, MOST_UNITS
from coaching.courses.documents import CourseKind, CourseStatus, QuestionKind
from coaching.courses.policies import may_enrol, may_train
from coaching.courses.quizzes import right_of
from coaching.courses.reading import (
    count_courses,
    count_enrolments_of_course,
    enrolment_id,
    enrolments_by_ids,
    enrolments_of_course,
    list_courses,
)
from core.paging import Window
from schema.connections import Connection, connection_of
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages

_VERSION = "Rises with each edit by a person; pass it as `expectedVersion`."

told(
    SocialLevel,
    "How much experience of social media somebody has.",
    NEWCOMER="Level 1: begins.",
    BEGINNER="Level 2: knows the basics.",
    PRACTITIONER="Level 3: answers customers alone.",
    ADVANCED="Level 4: handles what is difficult.",
    SPECIALIST="Level 5: handles crises, and teaches others.",
)
told(
    CourseKind,
    "What a course is for.",
    TRAINING="To learn.",
    PLACEMENT="To find out at which level somebody begins.",
)
told(
    CourseStatus,
    "Where a course stands.",
    DRAFT="It is being written.",
    PUBLISHED="It is taught.",
    ARCHIVED="It is not begun any more.",
)
told(
    QuestionKind,
    "How a question is answered.",
    SINGLE="By one choice.",
    MULTIPLE="By all choices that are right.",
    ORDER="By all choices in the order that is right.",
    TEXT="In words, which somebody marks.",
)


@strawberry.type(description="A question of a quiz, with what is right: for who trains.")
class QuizQuestion:
    """A question of a quiz, with what is right."""

    key: str = strawberry.field(description="How answers name it.")
    kind: QuestionKind = strawberry.field(description="How it is answered.")
    prompt: str = strawberry.field(description="What is asked, in Markdown.")
    choices: list[str] = strawberry.field(
        description="What can be chosen; for ORDER in the right order.", directives=list_size(MOST_CHOICES)
    )
    right: list[int] = strawberry.field(
        description="Which choices are right, counted from 0.", directives=list_size(MOST_CHOICES)
    )
    weight: int = strawberry.field(description="How much it counts.")
    level: SocialLevel | None = strawberry.field(description="What a placement test measures by it; null elsewhere.")


@strawberry.type(description="What is asked at the end of a unit.")
class CourseQuiz:
    """What is asked at the end of a unit."""

    quiz: strawberry.Private[courses.Quiz]
    course_id: strawberry.Private[str]
    asked: int = strawberry.field(description="How many questions of the bank are drawn for an attempt.")
    pass_percent: int = strawberry.field(description="The score that passes, from 1 to 100.")
    wait_minutes: int = strawberry.field(description="How long after an attempt the next one can begin.")
    most_attempts: int = strawberry.field(description="How many attempts there are.")

    @strawberry.field(
        description="The bank, for who trains and is not learning in this course; empty for everybody else.",
        directives=list_size(MOST_QUESTIONS),
    )
    async def questions(self, info: Info) -> list[QuizQuestion]:
        """Give the bank."""
        actor = info.context.actor
        if not may_train(actor):
            return []
        own = await info.context.load(enrolments_by_ids, enrolment_id(self.course_id, actor.member))
        if own is not None and own.completed_at is None:
            return []
        return [
            QuizQuestion(
                key=one.key, kind=one.kind, prompt=one.prompt, choices=one.choices,
                right=right_of(one), weight=one.weight, level=one.level,
            )
            for one in self.quiz.questions
        ]  # fmt: skip


@strawberry.type(description="A part of a course.")
class CourseUnit:
    """A part of a course."""

    unit: strawberry.Private[courses.Unit]
    course_id: strawberry.Private[str]
    key: str = strawberry.field(description="How it is named.")
    title: str = strawberry.field(description="Its heading.")
    body: str = strawberry.field(description="Its text, in Markdown.")

    @classmethod
    def of(cls, unit: courses.Unit, course_id: str) -> Self:
        """Show a unit."""
        return cls(unit=unit, course_id=course_id, key=unit.key, title=unit.title, body=unit.body)

    @strawberry.field(
        description="Pages and files of the wiki, procedures, policies and practice scenarios that belong to it and that the "
        "viewer may read.",
        directives=list_size(MOST_LINKS),
    )
    async def linked(self, info: Info) -> list[Node]:
        """Give what is linked."""
        found = await info.context.reach_node(info.context, self.unit.linked_ids) if self.unit.linked_ids else []
        return [one for one in found if one is not None]

    @strawberry.field(description="What is asked at its end; null for nothing.")
    def quiz(self) -> CourseQuiz | None:
        """Give the quiz."""
        quiz = self.unit.quiz
        if quiz is None:
            return None
        return CourseQuiz(
            quiz=quiz, course_id=self.course_id, asked=quiz.asked, pass_percent=quiz.pass_percent,
            wait_minutes=quiz.wait_minutes, most_attempts=quiz.most_attempts,
        )  # fmt: skip


@strawberry.type(description="What is taught, at which level, and who must learn it.")
class Course(Node):
    """What is taught."""

    document: strawberry.Private[courses.Course]
    kind: CourseKind = strawberry.field(description="What it is for.")
    title: str = strawberry.field(description="What it is called.")
    summary: str = strawberry.field(description="What it is about.")
    level: SocialLevel = strawberry.field(description="For whom it is.")
    status: CourseStatus = strawberry.field(description="Where it stands.")
    number: int = strawberry.field(description="Which edition its units are.")
    required_of: list[Role] = strawberry.field(description="The roles that must do it.", directives=list_size(len(Role)))
    due_days: int = strawberry.field(description="How many days they have.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: courses.Course) -> Self:
        """Show a course."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            title=document.title,
            summary=document.summary,
            level=document.level,
            status=document.status,
            number=document.number,
            required_of=list(document.required_of),
            due_days=document.due_days,
            version=document.version,
        )

    @strawberry.field(description="Its units in their order.", directives=list_size(MOST_UNITS))
    def units(self) -> list[CourseUnit]:
        """Give the units."""
        return [CourseUnit.of(unit, self.document.id) for unit in self.document.units]

    @strawberry.field(description="Whether the viewer can enrol themselves.")
    def viewer_can_enrol(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_enrol(info.context.actor, self.document, None))

    @paged(
        "Who learns in it, the first enrolled first; none for who does not train.",
        graphql_type=connection_of("schema.staff.enrolments", "Enrolment"),
    )
    async def enrolments(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor, course = info.context.actor, self.document.id
        found = await enrolments_of_course(actor, course, window)
        return pages(info, found, count=lambda: count_enrolments_of_course(actor, course))


@strawberry.type
class CourseQueries:
    """What is taught."""

    @paged("Courses by title: all for who trains, else published ones.", graphql_type=Connection[Course])
    async def courses(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_courses(actor, window), count=lambda: count_courses(actor))
