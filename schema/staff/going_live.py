"""What is looked at before a channel goes live, and who took it live with what still open."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import channels
from care.documents.channels import GoLivePoint
from care.going_live import checking
from care.going_live.checking import MANUAL, PointState, go_live_checklist
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.channels import Channel
from schema.staff.members import Member, member_of

MOST_POINTS = len(GoLivePoint)

told(
    GoLivePoint,
    "What is looked at before a channel goes live.",
    SIGNATURE="Whether deliveries are proved: a secret, and the provider's keys.",
    WAY_OUT="Whether replies have somewhere to go, and the last one left.",
    TEST_MESSAGE="Whether a message came in while the channel was for practice.",
    ASSIGNMENT="Whether a policy gives the channel's cases to somebody.",
    SERVICE_LEVEL="Whether a policy says what is promised on the channel.",
    DUTY="Whether enough people are on duty in the next 24 hours.",
    HOLDING_REPLY="Whether there is a holding reply in every language.",
    ANSWER_BANK="Whether there are approved answers to reuse.",
    TEAM_BRIEFED="Whether those on duty know the channel and its tone; said by a person.",
    PRIVACY_NOTICE="Whether customers are told there how what they say is used; said by a person.",
    ESCALATION_KNOWN="Whether everybody knows whom to call when it gets out of hand; said by a person.",
)
told(
    PointState,
    "How a point of the checklist stands.",
    MET="It is as it has to be.",
    OPEN="It is not; `remedy` says how to mend it.",
    NOT_NEEDED="This kind of channel does not need it.",
)


@strawberry.type(description="A point of the checklist, as it stands now.")
class GoLiveCheck:
    """A point of the checklist."""

    mark: strawberry.Private[channels.GoLiveMark | None]
    point: GoLivePoint = strawberry.field(description="What is looked at.")
    state: PointState = strawberry.field(description="How it stands.")
    reason: str = strawberry.field(description="Why it stands so.")
    remedy: str | None = strawberry.field(description="How to mend it; null unless it is OPEN.")

    @classmethod
    def of(cls, view: checking.PointView, channel: channels.Channel) -> Self:
        """Show a point."""
        mark = next((mark for mark in channel.go_live_marks if mark.point is view.point), None)
        return cls(mark=mark, point=view.point, state=view.state, reason=view.reason, remedy=view.remedy)

    @strawberry.field(description="Whether a person says how it stands, by `markGoLivePoint`.")
    def manual(self) -> bool:
        """Tell whose word it is."""
        return self.point in MANUAL

    @strawberry.field(description="When a person said that it is done; null for any other point.")
    def marked_at(self) -> datetime | None:
        """Give when."""
        return self.mark.at if self.mark is not None else None

    @strawberry.field(description="Who said that it is done; null for any other point, and when the viewer may not know.")
    async def marked_by(self, info: Info) -> Member | None:
        """Give who."""
        return await member_of(info, self.mark.by if self.mark is not None else None)


@strawberry.type(description="That a channel was taken live.")
class WentLive:
    """That a channel was taken live."""

    by_id: strawberry.Private[str]
    at: datetime = strawberry.field(description="When.")
    note: str | None = strawberry.field(description="What was said to it.")
    open_points: list[GoLivePoint] = strawberry.field(description="What was not met then.", directives=list_size(MOST_POINTS))

    @classmethod
    def of(cls, stored: channels.WentLive | None) -> Self | None:
        """Show it; None for a channel that was not."""
        if stored is None:
            return None
        return cls(by_id=stored.by, at=stored.at, note=stored.note, open_points=stored.open_points)

    @strawberry.field(description="Who did it; null when the viewer may not know.")
    async def by(self, info: Info) -> Member | None:
        """Give who."""
        return await member_of(info, self.by_id)


@strawberry.type(description="A signed test call to a channel's `sendUrl`.")
class ChannelProbe:
    """A signed test call to a channel's `sendUrl`."""

    by_id: strawberry.Private[str]
    asked_at: datetime = strawberry.field(description="When it was asked for.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it is under way.")
    failed_because: str | None = strawberry.field(
        description="Why it came to nothing; null when it was answered, and until then."
    )

    @classmethod
    def of(cls, stored: channels.Probe | None) -> Self | None:
        """Show it."""
        if stored is None:
            return None
        return cls(
            by_id=stored.asked_by,
            asked_at=stored.asked_at,
            ended_at=stored.ended_at,
            failed_because=stored.failed_because,
        )

    @strawberry.field(description="Who asked for it; null when the viewer may not know.")
    async def asked_by(self, info: Info) -> Member | None:
        """Give who."""
        return await member_of(info, self.by_id)


@strawberry.type(description="Everything that is looked at before a channel goes live.")
class GoLiveChecklist:
    """Everything that is looked at before a channel goes live."""

    channel: Channel = strawberry.field(description="The channel.")
    ready: bool = strawberry.field(description="Whether nothing is open.")
    points: list[GoLiveCheck] = strawberry.field(description="The points.", directives=list_size(MOST_POINTS))
    probe: ChannelProbe | None = strawberry.field(
        description="The last test call to the `sendUrl`, by `probeChannel`; null: there was none."
    )
    went_live: WentLive | None = strawberry.field(
        description="That it was taken live; null: it was not, or was so from the start."
    )

    @classmethod
    def of(cls, checklist: checking.Checklist) -> Self:
        """Show a checklist."""
        channel = checklist.channel
        return cls(
            channel=Channel.from_document(channel),
            ready=not checklist.open,
            points=[GoLiveCheck.of(view, channel) for view in checklist.points],
            probe=ChannelProbe.of(channel.probe),
            went_live=WentLive.of(channel.went_live),
        )


@strawberry.type
class GoLiveQueries:
    """What is looked at before channels go live."""

    @strawberry.field(
        description="What is looked at before a channel goes live, each point with how it stands and how to mend it; needs "
        "`channel:manage`, null when there is no such channel."
    )
    async def go_live_checklist(
        self, info: Info, channel_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the channel.")]
    ) -> GoLiveChecklist | None:
        """Look at a channel."""
        found = await go_live_checklist(info.context.actor, channel_id)
        return GoLiveChecklist.of(found) if found is not None else None
