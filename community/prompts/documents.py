"""What MongoDB keeps of discussion prompts and of question campaigns."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from community.documents import SpaceContent, Tag
from core.records import PENDING_EVENTS

Locale = Literal["tr", "fa", "en"]


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class PromptForm(StrEnum):
    """What a prompt becomes when it is asked."""

    QUESTION = "QUESTION"
    POST = "POST"


class PromptText(BaseModel):
    """What a prompt asks in one language."""

    locale: Locale
    title: str
    body: str


class Weekly(BaseModel):
    """When a prompt is asked by itself, in which language, and in whose name."""

    weekday: Weekday
    hour: Annotated[int, Field(ge=0, le=23)]
    """Of UTC."""
    locale: Locale
    by: str


class Asking(BaseModel):
    """One time that a prompt was asked; the id of what it becomes is made here, and that follows."""

    question_id: str | None = None
    post_id: str | None = None
    """One of the two, as the prompt's form was then."""
    locale: Locale
    by: str
    at: datetime
    campaign_id: str | None = None

    @property
    def asked_as(self) -> str:
        """Give the id of what it became."""
        return self.question_id or self.post_id or ""


class DiscussionPrompt(SpaceContent):
    """Something to talk about, in the library of a space or of the company."""

    author_id: str
    texts: list[PromptText]
    tags: list[Tag] = Field(default_factory=list)
    becomes: PromptForm = PromptForm.QUESTION
    archived: bool = False
    weekly: Weekly | None = None
    next_act_at: datetime | None = None
    times_asked: int = 0
    last_asked_at: datetime | None = None
    askings: list[Asking] = Field(default_factory=list)
    """The latest ones, the last one last."""

    def text_in(self, locale: str) -> PromptText | None:
        """Give what it asks in a language; None where it has no words."""
        return next((one for one in self.texts if one.locale == locale), None)

    class Settings:
        name = "discussion_prompts"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("space_id", ASCENDING), ("archived", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class QuestionCampaign(SpaceContent):
    """A time in which members are encouraged to ask and to answer about something; its questions name it."""

    author_id: str
    name: str
    goal: str
    ends_at: datetime

    class Settings:
        name = "question_campaigns"
        indexes: ClassVar = [
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("space_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
