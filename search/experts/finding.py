"""Finding members who are likely to know something, with the reasons for it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auth.actor import Actor
from care.reading.cases import cases_by_ids
from care.reading.consultations import recent_declines
from community.directory import members_by_ids, open_question_counts
from community.documents import Availability, Evidence, EvidenceKind, Member
from community.drafts import slug_of
from community.experts import ExpertSuggestion
from community.reading import answers_below, answers_by_ids, questions_by_ids
from community.wiki.reading import pages_by_ids
from core.clock import now
from search.alike import hits_by_kind
from search.engine import SearchEngine
from search.experts.evidence import Findings, gather
from search.experts.ranking import Merit, burden, merits
from search.rows import Rows, rows_of

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


async def suggest(  # noqa: PLR0913 - the protocol's own arguments, the engine and what remembers rows
    actor: Actor,
    engine: SearchEngine,
    text: str,
    *,
    tags: Sequence[str] = (),
    exclude: Sequence[str] = (),
    limit: int = 5,
    rows: Rows | None = None,
) -> list[Suggestion]:
    """Suggest up to `limit` members whom the actor may read, best first: neither the actor nor anybody of `exclude`.

    Each has one to three reasons, all of which bear on the text; who has none is not suggested, nor who does not want to be.
    Equal scores are ordered by id. The store is asked in three waves. Raises Forbidden without `search:use`, Unavailable.
    """
    at, rows = now(), rows or rows_of(actor)
    hits = (await rows(hits_by_kind, [text], engine))[text]
    findings = await gather(rows, hits, text, tags=[slug_of(tag) for tag in tags], at=at)
    merit = merits(findings.clues, findings.topics, findings.skills, at)
    wanted = findings.askable - {*exclude, actor.member_id}
    best = sorted((one for one in merit if one in wanted), key=lambda one: (-merit[one].score, one))
    looked_at = {one: merit[one] for one in best[:_LOOKED_AT]}
    ranked, reasons = await asyncio.gather(_weighed(rows, looked_at), _reasons(rows, findings, looked_at))
    return [Suggestion(member, score, reasons[member.id]) for member, score in ranked if reasons[member.id]][:limit]


async def _weighed(rows: Rows, merit: Mapping[str, Merit]) -> list[tuple[Member, float]]:
    """Take off what burdens the members, and order them.

    Questions that wait for them, and what they declined lately, are a load; neither makes their knowledge any less.
    """
    members, waiting, declined = await asyncio.gather(
        rows(members_by_ids, list(merit)), rows(open_question_counts, list(merit)), rows(recent_declines, list(merit))
    )
    scores = {
        one: merit[one].score - burden(waiting[one] + declined[one], _UNAVAILABILITY[member.availability])
        for one, member in members.items()
    }
    return [(members[one], round(scores[one], 6)) for one in sorted(scores, key=lambda one: (-round(scores[one], 6), one))]


async def _reasons(rows: Rows, findings: Findings, merit: Mapping[str, Merit]) -> dict[str, list[Evidence]]:
    """Give each member's strongest reasons, as far as the actor may read what they are about."""
    wanted = {one: [clue for clue, _ in given.clues[:_READABLE_REASONS]] for one, given in merit.items()}
    stored = sorted({clue for clues in wanted.values() for clue in clues if clue not in findings.made})
    found = [Evidence.model_validate(findings.stored[clue]) for clue in stored]
    shown = findings.made | {reason.id: reason for reason in await _readable(rows, found)}
    return {one: [shown[clue] for clue in clues if clue in shown][:MOST_REASONS] for one, clues in wanted.items()}


async def _readable(rows: Rows, reasons: Sequence[Evidence]) -> list[Evidence]:
    """Leave out reasons about answers and pages that the actor may not read; of a case out of their sight name nothing."""
    cases, answers, pages = await asyncio.gather(
        rows(cases_by_ids, _sources(reasons, "case_")),
        _answers(rows, [reason for reason in reasons if reason.source_id.startswith("ans_")]),
        rows(pages_by_ids, _sources(reasons, "wik_")),
    )
    shown = []
    for reason in reasons:
        if reason.kind is EvidenceKind.CASE_SOLVED and reason.source_id not in cases:
            shown.append(reason.model_copy(update={"text": "Helped to solve a case"}))
        elif not reason.source_id.startswith(("ans_", "wik_")) or reason.source_id in answers or reason.source_id in pages:
            shown.append(reason)
    return shown


async def _answers(rows: Rows, reasons: Sequence[Evidence]) -> set[str]:
    """Tell which answers the actor may read: with the questions that the reasons name, the others by themselves."""
    below = {reason.source_id: reason.question_id for reason in reasons if reason.question_id is not None}
    questions, answers, others = await asyncio.gather(
        rows(questions_by_ids, [*below.values()]),
        rows(answers_below, [*below]),
        rows(answers_by_ids, [reason.source_id for reason in reasons if reason.question_id is None]),
    )
    readable = {one for one, answer in answers.items() if answer.question_id == below[one] and below[one] in questions}
    moved = [one for one, answer in answers.items() if answer.question_id != below[one]]
    return {*readable, *others, *(await rows(answers_by_ids, moved) if moved else ())}


def _sources(reasons: Iterable[Evidence], prefix: str) -> list[str]:
    return [reason.source_id for reason in reasons if reason.source_id.startswith(prefix)]
