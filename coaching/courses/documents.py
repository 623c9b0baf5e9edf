"""What MongoDB keeps of courses: what is taught, and how far each learner is."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from auth.actor import Role
from care.documents.standing import SocialLevel
from core.records import PENDING_EVENTS, CreatedOnce, Record


class CourseKind(StrEnum):
    """What a course is for: to learn, or to find out at which level somebody begins."""

    TRAINING = "TRAINING"
    PLACEMENT = "PLACEMENT"


class CourseStatus(StrEnum):
    """Where a course stands; only a published one is begun."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "SINGLE"
    MULTIPLE = "MULTIPLE"
    ORDER = "ORDER"
    TEXT = "TEXT"


class QuizQuestion(BaseModel):
    """A question of a bank, with what is right."""

    key: str
    kind: QuestionKind
    prompt: str
    choices: list[str] = Field(default_factory=list)
    """For ORDER in the order that is right."""
    right: list[int] = Field(default_factory=list)
    """Which choices are right, counted from 0; for SINGLE and MULTIPLE only."""
    weight: int = 1
    level: SocialLevel | None = None
    """What a placement test measures by it."""


class Quiz(BaseModel):
    """What is asked at the end of a unit."""

    questions: list[QuizQuestion]
    asked: int
    """How many of the bank are drawn for an attempt."""
    pass_percent: int
    wait_minutes: int
    """How long after an attempt the next one can begin."""
    most_attempts: int


class Unit(BaseModel):
    """A part of a course."""

    key: str
    title: str
    body: str
    linked_ids: list[str] = Field(default_factory=list)
    quiz: Quiz | None = None


class Course(CreatedOnce):
    """What is taught, at which level, and who must learn it."""

    kind: CourseKind
    title: str
    summary: str
    level: SocialLevel
    units: list[Unit]
    number: int = 1
    """Which edition the units are: a learner keeps the one that they began with."""
    status: CourseStatus = CourseStatus.DRAFT
    required_of: list[Role] = Field(default_factory=list)
    due_days: int
    created_by: str
    next_act_at: datetime | None = None

    class Settings:
        name = "courses"
        indexes: ClassVar = [
            IndexModel([("title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("status", ASCENDING), ("title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class CourseEdition(Record):
    """The units of an edition that was followed by another; its id follows from the course and its number."""

    course_id: str
    number: int
    units: list[Unit]

    class Settings:
        name = "course_editions"
        indexes: ClassVar = [PENDING_EVENTS]


class EnrolledBy(StrEnum):
    """How somebody came into a course."""

    SELF = "SELF"
    MENTOR = "MENTOR"
    ROLE = "ROLE"


class AttemptState(StrEnum):
    """Where an attempt stands; WAITING: somebody has to mark what was written."""

    OPEN = "OPEN"
    WAITING = "WAITING"
    PASSED = "PASSED"
    FAILED = "FAILED"


class Asked(BaseModel):
    """A question drawn for an attempt, and the order in which its choices are shown."""

    question: str
    order: list[int] = Field(default_factory=list)


class Answered(BaseModel):
    """What was answered: the choices as they are counted in the bank, or a text, and the points for it."""

    question: str
    choices: list[int] = Field(default_factory=list)
    text: str | None = None
    percent: int | None = None
    """None until somebody marked the text."""
    remark: str | None = None


class Attempt(BaseModel):
    """One go at a quiz."""

    unit: str
    number: int
    asked: list[Asked]
    started_at: datetime
    state: AttemptState = AttemptState.OPEN
    answers: list[Answered] = Field(default_factory=list)
    handed_in_at: datetime | None = None
    score: float | None = None
    """From 0 to 100."""
    marked_by: str | None = None


class Completion(BaseModel):
    """That a course was gone through to its end."""

    number: int
    at: datetime
    score: float | None = None
    """The mean of its quizzes; None where it has none."""


class Enrolment(Record):
    """A learner in a course; its id follows from the two."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    course_id: str
    member_id: str
    number: int
    enrolled_by: EnrolledBy
    mandatory: bool = False
    """Whether a role of theirs requires it."""
    enrolled_at: datetime
    due_at: datetime | None = None
    done: list[str] = Field(default_factory=list)
    """The keys of the units that are done."""
    attempts: list[Attempt] = Field(default_factory=list)
    to_mark: bool = False
    """Whether an attempt waits for somebody to mark it."""
    completed_at: datetime | None = None
    completions: list[Completion] = Field(default_factory=list)
    """The oldest first; the last twenty."""
    proposed_level: SocialLevel | None = None
    """What the placement test found."""
    confirmed_level: SocialLevel | None = None
    confirmed_by: str | None = None
    next_act_at: datetime | None = None
    open_due: datetime | None = None
    """The due time while it is mandatory and not completed."""
    overdue_told: datetime | None = None
    """The due time of which the managers were told that it is past: each duty is told of once."""

    class Settings:
        name = "enrolments"
        indexes: ClassVar = [
            IndexModel([("member_id", ASCENDING), ("enrolled_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("course_id", ASCENDING), ("enrolled_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("to_mark", ASCENDING), ("enrolled_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("open_due", ASCENDING), ("_id", ASCENDING)], sparse=True),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
