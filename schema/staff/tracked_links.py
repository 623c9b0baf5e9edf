"""Links from social media to the company's pages whose clicks are counted."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from auth.actor import Actor
from care.audience.community_links import CommunityLinkDraft, Places, link_to_community
from care.audience.links import LinkDraft, archive_link, clicks_by_day, clicks_of, create_link
from care.documents import links
from care.personalisation import LINK
from care.reading.cases import cases_by_ids
from care.reading.links import count_links, list_links
from care.reports.ranges import LONGEST, ReportRange
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.ranges import DateTimeRange
from schema.staff.reach import reach, require_staff


async def _clicks(_: Actor, link_ids: list[str]) -> dict[str, int]:
    return await clicks_of(link_ids)


@strawberry.type(description="How often a link was taken on a day.")
class LinkClicks:
    """How often a link was taken on a day."""

    day: str = strawberry.field(description="The day, in UTC, such as `2026-11-26`.")
    clicks: int = strawberry.field(description="How often.")


@strawberry.type(description="A short address that leads to a page of the company's and counts who takes it.")
class TrackedLink(Node):
    """A short address whose clicks are counted."""

    document: strawberry.Private[links.TrackedLink]
    name: str = strawberry.field(description="Its name.")
    target: str = strawberry.field(description="Where it leads, with what tells web analytics where the visitor came from.")
    campaign: str | None = strawberry.field(description="The campaign that it belongs to.")
    archived: bool = strawberry.field(description="Whether it leads nowhere any more.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: links.TrackedLink) -> Self:
        """Show a link."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            target=document.target,
            campaign=document.campaign,
            archived=document.archived,
            created_at=document.created_at,
            version=document.version,
        )

    @strawberry.field(description="The short address, to be put into replies and posts.")
    def short_url(self, info: Info) -> str:
        """Give the address."""
        return f"{info.context.public_url}/l/{self.document.code}"

    @strawberry.field(description="What stands for the short address in a reply, such as `{{link.3f9c0ab1d2e4}}`.")
    def variable(self) -> str:
        """Give the variable."""
        return f"{{{{{LINK}{self.document.code}}}}}"

    @strawberry.field(description="The public question or idea that it was made for; null for other links.")
    async def content(self, info: Info) -> Node | None:
        """Give what it leads to."""
        identifier = self.document.content_id
        document = await reach(info.context, identifier) if identifier is not None else None
        shown: Node | None = info.context.present(document) if document is not None else None
        return shown

    @strawberry.field(description="How often it was taken, by whomever.")
    async def click_count(self, info: Info) -> int:
        """Count the clicks."""
        found: int = await info.context.load(_clicks, self.document.id)
        return found

    @strawberry.field(
        description="How often it was taken, day by day, on the days on which it was.", directives=list_size(LONGEST.days + 1)
    )
    async def clicks_by_day(
        self, range: Annotated[DateTimeRange, strawberry.argument(description="At most 92 days.")]
    ) -> list[LinkClicks]:
        """Count the clicks of each day."""
        span = ReportRange.checked(range.from_, range.until)
        found = await clicks_by_day(self.document.id, span.since, span.until)
        return [LinkClicks(day=day.isoformat(), clicks=clicks) for day, clicks in found]

    @strawberry.field(description="Who made it; null for a program.")
    async def created_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.created_by)

    @strawberry.field(
        description="The case in whose replies it is used; null for none, and when the viewer may not know of it.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def case(self, info: Info) -> object:
        """Give the case."""
        held = self.document.case_id
        found = await info.context.load(cases_by_ids, held) if held is not None else None
        return info.context.present(found) if found is not None else None


@strawberry.input(description="Where a link leads, and what web analytics is told of the visitor.")
class CreateTrackedLinkInput:
    """Where a link leads."""

    url: str = required("The page, http or https.")
    name: str = required("Its name, up to 100 characters.")
    source: str | None = given("Becomes `utm_source`, unless the address has one.")
    medium: str | None = given("Becomes `utm_medium`, unless the address has one.")
    campaign: str | None = given("Becomes `utm_campaign`, unless the address has one.")
    case_id: strawberry.ID | None = given("The id of the case in whose replies it is used.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createTrackedLink`.")
class CreateTrackedLinkPayload(Payload):
    """The answer of `createTrackedLink`."""

    tracked_link: TrackedLink | None = changed("The link.")


@strawberry.input(description="Where to lead a case's customer.")
class LinkToCommunityInput:
    """Where to lead a case's customer."""

    case_id: strawberry.ID = required("The id of the case in whose replies the link is used.")
    content_id: strawberry.ID = required("The id of a published question or of a public idea.")


@strawberry.type(description="The answer of `linkToCommunity`.")
class LinkToCommunityPayload(Payload):
    """The answer of `linkToCommunity`."""

    tracked_link: TrackedLink | None = changed("The link; put its `variable` into the reply.")


@strawberry.input(description="The link that shall lead nowhere any more.")
class ArchiveTrackedLinkInput:
    """The link that shall lead nowhere any more."""

    link_id: strawberry.ID = required("The id of the link.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveTrackedLink`.")
class ArchiveTrackedLinkPayload(Payload):
    """The answer of `archiveTrackedLink`."""

    written: ClassVar[str | None] = "tracked_link"

    tracked_link: TrackedLink | None = changed()


@strawberry.type
class TrackedLinkQueries:
    """Tracked links."""

    @paged("Tracked links, the newest first: all, or those of a case.", graphql_type=Connection[TrackedLink])
    async def tracked_links(
        self,
        info: Info,
        window: Window,
        case_id: Annotated[strawberry.ID | None, strawberry.argument(description="The id of a case; absent: all.")] = None,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list archived ones instead.")] = None,
    ) -> object:
        """Give a page of links."""
        require_staff(info)
        actor, unused = info.context.actor, archived is True
        found = await list_links(actor, window, case_id=case_id, archived=unused)
        return pages(info, found, count=lambda: count_links(actor, case_id=case_id, archived=unused))


@strawberry.type
class TrackedLinkMutations:
    """What is done with tracked links."""

    @mutation(
        CreateTrackedLinkPayload,
        description="Makes a short address that leads to a page and counts who takes it; needs `case:reply`.",
    )
    async def create_tracked_link(self, info: Info, input: Annotated[CreateTrackedLinkInput, INPUT]) -> object:
        """Make a link."""
        draft, once = parse(LinkDraft, **values_of(input)), once_for(info, "createTrackedLink", input)
        link = await create_link(info.context.actor, draft, once=once, origin=info.context.public_url)
        return CreateTrackedLinkPayload(tracked_link=TrackedLink.from_document(link))

    @mutation(
        LinkToCommunityPayload,
        description="Gives the link that leads from a case's replies to what others talk about in the portal, and counts who "
        "takes it; the same for the same two. Needs `case:reply`.",
    )
    async def link_to_community(self, info: Info, input: Annotated[LinkToCommunityInput, INPUT]) -> object:
        """Lead to the community."""
        places = Places(info.context.public_url, info.context.portal_url)
        link = await link_to_community(info.context.actor, parse(CommunityLinkDraft, **values_of(input)), places)
        return LinkToCommunityPayload(tracked_link=TrackedLink.from_document(link))

    @mutation(ArchiveTrackedLinkPayload, description="Lets a link lead nowhere any more; needs `case:reply`.")
    async def archive_tracked_link(self, info: Info, input: Annotated[ArchiveTrackedLinkInput, INPUT]) -> object:
        """Archive a link."""
        link = await archive_link(info.context.actor, input.link_id, expected_version=input.expected_version)
        return ArchiveTrackedLinkPayload(tracked_link=TrackedLink.from_document(link))
