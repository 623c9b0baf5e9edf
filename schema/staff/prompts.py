"""Discussion prompts and question campaigns, and how many of those who were asked answered."""

from datetime import datetime
from typing import Annotated, Final, Self

import strawberry

from community import documents as community
from community.prompts import documents
from community.prompts.documents import PromptForm, Weekday
from community.prompts.prompts import LANGUAGES
from community.prompts.reading import (
    Response,
    campaign_responses,
    campaigns_by_ids,
    count_campaigns,
    count_prompts,
    list_campaigns,
    list_prompts,
    prompts_by_ids,
    responses,
)
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.spaces import Space, moderates, space_of
from schema.staff.values import Tag

told(
    PromptForm,
    "What a prompt becomes when it is asked.",
    QUESTION="A question of who asks it, to be answered.",
    POST="A published post of who asks it, to be remarked on.",
)
told(
    Weekday,
    "A day of the week.",
    MONDAY="Monday.",
    TUESDAY="Tuesday.",
    WEDNESDAY="Wednesday.",
    THURSDAY="Thursday.",
    FRIDAY="Friday.",
    SATURDAY="Saturday.",
    SUNDAY="Sunday.",
)

_SPACE: Final = strawberry.argument(description="Only those of this space; absent: all that the viewer may read.")


@strawberry.type(description="How many were asked, and how many of them answered.")
class ResponseRate:
    """How many were asked, and how many of them answered."""

    asked: int = strawberry.field(description="The members of the space, outside of spaces all members, without who asks.")
    answered: int = strawberry.field(description="How many of them answered.")
    rate: float | None = strawberry.field(description="Answered by asked, 0 to 1; null when nobody was asked.")

    @classmethod
    def of(cls, response: Response) -> Self:
        """Show the response."""
        rate = response.answered / response.asked if response.asked else None
        return cls(asked=response.asked, answered=response.answered, rate=rate)


@strawberry.type(description="What a prompt asks in one language.")
class PromptText:
    """What a prompt asks in one language."""

    locale: str = strawberry.field(description="The language: `tr`, `fa` or `en`.")
    title: str = strawberry.field(description="The title of the question or the post that it becomes.")
    body: str = strawberry.field(description="Its text, in Markdown.")


@strawberry.type(description="When a prompt is asked by itself.")
class PromptSchedule:
    """When a prompt is asked by itself."""

    document: strawberry.Private[documents.Weekly]
    weekday: Weekday = strawberry.field(description="On which day of the week.")
    hour: int = strawberry.field(description="At which hour of UTC.")
    locale: str = strawberry.field(description="In which language.")
    next_at: datetime | None = strawberry.field(description="When it is asked next; null while the prompt is put away.")

    @strawberry.field(description="In whose name.")
    async def by(self, info: Info) -> Author | None:
        """Give the member."""
        author: Author | None = await author_of(info.context, self.document.by)
        return author


