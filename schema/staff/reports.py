"""Reports for managers: how fast customers were answered, and how conversations went."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.reports import conversations, hand_offs, responses
from care.reports.conversations import conversation_report
from care.reports.grouping import MOST_GROUPS
from care.reports.hand_offs import hand_off_report
from care.reports.ranges import ReportRange
from care.reports.responses import response_report
from schema.context import Info
from schema.directives import list_size
from schema.staff.enums import HandOffStage, ReportDimension
from schema.staff.ranges import DateTimeRange

_KEY = "The id or value of the group; null for cases that have none, and when nothing is grouped."
_LABEL = "The name of the group, for people."
_CASES = "How many cases were opened."
_AS_OF = "When it was counted."
_GROUPS = "The groups; one of all cases when nothing is grouped."
_REPEATED = "The median is the smallest value that at least half of the values do not pass."

Range = Annotated[DateTimeRange, strawberry.argument(description="When the cases were opened; at most 92 days.")]
By = Annotated[ReportDimension | None, strawberry.argument(description="What to group by; absent: all cases together.")]


@strawberry.type(description=f"What the cases of one group come to. {_REPEATED}")
class ResponseReportGroup:
    """What the cases of one group come to."""

    key: str | None = strawberry.field(description=_KEY)
    label: str = strawberry.field(description=_LABEL)
    case_count: int = strawberry.field(description=_CASES)
    first_response_median_seconds: int | None = strawberry.field(
        description="The median time until the first answer, of the cases that were answered."
    )
    first_response_p90_seconds: int | None = strawberry.field(
        description="The time within which nine of ten cases that were answered were answered first (nearest rank)."
    )
    within_target_share: float | None = strawberry.field(
        description="The part, from 0 to 1, answered in time, of the cases that were answered or are late."
    )
    breached_count: int = strawberry.field(description="How many were not answered in time, answered since or not.")
    reopened_share: float | None = strawberry.field(description="The part, from 0 to 1, that needed a further cycle.")
    satisfied_share: float | None = strawberry.field(
        description="The part, from 0 to 1, whose customer's last verdict was that it helped, of those that were judged."
    )

    @classmethod
    def of(cls, group: responses.ResponseGroup) -> Self:
        """Show a group."""
        return cls(
            key=group.key,
            label=group.label,
            case_count=group.case_count,
            first_response_median_seconds=group.first_response.median_seconds,
            first_response_p90_seconds=group.first_response.p90_seconds,
            within_target_share=group.within_target_share,
            breached_count=group.breached_count,
            reopened_share=group.reopened_share,
            satisfied_share=group.satisfied_share,
        )


@strawberry.type(description="How fast customers were first answered, counted from the cases themselves.")
class ResponseReport:
    """How fast customers were first answered."""

    as_of: datetime = strawberry.field(description=_AS_OF)
    groups: list[ResponseReportGroup] = strawberry.field(description=_GROUPS, directives=list_size(MOST_GROUPS))


@strawberry.type(description=f"What was said in the cases of one group, without internal notes. {_REPEATED}")
class ConversationReportGroup:
    """What was said in the cases of one group."""

    key: str | None = strawberry.field(description=_KEY)
    label: str = strawberry.field(description=_LABEL)
    case_count: int = strawberry.field(description=_CASES)
    inbound_count: int = strawberry.field(description="How many messages customers wrote.")
    outbound_count: int = strawberry.field(description="How many messages the company wrote; those that never left do not count.")
    reply_ratio: float | None = strawberry.field(
        description="The company's messages for each of the customers'; null when customers wrote nothing."
    )
    median_turns: int | None = strawberry.field(
        description="The median depth: how often the turn to speak came to one of the sides in a case."
    )
    p90_turns: int | None = strawberry.field(description="The depth that nine of ten cases do not pass (nearest rank).")
    median_duration_seconds: int | None = strawberry.field(
        description="The median time from the first message of a case to its last."
    )
    p90_duration_seconds: int | None = strawberry.field(description="The duration that nine of ten cases do not pass.")

    @classmethod
    def of(cls, group: conversations.ConversationGroup) -> Self:
        """Show a group."""
        return cls(
            key=group.key,
            label=group.label,
            case_count=group.case_count,
            inbound_count=group.inbound_count,
            outbound_count=group.outbound_count,
            reply_ratio=group.reply_ratio,
            median_turns=group.median_turns,
            p90_turns=group.p90_turns,
            median_duration_seconds=group.duration.median_seconds,
            p90_duration_seconds=group.duration.p90_seconds,
        )


@strawberry.type(description="How conversations with customers went, counted from the messages themselves.")
class ConversationReport:
    """How conversations with customers went."""

    as_of: datetime = strawberry.field(description=_AS_OF)
    groups: list[ConversationReportGroup] = strawberry.field(description=_GROUPS, directives=list_size(MOST_GROUPS))


@strawberry.type(description=f"How long the cases of a group spent at one station. {_REPEATED}")
class HandOffStageTime:
    """How long the cases of a group spent at one station."""

    stage: HandOffStage = strawberry.field(description="The station.")
    count: int = strawberry.field(description="How many hand-overs were counted; those under way still are not.")
    median_seconds: int | None = strawberry.field(description="The median time; null of none.")
    p90_seconds: int | None = strawberry.field(description="The time that nine of ten do not pass (nearest rank); null of none.")


@strawberry.type(description="The way of the cases of one group between agency, front office, back office and customer.")
class HandOffReportGroup:
    """The way of the cases of one group."""

    key: str | None = strawberry.field(description=_KEY)
    label: str = strawberry.field(description=_LABEL)
    case_count: int = strawberry.field(description=_CASES)
    stages: list[HandOffStageTime] = strawberry.field(
        description="Every station, in order.", directives=list_size(len(HandOffStage))
    )

    @classmethod
    def of(cls, group: hand_offs.HandOffGroup) -> Self:
        """Show a group."""
        stages = [
            HandOffStageTime(
                stage=stage, count=spread.counted, median_seconds=spread.median_seconds, p90_seconds=spread.p90_seconds
            )
            for stage, spread in group.stages.items()
        ]
        return cls(key=group.key, label=group.label, case_count=group.case_count, stages=stages)


@strawberry.type(description="How long cases wait at each station, counted from the moments stored with them.")
class HandOffReport:
    """How long cases wait at each station."""

    as_of: datetime = strawberry.field(description=_AS_OF)
    groups: list[HandOffReportGroup] = strawberry.field(description=_GROUPS, directives=list_size(MOST_GROUPS))


@strawberry.type
class ReportQueries:
    """What managers can ask about how things went."""

    @strawberry.field(description="How fast customers were first answered, and whether it helped; needs `report:read`.")
    async def response_report(self, info: Info, range: Range, by: By = None) -> ResponseReport | None:
        """Give the report."""
        report = await response_report(info.context.actor, ReportRange.checked(range.from_, range.until), by)
        return ResponseReport(as_of=report.as_of, groups=[ResponseReportGroup.of(group) for group in report.groups])

    @strawberry.field(
        description="Whether customers were answered, and how deep and long conversations got; needs `report:read`."
    )
    async def conversation_report(self, info: Info, range: Range, by: By = None) -> ConversationReport | None:
        """Give the report."""
        report = await conversation_report(info.context.actor, ReportRange.checked(range.from_, range.until), by)
        return ConversationReport(as_of=report.as_of, groups=[ConversationReportGroup.of(group) for group in report.groups])

    @strawberry.field(
        description="How long cases waited at each station between agency, front office, back office and customer; "
        "needs `report:read`."
    )
    async def hand_off_report(self, info: Info, range: Range, by: By = None) -> HandOffReport | None:
        """Give the report."""
        report = await hand_off_report(info.context.actor, ReportRange.checked(range.from_, range.until), by)
        return HandOffReport(as_of=report.as_of, groups=[HandOffReportGroup.of(group) for group in report.groups])
