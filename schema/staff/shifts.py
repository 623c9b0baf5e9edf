"""Who works when: shifts, rotations, leave, what nobody covers, and what is handed over."""

from datetime import datetime
from typing import Self

import strawberry

from care import duty
from care.documents import shifts
from care.duty import CoverageGapReason
from care.reading.shifts import handovers_of, rotations_by_ids
from care.shifts.drafts import MOST_CHANNELS, MOST_MEMBERS, MOST_SKILLS
from community.directory import members_by_ids
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.staff.channels import Channel, channel_of, channels_of
from schema.staff.enums import ChannelKind
from schema.staff.members import Member, Skill, member_of, members_of, skills_of

told(
    CoverageGapReason,
    "Why a channel is not covered.",
    NOBODY_ON_SHIFT="Fewer members are on a shift for it than it needs.",
    NOBODY_QUALIFIED="Members are on a shift for it, but none has a skill that it needs.",
)


async def _channels(info: Info, channel_ids: list[str]) -> list[Channel]:
    return await channels_of(info, channel_ids, ChannelKind.GENERIC)


@strawberry.type(description="What who leaves a shift says to who comes.")
class Handover:
    """What who leaves a shift says to who comes."""

    document: strawberry.Private[shifts.Handover]
    note: str = strawberry.field(description="The note, in Markdown.")
    written_at: datetime = strawberry.field(description="When it was written.")
    acknowledged_at: datetime | None = strawberry.field(description="When somebody said that it was read; null: nobody has.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: shifts.Handover) -> Self:
        """Show a handover."""
        return cls(
            document=document,
            note=document.note,
            written_at=document.written_at,
            acknowledged_at=document.acknowledged_at,
            version=document.version,
        )

    @strawberry.field(description="Who wrote it.")
    async def author(self, info: Info) -> Member | None:
        """Give who wrote it."""
        return await member_of(info, self.document.author_id)

    @strawberry.field(description="Who said that it was read.")
    async def acknowledged_by(self, info: Info) -> Member | None:
        """Give who has read it."""
        return await member_of(info, self.document.acknowledged_by)


@strawberry.type(description="A plan of turns that members take, day by day or week by week.")
class Rotation(Node):
    """A plan of turns."""

    document: strawberry.Private[shifts.Rotation]
    name: str = strawberry.field(description="Its name.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    zone: str = strawberry.field(description="The zone of its wall clock, as the IANA database names it.")
    starts_on: str = strawberry.field(description="The first day, such as `2026-12-01`.")
    ends_on: str | None = strawberry.field(description="The last day; null: it goes on.")
    turn_days: int = strawberry.field(description="For how many days one has the turn.")
    starts: str = strawberry.field(description="When a day's shift begins, such as `22:00`.")
    minutes: int = strawberry.field(description="How long it is, in minutes.")
    weekdays: list[int] = strawberry.field(
        description="The days of the week on which a shift begins, 1 Monday to 7 Sunday.", directives=list_size(7)
    )

    @classmethod
    def from_document(cls, document: shifts.Rotation) -> Self:
        """Show a rotation."""
        hours = document.hours
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            version=document.version,
            zone=document.zone,
            starts_on=document.starts_on,
            ends_on=document.ends_on,
            turn_days=document.turn_days,
            starts=f"{hours.starts // 60:02}:{hours.starts % 60:02}",
            minutes=hours.minutes,
            weekdays=hours.weekdays,
        )

    @strawberry.field(description="Who take turns, in their order.", directives=list_size(MOST_MEMBERS))
    async def members(self, info: Info) -> list[Member]:
        """Give who take turns."""
        return await members_of(info, self.document.member_ids)

    @strawberry.field(description="The channels they work for.", directives=list_size(MOST_CHANNELS))
    async def channels(self, info: Info) -> list[Channel]:
        """Give the channels."""
        return await _channels(info, self.document.channel_ids)


@strawberry.type(description="A member works for some channels from an instant to another: planned by hand, or a rotation's day.")
class Shift(Node):
    """A member works for some channels from an instant to another."""

    plan: strawberry.Private[duty.Plan]
    version: int = strawberry.field(
        description="Rises with each edit by a person, of a rotation's day with the rotation's; pass it as `expectedVersion`."
    )
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it ends.")

    @classmethod
    def of(cls, plan: duty.Plan) -> Self:
        """Show a shift."""
        return cls(id=strawberry.ID(plan.id), plan=plan, version=plan.version, starts_at=plan.starts_at, ends_at=plan.ends_at)

    @strawberry.field(description="Who works.")
    async def member(self, info: Info) -> Member:
        """Give who works."""
        found = await info.context.load(members_by_ids, self.plan.member_id)
        return Member.from_document(found)

    @strawberry.field(description="The channels to work for.", directives=list_size(MOST_CHANNELS))
    async def channels(self, info: Info) -> list[Channel]:
        """Give the channels."""
        return await _channels(info, list(self.plan.channel_ids))

    @strawberry.field(description="The rotation that it is a day of; null for one that was planned by hand.")
    async def rotation(self, info: Info) -> Rotation | None:
        """Give the rotation."""
        if self.plan.rotation_id is None:
            return None
        found = await info.context.load(rotations_by_ids, self.plan.rotation_id)
        return Rotation.from_document(found) if found is not None else None

    @strawberry.field(description="What was handed over at its end, in Markdown; null as long as nothing was.")
    async def handover_note(self, info: Info) -> str | None:
        """Give the note."""
        found = await info.context.load(handovers_of, self.plan.id)
        return found.note if found is not None else None

    @strawberry.field(description="What was handed over at its end, and who has read it; null as long as nothing was.")
    async def handover(self, info: Info) -> Handover | None:
        """Give the handover."""
        found = await info.context.load(handovers_of, self.plan.id)
        return Handover.from_document(found) if found is not None else None


@strawberry.type(description="A time in which a member is away, and on no shift.")
class Leave(Node):
    """A time in which a member is away."""

    document: strawberry.Private[shifts.Leave]
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it ends.")

    @classmethod
    def from_document(cls, document: shifts.Leave) -> Self:
        """Show a leave."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.version,
            starts_at=document.starts_at,
            ends_at=document.ends_at,
        )

    @strawberry.field(description="Who is away.")
    async def member(self, info: Info) -> Member | None:
        """Give who is away."""
        return await member_of(info, self.document.member_id)


@strawberry.type(description="A span in which a channel lacks what it needs.")
class CoverageGap:
    """A span in which a channel lacks what it needs."""

    gap: strawberry.Private[duty.Gap]
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it ends.")
    reason: CoverageGapReason = strawberry.field(description="What is lacking.")

    @classmethod
    def of(cls, gap: duty.Gap) -> Self:
        """Show a gap."""
        return cls(gap=gap, starts_at=gap.starts_at, ends_at=gap.ends_at, reason=gap.reason)

    @strawberry.field(description="The channel.")
    async def channel(self, info: Info) -> Channel:
        """Give the channel."""
        return await channel_of(info, self.gap.channel_id, ChannelKind.GENERIC)


@strawberry.type(description="What a channel needs at every instant; as long as nothing was said, one member, whoever it is.")
class CoverageRule:
    """What a channel needs at every instant."""

    document: strawberry.Private[shifts.CoverageRule]
    least_members: int = strawberry.field(description="How many members at least; 0: it may be left alone.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: shifts.CoverageRule) -> Self:
        """Show what a channel needs."""
        return cls(document=document, least_members=document.least_members, version=document.version)

    @strawberry.field(description="The channel.")
    async def channel(self, info: Info) -> Channel:
        """Give the channel."""
        return await channel_of(info, self.document.channel_id, ChannelKind.GENERIC)

    @strawberry.field(
        description="Somebody must have one of these skills; empty: anybody will do.", directives=list_size(MOST_SKILLS)
    )
    async def skills(self, info: Info) -> list[Skill]:
        """Give the skills."""
        return await skills_of(info, self.document.skill_ids)


@strawberry.type(description="A member who is on duty, and for which channels.")
class OnDuty:
    """A member who is on duty."""

    member: Member = strawberry.field(description="Who is on duty.")
    channels: list[Channel] = strawberry.field(description="The channels they work for.", directives=list_size(MOST_CHANNELS))
