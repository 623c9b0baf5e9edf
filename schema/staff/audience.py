"""Who the company's customers are, and which of them it is in contact with."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.audience.coverage import OVER, UNDER, CoverageGroup, Representation, coverage_report
from care.audience.traits import CoverageDimension
from care.reports.grouping import MOST_GROUPS
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.ranges import DateTimeRange

told(
    CoverageDimension,
    "What known customers are grouped by; by platform, brand and segment somebody can be in several groups.",
    LIFECYCLE="How far they have come with the company.",
    LOCALE="Their language.",
    SOURCE="Where the company knows them from first: the kind of channel, else the other system.",
    PLATFORM="The kinds of channel on which they are known.",
    BRAND="The brands whose channels they are known on.",
    SEGMENT="The segments in use that they are in.",
)
told(
    Representation,
    "How a group's part of those in contact compares with its part of all known customers.",
    OVER=f"It is heard more than its size: {OVER} times as much or more.",
    EVEN="It is heard as its size.",
    UNDER=f"It is heard less than its size: {UNDER} times as much or less.",
)


@strawberry.type(description="The known customers of a group, and those of them who were in contact.")
class CoverageReportGroup:
    """The known customers of a group."""

    key: str | None = strawberry.field(description="The id or value of the group; null where that is not known, and for all.")
    label: str = strawberry.field(description="The name of the group, for people.")
    population_count: int = strawberry.field(description="How many customers are known, as of now.")
    wrote_count: int = strawberry.field(description="How many of them said something to the company.")
    reached_count: int = strawberry.field(description="How many of them something of the company's reached.")
    visited_count: int = strawberry.field(description="How many of them were in contact, by the one or the other.")
    unreachable_count: int = strawberry.field(description="How many of them can not be reached, as of now.")
    coverage: float | None = strawberry.field(description="The part of them, from 0 to 1, who were in contact; null of none.")
    population_share: float | None = strawberry.field(description="Their part of all known customers, from 0 to 1; null of none.")
    visited_share: float | None = strawberry.field(description="Their part of all in contact, from 0 to 1; null of none.")
    index: float | None = strawberry.field(
        description="The coverage of the group over that of all customers: 1 where they are alike; null of nobody in contact."
    )
    representation: Representation | None = strawberry.field(
        description="Whether the group is heard more or less than its size; null where nobody was in contact."
    )

    @classmethod
    def of(cls, group: CoverageGroup, whole: CoverageGroup) -> Self:
        """Show a group beside all customers."""
        return cls(
            key=group.key,
            label=group.label,
            population_count=group.population,
            wrote_count=group.wrote,
            reached_count=group.reached,
            visited_count=group.visited,
            unreachable_count=group.unreachable,
            coverage=share(group.visited, group.population),
            population_share=share(group.population, whole.population),
            visited_share=share(group.visited, whole.visited),
            index=group.index_in(whole),
            representation=group.representation_in(whole),
        )


@strawberry.type(description="All known customers and those in contact within a range, counted from customers and messages.")
class CoverageReport:
    """All known customers and those in contact."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    whole: CoverageReportGroup = strawberry.field(description="All known customers together.")
    groups: list[CoverageReportGroup] = strawberry.field(
        description="The groups, the largest first.", directives=list_size(MOST_GROUPS)
    )


@strawberry.type
class AudienceQueries:
    """What can be asked about customers as a whole."""

    @strawberry.field(
        description="Which of the known customers the company is in contact with, and which groups it hears too much or too "
        "little of; needs `report:read`, and that all customers may be read."
    )
    async def coverage_report(
        self,
        info: Info,
        range: Annotated[DateTimeRange, strawberry.argument(description="When they were in contact; at most 92 days.")],
        by: Annotated[CoverageDimension, strawberry.argument(description="What to group by.")],
    ) -> CoverageReport | None:
        """Give the report."""
        report = await coverage_report(info.context.actor, ReportRange.checked(range.from_, range.until), by)
        groups = [CoverageReportGroup.of(group, report.whole) for group in report.groups]
        return CoverageReport(as_of=report.as_of, whole=CoverageReportGroup.of(report.whole, report.whole), groups=groups)
