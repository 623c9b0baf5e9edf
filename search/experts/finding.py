"""Finding members who are likely to know something, with the reasons for it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auth.actor import Actor
from care.reading.cases import cases_by_ids
from community.directory import members_by_ids, open_question_counts
from community.documents import Availability, Evidence, EvidenceKind, Member
from community.drafts import slug_of
from community.experts import ExpertSuggestion
from community.reading import answers_by_ids
from community.wiki.reading import pages_by_ids
from core.clock import now
from search.engine import SearchEngine
from search.experts.evidence import Findings, gather
from search.experts.ranking import Merit, burden, merits

MOST_REASONS: Final = 3
_LOOKED_AT: Final = 50
"""How many candidates are read to see whether they can be asked."""
_READABLE_REASONS: Final = 2 * MOST_REASONS
_UNAVAILABILITY: Final = {Availability.ONLINE: 0.0, Availability.BUSY: 0.1, Availability.OFFLINE: 0.2}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody worth asking; `score` orders one list and means nothing across lists, `reasons` are the strongest first."""

    member: Member
    score: float
    reasons: list[Evidence]


class SearchExpertFinder:
    """Fulfils `community.experts.ExpertFinder` with a search engine."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    async def suggest(
        self, actor: Actor, text: str, *, tags: Sequence[str] = (), exclude: Sequence[str] = (), limit: int = 5
    ) -> list[ExpertSuggestion]:
        """Suggest up to `limit` members whom the actor may read, best first, none of `exclude`. Errors as of `suggest`."""
        found = await suggest(actor, self._engine, text, tags=tags, exclude=exclude, limit=limit)
        return [ExpertSuggestion(one.member.id, one.score, one.reasons) for one in found]


async def suggest(  # noqa: PLR0913 - the protocol's own arguments and the engine
    actor: Actor, engine: SearchEngine, text: str, *, tags: Sequence[str] = (), exclude: Sequence[str] = (), limit: int = 5
) -> list[Suggestion]:
    """Suggest up to `limit` members whom the actor may read, best first: neither the actor nor anybody of `exclude`.

    Each has one to three reasons, all of which bear on the text; who has none is not suggested. Equal scores are ordered
    by id. Raises Forbidden without `search:use`, Unavailable.
    """
    at = now()
    findings = await gather(actor, engine, text, tags=[slug_of(tag) for tag in tags], at=at)
    merit = merits(findings.clues, findings.topics, findings.skills, at)
    barred = {*exclude, actor.member_id}
    best = sorted((member_id for member_id in merit if member_id not in barred), key=lambda one: (-merit[one].score, one))
    looked_at = {one: merit[one] for one in best[:_LOOKED_AT]}
    ranked, reasons = await asyncio.gather(_weighed(actor, looked_at), _reasons(actor, findings, looked_at))
    return [Suggestion(member, score, reasons[member.id]) for member, score in ranked if reasons[member.id]][:limit]


async def _weighed(actor: Actor, merit: Mapping[str, Merit]) -> list[tuple[Member, float]]:
    """Take off what burdens the members, leave out who does not want to be proposed, and order them."""
    members, waiting = await asyncio.gather(members_by_ids(actor, list(merit)), open_question_counts(actor, list(merit)))
    scores = {
        one: merit[one].score - burden(waiting[one], _UNAVAILABILITY[member.availability])
        for one, member in members.items()
        if member.accepts_questions
    }
    return [(members[one], round(scores[one], 6)) for one in sorted(scores, key=lambda one: (-round(scores[one], 6), one))]


async def _reasons(actor: Actor, findings: Findings, merit: Mapping[str, Merit]) -> dict[str, list[Evidence]]:
    """Give each member's strongest reasons, as far as the actor may read what they are about."""
    wanted = {one: [clue for clue, _ in given.clues[:_READABLE_REASONS]] for one, given in merit.items()}
    stored = {clue for clues in wanted.values() for clue in clues if clue not in findings.made}
    rows = await Evidence.find({"_id": {"$in": sorted(stored)}}).to_list() if stored else []
    shown = findings.made | {row.id: row for row in await _readable(actor, rows)}
    return {one: [shown[clue] for clue in clues if clue in shown][:MOST_REASONS] for one, clues in wanted.items()}


async def _readable(actor: Actor, rows: Sequence[Evidence]) -> list[Evidence]:
    """Leave out reasons about answers and pages that the actor may not read; of a case out of their sight name nothing."""
    cases, answers, pages = await asyncio.gather(
        cases_by_ids(actor, _sources(rows, "case_")),
        answers_by_ids(actor, _sources(rows, "ans_")),
        pages_by_ids(actor, _sources(rows, "wik_")),
    )
    written = {**answers, **pages}
    shown = []
    for row in rows:
        if row.kind is EvidenceKind.CASE_SOLVED and row.source_id not in cases:
            shown.append(row.model_copy(update={"text": "Helped to solve a case"}))
        elif not row.source_id.startswith(("ans_", "wik_")) or row.source_id in written:
            shown.append(row)
    return shown


def _sources(rows: Iterable[Evidence], prefix: str) -> list[str]:
    return [row.source_id for row in rows if row.source_id.startswith(prefix)]
