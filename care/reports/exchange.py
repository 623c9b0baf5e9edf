"""The exchange report: which departments ask, answer, consult, remark on and thank each other, and how much of it crosses."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.channels import Environment
from care.documents.consultations import Consultation
from care.reading.cases import cases_by_ids
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from community.directory import departments_by_ids, members_by_ids
from community.documents import Answer, Comment, Question
from community.kudos.documents import Kudos
from community.kudos.reading import visible_kudos
from community.moderation.contents import REPORTABLE
from community.reading import visible_questions
from community.visibility import present_for
from community.wiki.documents import WikiComment
from core.clock import now
from core.errors import LimitReached
from core.gates import to_mongo
from core.ids import prefix_of
from core.records import Record

MOST_ROWS: Final = 20_000
MOST_CELLS: Final = 500
AT_ONCE: Final = 500


class ExchangeKind(StrEnum):
    """What one member does towards another."""

    QUESTION = "QUESTION"
    ANSWER = "ANSWER"
    CONSULTATION = "CONSULTATION"
    COMMENT = "COMMENT"
    KUDOS = "KUDOS"


Act = tuple[ExchangeKind, str, str]
"""What was done, by whom and towards whom."""

_BELOW: Final[tuple[tuple[ExchangeKind, type[Record], str], ...]] = (
    (ExchangeKind.ANSWER, Answer, "question_id"),
    (ExchangeKind.COMMENT, Comment, "target_id"),
    (ExchangeKind.COMMENT, WikiComment, "page_id"),
)
"""What is written below something, and the field that names that."""


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
    acts = [act for act in await _acts(actor, span) if act[1] != act[2] and {prefix_of(act[1]), prefix_of(act[2])} == {"mem"}]
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
        unknown=sum(cell.total for cell in cells if cell not in known),
        by_kind={
            kind: (sum(one.counts.get(kind, 0) for one in known), sum(one.counts.get(kind, 0) for one in crossing))
            for kind in ExchangeKind
        },
        cells=sorted(cells, key=lambda cell: (cell.from_id is None, cell.from_name, cell.to_id is None, cell.to_name)),
    )


async def _acts(actor: Actor, span: ReportRange) -> list[Act]:
    when = {"$gte": span.since, "$lt": span.until}
    return [
        *await _questions(actor, when),
        *await _consultations(actor, when),
        *await _answers_and_remarks(actor, when),
        *await _kudos(actor, when),
    ]


async def _questions(actor: Actor, when: Mapping[str, datetime]) -> list[Act]:
    """Give who asked whom; what is asked about a case is a consultation."""
    rows = await _rows(Question, {"created_at": when, **to_mongo(visible_questions(actor))})
    asked = [row for row in rows if row.get("consultation_id") is None]
    return [(ExchangeKind.QUESTION, row["author_id"], one) for row in asked for one in row.get("invited_expert_ids", ())]


async def _consultations(actor: Actor, when: Mapping[str, datetime]) -> list[Act]:
    asked = {"environment": Environment.LIVE.value, "asked_at": when}
    rows = await _of_known_cases(actor, await _rows(Consultation, asked))
    return [(ExchangeKind.CONSULTATION, row["asked_by"], one) for row in rows for one in row["invited_expert_ids"]]


async def _answers_and_remarks(actor: Actor, when: Mapping[str, datetime]) -> list[Act]:
    acts: list[Act] = []
    for kind, model, field in _BELOW:
        rows = await _rows(model, {"created_at": when, **present_for(actor)})
        acts += [(kind, row["author_id"], _author_of(target)) for row, target in await _with(actor, rows, field)]
    return acts


async def _kudos(actor: Actor, when: Mapping[str, datetime]) -> list[Act]:
    rows = await _rows(Kudos, {"created_at": when, **to_mongo(visible_kudos(actor))})
    return [(ExchangeKind.KUDOS, row["author_id"], row["receiver_id"]) for row in rows]


async def _rows(model: type[Record], query: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = await model.get_pymongo_collection().find(dict(query)).limit(MOST_ROWS + 1).to_list()
    if len(found) > MOST_ROWS:
        raise LimitReached(f"A report is about at most {MOST_ROWS} acts of a kind: choose a shorter range.", path=("range",))
    return found


async def _with(actor: Actor, rows: Sequence[dict[str, Any]], field: str) -> list[tuple[dict[str, Any], Any]]:
    """Give those of the rows that are about something which the actor may read, with that."""
    by_kind: dict[str, dict[str, None]] = {}
    for row in rows:
        by_kind.setdefault(prefix_of(row[field]), {})[row[field]] = None
    found: dict[str, Any] = {}
    for kind, ids in by_kind.items():
        wanted = list(ids) if kind in REPORTABLE else []
        for start in range(0, len(wanted), AT_ONCE):
            found.update(await REPORTABLE[kind].read(actor, wanted[start : start + AT_ONCE]))
    return [(row, found[row[field]]) for row in rows if row[field] in found]


async def _of_known_cases(actor: Actor, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    known: set[str] = set()
    ids = sorted({row["case_id"] for row in rows})
    for start in range(0, len(ids), AT_ONCE):
        known.update(await cases_by_ids(actor, ids[start : start + AT_ONCE]))
    return [row for row in rows if row["case_id"] in known]


def _author_of(target: Any) -> str:
    """Give who wrote something, as the world is told: an id that stands for who asked anonymously is nobody's."""
    several = getattr(target, "author_ids", None)
    return str(several[0] if several else target.author_id)
