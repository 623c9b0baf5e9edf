"""Cases opened in a range, put into groups: by where they came in, who works on them, how urgent they are, or when."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.case_states import Priority
from care.documents.cases import Case
from care.documents.channels import Environment
from care.reading.gates import visible_cases_in
from care.reports.ranges import ReportRange
from community.directory import departments_by_ids, members_by_ids
from core.errors import LimitReached
from core.gates import to_mongo

MOST_CASES: Final = 100_000
MOST_GROUPS: Final = 500

MeasureT = TypeVar("MeasureT")
Raw = Mapping[str, Any]


class ReportDimension(StrEnum):
    """What the cases of a report are grouped by."""

    CHANNEL = "CHANNEL"
    CHANNEL_KIND = "CHANNEL_KIND"
    MEMBER = "MEMBER"
    DEPARTMENT = "DEPARTMENT"
    PRIORITY = "PRIORITY"
    DAY = "DAY"
    HOUR = "HOUR"


@dataclass(frozen=True, slots=True)
class Group(Generic[MeasureT]):
    """The measures of the cases of one channel, member, day …; without a key those that have none."""

    key: str | None
    label: str
    measures: list[MeasureT]


_KEYS: Final[Mapping[ReportDimension, Callable[[Raw], str | None]]] = {
    ReportDimension.CHANNEL: lambda raw: raw["channel_id"],
    ReportDimension.CHANNEL_KIND: lambda raw: raw["channel_kind"],
    ReportDimension.MEMBER: lambda raw: raw.get("assignee_id"),
    ReportDimension.DEPARTMENT: lambda raw: raw.get("assignee_id"),
    ReportDimension.PRIORITY: lambda raw: raw["priority"],
    ReportDimension.DAY: lambda raw: raw["opened_at"].date().isoformat(),
    ReportDimension.HOUR: lambda raw: f"{raw['opened_at'].hour:02}",
}
_KEYED_BY: Final = ("channel_id", "channel_kind", "assignee_id", "priority", "opened_at")
_FIXED_ORDER: Final = {ReportDimension.PRIORITY: [priority.value for priority in Priority]}
_IN_TIME: Final = frozenset({ReportDimension.DAY, ReportDimension.HOUR})
_WITHOUT: Final = {ReportDimension.MEMBER: "Nobody", ReportDimension.DEPARTMENT: "No department"}


async def grouped(
    actor: Actor, span: ReportRange, by: ReportDimension | None, fields: Iterable[str], measure: Callable[[Raw], MeasureT]
) -> list[Group[MeasureT]]:
    """Measure the LIVE cases opened in the range that the actor may know of, group by group; `fields` is what is read of them.

    Without a dimension there is one group of all. Times are UTC. Raises Forbidden without `report:read`, LimitReached
    for more cases or groups than one report holds.
    """
    actor.require(Permission.REPORT_READ)
    key_of = _KEYS[by] if by else lambda _: None
    found: dict[str | None, list[MeasureT]] = {} if by else {None: []}
    counted = 0
    async for raw in _opened_in(actor, span, fields):
        counted += 1
        if counted > MOST_CASES:
            raise LimitReached(f"A report is about at most {MOST_CASES} cases: choose a shorter range.", path=("range",))
        found.setdefault(key_of(raw), []).append(measure(raw))
    if by is ReportDimension.DEPARTMENT:
        found = await _by_department(actor, found)
    if len(found) > MOST_GROUPS:
        raise LimitReached(f"A report has at most {MOST_GROUPS} groups: choose a shorter range.", path=("by",))
    return _ordered(await _labelled(actor, by, found), by)


async def _opened_in(actor: Actor, span: ReportRange, fields: Iterable[str]) -> AsyncIterator[Raw]:
    gate = to_mongo(visible_cases_in(actor, Environment.LIVE))
    query = {**gate, "opened_at": {"$gte": span.since, "$lt": span.until}}
    wanted = dict.fromkeys((*_KEYED_BY, *fields), 1)
    async for raw in Case.get_pymongo_collection().find(query, wanted):
        yield raw


async def _by_department(actor: Actor, found: Mapping[str | None, list[MeasureT]]) -> dict[str | None, list[MeasureT]]:
    members = await members_by_ids(actor, [key for key in found if key is not None])
    merged: dict[str | None, list[MeasureT]] = {}
    for member_id, measures in found.items():
        member = members.get(member_id) if member_id is not None else None
        merged.setdefault(member.department_id if member else None, []).extend(measures)
    return merged


async def _labelled(
    actor: Actor, by: ReportDimension | None, found: Mapping[str | None, list[MeasureT]]
) -> list[Group[MeasureT]]:
    names = await _names(actor, by, [key for key in found if key is not None])
    without = _WITHOUT.get(by, "All cases") if by else "All cases"
    return [Group(key, without if key is None else names.get(key, key), measures) for key, measures in found.items()]


async def _names(actor: Actor, by: ReportDimension | None, keys: list[str]) -> dict[str, str]:
    match by:
        case ReportDimension.CHANNEL:
            return {key: channel.name for key, channel in (await read_channels(actor, keys)).items()}
        case ReportDimension.MEMBER:
            return {key: member.display_name for key, member in (await members_by_ids(actor, keys)).items()}
        case ReportDimension.DEPARTMENT:
            return {key: department.name for key, department in (await departments_by_ids(actor, keys)).items()}
        case ReportDimension.HOUR:
            return {key: f"{key}:00 to {key}:59" for key in keys}
    return {}


def _ordered(groups: list[Group[MeasureT]], by: ReportDimension | None) -> list[Group[MeasureT]]:
    """Put days and hours in the order of time, priorities in theirs, and all others with the most cases first."""
    if by in _IN_TIME:
        return sorted(groups, key=lambda group: group.key or "")
    if by in _FIXED_ORDER:
        return sorted(groups, key=lambda group: _FIXED_ORDER[by].index(group.key or ""))
    return sorted(groups, key=lambda group: (-len(group.measures), group.label))
