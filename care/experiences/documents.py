"""What MongoDB keeps of experiences: interactive content for customers, and who went through it how far."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce, Record


class ExperienceKind(StrEnum):
    """What it is: a BROCHURE may have questions in it, as a game."""

    VIDEO = "VIDEO"
    BROCHURE = "BROCHURE"
    QUIZ = "QUIZ"
    POLL = "POLL"


class ExperienceStatus(StrEnum):
    """Where it stands: only a draft is edited, so that what was counted stays comparable."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


class ExperiencePage(BaseModel):
    """A page of a brochure, in Markdown."""

    title: str
    body: str


class ExperienceQuestion(BaseModel):
    """What is asked, with what can be chosen."""

    prompt: str
    choices: list[str]


class ExperienceText(BaseModel):
    """An experience in one language."""

    locale: str
    title: str
    intro: str | None = None
    video_url: str | None = None
    pages: list[ExperiencePage] = Field(default_factory=list)
    questions: list[ExperienceQuestion] = Field(default_factory=list)


class Experience(CreatedOnce):
    """Interactive content for customers: the same pages and questions in each of its languages."""

    kind: ExperienceKind
    status: ExperienceStatus = ExperienceStatus.DRAFT
    texts: list[ExperienceText]
    right: list[int] = Field(default_factory=list)
    """The place of the right choice of each question, from 1; empty where nothing is right or wrong."""
    published_at: datetime | None = None

    class Settings:
        name = "experiences"
        indexes: ClassVar = [
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("status", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class GivenAnswer(BaseModel):
    """What was chosen of a question; both places are from 1."""

    question: int
    choice: int


class ExperienceVisit(Record):
    """How far one person went; its id follows from the experience and the customer who consents, else from the client's key."""

    experience_id: str
    customer_id: str | None = None
    """None without consent: then nobody can tell who it was."""
    opened_at: datetime
    pages: list[int] = Field(default_factory=list)
    """The pages that were turned to, from 1, in order of place; the first is seen on opening."""
    answers: list[GivenAnswer] = Field(default_factory=list)
    finished_at: datetime | None = None

    class Settings:
        name = "experience_visits"
        indexes: ClassVar = [
            IndexModel([("experience_id", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("customer_id", ASCENDING), ("_id", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
