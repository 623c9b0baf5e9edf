"""Mutations of courses: made, enrolled in, learned and marked."""

from typing import Annotated, ClassVar

import strawberry

from auth.actor import Role
from care.documents.standing import SocialLevel
from coaching.courses.courses import CourseChange, CourseDraft, create_course, update_course
from coaching.courses.documents import CourseKind, CourseStatus, QuestionKind
from coaching.courses.enrolling import EnrolmentDraft, enrol, restart_course
from coaching.courses.learning import (
    HandInDraft,
    MarkingDraft,
    complete_unit,
    confirm_placement,
    hand_in_attempt,
    mark_attempt,
    start_attempt,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.courses import Course
from schema.staff.enrolments import Enrolment

_ENROLMENT = "The id of the learner's enrolment."
_UNIT = "The key of the unit."
_UNITS = "Its units in their order, up to 30, each with a key of its own."
_ROLES = "The roles that must do it."
_DAYS = "How many days they have, 1 to 365."


@strawberry.input(description="A question of a bank.")
class QuizQuestionInput:
    """A question of a bank."""

    key: str = required("How answers name it: lower-case letters, digits and hyphens.")
    kind: QuestionKind = required("How it is answered.")
    prompt: str = required("What is asked, in Markdown.")
    choices: list[str] | None = given("What can be chosen, up to 10; for ORDER in the right order; none for TEXT.")
    right: list[int] | None = given("Which choices are right, counted from 0; for SINGLE and MULTIPLE.")
    weight: int | None = given("How much it counts, 1 to 100; absent: 1.")
    level: SocialLevel | None = given("What a placement test measures by it.")


@strawberry.input(description="What is to be asked at the end of a unit.")
class CourseQuizInput:
    """What is to be asked at the end of a unit."""

    questions: list[QuizQuestionInput] = required("The bank, up to 60 questions.")
    asked: int | None = given("How many are drawn for an attempt; absent: all.")
    pass_percent: int | None = given("The score that passes, 1 to 100; absent: 80.")
    wait_minutes: int | None = given("How long after an attempt the next one can begin, up to a week; absent: at once.")
    most_attempts: int | None = given("How many attempts there are, 1 to 10; absent: 3.")


@strawberry.input(description="A part of a course.")
class CourseUnitInput:
    """A part of a course."""

    key: str = required("How it is named: lower-case letters, digits and hyphens.")
    title: str = required("Its heading.")
    body: str | None = given("Its text, in Markdown.")
    linked_ids: list[strawberry.ID] | None = given("Pages and files of the wiki, procedures, policies, practice scenarios.")
    quiz: CourseQuizInput | None = given("What is asked at its end.")


@strawberry.input(description="What a course is to be.")
class CreateCourseInput:
    """What a course is to be."""

    kind: CourseKind | None = given("What it is for; absent: TRAINING.")
    title: str = required("What it is called, 5 to 200 characters.")
    summary: str = required("What it is about.")
    level: SocialLevel | None = given("For whom it is; absent: newcomers.")
    units: list[CourseUnitInput] = required(_UNITS)
    required_of: list[Role] | None = given(_ROLES)
    due_days: int | None = given(f"{_DAYS[:-1]}; absent: 30.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createCourse`.")
class CreateCoursePayload(Payload):
    """The answer of `createCourse`."""

    course: Course | None = changed("The course, a draft.")


@strawberry.input(description="What to change of a course; absent stays as it is.")
class UpdateCourseInput:
    """What to change of a course."""

    course_id: strawberry.ID = required("The id of the course.")
    title: str | None = given("What it is called, 5 to 200 characters.")
    summary: str | None = given("What it is about.")
    level: SocialLevel | None = given("For whom it is.")
    units: list[CourseUnitInput] | None = given("Its units; taken whole. Others make another edition; learners keep theirs.")
    status: CourseStatus | None = given("Where it stands.")
    required_of: list[Role] | None = given(f"{_ROLES[:-1]}; taken whole.")
    due_days: int | None = given(_DAYS)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateCourse`.")
class UpdateCoursePayload(Payload):
    """The answer of `updateCourse`."""

    written: ClassVar[str | None] = "course"

    course: Course | None = changed()


@strawberry.input(description="Who is to learn what.")
class EnrolInCourseInput:
    """Who is to learn what."""

    course_id: strawberry.ID = required("The id of the course.")
    member_id: strawberry.ID | None = given("Who is to learn; absent: the viewer.")


@strawberry.type(description="The answer of `enrolInCourse`.")
class EnrolInCoursePayload(Payload):
    """The answer of `enrolInCourse`."""

    enrolment: Enrolment | None = changed("The learner; who was in the course already is as before.")


@strawberry.input(description="Which course to begin anew.")
class RestartCourseInput:
    """Which course to begin anew."""

    enrolment_id: strawberry.ID = required(_ENROLMENT)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `restartCourse`.")
class RestartCoursePayload(Payload):
    """The answer of `restartCourse`."""

    written: ClassVar[str | None] = "enrolment"

    enrolment: Enrolment | None = changed()


@strawberry.input(description="Which unit is done.")
class CompleteUnitInput:
    """Which unit is done."""

    enrolment_id: strawberry.ID = required(_ENROLMENT)
    unit: str = required(_UNIT)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `completeUnit`.")
class CompleteUnitPayload(Payload):
    """The answer of `completeUnit`."""

    written: ClassVar[str | None] = "enrolment"

    enrolment: Enrolment | None = changed()


@strawberry.input(description="Which quiz to begin.")
class StartQuizInput:
    """Which quiz to begin."""

    enrolment_id: strawberry.ID = required(_ENROLMENT)
    unit: str = required(_UNIT)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `startQuiz`.")
class StartQuizPayload(Payload):
    """The answer of `startQuiz`."""

    written: ClassVar[str | None] = "enrolment"

    enrolment: Enrolment | None = changed()


@strawberry.input(description="An answer to a question that was asked.")
class QuizAnswerInput:
    """An answer to a question that was asked."""

    question: str = required("The key of the question.")
    choices: list[int] | None = given("The choices, counted from 0 as they are shown; for ORDER all of them.")
    text: str | None = given("The answer in words.")


@strawberry.input(description="All answers of an attempt.")
class HandInQuizInput:
    """All answers of an attempt."""

    enrolment_id: strawberry.ID = required(_ENROLMENT)
    unit: str = required(_UNIT)
    answers: list[QuizAnswerInput] = required("One for each question; what is left out is wrong.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `handInQuiz`.")
class HandInQuizPayload(Payload):
    """The answer of `handInQuiz`."""

    written: ClassVar[str | None] = "enrolment"

    enrolment: Enrolment | None = changed()


@strawberry.input(description="What a written answer is worth.")
class QuizMarkInput:
    """What a written answer is worth."""

    question: str = required("The key of the question.")
    percent: int = required("What it is worth, 0 to 100.")
    remark: str | None = given("What to say to it.")


@strawberry.input(description="What all written answers of an attempt are worth.")
class MarkQuizInput:
    """What all written answers of an attempt are worth."""

    enrolment_id: strawberry.ID = required(_ENROLMENT)
    unit: str = required(_UNIT)
    marks: list[QuizMarkInput] = required("One for each written answer.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `markQuiz`.")
class MarkQuizPayload(Payload):
    """The answer of `markQuiz`."""

    written: ClassVar[str | None] = "enrolment"

    enrolment: Enrolment | None = changed()


@strawberry.input(description="At which level somebody begins.")
class ConfirmPlacementInput:
    """At which level somebody begins."""

    enrolment_id: strawberry.ID = required(_ENROLMENT)
    level: SocialLevel = required("The level, as the test proposes or another one.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `confirmPlacement`.")
class ConfirmPlacementPayload(Payload):
    """The answer of `confirmPlacement`."""

    written: ClassVar[str | None] = "enrolment"

    enrolment: Enrolment | None = changed()


@strawberry.type
class CourseMutations:
    """What can be done to teach and to learn."""

    @mutation(CreateCoursePayload, description="Makes a course as a draft; needs `training:manage`.")
    async def create_course(self, info: Info, input: Annotated[CreateCourseInput, INPUT]) -> object:
        """Make a course."""
        draft = parse(CourseDraft, **values_of(input))
        made = await create_course(info.context.actor, draft, once=once_for(info, "createCourse", input))
        return CreateCoursePayload(course=Course.from_document(made))

    @mutation(UpdateCoursePayload, description="Changes, publishes or archives a course; needs `training:manage`.")
    async def update_course(self, info: Info, input: Annotated[UpdateCourseInput, INPUT]) -> object:
        """Change a course."""
        told, version = parse(CourseChange, **values_of(input, "course_id")), input.expected_version
        found = await update_course(info.context.actor, input.course_id, told, expected_version=version)
        return UpdateCoursePayload(course=Course.from_document(found))

    @mutation(EnrolInCoursePayload, description="Enrols the viewer, or with `training:manage` somebody else, in a course.")
    async def enrol_in_course(self, info: Info, input: Annotated[EnrolInCourseInput, INPUT]) -> object:
        """Enrol somebody."""
        found = await enrol(info.context.actor, parse(EnrolmentDraft, **values_of(input)))
        return EnrolInCoursePayload(enrolment=Enrolment.from_document(found))

    @mutation(
        RestartCoursePayload,
        description="Begins a course anew that was done, in the edition taught now; who trains lets others do so at any time.",
    )
    async def restart_course(self, info: Info, input: Annotated[RestartCourseInput, INPUT]) -> object:
        """Begin anew."""
        found = await restart_course(info.context.actor, input.enrolment_id, expected_version=input.expected_version)
        return RestartCoursePayload(enrolment=Enrolment.from_document(found))

    @mutation(CompleteUnitPayload, description="Says that a unit without a quiz is done, once those before it are.")
    async def complete_unit(self, info: Info, input: Annotated[CompleteUnitInput, INPUT]) -> object:
        """Finish a unit."""
        version = input.expected_version
        found = await complete_unit(info.context.actor, input.enrolment_id, input.unit, expected_version=version)
        return CompleteUnitPayload(enrolment=Enrolment.from_document(found))

    @mutation(StartQuizPayload, description="Begins a go at the quiz of a unit, with questions and an order of its own.")
    async def start_quiz(self, info: Info, input: Annotated[StartQuizInput, INPUT]) -> object:
        """Begin an attempt."""
        version = input.expected_version
        found = await start_attempt(info.context.actor, input.enrolment_id, input.unit, expected_version=version)
        return StartQuizPayload(enrolment=Enrolment.from_document(found))

    @mutation(HandInQuizPayload, description="Hands in the answers of the attempt that goes on.")
    async def hand_in_quiz(self, info: Info, input: Annotated[HandInQuizInput, INPUT]) -> object:
        """Hand in an attempt."""
        draft, version = parse(HandInDraft, **values_of(input, "enrolment_id")), input.expected_version
        found = await hand_in_attempt(info.context.actor, input.enrolment_id, draft, expected_version=version)
        return HandInQuizPayload(enrolment=Enrolment.from_document(found))

    @mutation(MarkQuizPayload, description="Says what written answers are worth; needs `training:manage`, never one's own.")
    async def mark_quiz(self, info: Info, input: Annotated[MarkQuizInput, INPUT]) -> object:
        """Mark an attempt."""
        draft, version = parse(MarkingDraft, **values_of(input, "enrolment_id")), input.expected_version
        found = await mark_attempt(info.context.actor, input.enrolment_id, draft, expected_version=version)
        return MarkQuizPayload(enrolment=Enrolment.from_document(found))

    @mutation(
        ConfirmPlacementPayload,
        description="Confirms at which level somebody begins, after a placement test; needs `training:manage`.",
    )
    async def confirm_placement(self, info: Info, input: Annotated[ConfirmPlacementInput, INPUT]) -> object:
        """Confirm a level."""
        version = input.expected_version
        found = await confirm_placement(info.context.actor, input.enrolment_id, input.level, expected_version=version)
        return ConfirmPlacementPayload(enrolment=Enrolment.from_document(found))
