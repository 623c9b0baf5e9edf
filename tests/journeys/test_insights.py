"""Insights through the API: from a customer's message to a change, told to who listens for it, found and discussed."""

from typing import Any

from auth.actor import SYSTEM, Role
from community.departments import DepartmentDraft, add_department
from core.idempotency import Once
from tests.factories.care import later, make_case
from tests.journeys.conftest import World

ERRORS = "userErrors { code path message }"
CREATE = f"""mutation($input: CreateInsightInput!) {{ createInsight(input: $input) {{ insight {{
  id version stage departments {{ name }} owner {{ displayName }} evidence {{ id }} viewerCanMove }} {ERRORS} }} }}"""
MOVE = f"""mutation($input: MoveInsightInput!) {{ moveInsight(input: $input) {{
  insight {{ version stage steps {{ stage change }} }} {ERRORS} }} }}"""
LINK = f"mutation($input: SetInsightEvidenceInput!) {{ setInsightEvidence(input: $input) {{ insight {{ id }} {ERRORS} }} }}"
WATCH = f"mutation($input: SetWatchLevelInput!) {{ setWatchLevel(input: $input) {{ level target {{ id }} {ERRORS} }} }}"
REMARK = f"mutation($input: AddCommentInput!) {{ addComment(input: $input) {{ comment {{ id }} {ERRORS} }} }}"
DIGEST = f"""mutation($input: SetInsightDigestInput!) {{ setInsightDigest(input: $input) {{
  insightDigest {{ period version }} {ERRORS} }} }}"""
READ = """query($id: ID!) { node(id: $id) { ... on Insight {
  title evidence { id } comments(first: 5) { nodes { body } } viewerCanEdit viewerWatchLevel } } }"""
WHOLE = """query($id: ID!) { node(id: $id) { ... on Case {
  insights(first: 5) { totalCount nodes { title } } customer { insights(first: 5) { totalCount nodes { title } } } } } }"""
FOUND = """query($d: ID!) {
  search(query: "ödeme bağlantısı", first: 5) { nodes { ... on Insight { title } } }
  insights(first: 5, filter: { departmentId: { eq: $d }, kind: { eq: OPPORTUNITY } }) { totalCount nodes { title } }
  insightDigest(departmentId: $d) { period insights(first: 5) { nodes { title } } }
}"""
SINCE = "query($cursor: String!) { eventsSince(cursor: $cursor, first: 20) { nodes { topic node { id } } } }"
TOLD = "{ notifications(first: 20) { nodes { kind } } }"


