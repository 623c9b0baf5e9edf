"""Practice from making a scenario to the end of a run, and that nothing of it is seen or counted where it is real."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Role
from care.documents.customers import Customer
from care.documents.twins import LikenessKeys
from core.clock import clock, now
from tests.factories.care import make_channel, make_conversation, make_customer, say
from tests.journeys.conftest import World
from tests.journeys.test_webhooks import CREATE as MAKE_WEBHOOK
from tests.journeys.test_webhooks import Desk
from tests.receiver import listening

CREATE = """
mutation($input: CreatePracticeScenarioInput!) {
  createPracticeScenario(input: $input) { scenario { id version injects { phase kind texts } } userErrors { code path } }
}"""
START = """
mutation($input: StartPracticeInput!) {
  startPractice(input: $input) { run { id version status case { id environment } participants { displayName }
    injects { texts playedAt } scenario { injects { texts } personas { name about } } } userErrors { code path } }
}"""
STEER = """
mutation($input: %(name)sInput!) {
  %(field)s(input: $input) { run { version status pausedAt injects { texts } } userErrors { code path } }
}"""
PAUSE = STEER % {"name": "PausePractice", "field": "pausePractice"}
RESUME = STEER % {"name": "ResumePractice", "field": "resumePractice"}
INJECT = STEER % {"name": "InjectIntoPractice", "field": "injectIntoPractice"}
END = STEER % {"name": "EndPractice", "field": "endPractice"}
SEEN = """
query($range: DateTimeRange!) {
  cases(first: 10) { totalCount nodes { id subject } }
  customers(first: 10) { totalCount nodes { displayName } }
  search(query: "narenciye", first: 10) { hits: totalCount }
  responseReport(range: $range) { groups { caseCount } }
  conversationReport(range: $range) { groups { caseCount } }
  coverageReport(range: $range, by: LIFECYCLE) { whole { populationCount } }
  mentions(first: 10) { totalCount }
}"""
PORTAL = """query($id: ID!) {
  viewer { requests(first: 5) { totalCount } } search(query: "narenciye", first: 5) { totalCount } node(id: $id) { id }
}"""
PRACTISED = "{ cases(first: 10, filter: {environment: {eq: PRACTICE}}) { nodes { lastMessage { body } } } }"
SCENARIO = {
    "title": "Narenciye krizi",
    "summary": "Bir şikâyet büyür.",
    "level": 1,
    "estimatedMinutes": 30,
    "personas": [{"key": "ece", "name": "Ece Narenciye", "handle": "@ece", "about": "Kırgın"}],
    "injects": [
        {"persona": "ece", "phase": "Spark", "texts": ["Narenciye kasam çürük geldi!"]},
        {"persona": "ece", "phase": "Storm", "afterMinutes": 5, "kind": "TWEETSTORM", "texts": ["Narenciye!", "میوه خراب بود"]},
    ],
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.reset_shift()


def today() -> dict[str, str]:
    return {"from": (now() - timedelta(hours=2)).isoformat(), "until": (now() + timedelta(hours=2)).isoformat()}


async def began(world: World) -> dict[str, Any]:
    for name, role in {"zeynep": Role.MENTOR, "can": Role.TRAINEE, "ada": Role.TRAINEE}.items():
        await world.join(name, role)
    made = (await world.staff("zeynep").do(CREATE, SCENARIO))["scenario"]
    given = {"scenarioId": made["id"], "memberIds": [world.members["ada"]]}
    run: dict[str, Any] = (await world.staff("can").do(START, given))["run"]
    await world.settle()
    return run


async def test_scenario_is_made_gone_through_together_steered_and_ended(world: World) -> None:
    run = await began(world)
    can, zeynep = world.staff("can"), world.staff("zeynep")

    assert (run["status"], run["case"]["environment"]) == ("RUNNING", "PRACTICE")
    assert [one["displayName"] for one in run["participants"]] == ["Can", "Ada"]
    assert [one["texts"] for one in run["injects"]] == [["Narenciye kasam çürük geldi!"]]
    assert run["scenario"] == {"injects": [], "personas": [{"name": "Ece Narenciye", "about": None}]}
    assert await can.refused(PAUSE, {"runId": run["id"], "expectedVersion": 1}) == [("FORBIDDEN", ["input"])]

    paused = (await zeynep.do(PAUSE, {"runId": run["id"], "expectedVersion": run["version"]}))["run"]
    clock.shift(timedelta(minutes=30))
    await world.settle()
    assert len((await can.execute(PRACTISED))["cases"]["nodes"]) == 1
    resumed = (await zeynep.do(RESUME, {"runId": run["id"], "expectedVersion": paused["version"]}))["run"]
    told = {"runId": run["id"], "persona": "ece", "texts": ["Cevap bekliyorum."], "expectedVersion": resumed["version"]}
    spoken = (await zeynep.do(INJECT, told))["run"]
    assert [one["lastMessage"]["body"] for one in (await can.execute(PRACTISED))["cases"]["nodes"]] == ["Cevap bekliyorum."]
    clock.shift(timedelta(minutes=5))
    await world.settle()

    bodies = {one["lastMessage"]["body"] for one in (await world.staff("ada").execute(PRACTISED))["cases"]["nodes"]}
    assert bodies == {"Narenciye!", "میوه خراب بود"}
    ended = (await can.do(END, {"runId": run["id"], "expectedVersion": spoken["version"]}))["run"]
    assert (paused["pausedAt"] is None, ended["status"], len(ended["injects"])) == (False, "FINISHED", 3)
    again = {"runId": run["id"], "expectedVersion": ended["version"]}
    assert await can.refused(END, again) == [("ALREADY_DONE", ["input", "runId"])]


async def test_nothing_that_is_practised_is_seen_or_counted_where_it_is_real(world: World) -> None:
    run = await began(world)
    await world.join("leyla", Role.MANAGER)
    await world.register("ayse")
    clock.shift(timedelta(minutes=5))
    await world.settle()
    seen = await world.staff("leyla").execute(SEEN, range=today())
    nothing = {
        "cases": {"totalCount": 0, "nodes": []},
        "customers": {"totalCount": 1, "nodes": [{"displayName": "Ayse"}]},
        "search": {"hits": 0},
        "coverageReport": {"whole": {"populationCount": 1}},
        "mentions": {"totalCount": 0},
    }
    assert {name: seen[name] for name in nothing} == nothing
    assert [sum(one["caseCount"] for one in seen[name]["groups"]) for name in ("responseReport", "conversationReport")] == [0, 0]
    assert await Customer.find({"is_practice": True}).count() == 2
    assert [one.keys for one in await LikenessKeys.find_all().to_list() if one.keys] == []

    portal = await world.portal("ayse").execute(PORTAL, id=run["case"]["id"].replace("case_", "req_"))
    assert portal == {"viewer": {"requests": {"totalCount": 0}}, "search": {"totalCount": 0}, "node": None}

    channel = await make_channel()
    await say(await make_conversation(channel, await make_customer(channel)), "Narenciye gerçekten geldi")
    await world.settle()
    real = await world.staff("leyla").execute(SEEN, range=today())
    assert (real["cases"]["totalCount"], real["customers"]["totalCount"], real["search"]["hits"]) == (1, 2, 1)
    assert real["coverageReport"]["whole"]["populationCount"] == 2
    assert [sum(one["caseCount"] for one in real[name]["groups"]) for name in ("responseReport", "conversationReport")] == [1, 1]


async def test_webhooks_tell_nobody_outside_of_what_is_practised(world: World) -> None:
    await world.join("deniz", Role.MANAGER)
    desk = Desk(world)
    document = "query($nodeId: ID!) { node(id: $nodeId) { id ... on Case { subject } } }"
    async with listening() as receiver:
        given = {"name": "Depo", "url": receiver.url, "document": document, "topics": ["INBOX", "CASE"]}
        await world.staff("deniz").do(MAKE_WEBHOOK, given)
        await began(world)
        await desk.worker.drain()
        practised = list(receiver.heard)
        await say(await make_conversation(), "Gerçek bir söz")
        await desk.worker.drain()

        assert practised == []
        assert any("Gerçek bir söz" in one.body.decode() for one in receiver.heard)
