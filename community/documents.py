"""What MongoDB keeps of members, skills, evidence, questions, answers and comments."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from beanie import Document
from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from auth.actor import Role
from core.records import PENDING_EVENTS, CreatedOnce, Record


class Availability(StrEnum):
    """Whether somebody can be asked now."""

    ONLINE = "ONLINE"
    BUSY = "BUSY"
    OFFLINE = "OFFLINE"


class QuestionStatus(StrEnum):
    """OPEN: no answer yet; ANSWERED: answers, none accepted; SOLVED: accepted; CLOSED: takes no answers."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    SOLVED = "SOLVED"
    CLOSED = "CLOSED"


class Audience(StrEnum):
    """Who a question is for: the company's members, or, once approved, the public too."""

    STAFF = "STAFF"
    PUBLIC = "PUBLIC"


class EvidenceKind(StrEnum):
    """What shows that somebody knows something."""

    ACCEPTED_ANSWER = "ACCEPTED_ANSWER"
    ANSWER = "ANSWER"
    WIKI_EDIT = "WIKI_EDIT"
    ENDORSEMENT = "ENDORSEMENT"
    SKILL = "SKILL"
    CASE_SOLVED = "CASE_SOLVED"


class Tag(BaseModel):
    """A label kept inside what it labels; its id is `tag_` and the slug."""

    slug: str
    name: str


class Department(Record):
    """A part of the company that questions and cases can go to."""

    name: str

    class Settings:
        name = "departments"
        indexes: ClassVar = [IndexModel([("name", ASCENDING)], unique=True), PENDING_EVENTS]


class Skill(Record):
    """Something members know; `keywords` are words of any language that point to it."""

    name: str
    slug: str
    keywords: list[str] = Field(default_factory=list)

    class Settings:
        name = "skills"
        indexes: ClassVar = [IndexModel([("slug", ASCENDING)], unique=True), PENDING_EVENTS]


class Member(CreatedOnce):
    """An employee or an agency's person; the account with the same remainder of the id says who may sign in."""

    display_name: str
    sort_name: str
    email: str
    roles: list[Role]
    availability: Availability = Availability.OFFLINE
    department_id: str | None = None
    job_title: str | None = None
    locales: list[str] = Field(default_factory=lambda: ["en"])
    skill_ids: list[str] = Field(default_factory=list)
    proficiencies: dict[str, Annotated[int, Field(ge=1, le=5)]] = Field(default_factory=dict)
    """How well, 1 to 5, by the id of the skill; of skills that are not named here 1."""
    bio: str | None = None
    answer_seconds: list[int] = Field(default_factory=list)
    """Seconds from question to answer of the last 20 answers, for the typical one."""

    class Settings:
        name = "members"
        indexes: ClassVar = [
            IndexModel([("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("availability", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("department_id", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("roles", ASCENDING)]),
            IndexModel([("skill_ids", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("email", ASCENDING)], unique=True),
            PENDING_EVENTS,
        ]


class Evidence(Document):
    """One reason to believe that a member knows something; the id is derived from member, kind and source."""

    id: str  # type: ignore[assignment]  # made before the insert, never Beanie's
    member_id: str
    kind: EvidenceKind
    text: str
    source_id: str
    tags: list[str] = Field(default_factory=list)
    weight: float
    occurred_at: datetime
    withdrawn_at: datetime | None = None
    """When it stopped being true (an answer is no longer accepted); a withdrawn one is shown and counted nowhere."""

    class Settings:
        name = "evidence"
        indexes: ClassVar = [
            IndexModel([("member_id", ASCENDING), ("occurred_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("source_id", ASCENDING)]),
            IndexModel([("occurred_at", DESCENDING), ("_id", DESCENDING)]),
        ]


class Question(CreatedOnce):
    """Something somebody wants to know.

    Its author is a member, or for PUBLIC ones a customer (an opaque id here) or `anonymous`.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ("audience", "approved_at", "author_id")

    title: str
    body: str
    author_id: str
    status: QuestionStatus = QuestionStatus.OPEN
    audience: Audience = Audience.STAFF
    approved_at: datetime | None = None
    """When a member let the public see a PUBLIC question."""
    tags: list[Tag] = Field(default_factory=list)
    invited_expert_ids: list[str] = Field(default_factory=list)
    accepted_answer_ids: list[str] = Field(default_factory=list)
    votes: dict[str, Annotated[int, Field(ge=-1, le=1)]] = Field(default_factory=dict)
    score: int = 0
    updated_at: datetime
    case_id: str | None = None
    consultation_id: str | None = None

    class Settings:
        name = "questions"
        indexes: ClassVar = [
            IndexModel([(field, DESCENDING), ("_id", DESCENDING)]) for field in ("created_at", "updated_at", "score")
        ] + [
            *(
                IndexModel([(by, ASCENDING), (field, DESCENDING), ("_id", DESCENDING)])
                for by in ("status", "author_id", "invited_expert_ids", "tags.slug", "audience")
                for field in ("created_at", "updated_at", "score")
            ),
            IndexModel([("invited_expert_ids", ASCENDING), ("status", ASCENDING)]),
            PENDING_EVENTS,
        ]


class Answer(CreatedOnce):
    """An answer to a question; whether it is accepted stands in the question."""

    question_id: str
    author_id: str
    body: str
    votes: dict[str, Annotated[int, Field(ge=-1, le=1)]] = Field(default_factory=dict)
    score: int = 0

    class Settings:
        name = "answers"
        indexes: ClassVar = [
            IndexModel([("question_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("author_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class Comment(CreatedOnce):
    """A remark on a question or on an answer to it, perhaps in reply to another remark there."""

    question_id: str
    target_id: str
    in_reply_to_id: str | None = None
    author_id: str
    body: str

    class Settings:
        name = "comments"
        indexes: ClassVar = [
            IndexModel([("target_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
