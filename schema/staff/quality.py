"""The quality of replies: the form that they are judged by, what speaks of each, and reports."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.reports.grouping import MOST_GROUPS
from care.reports.ranges import ReportRange
from coaching.levels import calibration
from coaching.levels.calibration import calibration_report
from coaching.quality import documents, reports
from coaching.quality.documents import QualityEvidence
from coaching.quality.evidence import JudgedReply
from coaching.quality.forms import MOST_CRITERIA, show_quality_form
from coaching.quality.reports import QualityDimension, quality_report, reply_quality
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.ranges import DateTimeRange

_HIDDEN = "null where fewer cases than the form asks for stand behind it"
_HUNDRED = 100

told(
    QualityEvidence,
    "What speaks of the quality of a reply; how fast it was written does not.",
    REVIEW="What reviewers said of it once it had left: by the criteria of the form, or good or not.",
    DRAFT="How a mentor let it leave: as it was written, edited, or given back before.",
    CUSTOMER="Whether the customer said that it helped.",
    REOPENING="Whether its case came back after it was settled.",
    CONDUCT="What the conduct check says of its words, by the rules that hold now.",
)
told(
    QualityDimension,
    "What replies are grouped by.",
    CHANNEL="The channel that they were written on.",
    TEAM="The department of who wrote them.",
    MONTH="The month in which they were written, in UTC.",
)


@strawberry.type(description="What a reviewer looks at in a reply.")
class QualityCriterion:
    """What a reviewer looks at in a reply."""

    key: str = strawberry.field(description="Its key, by which it is marked.")
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What is meant; null where the name says all.")
    weight: int = strawberry.field(description="How much it counts beside the others.")


@strawberry.type(description="How much one kind of evidence counts.")
class QualityWeight:
    """How much one kind of evidence counts."""

    kind: QualityEvidence = strawberry.field(description="The kind of evidence.")
    weight: int = strawberry.field(description="How much it counts beside the others; 0: not at all.")


@strawberry.type(description="What replies are judged by, in one version; earlier ones stay.")
class QualityForm:
    """What replies are judged by."""

    version: int = strawberry.field(description="Rises with each form published, from 0; pass it as `expectedVersion`.")
    criteria: list[QualityCriterion] = strawberry.field(
        description="What reviewers look at; empty in version 0.", directives=list_size(MOST_CRITERIA)
    )
    weights: list[QualityWeight] = strawberry.field(
        description="How much each kind of evidence counts.", directives=list_size(len(QualityEvidence))
    )
    minimum_cases: int = strawberry.field(description="On how many cases a figure of a report must stand to be shown.")
    calibration_percent: int = strawberry.field(
        description="Of how many of a hundred marked replies a second reviewer marks one."
    )
    published_at: datetime | None = strawberry.field(description="When it was published; null for version 0.")

    @classmethod
    def from_document(cls, document: documents.QualityForm) -> Self:
        """Show the form."""
        return cls(
            version=document.number,
            criteria=[QualityCriterion(**one.model_dump()) for one in document.criteria],
            weights=[QualityWeight(kind=one.kind, weight=one.weight) for one in document.weights],
            minimum_cases=document.minimum_cases,
            calibration_percent=document.calibration_percent,
            published_at=document.created_at if document.number else None,
        )


@strawberry.type(description="One thing that speaks of a reply.")
class ReplyQualityReason:
    """One thing that speaks of a reply."""

    kind: QualityEvidence = strawberry.field(description="What it is.")
    value: float = strawberry.field(description="From 0 to 100.")
    weight: int = strawberry.field(description="How much it counts beside the others.")
    reason: str = strawberry.field(description="Why, in words.")


@strawberry.type(description="How good a reply is, with its reasons.")
class ReplyQuality:
    """How good a reply is."""

    score: float | None = strawberry.field(
        description="The weighted mean of the reasons, from 0 to 100; null while nothing but the conduct check speaks."
    )
    form_version: int = strawberry.field(description="By which version of the form the reasons are weighed.")
    reasons: list[ReplyQualityReason] = strawberry.field(
        description="What speaks of it; nothing is put in the place of what is not known.",
        directives=list_size(len(QualityEvidence)),
    )

    @classmethod
    def of(cls, form: documents.QualityForm, judged: JudgedReply) -> Self:
        """Show what speaks of a reply."""
        reasons = [
            ReplyQualityReason(
                kind=one.kind,
                value=round(_HUNDRED * one.value, 1),
                weight=form.weight_of(one.kind),
                reason=one.reason,
            )
            for one in judged.evidence
        ]
        score = None if judged.score is None else round(_HUNDRED * judged.score, 1)
        return cls(score=score, form_version=form.number, reasons=reasons)


@strawberry.type(description="What one kind of evidence comes to in a group of replies.")
class QualityFigure:
    """What one kind of evidence comes to."""

    kind: QualityEvidence = strawberry.field(description="What it is.")
    reply_count: int = strawberry.field(description="Of how many replies it speaks.")
    case_count: int = strawberry.field(description="How many cases the figure stands on.")
    value: float | None = strawberry.field(description=f"The mean, from 0 to 100; {_HIDDEN}.")


@strawberry.type(description="How good the replies of one group are.")
class QualityReportGroup:
    """How good the replies of one group are."""

    key: str | None = strawberry.field(description="The id or value of the group; null for none, and when nothing is grouped.")
    label: str = strawberry.field(description="The name of the group, for people.")
    reply_count: int = strawberry.field(description="How many replies were written.")
    scored_count: int = strawberry.field(description="How many of them have a score.")
    case_count: int = strawberry.field(description="How many cases the score stands on.")
    score: float | None = strawberry.field(description=f"The mean score of the replies, from 0 to 100; {_HIDDEN}.")
    figures: list[QualityFigure] = strawberry.field(
        description="What each kind of evidence comes to.", directives=list_size(len(QualityEvidence))
    )

    @classmethod
    def of(cls, group: reports.QualityGroup) -> Self:
        """Show a group."""
        figures = [
            QualityFigure(kind=one.kind, reply_count=one.reply_count, case_count=one.case_count, value=one.value)
            for one in group.figures
        ]
        return cls(
            key=group.key,
            label=group.label,
            reply_count=group.reply_count,
            scored_count=group.scored_count,
            case_count=group.case_count,
            score=group.score,
            figures=figures,
        )


@strawberry.type(description="How good replies are, counted from what speaks of each of them.")
class QualityReport:
    """How good replies are."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    form_version: int = strawberry.field(description="By which version of the form it is weighed.")
    minimum_cases: int = strawberry.field(description="On how many cases a figure must stand to be shown.")
    groups: list[QualityReportGroup] = strawberry.field(
        description="The groups in the order of their names; one of all replies when nothing is grouped.",
        directives=list_size(MOST_GROUPS),
    )


