"""Round trips of the portal: no query needs more waves than it is deep and two, one of them for who is asking."""

from typing import Any

from care.documents.cases import Case
from care.requests import RequestMessageDraft, add_message
from community.documents import Question
from core.idempotency import Once
from core.ids import with_prefix
from tests.contract.documents import documents
from tests.factories.community import publish
from tests.journeys.conftest import World
from tests.journeys.situations.ideas import public_idea
from tests.journeys.story import Story, begin
from tests.round_trips import Trips, depth_of, measured

CONTRACT = documents("portal")
TRIES = 5
FOR_THE_ACTOR = 1


def objects(data: Any) -> int:
    """Count the objects of an answer."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return isinstance(data, dict) + sum(objects(part) for part in parts)


async def grow(story: Story, request: Case, question: Question, rows: int) -> None:
    """Let customers make, ask and propose so many things more, and say so much more of what there is."""
    asking = await story.customer("ayse")
    for _ in range(rows):
        await story.request()
        await add_message(
            asking, RequestMessageDraft(request_id=with_prefix("req", request.id), body="Hâlâ bekliyorum."), once=Once()
        )
        await publish(await story.public_question())
        await story.answer(question)
        await public_idea(story)
    await story.settle()


async def asked(world: World, wanted: dict[str, dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Ask for everything: commands and objects by document; none needs more waves than it may."""
    found = {}
    for name, variables in wanted.items():
        runs: list[Trips] = []
        data: Any = None
        for _ in range(TRIES):
            with measured() as trips:
                data = await world.portal("ayse").execute(CONTRACT[name], **variables)
            runs.append(trips)
        assert min(trips.waves for trips in runs) <= depth_of(CONTRACT[name]) + 1 + FOR_THE_ACTOR, runs[0].names
        found[name] = (min(len(trips.names) for trips in runs), objects(data))
    return found


async def test_portal_s_queries_ask_the_store_no_more_for_a_hundred_rows_than_for_one(world: World) -> None:
    story = await begin(world)
    request, question = await story.answered_request(), await publish(await story.public_question())
    wanted: dict[str, dict[str, Any]] = {
        "PortalViewer": {},
        "MyRequests": {"first": 100},
        "RequestScreen": {"id": with_prefix("req", request.id), "last": 100},
        "KnowledgeScreen": {"id": with_prefix("pqs", question.id)},
        "PublicKnowledge": {"query": "kargo", "first": 100},
        "Ideas": {"first": 100},
    }
    assert sorted(wanted) == sorted(name for name, document in CONTRACT.items() if document.startswith("query"))
    await grow(story, request, question, 1)
    one = await asked(world, wanted)
    await grow(story, request, question, 99)
    hundred = await asked(world, wanted)

    assert {name: commands for name, (commands, _) in one.items()} == {name: commands for name, (commands, _) in hundred.items()}
    for name in set(wanted) - {"PortalViewer"}:
        assert (name, hundred[name][0] > FOR_THE_ACTOR, hundred[name][1] > one[name][1] + 15) == (name, True, True)
