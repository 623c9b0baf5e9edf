"""Ideas of customers and members, and what the company makes of them."""

from datetime import datetime
from typing import Self

import strawberry
from typing_extensions import override

from care.reading.conversations import messages_by_ids
from community.documents import Audience
from community.ideas import documents
from community.ideas.ideas import MOST_STEPS
from community.ideas.policies import may_manage, may_merge, may_vote
from community.ideas.reading import ideas_by_ids, own_votes
from community.turns.policies import may_write_at
from core.paging import Window
from schema.connections import connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.idea_kinds import IdeaStatus
from schema.paging import paged, pages_of_ids
from schema.staff.authors import Author, author_of
from schema.staff.calm import places_for
from schema.staff.comments import Discussed
from schema.staff.hidden import Hideable
from schema.staff.insights_on import ShowsInsights
from schema.staff.spaces import Space, looks_after, space_of
from schema.staff.watching import Watched

_MESSAGES = connection_of("schema.staff.messages", "Message")


@strawberry.type(description="What the company said of an idea.")
class IdeaStep:
    """What the company said of an idea."""

    document: strawberry.Private[documents.IdeaStep]
    status: IdeaStatus = strawberry.field(description="The status that it was given.")
    answer: str | None = strawberry.field(description="The official answer, in Markdown; null: only the status was set.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, step: documents.IdeaStep) -> Self:
        """Show a step."""
        return cls(document=step, status=step.status, answer=step.answer, at=step.at)

    @strawberry.field(description="Who said it.")
    async def author(self, info: Info) -> Author | None:
        """Give who said it."""
        author: Author | None = await author_of(info.context, self.document.by)
        return author


@strawberry.type(description="Something that a customer or a member would like to be.")
class Idea(ShowsInsights, Hideable, Watched, Discussed):
    """Something that a customer or a member would like to be."""

    document: strawberry.Private[documents.Idea]
    title: str = strawberry.field(description="The idea in a line.")
    body: str = strawberry.field(description="The text, in Markdown.")
    public: bool = strawberry.field(description="Whether customers see it and vote for it.")
    status: IdeaStatus = strawberry.field(description="What the company makes of it.")
    steps: list[IdeaStep] = strawberry.field(
        description="What the company said of it, the latest last.", directives=list_size(MOST_STEPS)
    )
    vote_count: int = strawberry.field(description="How many voted for it or for an idea that was merged into it, each once.")
    created_at: datetime = strawberry.field(description="When it was told.")
    updated_at: datetime = strawberry.field(description="When the company last said something of it.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Idea) -> Self:
        """Show an idea."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            body=document.body,
            public=document.audience is Audience.PUBLIC,
            status=document.status,
            steps=[IdeaStep.of(step) for step in document.steps],
            vote_count=document.vote_count,
            created_at=document.created_at,
            updated_at=document.updated_at,
            version=document.version,
        )

    @strawberry.field(description="Who had it; null for a customer whom the viewer may not see.")
    async def author(self, info: Info) -> Author | None:
        """Give who had it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="The space it stands in; null: in none, for all staff.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        return await space_of(info, self.document)

    @strawberry.field(
        description="The idea that it was merged into; null for one that stands by itself.",
        graphql_type=later("schema.staff.ideas", "Idea", optional=True),
    )
    async def merged_into(self, info: Info) -> object:
        """Give the other idea."""
        if self.document.merged_into is None:
            return None
        found = await info.context.load(ideas_by_ids, self.document.merged_into)
        return info.context.present(found) if found is not None else None

    @paged("The customers' messages that it comes from, without those that the viewer may not read.", graphql_type=_MESSAGES)
    async def messages(self, info: Info, window: Window) -> object:
        """Give a page of the messages."""
        return await pages_of_ids(info, self.document.message_ids, messages_by_ids, window)

    @override
    async def _concerned(self, info: Info) -> bool:
        own = info.context.actor.member_id == self.document.author_id
        return own or bool(await info.context.load(own_votes, self.id))

    @strawberry.field(description="Whether the viewer votes for it.")
    async def viewer_has_voted(self, info: Info) -> bool:
        """Look the vote up."""
        return bool(await info.context.load(own_votes, self.id))

    @strawberry.field(description="Whether the viewer can vote for it.")
    def viewer_can_vote(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_vote(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can say what becomes of it.")
    async def viewer_can_set_status(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_manage(info.context.actor, looks_after=await looks_after(info, self.document)))

    @strawberry.field(description="Whether the viewer can merge it into another.")
    async def viewer_can_merge(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_merge(info.context.actor, self.document, looks_after=await looks_after(info, self.document)))

    @override
    async def _unlocked(self, info: Info) -> bool:
        return bool(may_write_at(info.context.actor, await places_for(info, self.document)))
