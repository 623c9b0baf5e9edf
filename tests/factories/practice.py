"""Scenarios and runs for tests, made by the operations."""

from typing import Any

from auth.actor import Actor, Role
from coaching.practice.documents import PracticeRun, PracticeScenario
from coaching.practice.runs import RunDraft, start_practice
from coaching.practice.scenarios import ScenarioDraft, create_scenario
from core.idempotency import Once
from tests.factories import community

PERSONAS = [
    {"key": "ece", "name": "Ece Ak", "handle": "@eceak", "followers": 900, "about": "Kırgın ama adil"},
    {"key": "press", "name": "نیما رضایی", "handle": "@nima_press"},
]
INJECTS = [
    {"persona": "press", "phase": "Press", "after_minutes": 30, "kind": "JOURNALIST", "visibility": "PRIVATE",
     "texts": ["برای گزارش امشب چه پاسخی دارید؟"]},
    {"persona": "ece", "phase": "Spark", "texts": ["Kargom kırık geldi, kimse yanıt vermiyor!"]},
    {"persona": "ece", "phase": "Storm", "after_minutes": 10, "kind": "TWEETSTORM",
     "texts": ["Ben de bekliyorum!", "Same here, two weeks!", "من هم منتظرم!"]},
]  # fmt: skip


def scenario_draft(**overrides: Any) -> ScenarioDraft:
    """Give what a scenario is to be: a complaint, a storm after ten minutes, the press after thirty."""
    given = {"title": "Kırık kargo", "summary": "Bir şikâyet büyür.", "level": 2, "estimated_minutes": 45}
    return ScenarioDraft.model_validate({**given, "personas": PERSONAS, "injects": INJECTS, **overrides})


async def make_scenario(actor: Actor | None = None, **overrides: Any) -> PracticeScenario:
    """Make a scenario, as a mentor unless told."""
    author = actor or await community.make_actor(Role.MENTOR)
    return await create_scenario(author, scenario_draft(**overrides), once=Once())


async def make_run(actor: Actor | None = None, scenario: PracticeScenario | None = None, **given: Any) -> PracticeRun:
    """Begin a run, as a trainee unless told."""
    learner = actor or await community.make_actor(Role.TRAINEE)
    chosen = scenario or await make_scenario()
    return (await start_practice(learner, RunDraft(scenario_id=chosen.id, **given), once=Once())).run
