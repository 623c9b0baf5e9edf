"""Who is at a case just now: seen by colleagues, told of as it changes, gone by itself."""

from care.clock_scan import scan
from tests.factories.care import later
from tests.journeys.conftest import World
from tests.journeys.story import begin

SET = """mutation ($input: SetPresenceInput!) { setPresence(input: $input) { case { version presence { activity member { id } } }
    userErrors { code path } } }"""
CURSOR = "{ viewer { eventCursor } }"
SINCE = """query ($cursor: String!) { eventsSince(cursor: $cursor) { nodes { topic nodeId
    node { ... on Case { presence { activity since member { id } } } } } } }"""
SCREEN = "query ($id: ID!) { node(id: $id) { ... on Case { presence { activity member { id } } } } }"
REPLY = """mutation ($input: ReplyToCaseInput!) { replyToCase(input: $input) { message { deliveryStatus }
    userErrors { code path } } }"""


async def test_colleagues_see_who_is_at_a_case_and_are_kept_from_nothing(world: World) -> None:
    story = await begin(world)
    case, agent, colleague = await story.case(), story.client("agent"), story.client("colleague")
    await story.settle()
    cursor = (await colleague.execute(CURSOR))["viewer"]["eventCursor"]

    seen = (await agent.do(SET, {"caseId": case.id, "activity": "REPLYING"}))["case"]
    mine = {"activity": "REPLYING", "member": {"id": world.members["agent"]}}
    assert seen == {"version": 1, "presence": [mine]}
    await story.settle()
    told = (await colleague.execute(SINCE, cursor=cursor))["eventsSince"]["nodes"]
    assert [(event["topic"], event["nodeId"]) for event in told] == [("CASE", case.id)]
    assert [one["member"] for one in told[0]["node"]["presence"]] == [mine["member"]]

    reply = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Bakıyorum."}
    assert (await colleague.do(REPLY, reply))["message"]["deliveryStatus"] in {"QUEUED", "SENT"}
    assert await story.client("hr").refused(SET, {"caseId": case.id}) == [("NOT_FOUND", ["input", "caseId"])]

    later(seconds=46)
    await scan()
    await story.settle()
    assert (await colleague.execute(SCREEN, id=case.id))["node"]["presence"] == []
    await agent.do(SET, {"caseId": case.id, "activity": "VIEWING"})
    assert (await agent.do(SET, {"caseId": case.id}))["case"]["presence"] == []
