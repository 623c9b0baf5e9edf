"""What shows who knows something about a text: evidence behind what is alike, of recent activity, and of skills."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeGuard

from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from community.documents import Evidence, EvidenceKind, Member, Question, Skill
from community.experts import ANSWER_WEIGHT, evidence_id
from core.records import AT_ONCE, Record
from search.alike import LONGEST_EXAMPLE, HitsByKind
from search.entries import SearchHit, SearchKind
from search.experts.ranking import Clue, topics_of
from search.experts.skills import named_skills
from search.querying import Hit, reread
from search.rows import Rows

_TELLING: Final = 10
"""How many alike questions tell the topics."""
_RECENT_ROWS: Final = 1_000
_RECENT: Final = timedelta(days=180)
_COUNTING: Final = {"withdrawn_at": {"$exists": False}}
_PRESENT: Final = {"deleted_at": {"$exists": False}}
SKILL_EVIDENCE_WEIGHT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Findings:
    """All that bears on a text; `made` holds the reasons that are stored nowhere: skills, and entries of the answer bank."""

    clues: list[Clue]
    topics: dict[str, float]
    skills: dict[str, dict[str, float]]
    made: dict[str, Evidence]
    stored: dict[str, dict[str, Any]]
    """The reasons that are stored, as the driver gives them."""
    askable: frozenset[str]
    """Those of the members spoken for who are there and want to be proposed."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """What is like the text and the actor may read, with how alike it is, from 1 for the best of its kind down."""

    questions: dict[str, float]
    cases: dict[str, float]
    entries: dict[str, float]
    documents: dict[str, Record]

    @classmethod
    def of(cls, hits: Sequence[Hit]) -> "_Alike":
        kinds = (SearchKind.QUESTION, SearchKind.CASE, SearchKind.ANSWER_BANK_ENTRY)
        questions, cases, entries = (_likeness([hit for hit in hits if hit.kind is kind]) for kind in kinds)
        return cls(questions, cases, entries, {hit.id: hit.document for hit in hits})

    def vote_of(self, row: Mapping[str, Any]) -> float | None:
        """Tell how alike the question or the case behind a piece of evidence is; None of what the actor may not read."""
        behind = row.get("question_id", row["source_id"])
        return self.questions.get(behind, self.cases.get(behind))

    def written(self) -> list[tuple[Evidence, float]]:
        """Make the reasons that the owners of alike answers are."""
        entries = [(self.documents[one], likeness) for one, likeness in self.entries.items()]
        return [(_reason_of_entry(entry), likeness) for entry, likeness in entries if _is_usable(entry)]

    def tagged(self) -> list[tuple[float, list[str]]]:
        """Give the tags of the most alike questions."""
        return [(likeness, _slugs(self.documents[one])) for one, likeness in list(self.questions.items())[:_TELLING]]


async def gather(rows: Rows, hits: HitsByKind, text: str, *, tags: Sequence[str], at: datetime) -> Findings:
    """Collect what bears on a text in two waves: what hangs on the text and its like alone, then who is spoken for."""
    known, recent, votes, skills = await asyncio.gather(
        reread(rows, [hit for kind in hits.values() for hit in kind]),
        _recent(at),
        _votes(hits),
        Skill.find(_PRESENT, batch_size=AT_ONCE).to_list(),
    )
    alike = _Alike.of(known)
    written = alike.written()
    voting = [(row, likeness) for row in votes if (likeness := alike.vote_of(row)) is not None]
    clues = [
        *(_clue(row, row["_id"], 0.0) for row in recent),
        *(_clue(row, row["_id"], likeness) for row, likeness in voting),
        *(_clue(reason.model_dump(), reason.id, likeness) for reason, likeness in written),
    ]
    named = {skill.id: skill for skill in await asyncio.to_thread(named_skills, text[:LONGEST_EXAMPLE], skills)}
    skilled, askable = await asyncio.gather(_skilled(named), _askable({clue.member_id for clue in clues}))
    of_skills = [_reason_of_skill(member, named[one]) for member in skilled for one in member.skill_ids if one in named]
    return Findings(
        clues=list({clue.id: clue for clue in clues}.values()),
        topics=topics_of(alike.tagged(), tags),
        skills=_worths(of_skills),
        made={reason.id: reason for reason in (*of_skills, *(reason for reason, _ in written))},
        stored={row["_id"]: row for row in (*recent, *(row for row, _ in voting))},
        askable=askable | {member.id for member in skilled if member.accepts_questions},
    )


def _likeness(hits: Sequence[Hit]) -> dict[str, float]:
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    return {hit.id: hit.score / best for hit in hits}


def _worths(reasons: Sequence[Evidence]) -> dict[str, dict[str, float]]:
    worths: dict[str, dict[str, float]] = {}
    for reason in reasons:
        worths.setdefault(reason.member_id, {})[reason.id] = reason.weight
    return worths


async def _recent(at: datetime) -> list[dict[str, Any]]:
    """Read what members did lately, the newest thousand, whatever it was about."""
    newest = Evidence.get_pymongo_collection().find({"occurred_at": {"$gte": at - _RECENT}, **_COUNTING}, batch_size=_RECENT_ROWS)
    return await newest.sort([("occurred_at", -1), ("_id", -1)]).limit(_RECENT_ROWS).to_list()


async def _votes(alike: HitsByKind) -> list[dict[str, Any]]:
    """Read the evidence that alike questions and cases gave rise to; it votes by how alike they are."""
    of_questions, of_cases = await asyncio.gather(
        _behind("question_id", alike[SearchKind.QUESTION]), _behind("source_id", alike[SearchKind.CASE])
    )
    return [*of_questions, *of_cases]


async def _behind(name: str, hits: Sequence[SearchHit]) -> list[dict[str, Any]]:
    ids = [hit.id for hit in hits]
    return (
        await Evidence.get_pymongo_collection().find({name: {"$in": ids}, **_COUNTING}, batch_size=AT_ONCE).to_list()
        if ids
        else []
    )


async def _skilled(named: Mapping[str, Skill]) -> list[Member]:
    return await Member.find({"skill_ids": {"$in": list(named)}, **_PRESENT}, batch_size=AT_ONCE).to_list() if named else []


async def _askable(member_ids: set[str]) -> frozenset[str]:
    if not member_ids:
        return frozenset()
    query = {"_id": {"$in": sorted(member_ids)}, "accepts_questions": {"$ne": False}, **_PRESENT}
    return frozenset([row["_id"] async for row in Member.get_pymongo_collection().find(query, {"_id": 1}, batch_size=AT_ONCE)])


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
