"""The exchange report: which departments ask, answer, consult, remark on and thank each other, and how much of it crosses."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auth.actor import Actor, Permission
from care.reports.acts import ExchangeKind, acts_of
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from community.directory import departments_by_ids, members_by_ids
from core.clock import now
from core.errors import LimitReached
from core.ids import prefix_of

MOST_CELLS: Final = 500


@dataclass(frozen=True, slots=True)
class ExchangeCell:
    """What members of one department did towards members of another, or of their own; None: in no department."""

    from_id: str | None
    from_name: str
    to_id: str | None
    to_name: str
    counts: Mapping[ExchangeKind, int]

    @property
    def total(self) -> int:
        """Count all of it."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ExchangeReport:
    """The cells; `crossing` of `known` acts go to another department, the acts of who is in none being in neither."""

    as_of: datetime
    known: int
    crossing: int
    unknown: int
    by_kind: Mapping[ExchangeKind, tuple[int, int]]
    """Of each kind how many acts are known, and how many cross."""
    cells: list[ExchangeCell]

    @property
    def crossing_share(self) -> float | None:
        """Give the part that crosses, from 0 to 1; None of nothing."""
        return share(self.crossing, self.known)


async def exchange_report(actor: Actor, span: ReportRange) -> ExchangeReport:
    """Report on what members did towards each other in a range, as far as the actor may read it, by their departments of now.

    What closed and secret spaces hold is counted for their members alone. Nothing is counted of who asked anonymously, of
    customers, and of what members do towards themselves. Raises Forbidden without `report:read`, LimitReached for too many
    acts or pairs of departments.
    """
    actor.require(Permission.REPORT_READ)
    at = now()
    acts = [(act.kind, act.by, act.towards) for act in await acts_of(actor, span) if act.towards is not None]
    acts = [act for act in acts if act[1] != act[2] and {prefix_of(act[1]), prefix_of(act[2])} == {"mem"}]
    members = await members_by_ids(actor, sorted({one for act in acts for one in act[1:]}))
    departments = {one: member.department_id for one, member in members.items()}
    counted: dict[tuple[str | None, str | None], Counter[ExchangeKind]] = {}
    for kind, by, towards in acts:
        counted.setdefault((departments.get(by), departments.get(towards)), Counter())[kind] += 1
    if len(counted) > MOST_CELLS:
        raise LimitReached(f"A report has at most {MOST_CELLS} pairs of departments: choose a shorter range.", path=("range",))
    return await _summed(actor, at, counted)


async def _summed(
    actor: Actor, at: datetime, counted: Mapping[tuple[str | None, str | None], Counter[ExchangeKind]]
) -> ExchangeReport:
    found = await departments_by_ids(actor, sorted({one for pair in counted for one in pair if one is not None}))
    names = {None: "No department"} | {one: department.name for one, department in found.items()}
    cells = [
        ExchangeCell(pair[0], names.get(pair[0], pair[0] or ""), pair[1], names.get(pair[1], pair[1] or ""), counts)
        for pair, counts in counted.items()
    ]
    known = [cell for cell in cells if cell.from_id is not None and cell.to_id is not None]
    crossing = [cell for cell in known if cell.from_id != cell.to_id]
    return ExchangeReport(
        as_of=at,
        known=sum(cell.total for cell in known),
        crossing=sum(cell.total for cell in crossing),
        unknown=sum(cell.total for cell in cells if cell.from_id is None or cell.to_id is None),
        by_kind={
            kind: (sum(one.counts.get(kind, 0) for one in known), sum(one.counts.get(kind, 0) for one in crossing))
            for kind in ExchangeKind
        },
        cells=sorted(cells, key=lambda cell: (cell.from_id is None, cell.from_name, cell.to_id is None, cell.to_name)),
    )
