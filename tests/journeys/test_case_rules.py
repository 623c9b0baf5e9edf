"""A complaint worked by the manager's checklists: what was not looked at stops the step, a standstill is told of once."""

from typing import Any

from care.clock_scan import scan
from tests.factories.care import later
from tests.journeys.conftest import World
from tests.journeys.story import Story, begin

RULES = "version steps { step stuckAfterMinutes checklist { id text required } }"
SET = f"""mutation ($input: SetChecklistInput!) {{ setChecklist(input: $input) {{ caseRules {{ {RULES} }}
    userErrors {{ code path }} }} }}"""
ALARM = f"""mutation ($input: SetStuckAlarmInput!) {{ setStuckAlarm(input: $input) {{ caseRules {{ {RULES} }}
    userErrors {{ code path }} }} }}"""
STEPS = """id version stuck viewerCanTick viewerCanCompleteStep currentStep
    cycles { rulesVersion steps { step stuckAt checklist { id text required tickedAt tickedBy { id } } } }"""
TICK = f"""mutation ($input: TickChecklistItemInput!) {{ tickChecklistItem(input: $input) {{ case {{ {STEPS} }}
    userErrors {{ code path }} }} }}"""
COMPLETE = """mutation ($input: CompleteStepInput!) { completeStep(input: $input) { case { currentStep version }
    userErrors { code path message } } }"""
CASE = f"query ($id: ID!) {{ node(id: $id) {{ ... on Case {{ {STEPS} }} }} }}"
STUCK = """query ($stuck: Boolean!) { cases(filter: {stuck: {eq: $stuck}}) { totalCount nodes { id } }
    notifications { nodes { kind } } }"""


async def read(story: Story, case_id: str) -> Any:
    return (await story.client("agent").execute(CASE, id=case_id))["node"]


async def test_checklist_of_a_step_is_set_ticked_and_asked_for(world: World) -> None:
    story = await begin(world)
    manager, agent = story.client("manager"), story.client("agent")
    assert (await agent.execute(f"{{ caseRules {{ {RULES} }} }}"))["caseRules"]["version"] == 0

    items = [{"text": "Sipariş kaydına bakıldı"}, {"text": "سفارش بررسی شد", "required": False}]
    rules = (await manager.do(SET, {"step": "CONTACT", "items": items, "expectedVersion": 0}))["caseRules"]
    assert rules["version"] == 1
    assert [(one["text"], one["required"]) for one in rules["steps"][0]["checklist"]] == [
        ("Sipariş kaydına bakıldı", True),
        ("سفارش بررسی شد", False),
    ]
    stale = await manager.refusable(SET, {"step": "CONTACT", "items": [], "expectedVersion": 0})
    assert (stale["caseRules"]["version"], stale["userErrors"][0]["code"]) == (1, "CONFLICT")
    long = [{"text": str(number)} for number in range(13)]
    assert (await manager.refused(SET, {"step": "CONTACT", "items": long, "expectedVersion": 1}))[0][0] == "INVALID_INPUT"

    case = await story.case()
    shown = await read(story, case.id)
    point = shown["cycles"][0]["steps"][0]["checklist"][0]
    assert (shown["viewerCanTick"], shown["viewerCanCompleteStep"], shown["cycles"][0]["rulesVersion"]) == (True, False, 1)
    given = {"caseId": case.id, "step": "CONTACT", "expectedVersion": 1}
    refused = await agent.refusable(COMPLETE, given)
    assert refused["userErrors"] == [
        {
            "code": "CHECKLIST_OPEN",
            "path": ["input", "step"],
            "message": "Look at this first, to complete the step: Sipariş kaydına bakıldı.",
        }
    ]

    tick = {"caseId": case.id, "itemId": point["id"], "done": True, "expectedVersion": 1}
    ticked = (await agent.do(TICK, tick))["case"]
    looked_at = ticked["cycles"][0]["steps"][0]["checklist"][0]
    assert (looked_at["tickedBy"], looked_at["tickedAt"] is None) == ({"id": world.members["agent"]}, False)
    assert (await agent.do(COMPLETE, {**given, "expectedVersion": 2}))["case"] == {"currentStep": "ASSURE", "version": 3}
    unknown = {**tick, "itemId": "chi_nothing", "expectedVersion": 3}
    assert await agent.refused(TICK, unknown) == [("NOT_FOUND", ["input", "itemId"])]


async def test_case_that_does_not_come_on_is_told_of_once_and_found(world: World) -> None:
    story = await begin(world)
    manager = story.client("manager")
    rules = (await manager.do(ALARM, {"step": "CONTACT", "afterMinutes": 2, "expectedVersion": 0}))["caseRules"]
    assert rules["steps"][0]["stuckAfterMinutes"] == 2
    assert await manager.refused(ALARM, {"step": "CONTACT", "afterMinutes": 0, "expectedVersion": 1}) == [
        ("INVALID_INPUT", ["input", "afterMinutes"])
    ]
    case = await story.case()
    await story.settle()
    later(minutes=3)
    await scan()
    await scan()
    await story.settle()

    shown = await read(story, case.id)
    assert (shown["stuck"], shown["cycles"][0]["steps"][0]["stuckAt"] is None) == (True, False)
    found = await manager.execute(STUCK, stuck=True)
    assert found["cases"] == {"totalCount": 1, "nodes": [{"id": case.id}]}
    assert [one["kind"] for one in found["notifications"]["nodes"]].count("CASE_STUCK") == 1
    assert (await manager.execute(STUCK, stuck=False))["cases"]["totalCount"] == 0
