"""Segments: saved rules over customers, who fits them, and how well profiles fill them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import customers, segments
from care.reading.segments import (
    MOST_SEGMENTS,
    count_members,
    count_segments,
    count_snapshots,
    first_and_last,
    list_members,
    list_segments,
    list_snapshots,
    memberships_of_customers,
    segments_by_ids,
)
from care.reports.statistics import share
from care.segments.editing import MOST_VALUES, may_manage_segments
from care.segments.membership import KEPT_SPELLS
from care.segments.rules import PROFILE
from core.paging import Window
from schema.connections import Connection, connection_of
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.enums import ChannelKind
from schema.staff.members import Member, member_of
from schema.staff.reach import require_staff
from schema.staff.service_level_enums import Lifecycle

_VALUES = list_size(MOST_VALUES)
_ALL = "All that is told must hold; of a list one value is enough, an empty one says nothing."


@strawberry.type(description=f"Whom a segment is of. {_ALL}")
class SegmentRule:
    """Whom a segment is of."""

    lifecycles: list[Lifecycle] = strawberry.field(description="How far they have come.", directives=_VALUES)
    locales: list[str] = strawberry.field(description="Their languages, such as `tr`.", directives=_VALUES)
    platforms: list[ChannelKind] = strawberry.field(description="The kinds of channel they are known on.", directives=_VALUES)
    cities: list[str] = strawberry.field(description="Their cities, however they are spelt.", directives=_VALUES)
    interests: list[str] = strawberry.field(description="What they like, however it is spelt.", directives=_VALUES)
    crm_segments: list[str] = strawberry.field(
        description="The segments that the company's other systems put them into.", directives=_VALUES
    )
    least_followers: int | None = strawberry.field(description="How many people hear them at least; null: any number.")
    in_crm: bool | None = strawberry.field(description="Whether another system knows them; null: either.")
    has_email: bool | None = strawberry.field(description="Whether an e-mail address is known; null: either.")
    has_phone: bool | None = strawberry.field(description="Whether a telephone number is known; null: either.")
    unreachable: bool | None = strawberry.field(description="Whether they can not be reached; null: either.")
    heard_within_days: int | None = strawberry.field(description="They said something within so many days; null: at any time.")
    silent_for_days: int | None = strawberry.field(description="They said nothing for so many days; null: at any time.")

    @classmethod
    def of(cls, rule: segments.SegmentRule) -> Self:
        """Show a rule."""
        return cls(**{name: getattr(rule, name) for name in type(rule).model_fields})


@strawberry.type(description="How well the profiles of a segment's members are filled, and how much of it somebody vouches for.")
class SegmentSnapshot:
    """How well the profiles of a segment's members are filled."""

    day: str = strawberry.field(description="The day, in UTC, such as `2026-11-26`.")
    taken_at: datetime = strawberry.field(description="When it was counted; the last count of a day is kept.")
    member_count: int = strawberry.field(description="How many members there were.")
    completeness: float | None = strawberry.field(
        description="The part of name, e-mail, telephone, city, language and interests that is known, over all members, from 0 "
        "to 1; null of none."
    )
    accepted_share: float | None = strawberry.field(
        description="The part of members, from 0 to 1, of whom a claim was accepted or a member wrote something; null of none."
    )
    verified_share: float | None = strawberry.field(
        description="The part of members, from 0 to 1, with an address or number known to be theirs; null of none."
    )
    disputed_share: float | None = strawberry.field(
        description="The part of members, from 0 to 1, of whom a source says otherwise, undecided; null of none."
    )

    @classmethod
    def from_document(cls, snapshot: segments.SegmentSnapshot) -> Self:
        """Show a snapshot."""
        quality = snapshot.quality
        return cls(
            day=snapshot.day,
            taken_at=snapshot.taken_at,
            member_count=quality.members,
            completeness=share(quality.known_fields, quality.members * len(PROFILE)),
            accepted_share=share(quality.accepted, quality.members),
            verified_share=share(quality.verified, quality.members),
            disputed_share=share(quality.disputed, quality.members),
        )


@strawberry.type(description="What a segment was when it was first counted, and when it was last.")
class SegmentQualityChange:
    """What a segment was first, and last."""

    before: SegmentSnapshot = strawberry.field(description="The first day's.")
    after: SegmentSnapshot = strawberry.field(description="The last day's; the first day's where there is but one.")


