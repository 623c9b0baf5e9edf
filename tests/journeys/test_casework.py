"""How the front office works on cases, as front ends ask for it: put aside, labelled."""

from datetime import timedelta

from care.clock_scan import scan
from core.clock import now
from tests.factories.care import later
from tests.journeys.conftest import World
from tests.journeys.story import Story, begin

CASE = "case { id version status tags { slug name } snooze { until by { id } } } userErrors { code path }"
SNOOZE = f"mutation ($input: SnoozeCaseInput!) {{ snoozeCase(input: $input) {{ {CASE} }} }}"
UNSNOOZE = f"mutation ($input: UnsnoozeCaseInput!) {{ unsnoozeCase(input: $input) {{ {CASE} }} }}"
TAG = f"mutation ($input: SetCaseTagsInput!) {{ setCaseTags(input: $input) {{ {CASE} }} }}"
LIST = "query ($filter: CaseFilter) { cases(first: 5, filter: $filter) { totalCount nodes { id status } } }"
TAGS = "query ($starting: String!) { caseTags(first: 5, starting: $starting) { totalCount nodes { id slug name } } }"


async def listed(story: Story, **wanted: object) -> list[str]:
    found = (await story.client("agent").execute(LIST, filter=wanted))["cases"]
    return [node["id"] for node in found["nodes"]]


async def test_case_is_put_aside_and_comes_back_by_itself(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    until = (now() + timedelta(minutes=4)).isoformat()

    put = (await agent.do(SNOOZE, {"caseId": case.id, "until": until, "expectedVersion": 1}))["case"]
    assert (put["status"], put["version"], put["snooze"]["by"]) == ("SNOOZED", 2, {"id": world.members["agent"]})
    assert await listed(story, status={"eq": "SNOOZED"}) == [case.id]
    assert await listed(story, status={"notIn": ["SNOOZED", "CLOSED"]}) == []

    later(minutes=5)
    await scan()
    await story.settle()
    assert await listed(story, status={"eq": "SNOOZED"}) == []

    given = {"caseId": case.id, "expectedVersion": 2}
    assert await agent.refused(UNSNOOZE, given) == [("ALREADY_DONE", ["input", "caseId"])]
    stale = await agent.refusable(SNOOZE, {**given, "expectedVersion": 1})
    assert (stale["case"]["version"], stale["userErrors"][0]["code"]) == (2, "CONFLICT")


async def test_cases_are_labelled_and_found_by_their_labels(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    await story.case()

    given = {"caseId": case.id, "tags": ["Ürün İadesi", "URUN-IADESI"], "expectedVersion": 1}
    tagged = (await agent.do(TAG, given))["case"]

    assert tagged["tags"] == [{"slug": "urun-iadesi", "name": "Ürün İadesi"}]
    assert await listed(story, tag={"eq": "urun-iadesi"}) == [case.id]
    vocabulary = (await agent.execute(TAGS, starting="ürün"))["caseTags"]
    assert vocabulary == {"totalCount": 1, "nodes": [{"id": "tag_urun-iadesi", "slug": "urun-iadesi", "name": "Ürün İadesi"}]}
    refused = await agent.refused(TAG, {**given, "tags": ["🚚"], "expectedVersion": 2})
    assert refused == [("INVALID_INPUT", ["input", "tags"])]
