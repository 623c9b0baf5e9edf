"""The mistake report: how often which mistakes were made, counted from the cases that they are recorded on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from auth.actor import Actor, Permission
from care.cases.mistake_kinds import mistake_kinds_by_ids
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.mistakes import Mistake
from care.reading.gates import visible_cases_in
from care.reports.grouping import MOST_CASES, MOST_GROUPS
from care.reports.ranges import ReportRange
from community.directory import departments_by_ids
from core.clock import now
from core.errors import LimitReached
from core.gates import to_mongo


class MistakeDimension(StrEnum):
    """What mistakes are grouped by."""

    KIND = "KIND"
    DEPARTMENT = "DEPARTMENT"
    DAY = "DAY"
    MONTH = "MONTH"


@dataclass(slots=True)
class MistakeGroup:
    """The mistakes of one kind, department, day or month; without a key those of kinds that no department owns."""

    key: str | None
    label: str = ""
    mistake_count: int = 0
    lesson_count: int = 0
    cases: set[str] = field(default_factory=set)

    def add(self, case_id: str, mistake: Mistake) -> None:
        """Count a mistake."""
        self.mistake_count += 1
        self.lesson_count += mistake.lesson is not None or mistake.page_id is not None
        self.cases.add(case_id)


@dataclass(frozen=True, slots=True)
class MistakeReport:
    """The groups, and all of them together, as of an instant."""

    as_of: datetime
    whole: MistakeGroup
    groups: list[MistakeGroup]


async def mistake_report(actor: Actor, span: ReportRange, by: MistakeDimension, *, kind_id: str | None = None) -> MistakeReport:
    """Report on the mistakes recorded in a range on LIVE cases that the actor may know of, of all kinds or of one.

    Raises Forbidden without `report:read`, LimitReached for too many cases or groups.
    """
    actor.require(Permission.REPORT_READ)
    at, whole = now(), MistakeGroup(None, "All mistakes")
    found: list[tuple[str, Mistake]] = []
    async for case_id, mistake in _recorded_in(actor, span):
        if kind_id is None or mistake.kind_id == kind_id:
            found.append((case_id, mistake))
            whole.add(case_id, mistake)
    groups = await _grouped(actor, found, by)
    if len(groups) > MOST_GROUPS:
        raise LimitReached(f"A report has at most {MOST_GROUPS} groups: choose a shorter range.", path=("by",))
    return MistakeReport(at, whole, _ordered(groups, by))


async def _recorded_in(actor: Actor, span: ReportRange) -> AsyncIterator[tuple[str, Mistake]]:
    gate, counted = to_mongo(visible_cases_in(actor, Environment.LIVE)), 0
    query = {**gate, "mistakes.at": {"$gte": span.since, "$lt": span.until}}
    async for raw in Case.get_pymongo_collection().find(query, {"mistakes": 1}):
        counted += 1
        if counted > MOST_CASES:
            raise LimitReached(f"A report is about at most {MOST_CASES} cases: choose a shorter range.", path=("range",))
        for given in raw["mistakes"]:
            mistake = Mistake.model_validate(given)
            if span.since <= mistake.at < span.until:
                yield raw["_id"], mistake


async def _grouped(actor: Actor, found: list[tuple[str, Mistake]], by: MistakeDimension) -> list[MistakeGroup]:
    kinds = await mistake_kinds_by_ids(actor, sorted({mistake.kind_id for _, mistake in found}))
    groups: dict[str | None, MistakeGroup] = {}
    for case_id, mistake in found:
        kind = kinds.get(mistake.kind_id)
        key = {
            MistakeDimension.KIND: mistake.kind_id,
            MistakeDimension.DEPARTMENT: kind.department_id if kind else None,
            MistakeDimension.DAY: mistake.at.date().isoformat(),
            MistakeDimension.MONTH: f"{mistake.at:%Y-%m}",
        }[by]
        groups.setdefault(key, MistakeGroup(key)).add(case_id, mistake)
    names: dict[str, str] = {one: kind.name for one, kind in kinds.items()}
    if by is MistakeDimension.DEPARTMENT:
        departments = await departments_by_ids(actor, [key for key in groups if key is not None])
        names = {one: department.name for one, department in departments.items()}
    for key, group in groups.items():
        group.label = "No department" if key is None else names.get(key, key)
    return list(groups.values())


def _ordered(groups: list[MistakeGroup], by: MistakeDimension) -> list[MistakeGroup]:
    """Put days and months in the order of time, and all others with the most mistakes first."""
    if by in {MistakeDimension.DAY, MistakeDimension.MONTH}:
        return sorted(groups, key=lambda group: group.key or "")
    return sorted(groups, key=lambda group: (-group.mistake_count, group.label))
