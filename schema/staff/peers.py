"""The report of what customers do for each other: which public questions they talked about, and which the company answered."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.reports import peers
from care.reports.grouping import MOST_GROUPS
from care.reports.peers import peer_report
from care.reports.ranges import ReportRange
from schema.context import Info
from schema.directives import list_size
from schema.staff.ranges import DateTimeRange


@strawberry.type(description="The questions that customers asked in public in one channel, in the portal, or everywhere.")
class PeerReportGroup:
    """The public questions of one place."""

    key: str = strawberry.field(description="The id of the channel, `PORTAL`, or `ALL`.")
    label: str = strawberry.field(description="The name of the channel, for people.")
    question_count: int = strawberry.field(description="How many were asked.")
    peer_count: int = strawberry.field(
        description="How many of them other customers talked about, whether the company did or not."
    )
    staff_count: int = strawberry.field(description="How many of them the company answered, whether other customers did or not.")
    both_count: int = strawberry.field(description="How many of them both did.")
    peer_share: float | None = strawberry.field(
        description="`peerCount` of `questionCount`, from 0 to 1; null without questions."
    )
    staff_share: float | None = strawberry.field(
        description="`staffCount` of `questionCount`, from 0 to 1; null without questions."
    )

    @classmethod
    def of(cls, group: peers.PeerGroup) -> Self:
        """Show a group."""
        return cls(
            key=group.key,
            label=group.label,
            question_count=len(group.asked),
            peer_count=len(group.by_peers),
            staff_count=len(group.by_staff),
            both_count=len(group.by_peers & group.by_staff),
            peer_share=group.peer_share,
            staff_share=group.staff_share,
        )


@strawberry.type(
    description="How far customers help each other, counted from the messages and the portal's questions themselves."
)
class PeerReport:
    """How far customers help each other."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    whole: PeerReportGroup = strawberry.field(description="All of them together.")
    groups: list[PeerReportGroup] = strawberry.field(
        description="By channel, and those of the portal.", directives=list_size(MOST_GROUPS)
    )


@strawberry.type
class PeerQueries:
    """What managers can ask about customers among themselves."""

    @strawberry.field(
        description="Which questions that customers asked in public were talked about by other customers, and which were "
        "answered by the company, within seven days: in channels messages whose intent is QUESTION, what other customers said "
        "in direct answer to them in public and what the company said in public in the same conversation (a holding reply is no "
        "answer), in the portal published questions and their answers. Needs `report:read`."
    )
    async def peer_report(
        self,
        info: Info,
        range: Annotated[DateTimeRange, strawberry.argument(description="When they were asked; at most 92 days.")],
    ) -> PeerReport | None:
        """Give the report."""
        report = await peer_report(info.context.actor, ReportRange.checked(range.from_, range.until))
        whole = PeerReportGroup.of(report.whole)
        return PeerReport(as_of=report.as_of, whole=whole, groups=[PeerReportGroup.of(group) for group in report.groups])
