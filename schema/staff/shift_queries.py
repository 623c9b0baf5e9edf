"""What can be asked of who works when."""

import asyncio
from datetime import datetime
from typing import Annotated

import strawberry

from care.reading.shifts import (
    MOST_SHIFTS,
    count_rotations,
    coverage_gaps,
    coverage_rules,
    leaves_in,
    list_rotations,
    members_on_duty,
    shifts_in,
)
from community.directory import members_by_ids
from core.clock import now
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.paging import paged, pages
from schema.staff.channels import channels_of
from schema.staff.enums import ChannelKind
from schema.staff.members import Member
from schema.staff.ranges import DateTimeRange
from schema.staff.reach import require_staff
from schema.staff.shifts import CoverageGap, CoverageRule, Leave, OnDuty, Rotation, Shift

MOST_ON_DUTY = 1_000

Range = Annotated[DateTimeRange, strawberry.argument(description="The span; at most 92 days.")]


@strawberry.type
class ShiftQueries:
    """What can be asked of who works when."""

    @strawberry.field(
        description="The shifts that have a part in a span, by their start: those planned by hand and the rotations' days.",
        directives=list_size(MOST_SHIFTS),
    )
    async def shifts(self, info: Info, range: Range) -> list[Shift]:
        """Give the shifts."""
        require_staff(info)
        return [Shift.of(plan) for plan in await shifts_in(info.context.actor, (range.from_, range.until))]

    @strawberry.field(
        description="When LIVE channels will lack what they need, by the start, with leave taken into account.",
        directives=list_size(MOST_SHIFTS),
    )
    async def coverage_gaps(self, info: Info, range: Range) -> list[CoverageGap]:
        """Give the gaps."""
        require_staff(info)
        return [CoverageGap.of(gap) for gap in await coverage_gaps(info.context.actor, (range.from_, range.until))]

    @strawberry.field(
        description="What was said of a channel's needs; null as long as nothing was: it needs one member at every instant."
    )
    async def coverage_rule(
        self, info: Info, channel_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the channel.")]
    ) -> CoverageRule | None:
        """Give what a channel needs."""
        require_staff(info)
        found = await info.context.load(coverage_rules, channel_id)
        return CoverageRule.from_document(found) if found is not None else None

    @strawberry.field(description="Who is on duty at an instant.", directives=list_size(MOST_ON_DUTY))
    async def on_duty(
        self, info: Info, at: Annotated[datetime | None, strawberry.argument(description="When; absent: now.")] = strawberry.UNSET
    ) -> list[OnDuty]:
        """Give who is on duty."""
        require_staff(info)
        there = await members_on_duty(at or now())
        members = await members_by_ids(info.context.actor, sorted(there)[:MOST_ON_DUTY])
        channels = await asyncio.gather(*(channels_of(info, sorted(there[one]), ChannelKind.GENERIC) for one in members))
        return [
            OnDuty(member=Member.from_document(member), channels=serves)
            for member, serves in zip(members.values(), channels, strict=True)
        ]

    @paged("The rotations, by name.", graphql_type=Connection[Rotation])
    async def rotations(self, info: Info, window: Window) -> object:
        """Give a page of the rotations."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_rotations(actor, window), count=lambda: count_rotations(actor))

    @strawberry.field(description="Who is away within a span, by the end of it.", directives=list_size(MOST_SHIFTS))
    async def leaves(self, info: Info, range: Range) -> list[Leave]:
        """Give the leaves."""
        require_staff(info)
        return [Leave.from_document(leave) for leave in await leaves_in(info.context.actor, (range.from_, range.until))]
