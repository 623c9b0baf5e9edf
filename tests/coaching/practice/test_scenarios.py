from typing import Any

import pytest

from auth.actor import Role
from coaching.practice.documents import InjectKind, PracticeScenario
from coaching.practice.reading import count_scenarios, list_scenarios, require_scenario
from coaching.practice.scenarios import ScenarioChange, create_scenario, update_scenario
from core.database import Database
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.care.stored import event_types
from tests.factories.care import make_actor
from tests.factories.practice import INJECTS, PERSONAS, make_scenario, scenario_draft

MENTOR = make_actor(Role.MENTOR)


async def test_scenario_keeps_its_people_and_injects_in_their_order(store: Database) -> None:
    made = await make_scenario(MENTOR)

    found = await require_scenario(make_actor(Role.TRAINEE), made.id)
    assert [(one.after_minutes, one.kind, len(one.texts)) for one in found.injects] == [
        (0, InjectKind.MESSAGE, 1),
        (10, InjectKind.TWEETSTORM, 3),
        (30, InjectKind.JOURNALIST, 1),
    ]
    assert [persona.name for persona in found.personas] == ["Ece Ak", "نیما رضایی"]
    assert await event_types(PracticeScenario) == ["PracticeScenarioChanged"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"injects": [{"persona": "nobody", "phase": "x", "texts": ["a"]}]}, "injects"),
        ({"injects": [{"persona": "ece", "phase": "x", "texts": ["a", "b"]}]}, "injects"),
        ({"injects": [{"persona": "ece", "phase": "x", "kind": "TWEETSTORM", "texts": ["a"]}]}, "injects"),
        ({"injects": [{"persona": "ece", "phase": "x", "after_minutes": 1, "texts": ["a"]}]}, "injects"),
        ({"personas": [PERSONAS[0], PERSONAS[0]], "injects": [INJECTS[1]]}, "personas"),
        ({"criteria": [{"key": "tone", "label": "Ton"}] * 2}, "criteria"),
    ],
)
async def test_what_can_not_be_played_is_refused(store: Database, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_scenario(MENTOR, scenario_draft(**wrong), once=Once())

    assert refused.value.path == (field,)
    assert await PracticeScenario.count() == 0


async def test_only_facilitators_make_scenarios_and_only_who_answers_customers_sees_them(store: Database) -> None:
    for role in (Role.TRAINEE, Role.AGENT, Role.EXPERT, Role.HR):
        with pytest.raises(Forbidden):
            await create_scenario(make_actor(role), scenario_draft(), once=Once())
    made = await make_scenario(MENTOR)

    assert await count_scenarios(make_actor(Role.AGENT)) == 1
    assert await count_scenarios(make_actor(Role.EXPERT)) == 0
    with pytest.raises(NotFound):
        await require_scenario(make_actor(Role.EXPERT), made.id)


async def test_archived_scenario_leaves_the_list_and_versions_guard_changes(store: Database) -> None:
    made, easier = await make_scenario(MENTOR), await make_scenario(MENTOR, level=1)
    listed = [one.id for one in (await list_scenarios(MENTOR, Window())).items]

    changed = await update_scenario(MENTOR, made.id, ScenarioChange(archived=True), expected_version=1)

    assert listed == [easier.id, made.id]
    assert (changed.archived, changed.version, changed.title) == (True, 2, "Kırık kargo")
    assert [one.id for one in (await list_scenarios(MENTOR, Window())).items] == [easier.id]
    with pytest.raises(Conflict):
        await update_scenario(MENTOR, made.id, ScenarioChange(archived=False), expected_version=1)
    with pytest.raises(InvalidInput):
        await update_scenario(MENTOR, made.id, ScenarioChange.model_validate({"personas": PERSONAS[1:]}), expected_version=2)


async def test_same_request_makes_one_scenario(store: Database) -> None:
    def asked(**given: Any) -> Once:
        return once(b"a secret key of thirty-two bytes", actor="mem_a", operation="create", key="one", given=given)

    first = await create_scenario(MENTOR, scenario_draft(), once=asked(a=1))

    assert (await create_scenario(MENTOR, scenario_draft(), once=asked(a=1))).id == first.id
    with pytest.raises(IdempotencyMismatch):
        await create_scenario(MENTOR, scenario_draft(), once=asked(a=2))
    assert await PracticeScenario.count() == 1
