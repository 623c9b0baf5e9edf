"""How departments work together: what they do towards each other, and how communities overlap."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.reports import engagement, exchange
from care.reports.acts import ExchangeKind
from care.reports.engagement import FEWEST, engagement_report
from care.reports.exchange import MOST_CELLS, exchange_report
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from community.directory import MOST_LISTED
from community.spaces import network
from community.spaces.network import MOST_BRIDGES, MOST_OVERLAPS, MOST_SPACES, community_network
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.members import Department, Member
from schema.staff.ranges import DateTimeRange
from schema.staff.spaces import Space

told(
    ExchangeKind,
    "What one member does towards another.",
    QUESTION="Asking an expert a question; from who asks to who is invited.",
    ANSWER="Answering; from who answers to who asked.",
    CONSULTATION="Asking an expert about a case; from who asks to who is asked.",
    COMMENT="A remark; from who makes it to who wrote what it is about.",
    KUDOS="Thanks; from who thanks to who is thanked.",
)


@strawberry.type(description="How often one thing was done.")
class ExchangeCount:
    """How often one thing was done."""

    kind: ExchangeKind = strawberry.field(description="What was done.")
    count: int = strawberry.field(description="How often.")


@strawberry.type(description="What members of one department did towards members of one, another or the same.")
class ExchangeCell:
    """What members of one department did towards members of one."""

    from_id: strawberry.ID | None = strawberry.field(description="The id of the department that acted; null: of no department.")
    from_name: str = strawberry.field(description="Its name.")
    to_id: strawberry.ID | None = strawberry.field(description="The id of the department towards which; null: no department.")
    to_name: str = strawberry.field(description="Its name.")
    total: int = strawberry.field(description="How much it is in all.")
    counts: list[ExchangeCount] = strawberry.field(
        description="How much of each; what was not done is left out.", directives=list_size(len(ExchangeKind))
    )

    @classmethod
    def of(cls, cell: exchange.ExchangeCell) -> Self:
        """Show a cell."""
        return cls(
            from_id=strawberry.ID(cell.from_id) if cell.from_id else None,
            from_name=cell.from_name,
            to_id=strawberry.ID(cell.to_id) if cell.to_id else None,
            to_name=cell.to_name,
            total=cell.total,
            counts=[ExchangeCount(kind=kind, count=cell.counts[kind]) for kind in ExchangeKind if cell.counts.get(kind)],
        )


@strawberry.type(description="How much of one kind crosses the bounds of departments.")
class ExchangeShare:
    """How much of one kind crosses."""

    kind: ExchangeKind = strawberry.field(description="What is done.")
    count: int = strawberry.field(description="How often, between members of departments.")
    crossing_count: int = strawberry.field(description="How often towards another department.")
    crossing_share: float | None = strawberry.field(description="The part that crosses, from 0 to 1; null of nothing.")


@strawberry.type(
    description="What departments do towards each other, as far as the viewer may read it, by where members are now. What secret "
    "and closed spaces hold is counted for their members alone; who asked anonymously, customers, and what members do towards "
    "themselves are counted nowhere."
)
class ExchangeReport:
    """What departments do towards each other."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    count: int = strawberry.field(description="How much was done between members who both are in a department.")
    crossing_count: int = strawberry.field(description="How much of it towards another department.")
    crossing_share: float | None = strawberry.field(description="The part that crosses, from 0 to 1; null of nothing.")
    unknown_count: int = strawberry.field(description="How much was done by or towards members of no department.")
    kinds: list[ExchangeShare] = strawberry.field(description="The same of each kind.", directives=list_size(len(ExchangeKind)))
    cells: list[ExchangeCell] = strawberry.field(
        description="From each department to each, by their names; pairs without anything are left out.",
        directives=list_size(MOST_CELLS),
    )

    @classmethod
    def of(cls, report: exchange.ExchangeReport) -> Self:
        """Show the report."""
        kinds = [
            ExchangeShare(kind=kind, count=known, crossing_count=crossing, crossing_share=share(crossing, known))
            for kind, (known, crossing) in report.by_kind.items()
        ]
        return cls(
            as_of=report.as_of,
            count=report.known,
            crossing_count=report.crossing,
            crossing_share=report.crossing_share,
            unknown_count=report.unknown,
            kinds=kinds,
            cells=[ExchangeCell.of(cell) for cell in report.cells],
        )


@strawberry.type(
    description=f"How engaged a department's members were; the figures are null where it has fewer than {FEWEST} members."
)
class TeamEngagement:
    """How engaged a department's members were."""

    department: Department = strawberry.field(description="The department.")
    member_count: int = strawberry.field(description="How many are in it now and can sign in; agencies' people are in none.")
    index: float | None = strawberry.field(description="The mean of the three shares below, in points of a hundred.")
    participation: float | None = strawberry.field(
        description="The part of its members, from 0 to 1, who asked, answered, consulted, remarked or thanked at all."
    )
    regularity: float | None = strawberry.field(
        description="In which part of the weeks, from 0 to 1, its members did so, on average."
    )
    helpfulness: float | None = strawberry.field(
        description="The part of its members, from 0 to 1, who answered, remarked on what others wrote, or thanked."
    )

    @classmethod
    def of(cls, team: engagement.TeamEngagement) -> Self:
        """Show a team."""
        return cls(
            department=Department.from_document(team.department),
            member_count=team.member_count,
            index=team.index,
            participation=team.participation,
            regularity=team.regularity,
            helpfulness=team.helpfulness,
        )


