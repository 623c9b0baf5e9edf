"""Scorecards: facilitators give marks by weighted criteria, see how far they agree, and talk the run through afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from care.policies import require_right
from coaching.practice.documents import (
    HIGHEST_MARK,
    Criterion,
    Debrief,
    Mark,
    PracticeRun,
    PracticeRunStatus,
    PracticeScenario,
    PracticeScore,
)
from coaching.practice.events import PracticeDebriefed, PracticeScored
from coaching.practice.policies import may_manage_practice, may_score
from coaching.practice.reading import require_run
from coaching.practice.scenarios import Key, Said
from community.drafts import Remark
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput
from core.ids import derived_id
from core.records import by_ids, change

AGREED_WITHIN = 1
"""Marks of several facilitators that are no further apart agree."""
MOST_SCORES = 500


class MarkDraft(BaseModel):
    """A mark by one criterion."""

    criterion: Key
    mark: Annotated[int, Field(ge=0, le=HIGHEST_MARK)]
    remark: Remark | None = None


class ScoreDraft(BaseModel):
    """How somebody did in a run, by all criteria of its scenario."""

    run_id: str
    member_id: str
    marks: Annotated[list[MarkDraft], Field(min_length=1, max_length=20)]


class DebriefDraft(BaseModel):
    """What was said when a run was talked through."""

    went_well: Said
    to_improve: Said
    lessons: Said | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the facilitators of a run agree on one criterion."""

    criterion: str
    lowest: int
    highest: int
    mean: float

    @property
    def agreed(self) -> bool:
        """Tell whether their marks are close enough."""
        return self.highest - self.lowest <= AGREED_WITHIN


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """What a member reached in one finished run, 0 to 100, over all who gave marks."""

    run_id: str
    scenario_id: str
    level: int
    points: float
    scorers: int
    calibrated: bool
    """Whether several gave marks and agreed by every criterion."""
    scored_at: datetime


async def score_practice(actor: Actor, draft: ScoreDraft, *, expected_version: int) -> PracticeScore:
    """Give one's marks to somebody who took part in a finished run; a second time replaces one's own marks.

    `expected_version` is 0 for the first marks. Raises NotFound, Forbidden without `practice:manage` or for oneself,
    AlreadyDone while it goes on, InvalidInput for who took no part and unless every criterion has a mark, Conflict.
    """
    run = await require_run(actor, draft.run_id)
    require_right(may_score(actor, run, draft.member_id))
    may_score(actor, run, draft.member_id).enforce()
    if draft.member_id not in run.participants:
        raise InvalidInput("This member took no part in the run.", path=("member_id",))
    marks = _marks(run, draft)
    fresh = _score(actor, run, draft, marks)

    def rule(current: PracticeScore) -> None:
        current.marks, current.points, current.scored_at = fresh.marks, fresh.points, fresh.scored_at
        current.record(PracticeScored(run_id=run.id, member_id=draft.member_id), actor=actor.id)

    return await change_or_insert(await stored_or(fresh), rule, expected_version=expected_version, is_shown=False)


async def debrief_practice(actor: Actor, run_id: str, draft: DebriefDraft, *, expected_version: int) -> PracticeRun:
    """Write down what was said when a run that is over was talked through; a second time replaces it.

    Raises NotFound, Forbidden without `practice:manage`, AlreadyDone while it goes on, Conflict.
    """
    run = await require_run(actor, run_id)
    require_right(may_manage_practice(actor))

    def rule(current: PracticeRun) -> None:
        may_score(actor, current, None).enforce()
        current.debrief = Debrief(**draft.model_dump(), by=actor.member, at=now())
        current.record(PracticeDebriefed(run_id=current.id), actor=actor.id)

    return await change(run, rule, expected_version=expected_version)


