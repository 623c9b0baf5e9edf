"""Calibration: a second reviewer marks a reply without knowing the first marks, and the report shows where they part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import BaseModel

from auth.actor import Actor, Permission
from care.policies import require_right
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from coaching.documents import SampledReply, SecondReview
from coaching.levels.sampling import require_sample
from coaching.quality.documents import QualityCriterion, QualityForm
from coaching.quality.events import SampleCalibrated
from coaching.quality.forms import Marks, current_form, form_of, marks_by, worth_of
from coaching.quality.policies import may_calibrate
from community.drafts import Remark
from core.clock import now
from core.errors import LimitReached
from core.records import change

MOST_PAIRS: Final = 10_000


class CalibrationDraft(BaseModel):
    """What a second reviewer finds."""

    marks: Marks
    feedback: Remark | None = None


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """How far two reviewers agree on one criterion; None of too few replies."""

    criterion: QualityCriterion
    same_share: float | None
    mean_difference: float | None


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """How far two reviewers agree, of the replies that both marked; `mean_difference` in points of 100."""

    as_of: datetime
    form: QualityForm
    pair_count: int
    mean_difference: float | None
    criteria: list[CriterionAgreement]


async def calibrate_sample(actor: Actor, identifier: str, draft: CalibrationDraft, *, expected_version: int) -> SampledReply:
    """Mark a reply as the second reviewer, by the version of the form that the first marked by.

    Raises NotFound, Forbidden without `reply:release`, for one's own reply and for who marked it first, AlreadyDone when it
    waits for no second review, InvalidInput unless each criterion has a mark, Conflict.
    """
    sample = await require_sample(actor, identifier)
    require_right(may_calibrate(actor, sample))
    form = await form_of(sample.form_number or 0)
    marks = marks_by(form, draft.marks)

    def rule(current: SampledReply) -> None:
        may_calibrate(actor, current).enforce()
        current.calibrating = False
        current.second = SecondReview(by=actor.member, at=now(), marks=marks, feedback=draft.feedback)
        current.record(SampleCalibrated(sampled_reply_id=current.id), actor=actor.id)

    return await change(sample, rule, expected_version=expected_version)


async def calibration_report(actor: Actor, span: ReportRange, number: int | None = None) -> CalibrationReport:
    """Report how far two reviewers agreed in a range of time, by the version of the form that holds or the one named.

    Figures on fewer replies than the form asks for are None. Raises Forbidden without `report:read`, NotFound, LimitReached.
    """
    actor.require(Permission.REPORT_READ)
    form = await current_form() if number is None else await form_of(number)
    query = {"form_number": form.number, "second.at": {"$gte": span.since, "$lt": span.until}}
    pairs = await SampledReply.find(query).limit(MOST_PAIRS + 1).to_list() if form.criteria else []
    if len(pairs) > MOST_PAIRS:
        raise LimitReached(f"A report is about at most {MOST_PAIRS} replies: choose a shorter range.", path=("range",))
    differences = [abs(worth_of(form, one.marks) - worth_of(form, one.second.marks)) for one in pairs if one.second]
    shown = len(pairs) >= form.minimum_cases
    return CalibrationReport(
        as_of=now(),
        form=form,
        pair_count=len(pairs),
        mean_difference=round(100 * sum(differences) / len(differences), 1) if shown else None,
        criteria=[_agreement(criterion, pairs, shown=shown) for criterion in form.criteria],
    )


def _agreement(criterion: QualityCriterion, pairs: Sequence[SampledReply], *, shown: bool) -> CriterionAgreement:
    apart = [abs(_mark(one, criterion.key, second=False) - _mark(one, criterion.key, second=True)) for one in pairs]
    if not shown or not apart:
        return CriterionAgreement(criterion, None, None)
    return CriterionAgreement(criterion, share(apart.count(0), len(apart)), round(sum(apart) / len(apart), 2))


def _mark(sample: SampledReply, key: str, *, second: bool) -> int:
    marks = sample.second.marks if second and sample.second else sample.marks
    return next(mark.score for mark in marks if mark.key == key)
