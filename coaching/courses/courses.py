"""Making courses: units with Markdown and links, quizzes with banks of questions, editions."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field, StringConstraints
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Role
from care.documents.standing import SocialLevel
from coaching.courses.documents import (
    Course,
    CourseEdition,
    CourseKind,
    CourseStatus,
    QuestionKind,
    Quiz,
    QuizQuestion,
    Unit,
)
from coaching.courses.events import CourseChanged
from coaching.courses.policies import may_train
from coaching.courses.reading import edition_id, require_course
from coaching.practice.reading import scenarios_by_ids
from community.creation import insert_once
from community.drafts import Remark, Title, ids, text
from community.procedures.reading import guidelines_by_ids
from community.wiki.attachments import files_by_ids
from community.wiki.reading import pages_by_ids
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.ids import prefix_of
from core.records import change, save

MOST_UNITS: Final = 30
MOST_QUESTIONS: Final = 60
MOST_CHOICES: Final = 10
MOST_LINKS: Final = 20
MOST_ATTEMPTS: Final = 10
LONGEST_WAIT: Final = 10_080
"""In minutes: a week."""

_LINKED: Final = {"wik": pages_by_ids, "wfl": files_by_ids, "gdl": guidelines_by_ids, "psc": scenarios_by_ids}

Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Line = Annotated[str, text(1, 200, lines="one")]
Choice = Annotated[str, text(1, 500)]
Place = Annotated[int, Field(ge=0, lt=MOST_CHOICES)]


class QuestionDraft(BaseModel):
    """A question of a bank."""

    key: Key
    kind: QuestionKind
    prompt: Remark
    choices: Annotated[list[Choice], Field(max_length=MOST_CHOICES)] = Field(default_factory=list)
    right: Annotated[list[Place], Field(max_length=MOST_CHOICES)] = Field(default_factory=list)
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    level: SocialLevel | None = None


class QuizDraft(BaseModel):
    """What is to be asked at the end of a unit."""

    questions: Annotated[list[QuestionDraft], Field(min_length=1, max_length=MOST_QUESTIONS)]
    asked: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)] | None = None
    pass_percent: Annotated[int, Field(ge=1, le=100)] = 80
    wait_minutes: Annotated[int, Field(ge=0, le=LONGEST_WAIT)] = 0
    most_attempts: Annotated[int, Field(ge=1, le=MOST_ATTEMPTS)] = 3


class UnitDraft(BaseModel):
    """A part of a course."""

    key: Key
    title: Line
    body: Annotated[str, text(0, 20_000)] = ""
    linked_ids: Annotated[list[str], ids(MOST_LINKS, "things")] = Field(default_factory=list)
    quiz: QuizDraft | None = None


Units = Annotated[list[UnitDraft], Field(min_length=1, max_length=MOST_UNITS)]
Days = Annotated[int, Field(ge=1, le=365)]


class CourseDraft(BaseModel):
    """What a course is to be."""

    kind: CourseKind = CourseKind.TRAINING
    title: Title
    summary: Remark
    level: SocialLevel = SocialLevel.NEWCOMER
    units: Units
    required_of: list[Role] = Field(default_factory=list)
    due_days: Days = 30


class CourseChange(BaseModel):
    """What to change of a course; absent stays as it is."""

    title: Title | None = None
    summary: Remark | None = None
    level: SocialLevel | None = None
    units: Units | None = None
    status: CourseStatus | None = None
    required_of: list[Role] | None = None
    due_days: Days | None = None


async def create_course(actor: Actor, draft: CourseDraft, *, once: Once) -> Course:
    """Make a course as a draft.

    Raises Forbidden without `training:manage`, NotFound for a link to what the actor may not read, InvalidInput for units
    or questions that do not hold together, IdempotencyMismatch.
    """
    may_train(actor).enforce()
    units = await _units(actor, draft.units, draft.kind)
    course = Course(
        id=once.identifier("crs"),
        created_at=now(),
        created_by=actor.member,
        fingerprint=once.fingerprint,
        units=units,
        **{**draft.model_dump(exclude={"units"}), "required_of": list(dict.fromkeys(draft.required_of))},
    )
    course.record(CourseChanged(course_id=course.id), actor=actor.id)
    return await insert_once(course, once)


async def update_course(actor: Actor, course_id: str, told: CourseChange, *, expected_version: int) -> Course:
    """Change a course; other units make another edition, and who is in the course keeps theirs.

    Raises NotFound, Forbidden without `training:manage`, InvalidInput as `create_course` does, Conflict.
    """
    may_train(actor).enforce()
    course = await require_course(actor, course_id)
    units = await _units(actor, told.units, course.kind) if told.units is not None else None
    changes = told.model_dump(exclude_none=True, exclude={"units"})
    if units is not None and units != course.units and course.version == expected_version:
        await _keep_edition(course)

    def rule(current: Course) -> None:
        for name, value in changes.items():
            setattr(current, name, value)
        current.required_of = list(dict.fromkeys(current.required_of))
        if units is not None and units != current.units:
            current.units, current.number = units, current.number + 1
        current.next_act_at = now()
        current.record(CourseChanged(course_id=current.id), actor=actor.id)

    return await change(course, rule, expected_version=expected_version)


async def _keep_edition(course: Course) -> None:
    """Keep the units that learners may hold before others take their place. Can run twice."""
    kept = CourseEdition(
        id=edition_id(course.id, course.number),
        created_at=now(),
        course_id=course.id,
        number=course.number,
        units=course.units,
    )
    try:
        await save(kept)
    except DuplicateKeyError:
        return


async def _units(actor: Actor, drafts: Sequence[UnitDraft], kind: CourseKind) -> list[Unit]:
    if len({draft.key for draft in drafts}) < len(drafts):
        raise InvalidInput("Give each unit a key of its own.", path=("units",))
    if kind is CourseKind.PLACEMENT and (len(drafts) != 1 or drafts[0].quiz is None):
        raise InvalidInput("A placement test has one unit, with a quiz.", path=("units",))
    await _require_links(actor, [one for draft in drafts for one in draft.linked_ids])
    return [_unit(draft, kind) for draft in drafts]


def _unit(draft: UnitDraft, kind: CourseKind) -> Unit:
    quiz = _quiz(draft.quiz, kind) if draft.quiz is not None else None
    return Unit(**draft.model_dump(exclude={"quiz"}), quiz=quiz)


def _quiz(draft: QuizDraft, kind: CourseKind) -> Quiz:
    if len({question.key for question in draft.questions}) < len(draft.questions):
        raise InvalidInput("Give each question of a quiz a key of its own.", path=("units",))
    for question in draft.questions:
        _require_answerable(question, kind)
    asked = draft.asked or len(draft.questions)
    if asked > len(draft.questions) or (kind is CourseKind.PLACEMENT and asked < len(draft.questions)):
        most = len(draft.questions)
        raise InvalidInput(f"The bank has {most} questions; ask no more, and in a placement test all.", path=("units",))
    questions = [QuizQuestion(**question.model_dump()) for question in draft.questions]
    return Quiz(**{**draft.model_dump(exclude={"questions"}), "asked": asked}, questions=questions)


def _require_answerable(question: QuestionDraft, kind: CourseKind) -> None:
    wrong = _what_is_wrong(question)
    if wrong is None and kind is CourseKind.PLACEMENT and question.level is None:
        wrong = "says which level it measures, in a placement test"
    if wrong is not None:
        raise InvalidInput(f"The question “{question.key}” {wrong}.", path=("units",))


def _what_is_wrong(question: QuestionDraft) -> str | None:
    choices, right = len(question.choices), set(question.right)
    if question.kind is QuestionKind.TEXT:
        return "is answered in words: it has no choices" if choices or right else None
    if choices < 2 or len(set(question.choices)) < choices:  # noqa: PLR2004 - one choice is none
        return "needs at least two choices, each another"
    if question.kind is QuestionKind.ORDER:
        return "gives its choices in the right order, and no `right`" if right else None
    return _what_is_wrong_with(right, choices, question.kind)


def _what_is_wrong_with(right: set[int], choices: int, kind: QuestionKind) -> str | None:
    if not right or max(right) >= choices:
        return "says which of its choices are right, counted from 0"
    if kind is QuestionKind.SINGLE and len(right) > 1:
        return "has one right choice; make it MULTIPLE for several"
    return None


async def _require_links(actor: Actor, linked: Sequence[str]) -> None:
    for prefix, read in _LINKED.items():
        wanted = list(dict.fromkeys(one for one in linked if prefix_of(one) == prefix))
        if wanted and len(await read(actor, wanted)) < len(wanted):
            raise NotFound("There is no such thing to link to.", path=("units",))
    if any(prefix_of(one) not in _LINKED for one in linked):
        message = "Link to pages and files of the wiki, procedures, policies or practice scenarios."
        raise InvalidInput(message, path=("units",))
