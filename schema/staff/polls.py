"""Polls, and how they go."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from community.anonymity import stands_for_somebody
from community.directory import members_by_ids
from community.polls import documents
from community.polls.documents import PollKind, PollResults
from community.polls.policies import Pollable, may_close, may_see_results, may_vote
from community.polls.polls import MOST_OPTIONS, PollDraft, close_poll, create_poll, vote_in_poll
from community.polls.reading import MOST_POLLS, own_votes, parents_by_ids, polls_of, tallies, voters_of
from community.spaces.documents import Space
from community.turns.places import is_free
from core.paging import Window
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages_of_ids
from schema.staff.authors import Author, author_of
from schema.staff.calm import places_for
from schema.staff.hidden import Hideable

_MEMBERS = connection_of("schema.staff.members", "Member")

told(PollKind, "How many options a member may choose.", SINGLE="One.", MULTIPLE="Several.")
told(
    PollResults,
    "When members see how a poll goes; once it is closed everybody does.",
    ALWAYS="At any time.",
    AFTER_VOTE="Once they have voted.",
    AFTER_CLOSE="Once it is closed.",
)


@strawberry.type(description="Something that can be chosen in a poll.")
class PollOption:
    """Something that can be chosen in a poll."""

    poll: strawberry.Private[documents.Poll]
    key: str = strawberry.field(description="What `voteInPoll` takes; it holds within the poll alone.")
    text: str = strawberry.field(description="What it says.")

    @strawberry.field(description="How many chose it; null while the viewer may not see how the poll goes.")
    async def votes(self, info: Info) -> int | None:
        """Look it up in the count of the poll."""
        tally = await tally_of(info, self.poll)
        return tally.get(self.key, 0) if tally is not None else None

    @paged(
        "Who chose it, who voted first first; empty for an anonymous poll, and while the viewer may not see how it goes.",
        graphql_type=_MEMBERS,
    )
    async def voters(self, info: Info, window: Window) -> object:
        """Give a page of the members."""
        may_see = await tally_of(info, self.poll) is not None
        ids = await voters_of(info.context.actor, self.poll, self.key) if may_see else []
        return await pages_of_ids(info, ids, members_by_ids, window)


async def tally_of(info: Info, poll: documents.Poll) -> Mapping[str, int] | None:
    """Count the votes, with all polls that are asked for at once; None while the viewer may not see that."""
    chosen, found = await asyncio.gather(info.context.load(own_votes, poll.id), info.context.load(tallies, poll.id))
    counted: Mapping[str, int] = found
    return counted if may_see_results(poll, voted=bool(chosen)) else None


@strawberry.type(description="A poll in a question, in a post or in the talk of a space.")
class Poll(Hideable, Node):
    """A poll in a question, in a post or in the talk of a space."""

    document: strawberry.Private[documents.Poll]
    title: str = strawberry.field(description="What is asked.")
    options: list[PollOption] = strawberry.field(description="What can be chosen.", directives=list_size(MOST_OPTIONS))
    kind: PollKind = strawberry.field(description="How many options a member may choose.")
    results: PollResults = strawberry.field(description="When members see how it goes.")
    anonymous: bool = strawberry.field(description="Whether nobody learns who chose what; the store does not know it either.")
    is_open: bool = strawberry.field(description="Whether votes are taken now; a vote can be changed as long.")
    closes_at: datetime | None = strawberry.field(description="When it closes by itself; null: when somebody ends it.")
    closed_at: datetime | None = strawberry.field(description="When somebody ended it; null: nobody has.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Poll) -> Self:
        """Show a poll."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            options=[PollOption(poll=document, key=one.id, text=one.text) for one in document.options],
            kind=document.kind,
            results=document.results,
            anonymous=document.anonymous,
            is_open=document.is_open,
            closes_at=document.closes_at,
            closed_at=document.closed_at,
            created_at=document.created_at,
            version=document.version,
        )

    @strawberry.field(description="Who began it; null for who asked the question anonymously.")
    async def author(self, info: Info) -> Author | None:
        """Give who began it."""
        if stands_for_somebody(self.document.author_id):
            return None
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="The question, the post or the space that it stands in.")
    async def parent(self, info: Info) -> Node | None:
        """Give what it stands in."""
        shown: Node | None = info.context.present(await info.context.load(parents_by_ids, self.document.parent_id))
        return shown

    @strawberry.field(description="How many voted; null while the viewer may not see how it goes.")
    async def voter_count(self, info: Info) -> int | None:
        """Look it up in the count."""
        tally = await tally_of(info, self.document)
        return tally.get("", 0) if tally is not None else None

    @strawberry.field(description="The keys of what the viewer chose; none: no vote.", directives=list_size(MOST_OPTIONS))
    async def viewer_vote(self, info: Info) -> list[str]:
        """Look the vote up."""
        return list(await info.context.load(own_votes, self.document.id) or ())

    @strawberry.field(description="Whether the viewer can vote, or vote otherwise.")
    def viewer_can_vote(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_vote(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can end it.")
    async def viewer_can_close(self, info: Info) -> bool:
        """Ask the policy."""
        actor = info.context.actor
        parent = await info.context.load(parents_by_ids, self.document.parent_id)
        places = [parent] if isinstance(parent, Space) else await places_for(info, parent)
        return bool(may_close(actor, self.document, is_moderator=is_free(actor, places)))


@strawberry.type
class Polled:
    """What polls can stand in."""

    document: strawberry.Private[Pollable]

    @strawberry.field(description="Its polls, the first first.", directives=list_size(MOST_POLLS))
    async def polls(self, info: Info) -> list[Poll]:
        """Give the polls."""
        return [Poll.from_document(poll) for poll in await info.context.load(polls_of, self.document.id)]


@strawberry.input(description="What is asked, and how.")
class CreatePollInput:
    """What is asked, and how."""

    parent_id: strawberry.ID = required("The id of the question, the post or the space that it is to stand in.")
    title: str = required("What is asked, 5 to 200 characters.")
    options: list[str] = required("What can be chosen: 2 to 10 different texts of at most 200 characters.")
    kind: PollKind | None = given("How many options a member may choose; absent: one.")
    results: PollResults | None = given("When members see how it goes; absent: once they have voted.")
    anonymous: bool | None = given("Whether nobody is to learn who chose what; absent: no.")
    closes_at: datetime | None = given("When it closes by itself; absent: when somebody ends it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createPoll`.")
class CreatePollPayload(Payload):
    """The answer of `createPoll`."""

    poll: Poll | None = changed("The poll.")


@strawberry.input(description="What the viewer chooses.")
class VoteInPollInput:
    """What the viewer chooses."""

    poll_id: strawberry.ID = required("The id of the poll.")
    option_keys: list[str] = required("The keys of the options; it is set, never toggled, and none takes the vote back.")


@strawberry.type(description="The answer of `voteInPoll`.")
class VoteInPollPayload(Payload):
    """The answer of `voteInPoll`."""

    poll: Poll | None = changed("The poll.")


@strawberry.input(description="Which poll is to end.")
class ClosePollInput:
    """Which poll is to end."""

    poll_id: strawberry.ID = required("The id of the poll.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `closePoll`.")
class ClosePollPayload(Payload):
    """The answer of `closePoll`."""

    written: ClassVar[str | None] = "poll"

    poll: Poll | None = changed("The poll as it is now.")


@strawberry.type
class PollMutations:
    """What is done with polls."""

    @mutation(CreatePollPayload, description="Begins a poll in one's question or post, or in a space where one writes.")
    async def create_poll(self, info: Info, input: Annotated[CreatePollInput, INPUT]) -> object:
        """Begin."""
        draft = parse(PollDraft, **values_of(input))
        poll = await create_poll(info.context.actor, draft, once=once_for(info, "createPoll", input))
        return CreatePollPayload(poll=Poll.from_document(poll))

    @mutation(VoteInPollPayload, description="Sets what the viewer chooses in an open poll; it can be changed until that closes.")
    async def vote_in_poll(self, info: Info, input: Annotated[VoteInPollInput, INPUT]) -> object:
        """Vote."""
        poll = await vote_in_poll(info.context.actor, input.poll_id, list(input.option_keys))
        return VoteInPollPayload(poll=Poll.from_document(poll))

    @mutation(ClosePollPayload, description="Ends a poll before its time; everybody sees how it went.")
    async def close_poll(self, info: Info, input: Annotated[ClosePollInput, INPUT]) -> object:
        """End."""
        poll = await close_poll(info.context.actor, input.poll_id, expected_version=input.expected_version)
        return ClosePollPayload(poll=Poll.from_document(poll))
