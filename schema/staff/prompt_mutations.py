"""Mutations of discussion prompts and question campaigns."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from community.documents import Question as AskedQuestion
from community.prompts.asking import AskingDraft, ask_prompt
from community.prompts.campaigns import CampaignDraft, create_campaign, end_campaign
from community.prompts.documents import PromptForm, Weekday
from community.prompts.prompts import (
    PromptChanges,
    PromptDraft,
    ScheduleDraft,
    create_prompt,
    edit_prompt,
    schedule_prompt,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.blog import BlogPost
from schema.staff.prompts import DiscussionPrompt, QuestionCampaign
from schema.staff.questions import Question

_PROMPT_ID = "The id of the prompt."
_AS_IT_IS = "The prompt as it is now."


@strawberry.input(description="What a prompt asks in one language.")
class PromptTextInput:
    """What a prompt asks in one language."""

    locale: str = required("The language: `tr`, `fa` or `en`.")
    title: str = required("The title of the question or the post that it becomes, 5 to 200 characters.")
    body: str = required("Its text, in Markdown.")


@strawberry.input(description="A prompt to write.")
class CreatePromptInput:
    """A prompt to write."""

    texts: list[PromptTextInput] = required("What it asks, once for each language, 1 to 3.")
    tag_slugs: list[str] | None = given("Labels of what it becomes, at most 5.")
    becomes: PromptForm | None = given("What it becomes when it is asked; absent: a question.")
    space_id: strawberry.ID | None = given("The space whose library it is for; absent: that of the company.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createPrompt`.")
class CreatePromptPayload(Payload):
    """The answer of `createPrompt`."""

    prompt: DiscussionPrompt | None = changed("The prompt.")


@strawberry.input(description="What is to change of a prompt; a field that is not given stays.")
class EditPromptInput:
    """What is to change of a prompt."""

    prompt_id: strawberry.ID = required(_PROMPT_ID)
    texts: list[PromptTextInput] | None = given("All that it is to ask, once for each language.")
    tag_slugs: list[str] | None = given("All its labels.")
    becomes: PromptForm | None = given("What it becomes when it is asked.")
    archived: bool | None = given("Whether it is put away.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editPrompt`.")
class EditPromptPayload(Payload):
    """The answer of `editPrompt`."""

    written: ClassVar[str | None] = "prompt"

    prompt: DiscussionPrompt | None = changed(_AS_IT_IS)


@strawberry.input(description="When a prompt is to be asked by itself.")
class SchedulePromptInput:
    """When a prompt is to be asked by itself."""

    prompt_id: strawberry.ID = required(_PROMPT_ID)
    weekday: Weekday | None = given("On which day of the week; absent: not by itself.")
    hour: int | None = given("At which hour of UTC, 0 to 23; absent: 9.")
    locale: str | None = given("In which language; absent: `tr`.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `schedulePrompt`.")
class SchedulePromptPayload(Payload):
    """The answer of `schedulePrompt`."""

    written: ClassVar[str | None] = "prompt"

    prompt: DiscussionPrompt | None = changed(_AS_IT_IS)


@strawberry.input(description="Which prompt to ask.")
class AskPromptInput:
    """Which prompt to ask."""

    prompt_id: strawberry.ID = required(_PROMPT_ID)
    locale: str = required("In which language.")
    campaign_id: strawberry.ID | None = given("The campaign that the question is to belong to; none with a post.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `askPrompt`.")
class AskPromptPayload(Payload):
    """The answer of `askPrompt`."""

    written: ClassVar[str | None] = "prompt"

    question: Question | None = changed("The question that it became; null for a post.")
    post: BlogPost | None = changed("The post that it became; null for a question.")
    prompt: DiscussionPrompt | None = changed("The prompt as it is now, where somebody was first.")


@strawberry.input(description="A campaign to begin.")
class CreateQuestionCampaignInput:
    """A campaign to begin."""

    name: str = required("What it is called, 5 to 200 characters.")
    goal: str = required("What it is for, in Markdown, at most 2,000 characters.")
    ends_at: datetime = required("When it ends.")
    space_id: strawberry.ID | None = given("The space it is for; absent: the company.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createQuestionCampaign`.")
class CreateQuestionCampaignPayload(Payload):
    """The answer of `createQuestionCampaign`."""

    campaign: QuestionCampaign | None = changed("The campaign.")


@strawberry.input(description="Which campaign is to end.")
class EndQuestionCampaignInput:
    """Which campaign is to end."""

    campaign_id: strawberry.ID = required("The id of the campaign.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `endQuestionCampaign`.")
class EndQuestionCampaignPayload(Payload):
    """The answer of `endQuestionCampaign`."""

    written: ClassVar[str | None] = "campaign"

    campaign: QuestionCampaign | None = changed("The campaign as it is now.")


@strawberry.type
class PromptMutations:
    """What is done to let members talk."""

    @mutation(CreatePromptPayload, description="Writes a prompt, for a space by who looks after it, else by `question:moderate`.")
    async def create_prompt(self, info: Info, input: Annotated[CreatePromptInput, INPUT]) -> object:
        """Write."""
        draft = parse(PromptDraft, **values_of(input))
        prompt = await create_prompt(info.context.actor, draft, once=once_for(info, "createPrompt", input))
        return CreatePromptPayload(prompt=DiscussionPrompt.from_document(prompt))

    @mutation(EditPromptPayload, description="Changes a prompt, or puts it away.")
    async def edit_prompt(self, info: Info, input: Annotated[EditPromptInput, INPUT]) -> object:
        """Change."""
        changes = parse(PromptChanges, **values_of(input, "prompt_id"))
        prompt = await edit_prompt(info.context.actor, input.prompt_id, changes, expected_version=input.expected_version)
        return EditPromptPayload(prompt=DiscussionPrompt.from_document(prompt))

    @mutation(SchedulePromptPayload, description="Lets a prompt be asked every week in the viewer's name, or no more.")
    async def schedule_prompt(self, info: Info, input: Annotated[SchedulePromptInput, INPUT]) -> object:
        """Schedule."""
        draft = parse(ScheduleDraft, **values_of(input, "prompt_id"))
        prompt = await schedule_prompt(info.context.actor, input.prompt_id, draft, expected_version=input.expected_version)
        return SchedulePromptPayload(prompt=DiscussionPrompt.from_document(prompt))

    @mutation(AskPromptPayload, description="Asks a prompt as the viewer's own question or post, in its space.")
    async def ask_prompt(self, info: Info, input: Annotated[AskPromptInput, INPUT]) -> object:
        """Ask."""
        draft = parse(AskingDraft, **values_of(input, "prompt_id"))
        asked = await ask_prompt(info.context.actor, input.prompt_id, draft, expected_version=input.expected_version)
        if isinstance(asked, AskedQuestion):
            return AskPromptPayload(question=Question.from_document(asked))
        return AskPromptPayload(post=BlogPost.from_document(asked))

    @mutation(
        CreateQuestionCampaignPayload,
        description="Begins a campaign, in a space by who looks after it, else by `question:moderate`.",
    )
    async def create_question_campaign(self, info: Info, input: Annotated[CreateQuestionCampaignInput, INPUT]) -> object:
        """Begin."""
        draft = parse(CampaignDraft, **values_of(input))
        campaign = await create_campaign(info.context.actor, draft, once=once_for(info, "createQuestionCampaign", input))
        return CreateQuestionCampaignPayload(campaign=QuestionCampaign.from_document(campaign))

    @mutation(EndQuestionCampaignPayload, description="Ends a campaign before its time.")
    async def end_question_campaign(self, info: Info, input: Annotated[EndQuestionCampaignInput, INPUT]) -> object:
        """End."""
        campaign = await end_campaign(info.context.actor, input.campaign_id, expected_version=input.expected_version)
        return EndQuestionCampaignPayload(campaign=QuestionCampaign.from_document(campaign))
