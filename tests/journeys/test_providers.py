"""Facebook, WhatsApp and X from setting up to the answer: the hook, stand-ins for their interfaces, and the API alone."""

import itertools
from datetime import timedelta
from typing import Any

import orjson
import pytest

from auth.actor import Role
from care.documents.conversations import DeliveryStatus, Message
from core.clock import clock, now
from tests.care.providers import meta_says, x_says
from tests.care.providers.meta_says import AYSE, POST, comment, page, private, whatsapp, wrote
from tests.care.providers.x_says import MEHMET, PEOPLE, activity, direct, post
from tests.journeys.conftest import World
from tests.receiver import Receiver, listening

CREATE = "mutation($input: CreateChannelInput!) { createChannel(input: $input) { channel { id } userErrors { path message } } }"
UPDATE = """
mutation($input: UpdateChannelInput!) { updateChannel(input: $input) {
  channel { setup { credentialsSet } } userErrors { path message }
} }"""
CASES = """
query { cases(first: 10, orderBy: {field: OPENED_AT, direction: ASC}) { nodes {
  id version customer { displayName } conversations(first: 10) { nodes {
    id visibility continuedIn { id } continuedFrom { id }
    messages(first: 20) { nodes { body direction deliveryStatus attachments { url } } }
  } }
} } }"""
REPLY = """
mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) {
  message { id deliveryStatus } userErrors { code path message }
} }"""
ASK = """
mutation($input: RequestContactDetailsInput!) { requestContactDetails(input: $input) {
  message { id } userErrors { code path message }
} }"""


