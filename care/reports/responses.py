"""The response report: how fast customers were first answered, whether in time, and whether it helped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auth.actor import Actor
from care.cases import clocks
from care.cases.clocks import ClockStatus
from care.documents.clocks import ResponseClock
from care.documents.cycles import CycleOutcome
from care.reports.grouping import Group, Raw, ReportDimension, grouped
from care.reports.ranges import ReportRange
from care.reports.statistics import Spread, seconds_between, share
from core.clock import now

_FIELDS: Final = ("first_response", "cycles.outcome")
_VERDICTS: Final = (CycleOutcome.SATISFIED.value, CycleOutcome.UNSATISFIED.value)


@dataclass(frozen=True, slots=True)
class ResponseMeasure:
    """What one case contributes; None where nothing is known yet."""

    first_response_seconds: int | None
    status: ClockStatus
    is_reopened: bool
    is_satisfied: bool | None


@dataclass(frozen=True, slots=True)
class ResponseGroup:
    """What the cases of one group come to; None where no case says anything."""

    key: str | None
    label: str
    case_count: int
    first_response: Spread
    within_target_share: float | None
    breached_count: int
    reopened_share: float | None
    satisfied_share: float | None


@dataclass(frozen=True, slots=True)
class ResponseReport:
    """The groups, as of an instant."""

    as_of: datetime
    groups: list[ResponseGroup]


async def response_report(actor: Actor, span: ReportRange, by: ReportDimension | None = None) -> ResponseReport:
    """Report on the LIVE cases opened in a range, exactly, from the cases themselves as they stand now.

    Raises Forbidden without `report:read`, LimitReached for too many cases or groups.
    """
    at = now()
    groups = await grouped(actor, span, by, _FIELDS, lambda raw: measured(raw, at))
    return ResponseReport(at, [_summed(group) for group in groups])


def measured(raw: Raw, at: datetime) -> ResponseMeasure:
    """Measure a stored case: time from the customer's message until the first reply, the clock's status, and the outcomes.

    A case is reopened when it needed a further cycle, and satisfied by the last verdict that its customer gave.
    """
    clock = ResponseClock.model_validate(raw["first_response"])
    outcomes = [cycle.get("outcome") for cycle in raw["cycles"]]
    verdicts = [outcome for outcome in outcomes if outcome in _VERDICTS]
    return ResponseMeasure(
        first_response_seconds=seconds_between(clock.started_at, clock.met_at),
        status=clocks.status(clock, at),
        is_reopened=len(outcomes) > 1,
        is_satisfied=verdicts[-1] == CycleOutcome.SATISFIED.value if verdicts else None,
    )


def _summed(group: Group[ResponseMeasure]) -> ResponseGroup:
    measures = group.measures
    met = sum(measure.status is ClockStatus.MET for measure in measures)
    breached = sum(measure.status is ClockStatus.BREACHED for measure in measures)
    judged = [measure.is_satisfied for measure in measures if measure.is_satisfied is not None]
    seconds = [measure.first_response_seconds for measure in measures if measure.first_response_seconds is not None]
    return ResponseGroup(
        key=group.key,
        label=group.label,
        case_count=len(measures),
        first_response=Spread.of(seconds),
        within_target_share=share(met, met + breached),
        breached_count=breached,
        reopened_share=share(sum(measure.is_reopened for measure in measures), len(measures)),
        satisfied_share=share(sum(judged), len(judged)),
    )