async def test_opportunity_goes_from_a_message_to_a_change(world: World) -> None:
    people = {"ece": Role.AGENT, "deniz": Role.EXPERT, "leyla": Role.MANAGER}
    for name, role in people.items():
        await world.join(name, role)
    ece, deniz, leyla = (world.staff(name) for name in people)
    department = await add_department(SYSTEM, DepartmentDraft(name="Ar-Ge"), once=Once())
    watched = (await deniz.do(WATCH, {"targetId": department.id, "level": "WATCHING"}))["target"]
    assert watched == {"id": department.id}
    assert (await deniz.do(WATCH, {"targetId": "ink_RISK", "level": "TRACKING"}))["target"] is None
    digest = {"departmentId": department.id, "period": "DAILY", "expectedVersion": 0}
    assert await deniz.refused(DIGEST, digest) == [("FORBIDDEN", ["input"])]
    await leyla.do(DIGEST, digest)

    case = await make_case()
    title = "Müşteriler ödeme bağlantısı istiyor"
    given: dict[str, Any] = {
        "kind": "OPPORTUNITY",
        "title": title,
        "body": "Sohbetten çıkmadan ödemek istiyorlar.",
        "departmentIds": [department.id],
        "evidenceIds": [case.last_message_id],
    }
    assert await deniz.refused(CREATE, given) == [("NOT_FOUND", ["input", "evidenceIds"])]
    cursor = (await deniz.execute("{ viewer { eventCursor } }"))["viewer"]["eventCursor"]
    made = (await ece.do(CREATE, given))["insight"]
    await world.settle()
    assert (made["stage"], made["departments"], made["evidence"]) == (
        "LISTEN",
        [{"name": "Ar-Ge"}],
        [{"id": case.last_message_id}],
    )
    happened = (await deniz.execute(SINCE, cursor=cursor))["eventsSince"]["nodes"]
    assert [one for one in happened if one["topic"] == "INSIGHTS"] == [{"topic": "INSIGHTS", "node": {"id": made["id"]}}]
    await deniz.do(REMARK, {"targetId": made["id"], "body": "Bunu denedik."})
    await world.settle()

    seen = (await deniz.execute(READ, id=made["id"]))["node"]
    assert (seen["evidence"], seen["viewerCanEdit"], seen["viewerWatchLevel"]) == ([], False, "WATCHING")
    assert [one["body"] for one in seen["comments"]["nodes"]] == ["Bunu denedik."]
    whole = (await ece.execute(WHOLE, id=case.id))["node"]
    assert (whole["insights"]["totalCount"], whole["customer"]["insights"]["nodes"]) == (0, [{"title": title}])
    await ece.do(LINK, {"insightId": made["id"], "evidenceId": case.id, "linked": True})
    assert (await ece.execute(WHOLE, id=case.id))["node"]["insights"] == {"totalCount": 1, "nodes": [{"title": title}]}
    later(days=2)
    for name in people:
        await world.sign_in(name)
    ece, deniz, leyla = (world.staff(name) for name in people)
    await world.settle()
    found = await deniz.execute(FOUND, d=department.id)
    assert [one for one in found["search"]["nodes"] if one] == [{"title": title}]
    assert found["insights"] == {"totalCount": 1, "nodes": [{"title": title}]}
    assert found["insightDigest"] == {"period": "DAILY", "insights": {"nodes": [{"title": title}]}}
    assert {one["kind"] for one in (await deniz.execute(TOLD))["notifications"]["nodes"]} == {"INSIGHT_ADDED"}
    assert "COMMENTED" in {one["kind"] for one in (await ece.execute(TOLD))["notifications"]["nodes"]}

    version = made["version"]
    for stage in ("ANALYSE", "ENGAGE"):
        move = {"insightId": made["id"], "stage": stage, "expectedVersion": version}
        version = (await ece.do(MOVE, move))["insight"]["version"]
    evolve = {"insightId": made["id"], "stage": "EVOLVE", "expectedVersion": version}
    assert await ece.refused(MOVE, evolve) == [("INVALID_INPUT", ["input", "change"])]
    done = (await ece.do(MOVE, {**evolve, "change": "Sohbette ödeme açıldı."}))["insight"]
    assert done["steps"][-1] == {"stage": "EVOLVE", "change": "Sohbette ödeme açıldı."}


async def test_what_a_secret_space_holds_is_evidence_for_its_members_alone(world: World) -> None:
    for name in ("ece", "can"):
        await world.join(name, Role.AGENT)
    ece, can = world.staff("ece"), world.staff("can")
    made = await ece.do(
        "mutation($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } userErrors { code path } } }",
        {"name": "Kapalı kutu", "visibility": "SECRET"},
    )
    asked = await ece.do(
        "mutation($input: AskQuestionInput!) { askQuestion(input: $input) { question { id } userErrors { code path } } }",
        {"title": "Depo taşınacak mı?", "body": "Bilen var mı?", "tagSlugs": ["depo"], "spaceId": made["space"]["id"]},
    )
    question = asked["question"]["id"]
    given = {"kind": "RISK", "title": "Depo taşınırsa gecikir", "body": "Planlayalım.", "evidenceIds": [question]}
    assert await can.refused(CREATE, given) == [("NOT_FOUND", ["input", "evidenceIds"])]
    insight = (await ece.do(CREATE, given))["insight"]
    assert insight["evidence"] == [{"id": question}]
    assert (await can.execute(READ, id=insight["id"]))["node"]["evidence"] == []
