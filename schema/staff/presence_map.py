"""Where customers come from, and on which platforms they are."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from auth.actor import Actor
from care.audience import acquisition as acquisitions
from care.audience import presence_map as presence
from care.audience.acquisition import Acquisition, AcquisitionWay, acquisition_report, acquisitions_of
from care.documents import customers
from care.documents.channels import ChannelKind as Kind
from care.reading.conversations import channels_by_ids
from care.reading.customers import customers_by_ids
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.channels import Channel
from schema.staff.enums import ChannelKind
from schema.staff.ranges import DateTimeRange

told(
    AcquisitionWay,
    "How somebody came to the company.",
    CONTENT="By something public: a comment, a post that the company answered.",
    MESSAGE="By a private message of theirs.",
    FORM="By a form on a web page.",
    OUTREACH="By the company's turning to them.",
    IMPORT="From another system of the company, before any contact.",
    UNKNOWN="Not known.",
)

_PLATFORMS = list_size(len(Kind))


async def _acquisitions(actor: Actor, customer_ids: list[str]) -> dict[str, Acquisition]:
    known = await customers_by_ids(actor, customer_ids)
    found = await acquisitions_of(list({one.id: one for one in known.values()}.values()))
    return {one: found[customer.id] for one, customer in known.items()}


@strawberry.type(description="The first contact with a customer.")
class CustomerAcquisition:
    """The first contact with a customer."""

    found: strawberry.Private[Acquisition]
    way: AcquisitionWay = strawberry.field(description="How they came.")
    at: datetime = strawberry.field(description="When; for who was in no contact yet, since when they are known.")
    channel_kind: ChannelKind | None = strawberry.field(description="The kind of channel; null where it was none.")
    url: str | None = strawberry.field(description="The public content that they came by, where the channel tells.")

    @strawberry.field(description="The channel; null where it was none, and when the viewer may not see it.")
    async def channel(self, info: Info) -> Channel | None:
        """Give the channel."""
        held = self.found.channel_id
        shown = await info.context.load(channels_by_ids, held) if held is not None else None
        return Channel.from_document(shown) if shown is not None else None


@strawberry.type
class CustomerSource:
    """Where a customer comes from."""

    document: strawberry.Private[customers.Customer]

    @strawberry.field(description="The first contact with the customer.")
    async def acquisition(self, info: Info) -> CustomerAcquisition | None:
        """Give the first contact."""
        found: Acquisition | None = await info.context.load(_acquisitions, self.document.id)
        if found is None:
            return None
        return CustomerAcquisition(found=found, way=found.way, at=found.at, channel_kind=found.channel_kind, url=found.url)


@strawberry.type(description="The customers who came by one way on one kind of channel.")
class AcquisitionReportGroup:
    """The customers who came by one way."""

    way: AcquisitionWay = strawberry.field(description="How they came.")
    channel_kind: ChannelKind | None = strawberry.field(description="The kind of channel; null where it was none.")
    customer_count: int = strawberry.field(description="How many.")
    share: float | None = strawberry.field(description="Their part of all who came, from 0 to 1.")


@strawberry.type(description="How the customers came whom the company met within a range.")
class AcquisitionReport:
    """How customers came."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    customer_count: int = strawberry.field(description="How many came.")
    groups: list[AcquisitionReportGroup] = strawberry.field(
        description="The groups, the largest first.", directives=list_size(len(AcquisitionWay) * len(Kind))
    )

    @classmethod
    def of(cls, report: acquisitions.AcquisitionReport) -> Self:
        """Show a report."""
        total = sum(group.customers for group in report.groups)
        groups = [
            AcquisitionReportGroup(
                way=one.way, channel_kind=one.channel_kind, customer_count=one.customers, share=share(one.customers, total)
            )
            for one in report.groups
        ]
        return cls(as_of=report.as_of, customer_count=total, groups=groups)


@strawberry.type(description="Who is on one kind of channel, and what the company has there.")
class PlatformPresence:
    """Who is on one kind of channel."""

    platform: ChannelKind = strawberry.field(description="The kind of channel.")
    customer_count: int = strawberry.field(description="How many customers are known there.")
    share: float | None = strawberry.field(description="Their part of all customers that are counted, from 0 to 1; null of none.")
    verified_count: int = strawberry.field(description="Of how many the identity is known to be theirs.")
    own_account_count: int = strawberry.field(description="How many accounts the company has there.")
    group_count: int = strawberry.field(description="How many groups there are registered.")
    follower_count: int = strawberry.field(description="How many follow the company's accounts, by the latest measurements.")


@strawberry.type(description="On which platforms customers are, beside the company's own presence there.")
class PresenceMap:
    """On which platforms customers are."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    customer_count: int = strawberry.field(description="How many customers were looked at.")
    platforms: list[PlatformPresence] = strawberry.field(
        description="The platforms on which anybody is, those with most customers first.", directives=_PLATFORMS
    )

    @classmethod
    def of(cls, found: presence.PresenceMap) -> Self:
        """Show a map."""
        platforms = [
            PlatformPresence(
                platform=one.kind,
                customer_count=one.customers,
                share=share(one.customers, found.customers),
                verified_count=one.verified,
                own_account_count=one.own_accounts,
                group_count=one.groups,
                follower_count=one.followers,
            )
            for one in found.platforms
        ]
        return cls(as_of=found.as_of, customer_count=found.customers, platforms=platforms)


@strawberry.type
class PresenceMapQueries:
    """Where customers come from, and where they are."""

    @strawberry.field(description="On which platforms customers are; needs `report:read`, and that all customers may be read.")
    async def presence_map(
        self,
        info: Info,
        segment_id: Annotated[strawberry.ID | None, strawberry.argument(description="The id of a segment; absent: all.")] = None,
    ) -> PresenceMap | None:
        """Give the map."""
        return PresenceMap.of(await presence.presence_map(info.context.actor, segment_id=segment_id))

    @strawberry.field(
        description="How the customers came whom the company met within a range; needs `report:read`, and that all customers may "
        "be read."
    )
    async def acquisition_report(
        self,
        info: Info,
        range: Annotated[DateTimeRange, strawberry.argument(description="When the company met them; at most 92 days.")],
    ) -> AcquisitionReport | None:
        """Give the report."""
        return AcquisitionReport.of(await acquisition_report(info.context.actor, ReportRange.checked(range.from_, range.until)))
