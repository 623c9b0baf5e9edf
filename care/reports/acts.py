"""What members do for each other: questions, answers, consultations, remarks and thanks, as far as somebody may read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor
from care.documents.channels import Environment
from care.documents.consultations import Consultation
from care.reading.cases import cases_by_ids
from care.reports.ranges import ReportRange
from community.documents import Answer, Comment, Question
from community.kudos.documents import Kudos
from community.kudos.reading import visible_kudos
from community.moderation.contents import REPORTABLE
from community.reading import visible_questions
from community.visibility import present_for
from community.wiki.documents import WikiComment
from core.errors import LimitReached
from core.gates import to_mongo
from core.ids import prefix_of
from core.records import Record

MOST_ROWS: Final = 20_000
AT_ONCE: Final = 500


class ExchangeKind(StrEnum):
    """What one member does towards another."""

    QUESTION = "QUESTION"
    ANSWER = "ANSWER"
    CONSULTATION = "CONSULTATION"
    COMMENT = "COMMENT"
    KUDOS = "KUDOS"


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, by whom and when; towards whom, None: towards everybody. Ids of nobody's stand for who asked anonymously."""

    kind: ExchangeKind
    by: str
    towards: str | None
    at: datetime


_BELOW: Final[tuple[tuple[ExchangeKind, type[Record], str], ...]] = (
    (ExchangeKind.ANSWER, Answer, "question_id"),
    (ExchangeKind.COMMENT, Comment, "target_id"),
    (ExchangeKind.COMMENT, WikiComment, "page_id"),
)
"""What is written below something, and the field that names that."""


async def acts_of(actor: Actor, span: ReportRange) -> list[Act]:
    """Give what was done in a range that the actor may read; LimitReached for too much of a kind."""
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
    return [
        Act(ExchangeKind.QUESTION, row["author_id"], one, row["created_at"])
        for row in asked
        for one in row.get("invited_expert_ids") or (None,)
    ]


async def _consultations(actor: Actor, when: Mapping[str, datetime]) -> list[Act]:
    asked = {"environment": Environment.LIVE.value, "asked_at": when}
    rows = await _of_known_cases(actor, await _rows(Consultation, asked))
    return [
        Act(ExchangeKind.CONSULTATION, row["asked_by"], one, row["asked_at"]) for row in rows for one in row["invited_expert_ids"]
    ]


async def _answers_and_remarks(actor: Actor, when: Mapping[str, datetime]) -> list[Act]:
    acts: list[Act] = []
    for kind, model, field in _BELOW:
        rows = await _rows(model, {"created_at": when, **present_for(actor)})
        found = await _with(actor, rows, field)
        acts += [Act(kind, row["author_id"], _author_of(target), row["created_at"]) for row, target in found]
    return acts


async def _kudos(actor: Actor, when: Mapping[str, datetime]) -> list[Act]:
    rows = await _rows(Kudos, {"created_at": when, **to_mongo(visible_kudos(actor))})
    return [Act(ExchangeKind.KUDOS, row["author_id"], row["receiver_id"], row["created_at"]) for row in rows]


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
