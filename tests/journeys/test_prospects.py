"""A stranger who complains of a competitor: found, planned for, called in time, won."""

from datetime import timedelta

from auth.actor import Role
from care.documents.listening import ListeningKind
from care.listening.queries import QueryDraft, create_listening_query
from core.clock import now
from core.idempotency import Once
from tests.factories.care import later, make_actor, make_conversation, say
from tests.journeys.conftest import World

PROSPECTS = """{ customers(filter: {lifecycle: {eq: PROSPECT}}, first: 5) { nodes { id
    lifecycleChanges { reason changedBy { id } } actionPlans(first: 5) { totalCount } } } }"""
CREATE = """mutation($input: CreateActionPlanInput!) { createActionPlan(input: $input) {
    plan { id version state viewerCanWork steps { id title overdue owner { displayName } } } userErrors { code path } } }"""
LATE = """{ notifications(first: 5) { nodes { kind text target { id } } }
    actionPlans(first: 5) { totalCount nodes { id goal steps { overdue } createdBy { displayName } } } }"""
DONE = """mutation($input: CompleteActionPlanStepInput!) { completeActionPlanStep(input: $input) {
    plan { version steps { overdue note doneBy { displayName } } } userErrors { code path } } }"""
CLOSE = """mutation($input: CloseActionPlanInput!) { closeActionPlan(input: $input) {
    plan { state reason closedBy { displayName } customer { lifecycle } } userErrors { code path } } }"""


async def test_stranger_who_complains_of_a_rival_is_won_by_a_plan(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await world.join("mert", Role.MANAGER)
    zeynep, mert = world.staff("zeynep"), world.staff("mert")
    draft = QueryDraft(name="Rakip", kind=ListeningKind.COMPETITOR, any_of=["rakip kargo"])
    await create_listening_query(make_actor(Role.MANAGER), draft, once=Once())
    await say(await make_conversation(), "Rakip kargo üç haftadır cevap vermiyor!")
    await world.settle()

    (prospect,) = (await zeynep.execute(PROSPECTS))["customers"]["nodes"]
    assert prospect["lifecycleChanges"] == [{"reason": "Speaks of a competitor: Rakip", "changedBy": None}]
    step = {"title": "Arayın", "ownerId": world.members["zeynep"], "dueAt": (now() + timedelta(minutes=20)).isoformat()}
    plan = (await mert.do(CREATE, {"customerId": prospect["id"], "goal": "İlk sipariş", "steps": [step]}))["plan"]
    assert plan["steps"] == [
        {"id": plan["steps"][0]["id"], "title": "Arayın", "overdue": False, "owner": {"displayName": "Zeynep"}}
    ]

    later(minutes=30)
    await world.settle()
    late = await zeynep.execute(LATE)
    told = next(one for one in late["notifications"]["nodes"] if one["kind"] == "PLAN_STEP_OVERDUE")
    assert told["target"] == {"id": plan["id"]}
    assert late["actionPlans"] == {
        "totalCount": 1,
        "nodes": [{"id": plan["id"], "goal": "İlk sipariş", "steps": [{"overdue": True}], "createdBy": {"displayName": "Mert"}}],
    }

    done = {"planId": plan["id"], "stepId": plan["steps"][0]["id"], "note": "Sipariş verdi", "expectedVersion": 1}
    worked = (await zeynep.do(DONE, done))["plan"]
    assert worked == {
        "version": 2,
        "steps": [{"overdue": False, "note": "Sipariş verdi", "doneBy": {"displayName": "Zeynep"}}],
    }
    end = {"planId": plan["id"], "state": "WON", "reason": "İlk siparişini verdi", "expectedVersion": 2}
    assert await zeynep.refused(CLOSE, {**end, "reason": " "}) == [("INVALID_INPUT", ["input", "reason"])]
    won = (await zeynep.do(CLOSE, end))["plan"]
    assert won["state"] == "WON"
    assert (await zeynep.execute(PROSPECTS))["customers"]["nodes"] == []
