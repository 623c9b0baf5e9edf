"""Mutations of experiences."""

from typing import Annotated, ClassVar

import strawberry

from care.experiences.drafts import ExperienceChange, ExperienceDraft
from care.experiences.editing import create_experience, publish_experience, update_experience, withdraw_experience
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.experience_kinds import ExperienceKind
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.experiences import Experience

_EXPERIENCE = "The id of the experience."
_TEXTS = "It in up to three languages: the same pages, questions and choices in each."
_RIGHT = "The right choice of each question, from 1; a quiz needs it, a poll has none."


@strawberry.input(description="A page of a brochure.")
class ExperiencePageInput:
    """A page of a brochure."""

    title: str = required("Its heading, 1 to 200 characters.")
    body: str = required("Its text, in Markdown.")


@strawberry.input(description="What is to be asked.")
class ExperienceQuestionInput:
    """What is to be asked."""

    prompt: str = required("The question, 1 to 200 characters.")
    choices: list[str] = required("What can be chosen, 2 to 8.")


@strawberry.input(description="An experience in one language.")
class ExperienceTextInput:
    """An experience in one language."""

    locale: str = required("The language: `tr`, `fa` or `en`.")
    title: str = required("What it is called, 5 to 200 characters.")
    intro: str | None = given("What stands before it, in Markdown.")
    video_url: str | None = given("The address of the video, of http or https.")
    pages: list[ExperiencePageInput] | None = given("The pages of a brochure, up to 30.")
    questions: list[ExperienceQuestionInput] | None = given("What is asked, up to 20.")


@strawberry.input(description="What is to be offered to customers.")
class CreateExperienceInput:
    """What is to be offered to customers."""

    kind: ExperienceKind = required("What it is.")
    texts: list[ExperienceTextInput] = required(_TEXTS)
    right: list[int] | None = given(_RIGHT)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createExperience`.")
class CreateExperiencePayload(Payload):
    """The answer of `createExperience`."""

    experience: Experience | None = changed("The draft.")


@strawberry.input(description="What to change of a draft; absent stays as it is.")
class UpdateExperienceInput:
    """What to change of a draft."""

    experience_id: strawberry.ID = required(_EXPERIENCE)
    texts: list[ExperienceTextInput] | None = given(f"{_TEXTS} Taken whole.")
    right: list[int] | None = given(_RIGHT)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateExperience`.")
class UpdateExperiencePayload(Payload):
    """The answer of `updateExperience`."""

    written: ClassVar[str | None] = "experience"

    experience: Experience | None = changed()


@strawberry.input(description="Which experience customers are to have.")
class PublishExperienceInput:
    """Which experience customers are to have."""

    experience_id: strawberry.ID = required(_EXPERIENCE)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `publishExperience`.")
class PublishExperiencePayload(Payload):
    """The answer of `publishExperience`."""

    written: ClassVar[str | None] = "experience"

    experience: Experience | None = changed()


@strawberry.input(description="Which experience customers are to have no longer.")
class WithdrawExperienceInput:
    """Which experience customers are to have no longer."""

    experience_id: strawberry.ID = required(_EXPERIENCE)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `withdrawExperience`.")
class WithdrawExperiencePayload(Payload):
    """The answer of `withdrawExperience`."""

    written: ClassVar[str | None] = "experience"

    experience: Experience | None = changed()


@strawberry.type
class ExperienceMutations:
    """What can be done with experiences."""

    @mutation(CreateExperiencePayload, description="Drafts interactive content for customers; needs `experience:manage`.")
    async def create_experience(self, info: Info, input: Annotated[CreateExperienceInput, INPUT]) -> object:
        """Draft an experience."""
        draft = parse(ExperienceDraft, **values_of(input))
        made = await create_experience(info.context.actor, draft, once=once_for(info, "createExperience", input))
        return CreateExperiencePayload(experience=Experience.from_document(made))

    @mutation(UpdateExperiencePayload, description="Changes a draft that customers have never had; needs `experience:manage`.")
    async def update_experience(self, info: Info, input: Annotated[UpdateExperienceInput, INPUT]) -> object:
        """Change a draft."""
        told, version = parse(ExperienceChange, **values_of(input, "experience_id")), input.expected_version
        found = await update_experience(info.context.actor, input.experience_id, told, expected_version=version)
        return UpdateExperiencePayload(experience=Experience.from_document(found))

    @mutation(PublishExperiencePayload, description="Lets customers have it, or have it again; needs `experience:manage`.")
    async def publish_experience(self, info: Info, input: Annotated[PublishExperienceInput, INPUT]) -> object:
        """Publish an experience."""
        found = await publish_experience(info.context.actor, input.experience_id, expected_version=input.expected_version)
        return PublishExperiencePayload(experience=Experience.from_document(found))

    @mutation(WithdrawExperiencePayload, description="Lets customers have it no longer; needs `experience:manage`.")
    async def withdraw_experience(self, info: Info, input: Annotated[WithdrawExperienceInput, INPUT]) -> object:
        """Withdraw an experience."""
        found = await withdraw_experience(info.context.actor, input.experience_id, expected_version=input.expected_version)
        return WithdrawExperiencePayload(experience=Experience.from_document(found))
