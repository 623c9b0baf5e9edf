"""What shows who knows something about a text: evidence behind what is alike, of recent activity, and of skills."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeGuard

from beanie import Document

from auth.actor import Actor
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from community.documents import Answer, Evidence, EvidenceKind, Member, Question, Skill
from community.experts import ANSWER_WEIGHT, evidence_id
from core.records import Record
from search.engine import SearchEngine
from search.entries import SearchKind
from search.experts.ranking import Clue, topics_of
from search.experts.skills import named_skills
from search.querying import LONGEST_EXAMPLE, find_alike

_VOTING: Final = 100
"""How many alike things of a kind vote."""
_TELLING: Final = 10
"""How many alike questions tell the topics."""
_RECENT_ROWS: Final = 1_000
_RECENT: Final = timedelta(days=180)
_COUNTING: Final = {"withdrawn_at": {"$exists": False}}
_PRESENT: Final = {"deleted_at": {"$exists": False}}
SKILL_EVIDENCE_WEIGHT: Final = 1.0
_CLUE_FIELDS: Final = {"member_id": 1, "weight": 1, "occurred_at": 1, "tags": 1, "source_id": 1}


@dataclass(frozen=True, slots=True)
class Findings:
    """All that bears on a text; `made` holds the reasons that are stored nowhere: skills, and entries of the answer bank."""

    clues: list[Clue]
    topics: dict[str, float]
    skills: dict[str, dict[str, float]]
    made: dict[str, Evidence]


async def gather(actor: Actor, engine: SearchEngine, text: str, *, tags: Sequence[str], at: datetime) -> Findings:
    """Collect what bears on a text. Raises Forbidden without `search:use`, Unavailable."""
    questions, cases, entries = await asyncio.gather(
        _alike(actor, engine, text, kind=SearchKind.QUESTION),
        _alike(actor, engine, text, kind=SearchKind.CASE),
        _alike(actor, engine, text, kind=SearchKind.ANSWER_BANK_ENTRY),
    )
    written = [(_reason_of_entry(entry), likeness) for entry, likeness in entries if _is_usable(entry)]
    recent, votes, skilled = await asyncio.gather(_recent(at), _votes(questions, cases), _reasons_of_skills(text))
    own = [_clue(reason.model_dump(), reason.id, likeness) for reason, likeness in written]
    worths: dict[str, dict[str, float]] = {}
    for reason in skilled:
        worths.setdefault(reason.member_id, {})[reason.id] = reason.weight
    tagged = [(likeness, _slugs(question)) for question, likeness in questions[:_TELLING]]
    return Findings(
        clues=list({clue.id: clue for clue in (*recent, *votes, *own)}.values()),
        topics=topics_of(tagged, tags),
        skills=worths,
        made={reason.id: reason for reason in (*skilled, *(reason for reason, _ in written))},
    )


async def _alike(actor: Actor, engine: SearchEngine, text: str, *, kind: SearchKind) -> list[tuple[Record, float]]:
    """Find what is like the text, from 1 for the best down."""
    hits = await find_alike(actor, engine, text, kinds=(kind,), most=_VOTING)
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    return [(hit.document, hit.score / best) for hit in hits]


async def _recent(at: datetime) -> list[Clue]:
    """Read what members did lately, the newest thousand, whatever it was about."""
    newest = Evidence.get_pymongo_collection().find({"occurred_at": {"$gte": at - _RECENT}, **_COUNTING}, _CLUE_FIELDS)
    rows = newest.sort([("occurred_at", -1), ("_id", -1)]).limit(_RECENT_ROWS)
    return [_clue(row, row["_id"], 0.0) async for row in rows]


async def _votes(questions: Sequence[tuple[Record, float]], cases: Sequence[tuple[Record, float]]) -> list[Clue]:
    """Read the evidence that alike questions and cases gave rise to; it votes by how alike they are."""
    asked = {question.id: likeness for question, likeness in questions}
    sources = {case.id: likeness for case, likeness in cases}
    for row in await _rows(Answer, {"question_id": {"$in": list(asked)}, "deleted_at": {"$exists": False}}, {"question_id": 1}):
        sources[row["_id"]] = asked[row["question_id"]]
    rows = await _rows(Evidence, {"source_id": {"$in": list(sources)}, **_COUNTING}, _CLUE_FIELDS)
    return [_clue(row, row["_id"], sources[row["source_id"]]) for row in rows]


async def _rows(model: type[Document], query: dict[str, Any], fields: dict[str, int]) -> list[dict[str, Any]]:
    return await model.get_pymongo_collection().find(query, fields).to_list()


def _clue(row: Mapping[str, Any], clue_id: str, likeness: float) -> Clue:
    tags = frozenset(row["tags"])
    return Clue(clue_id, row["member_id"], row["weight"], row["occurred_at"], tags=tags, likeness=likeness)


def _slugs(document: Record) -> list[str]:
    return [tag.slug for tag in document.tags] if isinstance(document, Question) else []


def _is_usable(document: Record) -> TypeGuard[AnswerBankEntry]:
    return isinstance(document, AnswerBankEntry) and document.status is not AnswerBankStatus.DRAFT


def _reason_of_entry(entry: AnswerBankEntry) -> Evidence:
    """Make the reason that somebody answers for an entry of the answer bank."""
    return Evidence(
        id=evidence_id(entry.owner_id, EvidenceKind.ANSWER, entry.id),
        member_id=entry.owner_id,
        kind=EvidenceKind.ANSWER,
        text=entry.title,
        source_id=entry.id,
        weight=ANSWER_WEIGHT,
        occurred_at=entry.updated_at,
    )


async def _reasons_of_skills(text: str) -> list[Evidence]:
    """Make the reasons that members have skills which the text names."""
    skills = await Skill.find(_PRESENT).to_list()
    named = {skill.id: skill for skill in await asyncio.to_thread(named_skills, text[:LONGEST_EXAMPLE], skills)}
    if not named:
        return []
    members = await Member.find({"skill_ids": {"$in": list(named)}, **_PRESENT}).to_list()
    return [_reason_of_skill(member, named[skill_id]) for member in members for skill_id in member.skill_ids if skill_id in named]


def _reason_of_skill(member: Member, skill: Skill) -> Evidence:
    return Evidence(
        id=evidence_id(member.id, EvidenceKind.SKILL, skill.id),
        member_id=member.id,
        kind=EvidenceKind.SKILL,
        text=skill.name,
        source_id=skill.id,
        weight=SKILL_EVIDENCE_WEIGHT,
        occurred_at=member.created_at,
    )
