"""Ideas as customers and the public see them: what somebody would like, and what the company makes of it."""

from typing import Annotated, Any, ClassVar, Final, Self

import strawberry

from community.ideas import documents
from community.ideas.ideas import IdeaDraft, submit_idea
from community.ideas.policies import may_vote
from community.ideas.reading import count_ideas, idea_order, list_ideas, own_votes
from community.ideas.votes import vote_for_idea
from community.listing import UNFILTERED, Comparison, Every, Filter, Where
from core.ids import with_prefix
from core.paging import Window
from schema.connections import connection_of
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.idea_kinds import IdeaOrderField, IdeaStatus
from schema.inputs import INPUT, changed, given, idempotency_key, once_for, required, set_fields, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.public_html import html
from schema.sort_directions import SortDirection


@strawberry.type(description="Something that somebody would like to be.")
class Idea(Node):
    """Something that somebody would like to be; nobody learns who."""

    document: strawberry.Private[documents.Idea]
    title: str = strawberry.field(description="The idea in a line.")
    body: str = strawberry.field(description="The text, in Markdown.")
    status: IdeaStatus = strawberry.field(description="What the company makes of it.")
    vote_count: int = strawberry.field(description="How many voted for it.")

    @classmethod
    def from_document(cls, idea: documents.Idea) -> Self:
        """Show an idea without its author."""
        return cls(
            id=strawberry.ID(with_prefix("pid", idea.id)),
            document=idea,
            title=idea.title,
            body=idea.body,
            status=idea.status,
            vote_count=idea.vote_count,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self, info: Info) -> str:
        """Render the text."""
        return html(info, self.body)

    @strawberry.field(description="What the company last said of it, as HTML that is safe to show; null before it said anything.")
    def answer_html(self, info: Info) -> str | None:
        """Render the latest answer."""
        said = [step.answer for step in self.document.steps if step.answer is not None]
        return html(info, said[-1]) if said else None

    @strawberry.field(description="Whether you vote for it.")
    async def viewer_has_voted(self, info: Info) -> bool:
        """Look the vote up."""
        return bool(await info.context.load(own_votes, self.document.id))

    @strawberry.field(description="Whether you can vote for it.")
    def viewer_can_vote(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_vote(info.context.actor, self.document))


@strawberry.input(description="Compares what the company makes of ideas.")
class IdeaStatusComparator:
    """Compares what the company makes of ideas."""

    eq: IdeaStatus | None = given("Is this status.")
    in_: list[IdeaStatus] | None = given("Is one of these.", name="in")


@strawberry.input(description="Which ideas.")
class IdeaFilter:
    """Which ideas."""

    status: IdeaStatusComparator | None = given("What the company makes of them.")


@strawberry.input(description="The order of ideas.")
class IdeaOrder:
    """The order of ideas."""

    field: IdeaOrderField = required("What to order by.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description="Which end comes first.")


@strawberry.input(description="What you would like.")
class SubmitIdeaInput:
    """What a customer would like."""

    title: str = required("The idea in a line of 5 to 200 characters.")
    body: str = required("All of it, in Markdown, up to 20,000 characters; everybody can read it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `submitIdea`.")
class SubmitIdeaPayload(Payload):
    """The answer of `submitIdea`."""

    idea: Idea | None = changed("The idea.")


@strawberry.input(description="Your vote.")
class VoteIdeaInput:
    """A customer's vote."""

    idea_id: strawberry.ID = required("The id of the idea.")
    voted: bool = required("Whether you are for it; false takes the vote back.")


@strawberry.type(description="The answer of `voteIdea`.")
class VoteIdeaPayload(Payload):
    """The answer of `voteIdea`."""

    written: ClassVar[str | None] = None

    idea: Idea | None = changed()


_WHICH: Final = strawberry.argument(description="Which ones; absent: all.")
_ORDER: Final = strawberry.argument(description="In which order; absent: the latest first.")


@strawberry.type
class IdeaQueries:
    """What can be asked of ideas."""

    @paged("What customers would like.", graphql_type=connection_of("schema.portal.ideas", "Idea"))
    async def ideas(
        self,
        info: Info,
        window: Window,
        filter: Annotated[IdeaFilter | None, _WHICH] = strawberry.UNSET,
        order_by: Annotated[IdeaOrder | None, _ORDER] = strawberry.UNSET,
    ) -> Any:
        """List ideas."""
        actor, condition, order = info.context.actor, _condition(filter), idea_order()
        if order_by:
            order = idea_order(order_by.field, order_by.direction.sign)
        found = await list_ideas(actor, condition=condition, order=order, window=window)
        return pages(info, found, count=lambda: count_ideas(actor, condition=condition, order=order))


@strawberry.type
class IdeaMutations:
    """What is done with ideas."""

    @mutation(SubmitIdeaPayload, description="Tell everybody what you would like.")
    async def submit_idea(self, info: Info, input: Annotated[SubmitIdeaInput, INPUT]) -> SubmitIdeaPayload:
        """Tell of an idea."""
        draft = parse(IdeaDraft, **values_of(input))
        idea = await submit_idea(info.context.actor, draft, once=once_for(info, "submitIdea", input))
        return SubmitIdeaPayload(idea=Idea.from_document(idea))

    @mutation(VoteIdeaPayload, description="Set your vote for an idea; it is set, never toggled.")
    async def vote_idea(self, info: Info, input: Annotated[VoteIdeaInput, INPUT]) -> VoteIdeaPayload:
        """Vote."""
        identifier = with_prefix("ide", input.idea_id) if input.idea_id.startswith("pid_") else ""
        idea = await vote_for_idea(info.context.actor, identifier, voted=input.voted)
        info.context.forget()
        return VoteIdeaPayload(idea=Idea.from_document(idea))


def _condition(asked: IdeaFilter | None) -> Filter:
    if not asked or not asked.status:
        return UNFILTERED
    compared = [
        Where("status", Comparison.IN, [one.value for one in (value if isinstance(value, list) else [value])])
        for _, value in set_fields(asked.status)
    ]
    return Every(tuple(compared))
