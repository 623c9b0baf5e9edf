"""Channels from setting up to the first message: everything by the API, nothing by code."""

from typing import Any

import orjson

from auth.accounts import grant
from auth.actor import SYSTEM, Role
from care.documents.conversations import Message
from tests.care.providers.bot_api import TOKEN, bot_api, message, update
from tests.client import delivery, said, signed
from tests.journeys.conftest import World

SETUP = """
fragment Shown on Channel {
  id name kind version viewerCanManage
  setup {
    adapter environment hookUrl formUrl sendUrl credentialsSet previousSecretUntil
    form { origins required consent thanksUrl }
    email { address subaddressing smtp { host port security user } imap { host port user folder } }
    health { lastReceivedAt lastRefusedAt refusedBecause lastSentAt lastFailedAt failedBecause }
  }
}"""
CREATE = (
    SETUP
    + """
mutation($input: CreateChannelInput!) { createChannel(input: $input) {
  channel { ...Shown } secret userErrors { code path message }
} }"""
)
UPDATE = (
    SETUP
    + """
mutation($input: UpdateChannelInput!) { updateChannel(input: $input) {
  channel { ...Shown } userErrors { code path message }
} }"""
)
ROTATE = (
    SETUP
    + """
mutation($input: RotateChannelSecretInput!) { rotateChannelSecret(input: $input) {
  channel { ...Shown } secret userErrors { code path message }
} }"""
)
LIST = (
    SETUP
    + """
query($filter: ChannelFilter) { channels(first: 10, filter: $filter) { totalCount nodes { ...Shown } } }"""
)
CASES = "{ cases(first: 5) { nodes { id customer { displayName } conversations(first: 5) { nodes { id } } } } }"
REPLY = "mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) { message { id } userErrors { code path } } }"
MESSAGE = "query($id: ID!) { node(id: $id) { ... on Message { deliveryStatus } } }"
SMTP = {"host": "smtp.narin.example", "port": 587, "security": "STARTTLS", "user": "destek", "password": "gizli-parola"}


async def post(world: World, channel_id: str, secret: str, webhook_id: str) -> int:
    body = delivery(said("Siparişim nerede?", event_id=webhook_id))
    async with world.portal().http() as http:
        answer = await http.post(f"/hooks/{channel_id}", content=body, headers=signed(secret, body, webhook_id=webhook_id))
    await world.settle()
    return answer.status_code


