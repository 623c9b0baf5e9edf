"""Governance through the API: an initiative from what customers said to a change, with its risks and the company's maturity."""

from typing import Any

from auth.actor import Role
from coaching.governance.documents import Dimension
from tests.journeys.conftest import World

SHOWN = """initiative { id version stage warnings returnOnInvestment owner { displayName } sponsor { displayName }
  steps { stage change } reviews { outcome withCustomers } kpis { name target actual } } userErrors { code path }"""
ACT = "mutation($input: %(name)sInput!) { %(field)s(input: $input) { " + SHOWN + " } }"
CREATE = ACT % {"name": "CreateInitiative", "field": "createInitiative"}
UPDATE = ACT % {"name": "UpdateInitiative", "field": "updateInitiative"}
MOVE = ACT % {"name": "MoveInitiative", "field": "moveInitiative"}
REVIEW = ACT % {"name": "ReviewInitiative", "field": "reviewInitiative"}
RISK = "mutation($input: CreateRiskInput!) { createRisk(input: $input) { risk { id exposure } userErrors { code } } }"
ASSESS = """
mutation($input: AssessReadinessInput!) {
  assessReadiness(input: $input) { assessment { maturity readiness warnings } userErrors { code path } }
}"""
SEEN = """{
  initiatives(first: 5, kind: SERVICE) { totalCount nodes { title origin viewerCanSteer } }
  risks(first: 5) { totalCount nodes { title exposure initiativeId } }
  readinessAssessments(first: 5) { totalCount nodes { maturity assessedBy { displayName } } }
}"""


async def test_initiative_goes_from_what_customers_said_to_a_change(world: World) -> None:
    for name, role in {"leyla": Role.MANAGER, "ali": Role.EXPERT}.items():
        await world.join(name, role)
    leyla, ali = world.staff("leyla"), world.staff("ali")
    given = {
        "title": "Anneler için canlı yayın",
        "goal": "Soruları birlikte yanıtlamak",
        "kind": "SERVICE",
        "origin": "CUSTOMERS",
        "trigger": "Kırk anne aynı soruyu sordu.",
        "kpis": [{"name": "Katılan", "target": 200}],
    }
    made: dict[str, Any] = (await leyla.do(CREATE, given))["initiative"]
    assert made["warnings"] == ["NO_SPONSOR", "NO_REVIEW_DATE"]
    at = {"initiativeId": made["id"]}
    kpi = {"name": "Katılan", "target": 200, "actual": 260}
    told = {"sponsorId": world.members["ali"], "spent": 100, "gained": 250, "kpis": [kpi], "reviewAt": "2099-01-01T00:00:00Z"}
    now = (await leyla.do(UPDATE, {**at, **told, "expectedVersion": 1}))["initiative"]
    assert (now["warnings"], now["returnOnInvestment"], now["sponsor"]) == ([], 1.5, {"displayName": "Ali"})
    assert await ali.refused(MOVE, {**at, "stage": "ANALYSE", "expectedVersion": 2}) == [("FORBIDDEN", ["input"])]
    for stage in ("ANALYSE", "ENGAGE"):
        now = (await leyla.do(MOVE, {**at, "stage": stage, "expectedVersion": now["version"]}))["initiative"]
    evolve = {**at, "stage": "EVOLVE", "expectedVersion": now["version"]}
    assert await leyla.refused(MOVE, evolve) == [("INVALID_INPUT", ["input", "change"])]
    now = (await leyla.do(MOVE, {**evolve, "change": "Yayın her ay yapılıyor."}))["initiative"]
    assert now["warnings"] == ["NO_CUSTOMER_REVIEW"]
    looked = {**at, "outcome": "Anneler sürsün istiyor.", "withCustomers": True, "nextReviewAt": "2099-01-01T00:00:00Z"}
    now = (await leyla.do(REVIEW, {**looked, "expectedVersion": now["version"]}))["initiative"]
    assert (now["warnings"], now["steps"][-1]["change"]) == ([], "Yayın her ay yapılıyor.")

    risk = (await leyla.do(RISK, {"title": "Yayında kriz", "likelihood": 2, "impact": 5, **at}))["risk"]
    findings = [{"dimension": one.value, "score": 3, "evidence": "Yerinde"} for one in Dimension]
    found = (await leyla.do(ASSESS, {"findings": findings}))["assessment"]

    assert found == {"maturity": "SOCIAL_CRM", "readiness": 75.0, "warnings": []}
    mine, theirs = await leyla.execute(SEEN), await ali.execute(SEEN)
    assert mine["risks"]["nodes"] == [{"title": "Yayında kriz", "exposure": risk["exposure"], "initiativeId": made["id"]}]
    assert mine["readinessAssessments"]["nodes"] == [{"maturity": "SOCIAL_CRM", "assessedBy": {"displayName": "Leyla"}}]
    assert [theirs[name]["totalCount"] for name in ("initiatives", "risks", "readinessAssessments")] == [1, 0, 0]
    assert theirs["initiatives"]["nodes"][0]["viewerCanSteer"] is False