@strawberry.type(description="How far two reviewers agree on one criterion.")
class CriterionAgreement:
    """How far two reviewers agree on one criterion."""

    criterion: QualityCriterion = strawberry.field(description="The criterion.")
    same_share: float | None = strawberry.field(description=f"The part, from 0 to 1, of equal marks; {_HIDDEN}.")
    mean_difference: float | None = strawberry.field(description=f"How far marks are apart on average, from 0 to 4; {_HIDDEN}.")


@strawberry.type(description="How far two reviewers agree who marked the same replies without knowing each other's marks.")
class CalibrationReport:
    """How far two reviewers agree."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    form_version: int = strawberry.field(description="The version of the form that they marked by.")
    pair_count: int = strawberry.field(description="How many replies two reviewers marked.")
    mean_difference: float | None = strawberry.field(
        description=f"How far their weighted marks are apart on average, in points of a hundred; {_HIDDEN}."
    )
    criteria: list[CriterionAgreement] = strawberry.field(
        description="The same by criterion, in the order of the form.", directives=list_size(MOST_CRITERIA)
    )

    @classmethod
    def of(cls, report: calibration.CalibrationReport) -> Self:
        """Show the report."""
        criteria = [
            CriterionAgreement(
                criterion=QualityCriterion(**one.criterion.model_dump()),
                same_share=one.same_share,
                mean_difference=one.mean_difference,
            )
            for one in report.criteria
        ]
        return cls(
            as_of=report.as_of,
            form_version=report.form.number,
            pair_count=report.pair_count,
            mean_difference=report.mean_difference,
            criteria=criteria,
        )


Version = Annotated[int | None, strawberry.argument(description="The version of the form; absent: the one that holds.")]
Range = Annotated[DateTimeRange, strawberry.argument(description="The span of time; at most 92 days.")]


@strawberry.type
class QualityQueries:
    """How good replies are."""

    @strawberry.field(description="What replies are judged by; needs `case:reply`.")
    async def quality_form(self, info: Info, version: Version = None) -> QualityForm | None:
        """Give the form."""
        return QualityForm.from_document(await show_quality_form(info.context.actor, version))

    @strawberry.field(description="How good a reply is and why, for who wrote it and with `report:read`.")
    async def reply_quality(
        self, info: Info, message_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the reply.")]
    ) -> ReplyQuality | None:
        """Judge a reply."""
        return ReplyQuality.of(*await reply_quality(info.context.actor, message_id))

    @strawberry.field(description="How good replies are: a member's own for the member, and all with `report:read`.")
    async def quality_report(
        self,
        info: Info,
        range: Range,
        by: Annotated[
            QualityDimension | None, strawberry.argument(description="What to group by; absent: all replies together.")
        ] = None,
        member_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only the replies of this member; absent: of all.")
        ] = None,
    ) -> QualityReport | None:
        """Give the report."""
        span = ReportRange.checked(range.from_, range.until)
        report = await quality_report(info.context.actor, span, by, member_id=member_id)
        return QualityReport(
            as_of=report.as_of,
            form_version=report.form.number,
            minimum_cases=report.form.minimum_cases,
            groups=[QualityReportGroup.of(group) for group in report.groups],
        )

    @strawberry.field(description="How far two reviewers agree who marked the same replies; needs `report:read`.")
    async def calibration_report(self, info: Info, range: Range, version: Version = None) -> CalibrationReport | None:
        """Give the report."""
        span = ReportRange.checked(range.from_, range.until)
        return CalibrationReport.of(await calibration_report(info.context.actor, span, version))
