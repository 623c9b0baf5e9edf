"""What became of a message on its channel, as an agent reads it."""

from typing import Any

from auth.actor import Role
from tests.client import delivery, said, signed
from tests.journeys.conftest import World
from tests.receiver import listening

CREATE = """
mutation($input: CreateChannelInput!) { createChannel(input: $input) { channel { id } secret userErrors { path message } } }"""
CASES = """
query { cases(first: 10, orderBy: {field: OPENED_AT, direction: ASC}) { nodes { id conversations(first: 2) { nodes { id
  messages(first: 10) { nodes { body direction deliveryStatus deliveryError editedAt unparsed reactions { kind count } } }
} } } } }"""
ANSWERED = """
query { cases(first: 10, orderBy: {field: OPENED_AT, direction: ASC}) { nodes { conversations(first: 2) { nodes {
  messages(first: 10) { nodes { inReplyTo { body } } }
} } } } }"""
REPLY = """
mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) { message { deliveryError } userErrors { code path } } }"""


async def hear(world: World, channel: dict[str, Any], *events: dict[str, Any]) -> None:
    body = delivery(*events)
    async with world.portal().http() as http:
        headers = signed(channel["secret"], body, webhook_id=str(events[0]["id"]))
        answer = await http.post(f"/hooks/{channel['channel']['id']}", content=body, headers=headers)
    assert answer.status_code == 200
    await world.settle()


async def opened(world: World, url: str | None = None) -> dict[str, Any]:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    return await world.staff("leyla").do(CREATE, {"name": "Narin", "kind": "X", "sendUrl": url})


async def shown(world: World) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    (case,) = (await world.staff("zeynep").execute(CASES))["cases"]["nodes"]
    (place,) = case["conversations"]["nodes"]
    return {"caseId": case["id"], "conversationId": place["id"]}, place["messages"]["nodes"]


async def test_agent_sees_edits_reactions_and_what_was_not_understood(world: World) -> None:
    channel = await opened(world)
    await hear(world, channel, said("Kargom gelmdi", event_id="m-1", visibility="private"))
    _, (plain,) = await shown(world)
    assert (plain["editedAt"], plain["unparsed"], plain["reactions"], plain["deliveryError"]) == (None, False, [], None)

    edit = {"id": "e-1", "type": "message.edited", "messageId": "m-1", "text": "Kargom gelmedi"}
    signs = [
        {"id": f"r-{who}", "type": "reaction", "messageId": "m-1", "author": {"id": who}, "kind": kind}
        for who, kind in (("u-1", "👍"), ("u-2", "😡"), ("u-3", "😡"), ("u-4", "👍"), ("u-4", "😡"))
    ]
    odd = {**said("", event_id="o-1", visibility="private"), "type": "story.mention"}
    await hear(world, channel, edit, *signs, odd)

    _, (first, second) = await shown(world)
    assert (first["body"], first["unparsed"]) == ("Kargom gelmedi", False)
    assert first["editedAt"] is not None
    assert first["reactions"] == [{"kind": "😡", "count": 3}, {"kind": "👍", "count": 1}]
    assert (second["unparsed"], "story.mention" in second["body"]) == (True, True)


async def test_agent_sees_what_a_message_answers(world: World) -> None:
    async with listening((200, b'{"id": "ext-out-1"}')) as end:
        channel = await opened(world, end.url)
        await hear(world, channel, said("Kargom gelmedi", event_id="m-1"))
        given, _ = await shown(world)
        await world.staff("zeynep").do(REPLY, {**given, "body": "Hangi sipariş?"})
        await world.settle()
    await hear(world, channel, said("1042", event_id="m-2", inReplyTo="ext-out-1"))
    await hear(world, channel, said("Bence de", event_id="m-3", author="u-9", inReplyTo="m-1"))

    rows = (await world.staff("zeynep").execute(ANSWERED))["cases"]["nodes"]
    talks = [[one["inReplyTo"] for one in row["conversations"]["nodes"][0]["messages"]["nodes"]] for row in rows]
    assert talks == [[None, {"body": "Kargom gelmedi"}, {"body": "Hangi sipariş?"}], [None]]

    gone = {"id": "d-1", "type": "message.deleted", "messageId": "m-1"}
    await hear(world, channel, gone)
    rows = (await world.staff("zeynep").execute(ANSWERED))["cases"]["nodes"]
    assert rows[0]["conversations"]["nodes"][0]["messages"]["nodes"][0] == {"inReplyTo": None}


async def test_agent_reads_why_a_reply_did_not_reach_the_customer(world: World) -> None:
    async with listening((400, b"")) as end:
        channel = await opened(world, end.url)
        await hear(world, channel, said("Kargom gelmedi", event_id="m-1"))
        given, _ = await shown(world)
        sent = await world.staff("zeynep").do(REPLY, {**given, "body": "Bakıyoruz."})
        await world.settle()

    assert sent["message"]["deliveryError"] is None
    _, (_, reply) = await shown(world)
    assert (reply["deliveryStatus"], reply["deliveryError"]) == ("FAILED", "the channel refused it with HTTP 400")