async def test_operator_sets_up_a_channel_and_customers_reach_it(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    leyla = world.staff("leyla")
    given = {"name": "Narin on X", "kind": "X", "sendUrl": "http://127.0.0.1:9/send"}

    made = await leyla.do(CREATE, given)
    channel, secret = made["channel"], made["secret"]
    assert secret.startswith("whsec_")
    assert (channel["setup"]["adapter"], channel["setup"]["environment"]) == ("GENERIC", "LIVE")
    assert channel["setup"]["hookUrl"].endswith(f"/hooks/{channel['id']}")
    assert (channel["version"], channel["setup"]["credentialsSet"], channel["setup"]["formUrl"]) == (1, False, None)
    assert await post(world, channel["id"], secret, "d-1") == 200

    rotated = await leyla.do(ROTATE, {"channelId": channel["id"], "expectedVersion": 1})
    taken = [await post(world, channel["id"], one, name) for one, name in ((secret, "d-2"), (rotated["secret"], "d-3"))]
    assert taken == [200, 200]
    assert await post(world, channel["id"], "whsec_" + "A" * 43 + "=", "d-9") == 401
    changed = await leyla.do(UPDATE, {"channelId": channel["id"], "name": "Narin", "sendUrl": None, "expectedVersion": 2})

    setup = changed["channel"]["setup"]
    assert (changed["channel"]["name"], changed["channel"]["version"], setup["sendUrl"]) == ("Narin", 3, None)
    assert setup["previousSecretUntil"] == rotated["channel"]["setup"]["previousSecretUntil"] is not None
    assert setup["health"]["lastReceivedAt"] is not None
    assert setup["health"]["refusedBecause"] == "No matching signature found."
    stale = await leyla.refused(ROTATE, {"channelId": channel["id"], "expectedVersion": 2})
    assert stale == [("CONFLICT", ["input", "expectedVersion"])]


async def test_email_channel_shows_everything_but_its_password(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    leyla = world.staff("leyla")
    imap = {"host": "imap.narin.example", "port": 993, "user": "destek", "password": "gizli-kutu"}
    email = {"address": "destek@narin.example", "smtp": SMTP, "imap": imap, "subaddressing": True}

    made = await leyla.do(CREATE, {"name": "Destek", "kind": "EMAIL", "email": email})
    listed = (await leyla.execute(LIST, filter={"kind": {"eq": "EMAIL"}, "environment": {"in": ["LIVE"]}}))["channels"]

    assert listed["totalCount"] == 1
    assert listed["nodes"] == [made["channel"]]
    setup = made["channel"]["setup"]
    assert (setup["adapter"], setup["credentialsSet"]) == ("EMAIL", True)
    assert setup["email"] == {
        "address": "destek@narin.example",
        "subaddressing": True,
        "smtp": {"host": "smtp.narin.example", "port": 587, "security": "STARTTLS", "user": "destek"},
        "imap": {"host": "imap.narin.example", "port": 993, "user": "destek", "folder": "INBOX"},
    }
    assert "gizli" not in str([made, listed])
    wrong: dict[str, Any] = {"name": "Destek", "kind": "EMAIL", "email": {**email, "smtp": {**SMTP, "port": 0}}}
    assert await leyla.refused(CREATE, wrong) == [("INVALID_INPUT", ["input", "email", "smtp", "port"])]
    unfit = {"name": "Destek", "kind": "X", "form": {"consent": "KVKK"}}
    assert await leyla.refused(CREATE, unfit) == [("INVALID_INPUT", ["input", "form"])]


async def test_setup_is_for_managers_and_an_agency_sees_its_own_channels(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    await world.join("ajans", Role.AGENCY)
    made = [
        (await world.staff("leyla").do(CREATE, {"name": name, "kind": "WEB_FORM", "form": {"required": ["Şehir"]}}))["channel"]
        for name in ("Narin", "Zarif")
    ]
    account = world.members["ajans"].replace("mem_", "acc_")
    await grant(SYSTEM, account, [made[1]["id"]])

    agent = (await world.staff("zeynep").execute(LIST))["channels"]["nodes"]
    agency = (await world.staff("ajans").execute(LIST))["channels"]["nodes"]

    assert made[0]["setup"]["form"] == {"origins": [], "required": ["Şehir"], "consent": None, "thanksUrl": None}
    assert made[0]["setup"]["formUrl"].endswith(f"/forms/{made[0]['id']}")
    assert sorted((one["name"], one["setup"], one["viewerCanManage"]) for one in agent) == [
        ("Narin", None, False),
        ("Zarif", None, False),
    ]
    assert [(one["id"], one["setup"]) for one in agency] == [(made[1]["id"], None)]


async def test_bot_is_set_up_and_talks_with_a_customer(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    async with bot_api() as telegram:
        given = {"name": "Narin bot", "kind": "TELEGRAM", "telegram": {"botToken": TOKEN, "apiUrl": telegram.url}}
        made = await world.staff("leyla").do(CREATE, given)
        path, headers = f"/hooks/{made['channel']['id']}", {"x-telegram-bot-api-secret-token": made["secret"]}
        body = orjson.dumps(update(1, message=message(1, text="Siparişim nerede?")))
        async with world.portal().http() as http:
            refused = await http.post(path, content=body, headers={"x-telegram-bot-api-secret-token": "tahmin"})
            taken = [(await http.post(path, content=body, headers=headers)).status_code for _ in range(2)]
            asked = await http.get(path)
        await world.settle()

        (case,) = (await world.staff("zeynep").execute(CASES))["cases"]["nodes"]
        (talk,) = case["conversations"]["nodes"]
        reply = await world.staff("zeynep").do(
            REPLY, {"caseId": case["id"], "conversationId": talk["id"], "body": "Yarın kapınızda."}
        )
        await world.settle()

        assert (refused.status_code, taken, asked.status_code) == (401, [200, 200], 401)
        assert (made["channel"]["setup"]["adapter"], made["channel"]["setup"]["credentialsSet"]) == ("TELEGRAM", True)
        assert case["customer"]["displayName"] == "Ayşe Demir"
        assert [one["text"] for one in telegram.sent] == ["Yarın kapınızda."]
        shown = await world.staff("zeynep").execute(MESSAGE, id=reply["message"]["id"])
        assert shown["node"]["deliveryStatus"] == "SENT"
        assert TOKEN not in str(made)


async def test_file_that_telegram_keeps_is_fetched_for_who_may_read_its_message(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    await world.join("ajans", Role.AGENCY)
    async with bot_api() as telegram:
        telegram.files["large"] = b"\xff\xd8 a picture"
        given = {"name": "Narin bot", "kind": "TELEGRAM", "telegram": {"botToken": TOKEN, "apiUrl": telegram.url}}
        made = await world.staff("leyla").do(CREATE, given)
        told = message(1, photo=[{"file_id": "large", "width": 9}], document={"file_id": "gone", "file_name": "fiş.pdf"})
        headers = {"x-telegram-bot-api-secret-token": made["secret"]}
        async with world.portal().http() as http:
            await http.post(f"/hooks/{made['channel']['id']}", content=orjson.dumps(update(1, message=told)), headers=headers)
        await world.settle()
        (said,) = await Message.find_all().to_list()
        document, photo = said.attachments

        async with world.staff("zeynep").http() as http:
            found, gone = await http.get(photo.url), await http.get(document.url)
        async with world.staff("ajans").http() as http:
            hidden = await http.get(photo.url)

    async with world.staff("zeynep").http() as http:
        away = await http.get(photo.url)
    assert (found.status_code, found.content, found.headers["content-type"]) == (200, b"\xff\xd8 a picture", "image/jpeg")
    assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''photo.jpg"
    assert [gone.status_code, hidden.status_code, away.status_code] == [404, 404, 503]
    assert TOKEN not in photo.url + away.text
