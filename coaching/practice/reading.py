"""The only way to read practice for a person: scenarios for who practises, runs for who takes part and for facilitators."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor
from coaching.practice.documents import PracticeRun, PracticeScenario, PracticeScore
from coaching.practice.policies import may_manage_practice, may_practise
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

EASIEST_FIRST: Final = Order((("level", 1),))
NEWEST_FIRST: Final = Order((("started_at", -1),))
_IN_USE: Final[dict[str, Any]] = {"archived": False}


async def scenarios_by_ids(actor: Actor, scenario_ids: Sequence[str]) -> dict[str, PracticeScenario]:
    """Give those of the scenarios that the actor may practise."""
    if not may_practise(actor):
        return {}
    return await by_ids(PracticeScenario, [one for one in scenario_ids if may_be_id(one, "psc")])


async def require_scenario(actor: Actor, scenario_id: str) -> PracticeScenario:
    """Give a scenario; NotFound when there is none for this actor."""
    found = (await scenarios_by_ids(actor, [scenario_id])).get(scenario_id)
    if found is None:
        raise NotFound("There is no such scenario.", path=("scenario_id",))
    return found


async def list_scenarios(actor: Actor, window: Window) -> Slice[PracticeScenario]:
    """List the scenarios in use, the easiest first; nothing for who does not practise."""
    return await read_slice(PracticeScenario, _IN_USE, EASIEST_FIRST, window) if may_practise(actor) else Slice([], [])


async def count_scenarios(actor: Actor) -> int:
    """Count the scenarios in use."""
    return await count(PracticeScenario, _IN_USE) if may_practise(actor) else 0


async def runs_by_ids(actor: Actor, run_ids: Sequence[str]) -> dict[str, PracticeRun]:
    """Give those of the runs in which the actor takes part, or all for who facilitates."""
    found = await by_ids(PracticeRun, [one for one in run_ids if may_be_id(one, "prn")])
    return {one: run for one, run in found.items() if may_know(actor, run)}


async def require_run(actor: Actor, run_id: str) -> PracticeRun:
    """Give a run; NotFound when there is none for this actor."""
    found = (await runs_by_ids(actor, [run_id])).get(run_id)
    if found is None:
        raise NotFound("There is no such run.", path=("run_id",))
    return found


def may_know(actor: Actor, run: PracticeRun) -> bool:
    """Tell whether somebody may know of a run."""
    takes_part = actor.member_id is not None and actor.member_id in {run.started_by, *run.participants}
    return takes_part or bool(may_manage_practice(actor))


async def scores_by_ids(actor: Actor, score_ids: Sequence[str]) -> dict[str, PracticeScore]:
    """Give those of the marks that the actor gave or got, or all for facilitators."""
    found = await by_ids(PracticeScore, [one for one in score_ids if may_be_id(one, "psr")])
    if may_manage_practice(actor):
        return found
    return {one: score for one, score in found.items() if actor.member_id == score.member_id}


async def list_runs(actor: Actor, window: Window) -> Slice[PracticeRun]:
    """List the runs in which the actor takes part, all for facilitators, the newest first."""
    query = _known(actor)
    return await read_slice(PracticeRun, query, NEWEST_FIRST, window) if query is not None else Slice([], [])


async def count_runs(actor: Actor) -> int:
    """Count the same runs."""
    query = _known(actor)
    return await count(PracticeRun, query) if query is not None else 0


def _known(actor: Actor) -> dict[str, Any] | None:
    if may_manage_practice(actor):
        return {}
    return {"participants": actor.member_id} if actor.member_id is not None else None
