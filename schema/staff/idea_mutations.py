"""Mutations of ideas: telling, voting, answering, merging, linking to messages."""

from typing import Annotated, ClassVar

import strawberry

from care.ideas import MessageIdeaDraft, create_idea_from_message, link_idea_to_message
from community.ideas.documents import IdeaStatus
from community.ideas.ideas import IdeaDraft, IdeaVerdict, merge_idea, set_idea_status, submit_idea
from community.ideas.votes import vote_for_idea
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.ideas import Idea

_IDEA_ID = "The id of the idea."
_TITLE = "The idea in a line, 5 to 200 characters."
_BODY = "The text, in Markdown, at most 20,000 characters."
_PUBLIC = "Whether customers see it and vote for it; absent: they don't."
_SPACE_ID = "The id of the space it is to stand in, a closed one only if it is not public; absent: all staff read it."
_AS_IT_IS = "The idea as it is now."


@strawberry.input(description="The idea to tell.")
class SubmitIdeaInput:
    """The idea to tell."""

    title: str = required(_TITLE)
    body: str = required(_BODY)
    public: bool | None = given(_PUBLIC)
    space_id: strawberry.ID | None = given(_SPACE_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `submitIdea`.")
class SubmitIdeaPayload(Payload):
    """The answer of `submitIdea`."""

    idea: Idea | None = changed("The idea.")


@strawberry.input(description="An idea that a customer's message speaks of.")
class CreateIdeaFromMessageInput:
    """An idea that a customer's message speaks of."""

    message_id: strawberry.ID = required("The id of the message.")
    title: str = required(_TITLE)
    body: str = required(_BODY + " Write it in your own words: the customer is not named.")
    public: bool | None = given(_PUBLIC)
    space_id: strawberry.ID | None = given(_SPACE_ID)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createIdeaFromMessage`.")
class CreateIdeaFromMessagePayload(Payload):
    """The answer of `createIdeaFromMessage`."""

    idea: Idea | None = changed("The idea.")


@strawberry.input(description="Which message speaks of which idea.")
class LinkIdeaToMessageInput:
    """Which message speaks of which idea."""

    idea_id: strawberry.ID = required(_IDEA_ID)
    message_id: strawberry.ID = required("The id of the message.")


@strawberry.type(description="The answer of `linkIdeaToMessage`.")
class LinkIdeaToMessagePayload(Payload):
    """The answer of `linkIdeaToMessage`."""

    idea: Idea | None = changed(_AS_IT_IS)


@strawberry.input(description="The viewer's vote.")
class VoteIdeaInput:
    """The viewer's vote."""

    idea_id: strawberry.ID = required(_IDEA_ID)
    voted: bool = required("Whether the viewer is for it; false takes the vote back.")


@strawberry.type(description="The answer of `voteIdea`.")
class VoteIdeaPayload(Payload):
    """The answer of `voteIdea`."""

    idea: Idea | None = changed(_AS_IT_IS)


@strawberry.input(description="What becomes of an idea.")
class SetIdeaStatusInput:
    """What becomes of an idea."""

    idea_id: strawberry.ID = required(_IDEA_ID)
    status: IdeaStatus = required("The status.")
    answer: str | None = given("What the company says of it, in Markdown; of a public idea customers read it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setIdeaStatus`.")
class SetIdeaStatusPayload(Payload):
    """The answer of `setIdeaStatus`."""

    written: ClassVar[str | None] = "idea"

    idea: Idea | None = changed(_AS_IT_IS)


@strawberry.input(description="Which idea to merge into which.")
class MergeIdeaInput:
    """Which idea to merge into which."""

    idea_id: strawberry.ID = required("The id of the idea that is the same as another; the version is this one's.")
    into_id: strawberry.ID = required("The id of the other idea, which stays.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `mergeIdea`.")
class MergeIdeaPayload(Payload):
    """The answer of `mergeIdea`."""

    written: ClassVar[str | None] = "idea"

    idea: Idea | None = changed("The idea that stays; on CONFLICT the one that was to be merged, as it is now.")


@strawberry.type
class IdeaMutations:
    """What is done with ideas."""

    @mutation(SubmitIdeaPayload, description="Tells of an idea.")
    async def submit_idea(self, info: Info, input: Annotated[SubmitIdeaInput, INPUT]) -> object:
        """Tell of an idea."""
        draft = parse(IdeaDraft, **values_of(input))
        idea = await submit_idea(info.context.actor, draft, once=once_for(info, "submitIdea", input))
        return SubmitIdeaPayload(idea=Idea.from_document(idea))

    @mutation(CreateIdeaFromMessagePayload, description="Keeps an idea that a customer's message speaks of.")
    async def create_idea_from_message(self, info: Info, input: Annotated[CreateIdeaFromMessageInput, INPUT]) -> object:
        """Keep an idea from a message."""
        draft = parse(MessageIdeaDraft, **values_of(input))
        once = once_for(info, "createIdeaFromMessage", input)
        idea = await create_idea_from_message(info.context.actor, draft, once=once)
        return CreateIdeaFromMessagePayload(idea=Idea.from_document(idea))

    @mutation(LinkIdeaToMessagePayload, description="Says that a message speaks of an idea, too; once is enough.")
    async def link_idea_to_message(self, info: Info, input: Annotated[LinkIdeaToMessageInput, INPUT]) -> object:
        """Link an idea to a message."""
        idea = await link_idea_to_message(info.context.actor, input.idea_id, input.message_id)
        return LinkIdeaToMessagePayload(idea=Idea.from_document(idea))

    @mutation(VoteIdeaPayload, description="Sets the viewer's vote for an idea; it is set, never toggled.")
    async def vote_idea(self, info: Info, input: Annotated[VoteIdeaInput, INPUT]) -> object:
        """Vote."""
        idea = await vote_for_idea(info.context.actor, input.idea_id, voted=input.voted)
        info.context.forget()
        return VoteIdeaPayload(idea=Idea.from_document(idea))

    @mutation(SetIdeaStatusPayload, description="Says what becomes of an idea; who had it and who voted for it is told.")
    async def set_idea_status(self, info: Info, input: Annotated[SetIdeaStatusInput, INPUT]) -> object:
        """Set the status."""
        verdict = parse(IdeaVerdict, status=input.status, answer=input.answer)
        idea = await set_idea_status(info.context.actor, input.idea_id, verdict, expected_version=input.expected_version)
        return SetIdeaStatusPayload(idea=Idea.from_document(idea))

    @mutation(MergeIdeaPayload, description="Lets an idea be part of another: its votes count there, each voter once.")
    async def merge_idea(self, info: Info, input: Annotated[MergeIdeaInput, INPUT]) -> object:
        """Merge ideas."""
        idea = await merge_idea(info.context.actor, input.idea_id, into_id=input.into_id, expected_version=input.expected_version)
        return MergeIdeaPayload(idea=Idea.from_document(idea))