@strawberry.type(description="A time in which a customer was a member.")
class SegmentSpell:
    """A time in which a customer was a member."""

    since: datetime = strawberry.field(description="From when on.")
    until: datetime | None = strawberry.field(description="Until when; null while it lasts.")


@strawberry.type(description="That a customer is in a segment.")
class SegmentMembership:
    """That a customer is in a segment."""

    document: strawberry.Private[segments.SegmentMembership]
    joined_at: datetime = strawberry.field(description="Since when.")
    spells: list[SegmentSpell] = strawberry.field(
        description="When the customer was in it, the oldest first; the last twenty.", directives=list_size(KEPT_SPELLS)
    )

    @classmethod
    def of(cls, document: segments.SegmentMembership) -> Self:
        """Show a membership."""
        spells = [SegmentSpell(since=spell.since, until=spell.until) for spell in document.spells]
        return cls(document=document, joined_at=document.joined_at, spells=spells)

    @strawberry.field(description="The segment.")
    async def segment(self, info: Info) -> "Segment | None":
        """Give the segment."""
        found = await info.context.load(segments_by_ids, self.document.segment_id)
        return Segment.from_document(found) if found is not None else None


@strawberry.type(description="A saved rule over customers; who fits it is a member as long as it is so.")
class Segment(Node):
    """A saved rule over customers."""

    document: strawberry.Private[segments.Segment]
    name: str = strawberry.field(description="Its name.")
    description: str | None = strawberry.field(description="What it is for.")
    rule: SegmentRule = strawberry.field(description="Whom it is of.")
    archived: bool = strawberry.field(description="Whether it is out of use; nobody comes or goes then.")
    created_at: datetime = strawberry.field(description="When it was made.")
    evaluated_at: datetime | None = strawberry.field(
        description="When all customers were last looked at; null while that goes on by a new rule, or anew."
    )
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: segments.Segment) -> Self:
        """Show a segment."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            description=document.description,
            rule=SegmentRule.of(document.rule),
            archived=document.archived,
            created_at=document.created_at,
            evaluated_at=document.run.finished_at,
            version=document.version,
        )

    @strawberry.field(description="Who made it; null for a program.")
    async def owner(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.owner_id)

    @strawberry.field(description="Whether the viewer can change or archive it.")
    def viewer_can_manage(self, info: Info) -> bool:
        """Ask the policy."""
        return not self.document.archived and may_manage_segments(info.context.actor)

    @paged("Who is in it now, who joined last first.", graphql_type=connection_of("schema.staff.customers", "Customer"))
    async def customers(self, info: Info, window: Window) -> object:
        """Give a page of the members."""
        actor = info.context.actor
        found = await list_members(actor, self.document.id, window)
        return pages(info, found, count=lambda: count_members(actor, self.document.id))

    @paged("What it was, day by day.", graphql_type=connection_of("schema.staff.segments", "SegmentSnapshot"))
    async def snapshots(self, info: Info, window: Window) -> object:
        """Give a page of the snapshots."""
        actor = info.context.actor
        found = await list_snapshots(actor, self.document.id, window)
        return pages(info, found, count=lambda: count_snapshots(actor, self.document.id))

    @strawberry.field(description="What it was first, and what it is; null before all customers were looked at once.")
    async def quality_change(self, info: Info) -> SegmentQualityChange | None:
        """Give the two snapshots."""
        found = await info.context.load(first_and_last, self.document.id)
        if found is None:
            return None
        before, after = (SegmentSnapshot.from_document(one) for one in found)
        return SegmentQualityChange(before=before, after=after)


@strawberry.type
class CustomerSegments:
    """The segments of a customer."""

    document: strawberry.Private[customers.Customer]

    @strawberry.field(
        description="The segments that the customer is in, the latest first; none are shown to who may not read all customers.",
        directives=list_size(MOST_SEGMENTS),
    )
    async def segments(self, info: Info) -> list[SegmentMembership]:
        """Give the memberships."""
        found = await info.context.load(memberships_of_customers, self.document.id)
        return [SegmentMembership.of(one) for one in found or []]


@strawberry.type
class SegmentQueries:
    """Segments."""

    @paged("Segments, the oldest first; for who may read all customers.", graphql_type=Connection[Segment])
    async def segments(
        self,
        info: Info,
        window: Window,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list those out of use instead.")] = None,
    ) -> object:
        """Give a page of segments."""
        require_staff(info)
        actor, unused = info.context.actor, archived is True
        found = await list_segments(actor, window, archived=unused)
        return pages(info, found, count=lambda: count_segments(actor, archived=unused))