@strawberry.type(
    description="How engaged each department was, as far as the viewer may read it: what closed and secret spaces hold is "
    "counted for their members alone, and questions asked anonymously for nobody."
)
class EngagementReport:
    """How engaged each department was."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    week_count: int = strawberry.field(description="How many weeks the range has; a part of one at its end counts as one.")
    teams: list[TeamEngagement] = strawberry.field(description="The departments, by name.", directives=list_size(MOST_LISTED))

    @classmethod
    def of(cls, report: engagement.EngagementReport) -> Self:
        """Show the report."""
        return cls(as_of=report.as_of, week_count=report.weeks, teams=[TeamEngagement.of(one) for one in report.teams])


@strawberry.type(description="How many of a space are of a department.")
class RepresentedDepartment:
    """How many of a space are of a department."""

    department: Department | None = strawberry.field(description="The department; null: of none.")
    member_count: int = strawberry.field(description="How many.")


@strawberry.type(description="A space with the departments that meet in it.")
class CommunityInNetwork:
    """A space with the departments that meet in it."""

    space: Space = strawberry.field(description="The space.")
    member_count: int = strawberry.field(description="How many are in it.")
    departments: list[RepresentedDepartment] = strawberry.field(
        description="Of which departments they are, the most first.", directives=list_size(MOST_LISTED)
    )

    @classmethod
    def of(cls, found: network.Community) -> Self:
        """Show a community."""
        departments = [
            RepresentedDepartment(
                department=Department.from_document(one.department) if one.department else None, member_count=one.member_count
            )
            for one in found.departments
        ]
        return cls(space=Space.from_document(found.space), member_count=found.member_count, departments=departments)


@strawberry.type(description="Two spaces that share members.")
class CommunityOverlap:
    """Two spaces that share members."""

    one: Space = strawberry.field(description="One of them.")
    other: Space = strawberry.field(description="The other.")
    shared_count: int = strawberry.field(description="How many are in both.")
    likeness: float = strawberry.field(description="The part of all who are in either, from 0 to 1, that is in both.")


@strawberry.type(description="A member who is in several spaces.")
class CommunityBridge:
    """A member who is in several spaces."""

    member: Member = strawberry.field(description="The member.")
    spaces: list[Space] = strawberry.field(description="The spaces, by name.", directives=list_size(MOST_SPACES))
    department_count: int = strawberry.field(description="How many departments besides their own they meet there.")


@strawberry.type(description="How the spaces in use overlap that the viewer may know of; of secret ones only the viewer's own.")
class CommunityNetwork:
    """How spaces overlap."""

    member_count: int = strawberry.field(description="How many members are in at least one of them.")
    bridging_count: int = strawberry.field(description="How many are in several.")
    communities: list[CommunityInNetwork] = strawberry.field(
        description="The spaces, by name.", directives=list_size(MOST_SPACES)
    )
    overlaps: list[CommunityOverlap] = strawberry.field(
        description="Pairs that share members, the most first.", directives=list_size(MOST_OVERLAPS)
    )
    bridges: list[CommunityBridge] = strawberry.field(
        description="Members who are in several, those in the most first.", directives=list_size(MOST_BRIDGES)
    )

    @classmethod
    def of(cls, found: network.CommunityNetwork) -> Self:
        """Show the network."""
        overlaps = [
            CommunityOverlap(
                one=Space.from_document(pair.one),
                other=Space.from_document(pair.other),
                shared_count=pair.shared_count,
                likeness=pair.likeness,
            )
            for pair in found.overlaps
        ]
        bridges = [
            CommunityBridge(
                member=Member.from_document(one.member),
                spaces=[Space.from_document(space) for space in one.spaces],
                department_count=one.department_count,
            )
            for one in found.bridges
        ]
        return cls(
            member_count=found.member_count,
            bridging_count=found.bridging_count,
            communities=[CommunityInNetwork.of(one) for one in found.communities],
            overlaps=overlaps,
            bridges=bridges,
        )


@strawberry.type
class NetworkQueries:
    """How departments work together."""

    @strawberry.field(description="What departments do towards each other; needs `report:read`.")
    async def exchange_report(
        self,
        info: Info,
        range: Annotated[DateTimeRange, strawberry.argument(description="When it was done; at most 92 days.")],
    ) -> ExchangeReport | None:
        """Give the report."""
        span = ReportRange.checked(range.from_, range.until)
        return ExchangeReport.of(await exchange_report(info.context.actor, span))

    @strawberry.field(description="How engaged the members of each department were; needs `report:read`.")
    async def engagement_report(
        self,
        info: Info,
        range: Annotated[DateTimeRange, strawberry.argument(description="When they were; at most 92 days.")],
    ) -> EngagementReport | None:
        """Give the report."""
        span = ReportRange.checked(range.from_, range.until)
        return EngagementReport.of(await engagement_report(info.context.actor, span))

    @strawberry.field(description="How communities overlap across departments; needs `member:read`.")
    async def community_network(self, info: Info) -> CommunityNetwork | None:
        """Give the network."""
        return CommunityNetwork.of(await community_network(info.context.actor))
