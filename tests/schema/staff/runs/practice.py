"""Runs of the documents about practice."""

from care.documents.cases import Case
from tests.factories.practice import make_scenario
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World


@run
async def run_practice_scenarios(staff: Staff, world: World) -> None:
    harder = await make_scenario(world.mentor)
    easier = await make_scenario(world.mentor, title="نخستین شکایت", level=1, summary="یک پیام", estimated_minutes=10)

    page = await staff.ask(world.trainee, "PracticeScenarios", first=1)

    found = page["practiceScenarios"]
    assert found["totalCount"] == 2
    assert found["pageInfo"]["hasNextPage"] is True
    assert found["nodes"] == [
        {"id": easier.id, "title": "نخستین شکایت", "level": 1, "summary": "یک پیام", "estimatedMinutes": 10}
    ]
    rest = (await staff.ask(world.trainee, "PracticeScenarios", first=5, after=found["pageInfo"]["endCursor"]))[
        "practiceScenarios"
    ]
    assert rest["pageInfo"]["hasNextPage"] is False
    assert rest["nodes"] == [
        {"id": harder.id, "title": "Kırık kargo", "level": 2, "summary": "Bir şikâyet büyür.", "estimatedMinutes": 45}
    ]


@run
async def run_start_practice(staff: Staff, world: World) -> None:
    scenario = await make_scenario(world.mentor)

    payload = await staff.do(world.trainee, "StartPractice", scenarioId=scenario.id, idempotencyKey="bir")
    again = await staff.do(world.trainee, "StartPractice", scenarioId=scenario.id, idempotencyKey="bir")

    case = await Case.find_one({"environment": "PRACTICE"})
    assert case is not None
    assert payload == again
    assert payload["run"]["id"].startswith("prn_")
    assert payload == {
        "run": {
            "id": payload["run"]["id"],
            "scenario": {"id": scenario.id, "title": "Kırık kargo"},
            "status": "RUNNING",
            "case": {"id": case.id, "environment": "PRACTICE"},
        },
        "userErrors": [],
    }