async def scores_of_runs(actor: Actor, run_ids: Sequence[str]) -> dict[str, list[PracticeScore]]:
    """Give the marks of each run: all for facilitators, to others their own."""
    query: dict[str, object] = {"run_id": {"$in": list(run_ids)}}
    if not may_manage_practice(actor):
        query["member_id"] = actor.member_id or ""
    found: dict[str, list[PracticeScore]] = {one: [] for one in run_ids}
    for score in await PracticeScore.find(query).sort("scored_at", "_id").limit(MOST_SCORES).to_list():
        found[score.run_id].append(score)
    return found


async def results_of_member(member_id: str) -> list[PracticeResult]:
    """Give what a member reached in finished runs, the newest first: the evidence of practice, one result for each run."""
    scores = await PracticeScore.find({"member_id": member_id}).sort("-scored_at", "-_id").limit(MOST_SCORES).to_list()
    runs = await by_ids(PracticeRun, [score.run_id for score in scores])
    scenarios = await by_ids(PracticeScenario, [run.scenario_id for run in runs.values()])
    by_run: dict[str, list[PracticeScore]] = {}
    for score in scores:
        if score.run_id in runs and runs[score.run_id].status is PracticeRunStatus.FINISHED:
            by_run.setdefault(score.run_id, []).append(score)
    return [_result(runs[one], scenarios[runs[one].scenario_id], given) for one, given in by_run.items()]


async def results_for(actor: Actor, member_id: str | None) -> list[PracticeResult]:
    """Give the results of a member to themselves, to facilitators and to who looks after members; Forbidden to others."""
    wanted = member_id or actor.member
    if wanted != actor.member_id and not may_manage_practice(actor):
        actor.require(Permission.MEMBER_MANAGE)
    return await results_of_member(wanted)


def agreements(scores: Sequence[PracticeScore]) -> list[Agreement]:
    """Say by each criterion how far the marks of one member in one run are apart; nothing while only one gave marks."""
    if len({score.scorer_id for score in scores}) <= 1:
        return []
    by_criterion: dict[str, list[int]] = {}
    for score in scores:
        for mark in score.marks:
            by_criterion.setdefault(mark.criterion, []).append(mark.mark)
    return [Agreement(one, min(marks), max(marks), round(fmean(marks), 2)) for one, marks in by_criterion.items()]


def points_of(criteria: Sequence[Criterion], marks: Mapping[str, int]) -> float:
    """Weigh marks into points from 0 to 100."""
    whole = sum(criterion.weight for criterion in criteria) * HIGHEST_MARK
    return round(100 * sum(criterion.weight * marks[criterion.key] for criterion in criteria) / whole, 2)


def _marks(run: PracticeRun, draft: ScoreDraft) -> dict[str, int]:
    wanted = [criterion.key for criterion in run.criteria]
    given = {mark.criterion: mark.mark for mark in draft.marks}
    if not wanted:
        raise InvalidInput("The scenario of this run has no criteria to give marks by.", path=("run_id",))
    if set(given) != set(wanted) or len(draft.marks) != len(wanted):
        raise InvalidInput(f"Give one mark by each criterion: {', '.join(wanted)}.", path=("marks",))
    return given


def _score(actor: Actor, run: PracticeRun, draft: ScoreDraft, marks: Mapping[str, int]) -> PracticeScore:
    at = now()
    return PracticeScore(
        id=derived_id("psr", run.id, draft.member_id, actor.member),
        created_at=at,
        run_id=run.id,
        member_id=draft.member_id,
        scorer_id=actor.member,
        marks=[Mark(**mark.model_dump()) for mark in draft.marks],
        points=points_of(run.criteria, marks),
        scored_at=at,
    )


def _result(run: PracticeRun, scenario: PracticeScenario, scores: Sequence[PracticeScore]) -> PracticeResult:
    agreed = agreements(scores)
    return PracticeResult(
        run_id=run.id,
        scenario_id=run.scenario_id,
        level=scenario.level,
        points=round(fmean(score.points for score in scores), 2),
        scorers=len(scores),
        calibrated=bool(agreed) and all(one.agreed for one in agreed),
        scored_at=max(score.scored_at for score in scores),
    )