class Line:
    """A channel of a provider, its stand-in, and an agent."""

    def __init__(self, world: World, channel_id: str, says: Any) -> None:
        self.world, self.path, self.says = world, f"/hooks/{channel_id}", says

    async def hear(self, payload: object) -> None:
        """Let the provider post."""
        body = orjson.dumps(payload)
        async with self.world.portal().http() as http:
            answer = await http.post(self.path, content=body, headers=self.says.signed(body))
        assert (answer.status_code, answer.content) == (200, b"")
        await self.world.settle()

    async def cases(self) -> list[dict[str, Any]]:
        """Show the agent the cases."""
        rows: list[dict[str, Any]] = (await self.world.staff("zeynep").execute(CASES))["cases"]["nodes"]
        return rows

    async def only(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Give the one case and its conversations."""
        (case,) = await self.cases()
        return case, case["conversations"]["nodes"]

    async def reply(self, case: dict[str, Any], place: dict[str, Any], body: str, **other: Any) -> dict[str, Any]:
        """Let the agent answer."""
        given = {"caseId": case["id"], "conversationId": place["id"], "body": body, **other}
        answer: dict[str, Any] = (await self.world.staff("zeynep").execute(REPLY, input=given))["replyToCase"]
        await self.world.settle()
        return answer


async def open_line(world: World, kind: str, says: Any, field: str, credentials: dict[str, Any]) -> Line:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    given = {"name": f"Narin {kind}", "kind": kind, field: credentials}
    made = (await world.staff("leyla").execute(CREATE, input=given))["createChannel"]
    assert made["userErrors"] == []
    return Line(world, made["channel"]["id"], says)


async def open_meta(world: World, kind: str, graph: Receiver, **other: Any) -> Line:
    known = {"appSecret": meta_says.APP_SECRET, "verifyToken": meta_says.VERIFY_TOKEN, "accessToken": "EAAtoken"}
    return await open_line(world, kind, meta_says, "meta", known | {"apiUrl": graph.url} | other)


async def open_x(world: World, api: Receiver) -> Line:
    known = {"consumerSecret": x_says.CONSUMER_SECRET, "bearerToken": "b", "apiUrl": api.url}
    return await open_line(world, "X", x_says, "x", known)


async def state_of(message_id: str) -> tuple[DeliveryStatus | None, str | None]:
    message = await Message.get(message_id)
    assert message is not None
    return message.delivery_status, message.external_id


async def test_hook_of_meta_is_proved_and_challenged(world: World) -> None:
    async with listening() as graph:
        line = await open_meta(world, "FACEBOOK", graph)
    query = {"hub.mode": "subscribe", "hub.verify_token": meta_says.VERIFY_TOKEN, "hub.challenge": "1158201444"}
    async with world.portal().http() as http:
        challenged = await http.get(line.path, params=query)
        guessed = await http.get(line.path, params=query | {"hub.verify_token": "tahmin"})
        forged = await http.post(line.path, content=b"{}", headers=meta_says.signed(b"{}", "another"))
    assert (challenged.status_code, challenged.text, guessed.status_code, forged.status_code) == (200, "1158201444", 401, 401)


async def test_comment_is_answered_in_public_then_in_private_in_one_case(world: World) -> None:
    async with listening((200, b'{"id": "out_1"}'), (200, b'{"recipient_id": "7300045", "message_id": "m_out"}')) as graph:
        line = await open_meta(world, "FACEBOOK", graph)
        await line.hear(page(comment()))
        case, (place,) = await line.only()
        public = await line.reply(case, place, "Hemen bakıyoruz.")
        private_ = await line.reply(case, place, "Numaranız nedir?", privately=True)

    calls = [(heard.path, orjson.loads(heard.body)) for heard in graph.heard]
    assert calls[0] == (f"/{POST}_1/comments", {"message": "Hemen bakıyoruz."})
    assert (calls[1][0], calls[1][1]["recipient"]) == ("/me/messages", {"comment_id": f"{POST}_1"})
    ours = private_["message"]["id"]
    assert await state_of(public["message"]["id"]) == (DeliveryStatus.SENT, "out_1")
    assert await state_of(ours) == (DeliveryStatus.SENT, "m_out")

    echo = private(sender=meta_says.PAGE, message={"mid": "m_out", "text": "x", "is_echo": True, "metadata": ours})
    await line.hear(page(messaging=(echo, private(delivery={"mids": ["m_out"]}))))
    assert (await state_of(ours))[0] is DeliveryStatus.DELIVERED
    await line.hear(page(messaging=(private(message={"mid": "m_in", "text": "1042"}),)))
    case, (first, second) = await line.only()
    assert (first["continuedIn"], second["continuedFrom"]) == ({"id": second["id"]}, {"id": first["id"]})
    assert {message["body"] for message in second["messages"]["nodes"]} == {"Numaranız nedir?", "1042"}


async def test_who_was_asked_below_a_comment_writes_in_private_into_the_same_case(world: World) -> None:
    async with listening() as graph:
        line = await open_meta(world, "FACEBOOK", graph)
        await line.hear(page(comment()))
        case, (place,) = await line.only()
        given = {
            "caseId": case["id"],
            "conversationId": place["id"],
            "body": "Telefonunuzu özelden yazar mısınız?",
            "expectedVersion": case["version"],
        }
        await world.staff("zeynep").execute(ASK, input=given)
        await world.settle()
        delivery = page(messaging=(private(message={"mid": "m_1", "text": "0532 000 00 00"}),))
        await line.hear(delivery)
        await line.hear(delivery)

    _, places = await line.only()
    assert [one["visibility"] for one in places] == ["PUBLIC", "PRIVATE"]
    assert places[0]["continuedIn"] == {"id": places[1]["id"]}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_edit_and_removal_in_any_order_end_alike(world: World, order: tuple[int, ...]) -> None:
    updates = [
        comment("c_1", "Siparişim nered"),
        comment("c_1", "Siparişim nerede?", verb="edited"),
        comment("c_2", "Silinecek", created_time=meta_says.MOMENT + 1),
    ]
    async with listening() as graph:
        line = await open_meta(world, "FACEBOOK", graph)
        for place in order:
            await line.hear(page(updates[place]))
        await line.hear(page(comment("c_2", None, verb="remove")))
        clock.shift(timedelta(minutes=5))
        await world.settle()

    _, (talk,) = await line.only()
    assert [message["body"] for message in talk["messages"]["nodes"]] == ["Siparişim nerede?"]


async def test_token_that_is_over_fails_the_reply_and_says_what_to_do(world: World) -> None:
    async with listening((400, b'{"error": {"code": 190, "message": "Session expired"}}')) as graph:
        line = await open_meta(world, "FACEBOOK", graph)
        await line.hear(page(comment()))
        case, (place,) = await line.only()
        answer = await line.reply(case, place, "Hemen bakıyoruz.")

    message = await Message.get(answer["message"]["id"])
    assert message is not None
    assert (message.delivery_status, message.delivery_error) == (
        DeliveryStatus.FAILED,
        "The access token of the channel is not valid any more. Ask an administrator for a new one. (Meta 190: Session expired)",
    )


async def test_album_of_whatsapp_is_one_case_answered_from_the_same_number(world: World) -> None:
    taken = (200, b'{"messaging_product": "whatsapp", "messages": [{"id": "wamid.O"}]}')
    async with listening(taken) as graph:
        line = await open_meta(world, "WHATSAPP", graph, accountId="106540")
        just_now = str(int(now().timestamp()))
        pictures = [wrote("image", {"id": str(number)}, f"wamid.{number}", timestamp=just_now) for number in range(5)]
        await line.hear(whatsapp(*pictures))
        await line.hear(whatsapp(*reversed(pictures)))
        case, (talk,) = await line.only()
        answer = await line.reply(case, talk, "سلام، بررسی می‌کنیم.")
        for status in ("read", "delivered", "sent"):
            await line.hear(whatsapp(statuses=({"id": "wamid.O", "status": status},)))

    assert case["customer"]["displayName"] == "Sara Karimi"
    assert len(talk["messages"]["nodes"]) == 5
    assert all(message["attachments"][0]["url"].startswith("/files/") for message in talk["messages"]["nodes"])
    (heard,) = graph.heard
    assert (heard.path, orjson.loads(heard.body)["to"]) == ("/106540/messages", "989121234567")
    assert await state_of(answer["message"]["id"]) == (DeliveryStatus.READ, "wamid.O")


async def test_unknown_type_is_shown_once_under_its_sender(world: World) -> None:
    async with listening() as graph:
        line = await open_meta(world, "WHATSAPP", graph)
        strange = wrote("hologram", {"depth": 3})
        await line.hear(whatsapp(strange))
        await line.hear(whatsapp(strange, wrote("text", {"body": "Alo?"}, "wamid.A2")))

    case, (talk,) = await line.only()
    assert case["customer"]["displayName"] == "Sara Karimi"
    shown, said = sorted(message["body"] for message in talk["messages"]["nodes"])[::-1]
    assert '"hologram"' in shown
    assert said == "Alo?"


async def test_x_is_checked_heard_and_answered_below_the_post(world: World) -> None:
    async with listening((201, b'{"data": {"id": "900"}}'), (201, b'{"data": {"dm_event_id": "77"}}')) as api:
        line = await open_x(world, api)
        async with world.portal().http() as http:
            checked = await http.get(line.path, params={"crc_token": "MDk5ZWQ"})
        await line.hear(activity(tweet_create_events=[post()]))
        case, (place,) = await line.only()
        answer = await line.reply(case, place, "Bakıyoruz.")
        again = post("1002", "@narin hâlâ yok", in_reply_to_status_id_str="900")
        await line.hear(activity(tweet_create_events=[again]))
        case, (place,) = await line.only()
        quiet = await line.reply(case, place, "Numaranız?", privately=True)
        await line.hear(activity(direct_message_events=[direct(text="1042")], users=PEOPLE))
        seen = {"created_timestamp": "1895700000000", "sender_id": MEHMET, "target": {"recipient_id": x_says.ACCOUNT}}
        await line.hear(activity(direct_message_mark_read_events=[seen]))

    assert checked.json() == {"response_token": x_says.signature(b"MDk5ZWQ")}
    calls = [(heard.path, orjson.loads(heard.body)) for heard in api.heard]
    assert calls == [
        ("/2/tweets", {"text": "Bakıyoruz.", "reply": {"in_reply_to_tweet_id": "1001"}}),
        (f"/2/dm_conversations/with/{MEHMET}/messages", {"text": "Numaranız?"}),
    ]
    assert await state_of(answer["message"]["id"]) == (DeliveryStatus.SENT, "900")
    assert await state_of(quiet["message"]["id"]) == (DeliveryStatus.READ, "77")
    case, places = await line.only()
    assert [len(one["messages"]["nodes"]) for one in places] == [3, 2]


async def test_deleted_post_goes_whatever_its_order(world: World) -> None:
    gone = activity(tweet_delete_events=[{"status": {"id": "1001", "user_id": MEHMET}, "timestamp_ms": "1795700001000"}])
    async with listening() as api:
        line = await open_x(world, api)
        await line.hear(gone)
        await line.hear(activity(tweet_create_events=[post(), post("1003", "Alo?")]))
        clock.shift(timedelta(minutes=5))
        await world.settle()

    bodies = [
        one["body"]
        for case in await line.cases()
        for place in case["conversations"]["nodes"]
        for one in place["messages"]["nodes"]
    ]
    assert bodies == ["Alo?"]


async def test_post_that_is_too_long_is_refused_with_the_field(world: World) -> None:
    async with listening() as api:
        line = await open_x(world, api)
        await line.hear(activity(tweet_create_events=[post()]))
        case, (place,) = await line.only()
        answer = await line.reply(case, place, "日" * 141)

    message = "The text has 282 characters as X counts them, and at most 280 are taken. A link counts as 23, an emoji as 2."
    assert answer["userErrors"] == [{"code": "INVALID_INPUT", "path": ["input", "body"], "message": message}]
    assert (await line.only())[1][0]["messages"]["nodes"][-1]["direction"] == "INBOUND"
    assert api.heard == []


async def test_credentials_are_checked_and_changed(world: World) -> None:
    async with listening() as graph:
        line = await open_meta(world, "FACEBOOK", graph)
    wrong = {"name": "Narin", "kind": "X", "meta": {"appSecret": "a", "verifyToken": "b"}}
    refused = (await world.staff("leyla").execute(CREATE, input=wrong))["createChannel"]
    assert refused["channel"] is None
    assert [one["path"] for one in refused["userErrors"]] == [["input", "kind"]]
    half = {"name": "Narin", "kind": "X", "x": {"consumerSecret": "a", "accessToken": "b"}}
    refused = (await world.staff("leyla").execute(CREATE, input=half))["createChannel"]
    assert refused["userErrors"][0]["path"] == ["input", "x"]
    fresh = {"appSecret": "a-new-secret", "verifyToken": "b"}
    given = {"channelId": line.path.removeprefix("/hooks/"), "meta": fresh, "expectedVersion": 1}
    changed = (await world.staff("leyla").execute(UPDATE, input=given))["updateChannel"]
    assert changed == {"channel": {"setup": {"credentialsSet": True}}, "userErrors": []}
    body = orjson.dumps(page(comment(author=AYSE)))
    async with world.portal().http() as http:
        taken = await http.post(line.path, content=body, headers=meta_says.signed(body, "a-new-secret"))
    assert taken.status_code == 200


async def test_one_credential_is_changed_and_the_others_stay(world: World) -> None:
    async with listening((200, b'{"id": "out_1"}')) as graph, listening((200, b'{"id": "out_2"}')) as moved:
        line = await open_meta(world, "FACEBOOK", graph)
        given = {"channelId": line.path.removeprefix("/hooks/"), "expectedVersion": 1}
        token = given | {"meta": {"accessToken": "EAAfresh"}}
        changed = (await world.staff("leyla").execute(UPDATE, input=token))["updateChannel"]
        assert changed == {"channel": {"setup": {"credentialsSet": True}}, "userErrors": []}
        await line.hear(page(comment()))  # signed by the app secret, which nobody gave again
        case, (place,) = await line.only()
        await line.reply(case, place, "Hemen bakıyoruz.")
        assert graph.heard[0].headers["authorization"] == "Bearer EAAfresh"

        elsewhere = given | {"meta": {"apiUrl": moved.url}, "expectedVersion": 2}
        refused = (await world.staff("leyla").execute(UPDATE, input=elsewhere))["updateChannel"]
        why = "The address is another one; give this again, for it is sent there."
        assert refused["userErrors"] == [{"path": ["input", "meta", "accessToken"], "message": why}]
        none = given | {"meta": {"accessToken": None}, "expectedVersion": 2}
        await world.staff("leyla").execute(UPDATE, input=none)
        answer = await line.reply(case, place, "Bir daha.")
    assert (len(graph.heard), moved.heard) == (1, [])
    message = await Message.get(answer["message"]["id"])
    assert message is not None
    assert message.delivery_error == "The channel has no access token. Ask an administrator to enter one."


async def test_half_of_a_pair_of_x_is_refused_and_the_other_half_taken(world: World) -> None:
    async with listening() as api:
        line = await open_x(world, api)
    given = {"channelId": line.path.removeprefix("/hooks/"), "expectedVersion": 1}
    half = given | {"x": {"accessToken": "a"}}
    refused = (await world.staff("leyla").execute(UPDATE, input=half))["updateChannel"]
    assert [one["path"] for one in refused["userErrors"]] == [["input", "x"]]
    whole = given | {"x": {"consumerKey": "k", "accessToken": "a", "accessTokenSecret": "b", "bearerToken": None}}
    assert (await world.staff("leyla").execute(UPDATE, input=whole))["updateChannel"]["userErrors"] == []
