"""From a public complaint to a private talk and back to one case, by the hook and the API alone."""

from typing import Any

import orjson
import pytest

from auth.actor import SYSTEM, Role
from care.channel_drafts import ChannelDraft
from care.channels import IssuedSecret, create_channel
from care.documents.channels import ChannelKind
from core.idempotency import Once
from tests.client import signed
from tests.journeys.conftest import World
from tests.receiver import listening

CASES = """
query { cases(first: 10) { nodes { id number conversations(first: 10) { nodes {
  id visibility continuedIn { id visibility } continuedFrom { id visibility }
  messages(first: 10) { nodes { body direction visibility } }
} } } } }"""
REPLY = """
mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) {
  message { id visibility conversation { id continuedFrom { id } } } case { id } userErrors { code path message }
} }"""


async def hear(world: World, made: IssuedSecret, identifier: str, text: str, *, public: bool) -> None:
    event = {
        "id": identifier,
        "type": "message",
        "visibility": "public" if public else "private",
        "thread": {"id": "post-9" if public else "u-7"},
        "author": {"id": "u-7", "handle": "@ayse"},
        "text": text,
    }
    body = orjson.dumps({"events": [event]})
    async with world.portal().http() as http:
        headers = signed(made.secret, body, webhook_id=f"dlv-{identifier}")
        answer = await http.post(f"/hooks/{made.channel.id}", content=body, headers=headers)
    assert answer.status_code == 200
    await world.settle()


async def one_case(world: World) -> dict[str, Any]:
    found = await world.staff("zeynep").execute(CASES)
    (case,) = found["cases"]["nodes"]
    assert isinstance(case, dict)
    return case


@pytest.fixture
async def made(world: World) -> IssuedSecret:
    await world.join("zeynep", Role.AGENT)
    draft = ChannelDraft(name="Narin on X", kind=ChannelKind.X)
    return await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())


async def test_public_complaint_is_taken_to_private_and_stays_one_case(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    async with listening() as network:
        draft = ChannelDraft(name="Narin on X", kind=ChannelKind.X, send_url=f"{network.url}/send")
        made = await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())
        await hear(world, made, "ext-1", "Siparişim nerede?", public=True)
        case = await one_case(world)
        given = {
            "caseId": case["id"],
            "conversationId": case["conversations"]["nodes"][0]["id"],
            "body": "Sipariş numaranızı yazar mısınız?",
            "privately": True,
            "idempotencyKey": "once",
        }
        answers = [(await world.staff("zeynep").execute(REPLY, input=given))["replyToCase"] for _ in range(2)]
        await world.settle()

    assert answers[0] == answers[1]
    assert answers[0]["userErrors"] == []
    (heard,) = network.heard
    told = orjson.loads(heard.body)
    assert (told["visibility"], told["threadId"], told["continues"]) == ("private", "u-7", "ext-1")
    await hear(world, made, "dm-1", "1042", public=False)
    case = await one_case(world)
    public, private = case["conversations"]["nodes"]
    assert (public["continuedIn"], public["continuedFrom"]) == ({"id": private["id"], "visibility": "PRIVATE"}, None)
    assert (private["continuedFrom"], private["continuedIn"]) == ({"id": public["id"], "visibility": "PUBLIC"}, None)
    assert [message["body"] for message in private["messages"]["nodes"]] == ["Sipariş numaranızı yazar mısınız?", "1042"]


async def test_error_names_the_field(world: World, made: IssuedSecret) -> None:
    await hear(world, made, "dm-1", "Merhaba", public=False)
    case = await one_case(world)
    given = {
        "caseId": case["id"],
        "conversationId": case["conversations"]["nodes"][0]["id"],
        "body": "Buyurun.",
        "privately": True,
    }
    answer = (await world.staff("zeynep").execute(REPLY, input=given))["replyToCase"]
    message = "This conversation is private already; leave `privately` out."
    assert answer["userErrors"] == [{"code": "INVALID_INPUT", "path": ["input", "privately"], "message": message}]
