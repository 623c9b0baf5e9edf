"""Leaderboards, of those who chose to be listed."""

from typing import Annotated, ClassVar, Self

import strawberry

from coaching.recognition import leaderboard_documents as documents
from coaching.recognition.leaderboard_documents import LeaderboardMeasure
from coaching.recognition.leaderboards import (
    MOST_RANKS,
    LeaderboardDraft,
    choose_listing,
    close_leaderboard,
    create_leaderboard,
    is_listed,
    list_leaderboards,
    ranks_of,
)
from community.directory import skills_by_ids
from community.spaces.reading import spaces_by_ids
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.staff.members import Member, Skill
from schema.staff.spaces import Space

told(
    LeaderboardMeasure,
    "What a leaderboard goes by.",
    POINTS="All points.",
    ANSWERS="Accepted answers.",
    VOTES="Helpful votes.",
    PAGES="Pages that others vouch for.",
    KUDOS="Kudos.",
    ANSWER_TIME="How fast members typically answer: it orders who is equal by the others, and never counts alone.",
)
_MEASURES = "What it goes by; with several, how often any of them holds, and with POINTS all points."
_NAME = "Its name, 2 to 100 characters."


@strawberry.type(description="Where one member stands on a leaderboard.")
class LeaderboardRank:
    """Where one member stands on a leaderboard."""

    place: int = strawberry.field(description="The place, from 1; who is equal has the same.")
    member: Member = strawberry.field(description="The member, who chose to be listed.")
    score: int = strawberry.field(description="What counts.")


@strawberry.type(description="A list of those who chose to be listed, by what others accepted of their work.")
class Leaderboard(Node):
    """A list of those who chose to be listed."""

    document: strawberry.Private[documents.Leaderboard]
    name: str = strawberry.field(description="Its name.")
    measures: list[LeaderboardMeasure] = strawberry.field(description=_MEASURES, directives=list_size(len(LeaderboardMeasure)))
    days: int = strawberry.field(description="Over how many days, up to now.")
    closed: bool = strawberry.field(description="Whether it is no more.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Leaderboard) -> Self:
        """Show a leaderboard."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            measures=list(document.measures),
            days=document.days,
            closed=document.closed,
            version=document.version,
        )

    @strawberry.field(description="The space that it is about; null for everything that the viewer may read.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        found = await info.context.load(spaces_by_ids, self.document.space_id) if self.document.space_id else None
        return Space.from_document(found) if found is not None else None

    @strawberry.field(description="The skill that it is about; null for all.")
    async def skill(self, info: Info) -> Skill | None:
        """Give the skill."""
        found = await info.context.load(skills_by_ids, self.document.skill_id) if self.document.skill_id else None
        return Skill.from_document(found) if found is not None else None

    @strawberry.field(description="The first hundred.", directives=list_size(MOST_RANKS))
    async def ranks(self, info: Info) -> list[LeaderboardRank]:
        """Count."""
        found = await ranks_of(info.context.actor, self.document)
        return [LeaderboardRank(place=one.place, member=Member.from_document(one.member), score=one.score) for one in found]


@strawberry.type
class LeaderboardQueries:
    """Who stands where, of those who want to be listed."""

    @strawberry.field(description="Leaderboards, the oldest first, up to a hundred.", directives=list_size(MOST_RANKS))
    async def leaderboards(self, info: Info) -> list[Leaderboard]:
        """Give them."""
        return [Leaderboard.from_document(one) for one in await list_leaderboards(info.context.actor)]

    @strawberry.field(description="Whether the viewer chose to be on leaderboards; nobody is before they say so.")
    async def viewer_is_listed(self, info: Info) -> bool:
        """Tell."""
        return await is_listed(info.context.actor)


@strawberry.input(description="What a leaderboard is to go by.")
class CreateLeaderboardInput:
    """What a leaderboard is to go by."""

    name: str = required(_NAME)
    measures: list[LeaderboardMeasure] = required(f"{_MEASURES} Speed alone is refused.")
    days: int | None = given("Over how many days, 1 to 366; absent: 30.")
    space_id: strawberry.ID | None = given("Only what happened in this space.")
    skill_id: strawberry.ID | None = given("Only what is tagged with this skill, or with a word for it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createLeaderboard`.")
class CreateLeaderboardPayload(Payload):
    """The answer of `createLeaderboard`."""

    leaderboard: Leaderboard | None = changed("The leaderboard.")


@strawberry.input(description="Which leaderboard is to be no more.")
class CloseLeaderboardInput:
    """Which leaderboard is to be no more."""

    leaderboard_id: strawberry.ID = required("The id of the leaderboard.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `closeLeaderboard`.")
class CloseLeaderboardPayload(Payload):
    """The answer of `closeLeaderboard`."""

    written: ClassVar[str | None] = "leaderboard"

    leaderboard: Leaderboard | None = changed()


@strawberry.input(description="Whether the viewer wants to be on leaderboards.")
class SetLeaderboardListingInput:
    """Whether the viewer wants to be on leaderboards."""

    listed: bool = required("Whether to be listed and counted.")


@strawberry.type(description="The answer of `setLeaderboardListing`.")
class SetLeaderboardListingPayload(Payload):
    """The answer of `setLeaderboardListing`."""

    listed: bool | None = changed("What was chosen.")


@strawberry.type
class LeaderboardMutations:
    """What can be done with leaderboards."""

    @mutation(CreateLeaderboardPayload, description="Makes a leaderboard; needs `recognition:manage`.")
    async def create_leaderboard(self, info: Info, input: Annotated[CreateLeaderboardInput, INPUT]) -> object:
        """Make a leaderboard."""
        draft = parse(LeaderboardDraft, **values_of(input))
        made = await create_leaderboard(info.context.actor, draft, once=once_for(info, "createLeaderboard", input))
        return CreateLeaderboardPayload(leaderboard=Leaderboard.from_document(made))

    @mutation(CloseLeaderboardPayload, description="Lets a leaderboard be no more; needs `recognition:manage`.")
    async def close_leaderboard(self, info: Info, input: Annotated[CloseLeaderboardInput, INPUT]) -> object:
        """Close a leaderboard."""
        found = await close_leaderboard(info.context.actor, input.leaderboard_id, expected_version=input.expected_version)
        return CloseLeaderboardPayload(leaderboard=Leaderboard.from_document(found))

    @mutation(SetLeaderboardListingPayload, description="Says whether the viewer wants to be on leaderboards.")
    async def set_leaderboard_listing(self, info: Info, input: Annotated[SetLeaderboardListingInput, INPUT]) -> object:
        """Choose."""
        return SetLeaderboardListingPayload(listed=await choose_listing(info.context.actor, listed=input.listed))
