"""The hand-off report: how long a case waits at each station between agency, front office, back office and the customer."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor
from care.documents.consultations import Consultation
from care.documents.information import InformationRequest
from care.reports.grouping import Group, Raw, ReportDimension, grouped
from care.reports.ranges import ReportRange
from care.reports.statistics import Spread
from core.clock import now
from core.records import Record

AT_ONCE: Final = 500
"""The cases whose hand-overs are read in one query."""

_ASKED: Final = ("case_id", "asked_at", "answered_at")
Moments = tuple[datetime | None, datetime | None]


class HandOffStage(StrEnum):
    """The stations of a case, in order; a case goes through those that it needs."""

    PICK_UP = "PICK_UP"
    AGENCY_ASKS = "AGENCY_ASKS"
    FRONT_OFFICE_TAKES = "FRONT_OFFICE_TAKES"
    FRONT_OFFICE_ANSWERS = "FRONT_OFFICE_ANSWERS"
    EXPERTS_ASKED = "EXPERTS_ASKED"
    EXPERTS_ANSWER = "EXPERTS_ANSWER"
    ANSWER_ACCEPTED = "ANSWER_ACCEPTED"
    DEPARTMENT_TAKES = "DEPARTMENT_TAKES"
    REPLY = "REPLY"
    TOTAL = "TOTAL"


S = HandOffStage


@dataclass(slots=True)
class Journey:
    """The moments of one case; the lists hold the hand-overs to front office and back office."""

    case_id: str
    opened_at: datetime
    picked_up_at: datetime | None = None
    replied_at: datetime | None = None
    requests: list[Raw] = field(default_factory=list)
    consultations: list[Raw] = field(default_factory=list)
    moves: list[Raw] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HandOffGroup:
    """What the cases of one group come to, by station."""

    key: str | None
    label: str
    case_count: int
    stages: dict[HandOffStage, Spread]


@dataclass(frozen=True, slots=True)
class HandOffReport:
    """The groups, as of an instant."""

    as_of: datetime
    groups: list[HandOffGroup]


async def hand_off_report(actor: Actor, span: ReportRange, by: ReportDimension | None = None) -> HandOffReport:
    """Report on the way of the LIVE cases opened in a range, exactly, from the moments that the operations stored.

    Raises Forbidden without `report:read`, LimitReached for too many cases or groups.
    """
    at = now()
    groups = await grouped(actor, span, by, ("picked_up_at", "cycles.replied_at", "department_moves"), _journey)
    journeys = {journey.case_id: journey for group in groups for journey in group.measures}
    case_ids = list(journeys)
    for start in range(0, len(case_ids), AT_ONCE):
        part = case_ids[start : start + AT_ONCE]
        requests, consultations = await asyncio.gather(
            _rows(InformationRequest, part, (*_ASKED, "taken_at")), _rows(Consultation, part, (*_ASKED, "accepted_at"))
        )
        for row in requests:
            journeys[row["case_id"]].requests.append(row)
        for row in consultations:
            journeys[row["case_id"]].consultations.append(row)
    return HandOffReport(at, [_summed(group) for group in groups])


def spans_of(journey: Journey) -> Iterator[tuple[HandOffStage, int]]:
    """List the seconds that the case spent at each station; one that it has not left, or went by, is not among them."""
    for stage, (begin, end) in _stations(journey):
        if begin is not None and end is not None and begin <= end:
            yield stage, int((end - begin).total_seconds())


def _stations(journey: Journey) -> Iterator[tuple[HandOffStage, Moments]]:
    picked, replied = journey.picked_up_at, journey.replied_at
    yield S.PICK_UP, (journey.opened_at, picked)
    yield S.AGENCY_ASKS, (picked or journey.opened_at, _earliest(journey.requests))
    for row in journey.requests:
        yield S.FRONT_OFFICE_TAKES, (row["asked_at"], row.get("taken_at"))
        yield S.FRONT_OFFICE_ANSWERS, (row.get("taken_at"), row.get("answered_at"))
    yield S.EXPERTS_ASKED, (picked or journey.opened_at, _earliest(journey.consultations))
    for row in journey.consultations:
        yield S.EXPERTS_ANSWER, (row["asked_at"], row.get("answered_at"))
        yield S.ANSWER_ACCEPTED, (row.get("answered_at"), row.get("accepted_at"))
    for row in journey.moves:
        yield S.DEPARTMENT_TAKES, (row["at"], row.get("taken_at"))
    yield S.REPLY, (_last_before(replied, journey), replied)
    yield S.TOTAL, (journey.opened_at, replied)


def _earliest(rows: Iterable[Raw]) -> datetime | None:
    return min((row["asked_at"] for row in rows), default=None)


def _last_before(replied: datetime | None, journey: Journey) -> datetime | None:
    """Give the last moment before the reply at which whoever replied got something to go on with."""
    moments = [journey.opened_at, journey.picked_up_at]
    moments += [row.get("answered_at") for row in (*journey.requests, *journey.consultations)]
    moments += [row.get("accepted_at") for row in journey.consultations]
    return max((one for one in moments if one and replied and one <= replied), default=None)


def _journey(raw: Raw) -> Journey:
    cycles = raw["cycles"]
    replied = cycles[0].get("replied_at") if cycles else None
    return Journey(raw["_id"], raw["opened_at"], raw.get("picked_up_at"), replied, moves=raw.get("department_moves", []))


async def _rows(model: type[Record], case_ids: list[str], fields: Iterable[str]) -> list[dict[str, Any]]:
    return await model.get_pymongo_collection().find({"case_id": {"$in": case_ids}}, dict.fromkeys(fields, 1)).to_list()


def _summed(group: Group[Journey]) -> HandOffGroup:
    seconds: dict[HandOffStage, list[int]] = {stage: [] for stage in HandOffStage}
    for journey in group.measures:
        for stage, span in spans_of(journey):
            seconds[stage].append(span)
    stages = {stage: Spread.of(spans) for stage, spans in seconds.items()}
    return HandOffGroup(group.key, group.label, len(group.measures), stages)
