"""Experiences as they are handed in, and what belongs to each kind."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from care.experiences.documents import ExperienceKind, ExperienceText
from community.drafts import Body, Remark, Title, text
from core.errors import InvalidInput
from core.text.addresses import WebAddress

K = ExperienceKind
MOST_PAGES: Final = 30
MOST_QUESTIONS: Final = 20
MOST_CHOICES: Final = 8
MOST_LANGUAGES: Final = 3

Line = Annotated[str, text(1, 200, lines="one")]


class PageDraft(BaseModel):
    """A page of a brochure."""

    title: Line
    body: Body


class QuestionDraft(BaseModel):
    """What is asked, with what can be chosen."""

    prompt: Line
    choices: Annotated[list[Line], Field(min_length=2, max_length=MOST_CHOICES)]


class TextDraft(BaseModel):
    """An experience in one language."""

    locale: Literal["tr", "fa", "en"]
    title: Title
    intro: Remark | None = None
    video_url: WebAddress | None = None
    pages: Annotated[list[PageDraft], Field(max_length=MOST_PAGES)] = Field(default_factory=list)
    questions: Annotated[list[QuestionDraft], Field(max_length=MOST_QUESTIONS)] = Field(default_factory=list)


Texts = Annotated[list[TextDraft], Field(min_length=1, max_length=MOST_LANGUAGES)]
Right = Annotated[list[Annotated[int, Field(ge=1, le=MOST_CHOICES)]], Field(max_length=MOST_QUESTIONS)]


class ExperienceDraft(BaseModel):
    """What is offered to customers."""

    kind: ExperienceKind
    texts: Texts
    right: Right = Field(default_factory=list)


class ExperienceChange(BaseModel):
    """What to change of a draft; absent stays as it is, lists are taken whole."""

    texts: Texts | None = None
    right: Right | None = None


def texts_of(drafts: Sequence[TextDraft]) -> list[ExperienceText]:
    """Give the texts as they are kept."""
    return [ExperienceText.model_validate(draft.model_dump()) for draft in drafts]


def require_shape(kind: ExperienceKind, texts: Sequence[ExperienceText], right: Sequence[int]) -> None:
    """Raise InvalidInput for what does not belong to the kind, and for languages that differ in more than words."""
    if len({one.locale for one in texts}) < len(texts):
        raise InvalidInput("Write each language once.", path=("texts",))
    for place, one in enumerate(texts):
        if problem := _problem(kind, one):
            raise InvalidInput(problem, path=("texts", str(place)))
        if _shape(one) != _shape(texts[0]):
            raise InvalidInput("Give every language the same pages, questions and choices.", path=("texts", str(place)))
    _require_right(kind, texts[0], right)


def _problem(kind: ExperienceKind, given: ExperienceText) -> str | None:
    if (kind is K.VIDEO) is not (given.video_url is not None):
        return "A video has an address, and nothing else has one."
    if (kind is K.BROCHURE) is not bool(given.pages):
        return "A brochure has pages, and nothing else has them."
    if kind in {K.QUIZ, K.POLL} and not given.questions:
        return "Ask something."
    return "A video asks nothing." if kind is K.VIDEO and given.questions else None


def _shape(given: ExperienceText) -> tuple[int, list[int]]:
    return len(given.pages), [len(question.choices) for question in given.questions]


def _require_right(kind: ExperienceKind, given: ExperienceText, right: Sequence[int]) -> None:
    if kind is K.POLL and right:
        raise InvalidInput("Nothing is right or wrong in a poll.", path=("right",))
    if kind is K.QUIZ and not right:
        raise InvalidInput("Say which choice of each question is right.", path=("right",))
    choices = [len(question.choices) for question in given.questions]
    if right and (len(right) != len(choices) or any(one > most for one, most in zip(right, choices, strict=False))):
        raise InvalidInput("Name one choice of each question, from 1.", path=("right",))
