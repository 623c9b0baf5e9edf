"""Mistakes that the company learns from: the catalogue, what was recorded on cases, and the report."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care import policies
from care.cases.mistake_kinds import count_mistake_kinds, list_mistake_kinds, mistake_kinds_by_ids
from care.documents import cases, mistakes
from care.documents.mistakes import MOST_MISTAKES
from care.reports import mistakes as reports
from care.reports.grouping import MOST_GROUPS
from care.reports.mistakes import MistakeDimension, mistake_report
from care.reports.ranges import ReportRange
from community.directory import departments_by_ids
from community.wiki.reading import pages_by_ids
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Department, Member, member_of
from schema.staff.ranges import DateTimeRange

told(
    MistakeDimension,
    "What mistakes are grouped by.",
    KIND="The kind of mistake.",
    DEPARTMENT="The department that has to see to it.",
    DAY="The day on which they were recorded, in UTC.",
    MONTH="The month in which they were recorded, in UTC.",
)


@strawberry.type(description="A kind of mistake that is made in the house.")
class MistakeKind(Node):
    """A kind of mistake."""

    document: strawberry.Private[mistakes.MistakeKind]
    name: str = strawberry.field(description="Its name.")
    description: str | None = strawberry.field(description="How to tell it.")
    remedy: str | None = strawberry.field(description="How it is put right.")
    archived: bool = strawberry.field(description="Whether it is out of use.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: mistakes.MistakeKind) -> Self:
        """Show a kind."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            description=document.description,
            remedy=document.remedy,
            archived=document.archived,
            version=document.version,
        )

    @strawberry.field(description="Who has to see to it that it does not happen again.")
    async def department(self, info: Info) -> Department | None:
        """Give the department."""
        if self.document.department_id is None:
            return None
        found = await info.context.load(departments_by_ids, self.document.department_id)
        return Department.from_document(found) if found is not None else None


@strawberry.type(description="A mistake that was made in a case.")
class CaseMistake:
    """A mistake that was made in a case."""

    document: strawberry.Private[mistakes.Mistake]
    id: strawberry.ID = strawberry.field(description="Its id: pass it as `mistakeId`.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    root_cause: str = strawberry.field(description="Why it was made.")
    lesson: str | None = strawberry.field(description="What was changed so that it does not happen again.")

    @classmethod
    def of(cls, mistake: mistakes.Mistake) -> Self:
        """Show a mistake."""
        return cls(
            document=mistake,
            id=strawberry.ID(mistake.id),
            recorded_at=mistake.at,
            root_cause=mistake.root_cause,
            lesson=mistake.lesson,
        )

    @strawberry.field(description="Of which kind it is.")
    async def kind(self, info: Info) -> MistakeKind | None:
        """Give the kind."""
        found = await info.context.load(mistake_kinds_by_ids, self.document.kind_id)
        return MistakeKind.from_document(found) if found is not None else None

    @strawberry.field(description="Who recorded it.")
    async def recorded_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.by)

    @strawberry.field(
        description="The page of the wiki where the lesson stands; null when there is none that the viewer may read.",
        graphql_type=later("schema.staff.wiki", "WikiPage", optional=True),
    )
    async def page(self, info: Info) -> object:
        """Give the page."""
        found = await info.context.load(pages_by_ids, self.document.page_id) if self.document.page_id else None
        return info.context.present(found) if found is not None else None


@strawberry.type
class CaseMistakes:
    """What went wrong in a case."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(
        description="The mistakes that were made in it, in the order in which they were recorded.",
        directives=list_size(MOST_MISTAKES),
    )
    def mistakes(self) -> list[CaseMistake]:
        """Give the mistakes."""
        return [CaseMistake.of(mistake) for mistake in self.document.mistakes]

    @strawberry.field(description="Whether the viewer can record mistakes on it.")
    def viewer_can_record_mistake(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_record_mistake(info.context.actor, self.document))


@strawberry.type(description="The mistakes of one group.")
class MistakeReportGroup:
    """The mistakes of one group."""

    key: str | None = strawberry.field(description="The id or value of the group; null for kinds that no department owns.")
    label: str = strawberry.field(description="The name of the group, for people.")
    mistake_count: int = strawberry.field(description="How many mistakes were recorded.")
    case_count: int = strawberry.field(description="On how many cases.")
    lesson_count: int = strawberry.field(description="Of how many it is told what was changed.")

    @classmethod
    def of(cls, group: reports.MistakeGroup) -> Self:
        """Show a group."""
        return cls(
            key=group.key,
            label=group.label,
            mistake_count=group.mistake_count,
            case_count=len(group.cases),
            lesson_count=group.lesson_count,
        )


@strawberry.type(description="How often which mistakes were made, counted from the cases anew at each request.")
class MistakeReport:
    """How often which mistakes were made."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    whole: MistakeReportGroup = strawberry.field(description="All mistakes together.")
    groups: list[MistakeReportGroup] = strawberry.field(description="The groups.", directives=list_size(MOST_GROUPS))


@strawberry.type
class MistakeQueries:
    """What the company learns from."""

    @paged("The kinds of mistakes in use, by name; needs `case:read`.", graphql_type=Connection[MistakeKind])
    async def mistake_kinds(self, info: Info, window: Window) -> object:
        """Give a page of the catalogue."""
        actor = info.context.actor
        return pages(info, await list_mistake_kinds(actor, window), count=lambda: count_mistake_kinds(actor))

    @strawberry.field(description="How often which mistakes were made, on LIVE cases; needs `report:read`.")
    async def mistake_report(
        self,
        info: Info,
        range: Annotated[DateTimeRange, strawberry.argument(description="When they were recorded; at most 92 days.")],
        by: Annotated[MistakeDimension, strawberry.argument(description="What to group by.")],
        kind_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only this kind; absent: all.")] = None,
    ) -> MistakeReport:
        """Give the report."""
        span = ReportRange.checked(range.from_, range.until)
        report = await mistake_report(info.context.actor, span, by, kind_id=kind_id)
        groups = [MistakeReportGroup.of(group) for group in report.groups]
        return MistakeReport(as_of=report.as_of, whole=MistakeReportGroup.of(report.whole), groups=groups)
