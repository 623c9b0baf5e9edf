"""Round trips of the portal: no query needs more waves than it is deep and two, one of them for who is asking."""

from typing import Any

from core.ids import with_prefix
from tests.contract.documents import documents
from tests.journeys.conftest import World
from tests.journeys.story import begin
from tests.round_trips import Trips, depth_of, measured

CONTRACT = documents("portal")
TRIES = 5
FOR_THE_ACTOR = 1


async def runs_of(world: World, name: str, variables: dict[str, Any]) -> list[Trips]:
    runs = []
    for _ in range(TRIES):
        with measured() as trips:
            await world.portal("ayse").execute(CONTRACT[name], **variables)
        runs.append(trips)
    return runs


async def test_portal_s_queries_ask_the_store_no_more_for_many_requests_than_for_one(world: World) -> None:
    story = await begin(world)
    request = await story.answered_request()
    question = await story.public_question()
    asked: dict[str, dict[str, Any]] = {
        "PortalViewer": {},
        "MyRequests": {"first": 100},
        "RequestScreen": {"id": with_prefix("req", request.id), "last": 20},
        "KnowledgeScreen": {"id": with_prefix("pqs", question.id)},
        "PublicKnowledge": {"query": "kargo", "first": 10},
    }
    commands: list[dict[str, int]] = []
    for more in (0, 30):
        for _ in range(more):
            await story.request()
        await world.settle()
        found = {name: await runs_of(world, name, variables) for name, variables in asked.items()}
        for name, runs in found.items():
            assert min(trips.waves for trips in runs) <= depth_of(CONTRACT[name]) + 1 + FOR_THE_ACTOR, runs[0].names
        commands.append({name: min(len(trips.names) for trips in runs) for name, runs in found.items()})

    assert commands[0] == commands[1]
    assert all(count > FOR_THE_ACTOR for name, count in commands[0].items() if name in {"MyRequests", "RequestScreen"})