@strawberry.type(description="Something to talk about, in the library of a space or of the company.")
class DiscussionPrompt(Node):
    """Something to talk about."""

    document: strawberry.Private[documents.DiscussionPrompt]
    texts: list[PromptText] = strawberry.field(description="What it asks.", directives=list_size(LANGUAGES))
    tags: list[Tag] = strawberry.field(description="Labels of what it becomes.", directives=list_size(10))
    becomes: PromptForm = strawberry.field(description="What it becomes when it is asked.")
    archived: bool = strawberry.field(description="Whether it is put away: it is asked no more.")
    schedule: PromptSchedule | None = strawberry.field(description="When it is asked by itself; null: by hand alone.")
    times_asked: int = strawberry.field(description="How often it was asked.")
    last_asked_at: datetime | None = strawberry.field(description="When it was asked last; null: never.")
    created_at: datetime = strawberry.field(description="When it was written.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.DiscussionPrompt) -> Self:
        """Show a prompt."""
        weekly = document.weekly
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            texts=[PromptText(locale=one.locale, title=one.title, body=one.body) for one in document.texts],
            tags=[Tag.from_document(tag) for tag in document.tags],
            becomes=document.becomes,
            archived=document.archived,
            schedule=PromptSchedule(
                document=weekly, weekday=weekly.weekday, hour=weekly.hour, locale=weekly.locale, next_at=document.next_act_at
            )
            if weekly
            else None,
            times_asked=document.times_asked,
            last_asked_at=document.last_asked_at,
            created_at=document.created_at,
            version=document.version,
        )

    @strawberry.field(description="Who wrote it.")
    async def author(self, info: Info) -> Author | None:
        """Give who wrote it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="The space whose library it is in; null: that of the company.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        return await space_of(info, self.document)

    @strawberry.field(description="Whether the viewer can change and schedule it.")
    async def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return info.context.actor.member_id is not None and await moderates(info, self.document)


@strawberry.type(description="A time in which members are encouraged to ask and to answer about something.")
class QuestionCampaign(Node):
    """A time in which members are encouraged to ask and to answer."""

    document: strawberry.Private[documents.QuestionCampaign]
    name: str = strawberry.field(description="What it is called.")
    goal: str = strawberry.field(description="What it is for, in Markdown.")
    created_at: datetime = strawberry.field(description="When it began.")
    ends_at: datetime = strawberry.field(description="When it ends, or ended.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.QuestionCampaign) -> Self:
        """Show a campaign."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            goal=document.goal,
            created_at=document.created_at,
            ends_at=document.ends_at,
            version=document.version,
        )

    @strawberry.field(description="Who began it.")
    async def author(self, info: Info) -> Author | None:
        """Give who began it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="The space it is for; null: the company.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        return await space_of(info, self.document)

    @strawberry.field(description="How many of those it asks answered one of its questions.")
    async def response_rate(self, info: Info) -> ResponseRate:
        """Count, with all campaigns that are asked for at once."""
        return ResponseRate.of(await info.context.load(campaign_responses, self.id) or Response(0, 0))


@strawberry.type
class Prompted:
    """What a question has of the prompt and the campaign that it came from."""

    document: strawberry.Private[community.Question]

    @strawberry.field(description="The prompt that it came from; null: none.")
    async def prompt(self, info: Info) -> DiscussionPrompt | None:
        """Give the prompt."""
        prompt_id = self.document.prompt_id
        found = await info.context.load(prompts_by_ids, prompt_id) if prompt_id is not None else None
        return DiscussionPrompt.from_document(found) if found is not None else None

    @strawberry.field(description="The campaign that it belongs to; null: none.")
    async def campaign(self, info: Info) -> QuestionCampaign | None:
        """Give the campaign."""
        campaign_id = self.document.campaign_id
        found = await info.context.load(campaigns_by_ids, campaign_id) if campaign_id is not None else None
        return QuestionCampaign.from_document(found) if found is not None else None

    @strawberry.field(description="How many of the members that it asks answered.")
    async def response_rate(self, info: Info) -> ResponseRate:
        """Count, with all questions that are asked for at once."""
        return ResponseRate.of(await info.context.load(responses, self.document.id) or Response(0, 0))


@strawberry.type
class PromptQueries:
    """What there is to talk about."""

    @paged("Discussion prompts in use, the newest first.", graphql_type=Connection[DiscussionPrompt])
    async def discussion_prompts(
        self, info: Info, window: Window, space_id: Annotated[strawberry.ID | None, _SPACE] = None
    ) -> object:
        """Give a page of the prompts."""
        actor = info.context.actor
        return pages(info, await list_prompts(actor, space_id, window), count=lambda: count_prompts(actor, space_id))

    @paged("Question campaigns, the newest first.", graphql_type=Connection[QuestionCampaign])
    async def question_campaigns(
        self, info: Info, window: Window, space_id: Annotated[strawberry.ID | None, _SPACE] = None
    ) -> object:
        """Give a page of the campaigns."""
        actor = info.context.actor
        return pages(info, await list_campaigns(actor, space_id, window), count=lambda: count_campaigns(actor, space_id))
