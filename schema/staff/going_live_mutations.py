"""Marking what only a person can judge of a channel, and taking it live."""

from typing import Annotated, ClassVar

import strawberry

from care.documents.channels import GoLivePoint
from care.going_live.acting import GoLiveDraft, MarkDraft, mark_point, take_live
from care.going_live.probing import probe_channel
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.channels import Channel
from schema.staff.going_live import MOST_POINTS, GoLiveCheck, GoLiveChecklist

_CHANNEL = "The id of the channel."


@strawberry.input(description="Which point was looked at.")
class MarkGoLivePointInput:
    """Which point was looked at."""

    channel_id: strawberry.ID = required(_CHANNEL)
    point: GoLivePoint = required("One of those that are `manual`.")
    done: bool | None = given("Whether it is done; false: look at it again. Absent: true.")
    note: str | None = given("What was found, for colleagues.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `markGoLivePoint`.")
class MarkGoLivePointPayload(Payload):
    """The answer of `markGoLivePoint`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed("The channel.")
    checklist: GoLiveChecklist | None = changed("The checklist as it is now.")


@strawberry.input(description="Which channel is to speak with real customers.")
class TakeChannelLiveInput:
    """Which channel is to speak with real customers."""

    channel_id: strawberry.ID = required(_CHANNEL)
    note: str | None = given("Why, such as why what is open can wait; kept with who did it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `takeChannelLive`.")
class TakeChannelLivePayload(Payload):
    """The answer of `takeChannelLive`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed("The channel, which is LIVE.")
    warnings: list[GoLiveCheck] = strawberry.field(
        default_factory=list,
        description="What is open all the same, each with how to mend it; empty: all is met.",
        directives=list_size(MOST_POINTS),
    )


@strawberry.input(description="Which channel's way out to try.")
class ProbeChannelInput:
    """Which channel's way out to try."""

    channel_id: strawberry.ID = required(_CHANNEL)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `probeChannel`.")
class ProbeChannelPayload(Payload):
    """The answer of `probeChannel`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed("The channel.")
    checklist: GoLiveChecklist | None = changed("The checklist; its `probe` shows what came of it as soon as it ended.")


@strawberry.type
class GoLiveMutations:
    """What can be done about channels before they go live."""

    @mutation(
        MarkGoLivePointPayload,
        description="Says that a point of the checklist which no machine can see is done; needs `channel:manage`.",
    )
    async def mark_go_live_point(self, info: Info, input: Annotated[MarkGoLivePointInput, INPUT]) -> object:
        """Mark a point."""
        draft = parse(MarkDraft, **values_of(input))
        checklist = await mark_point(info.context.actor, draft, expected_version=input.expected_version)
        return MarkGoLivePointPayload(channel=Channel.from_document(checklist.channel), checklist=GoLiveChecklist.of(checklist))

    @mutation(
        TakeChannelLivePayload,
        description="Lets a channel that was for practice speak with real customers; what is open of its checklist is told and "
        "kept, and stops nobody. What was said for practice stays for practice. Needs `channel:manage`.",
    )
    async def take_channel_live(self, info: Info, input: Annotated[TakeChannelLiveInput, INPUT]) -> object:
        """Take a channel live."""
        draft = parse(GoLiveDraft, **values_of(input))
        live = await take_live(info.context.actor, draft, expected_version=input.expected_version)
        warnings = [GoLiveCheck.of(view, live.channel) for view in live.checklist.open]
        return TakeChannelLivePayload(channel=Channel.from_document(live.channel), warnings=warnings)

    @mutation(
        ProbeChannelPayload,
        description='Has the channel\'s `sendUrl` called once, signed, with `{"type": "probe"}`, which says nothing to any '
        "customer; the checklist shows what came of it. Needs `channel:manage`.",
    )
    async def probe_channel(self, info: Info, input: Annotated[ProbeChannelInput, INPUT]) -> object:
        """Try the way out."""
        checklist = await probe_channel(info.context.actor, input.channel_id, expected_version=input.expected_version)
        return ProbeChannelPayload(channel=Channel.from_document(checklist.channel), checklist=GoLiveChecklist.of(checklist))
