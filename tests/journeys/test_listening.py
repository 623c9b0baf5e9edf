"""Listening: managers say what to listen for, and what customers say on a channel is found, read and counted."""

from datetime import timedelta
from typing import Any

from auth.actor import SYSTEM, Role
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.channels import ChannelKind
from core.clock import now
from core.idempotency import Once
from tests.client import delivery, said, signed
from tests.factories.care import make_case, make_conversation, say
from tests.journeys.conftest import World

CREATE = """
mutation($input: CreateListeningQueryInput!) {
  createListeningQuery(input: $input) { listeningQuery { id version name kind anyOf owner { id } } userErrors { code path } }
}"""
ARCHIVE = """
mutation($input: ArchiveListeningQueryInput!) {
  archiveListeningQuery(input: $input) { listeningQuery { archived version } userErrors { code } }
}"""
MENTIONS = """
query($filter: MentionFilter, $orderBy: MentionOrder) {
  mentions(first: 10, filter: $filter, orderBy: $orderBy) {
    totalCount nodes { phrases query { name } message { body } }
  }
}"""
CHECK = """
query($caseId: ID!, $body: String!) {
  checkReply(caseId: $caseId, body: $body) { advice { kind severity reason start end } }
}"""
REPORT = """
query($range: DateTimeRange!) {
  mentionReport(range: $range, by: QUERY) {
    whole { mentionCount customerCount shareOfVoice } groups { label mentionCount customerCount shareOfVoice }
  }
}"""


SET_ALERT = """
mutation($input: SetListeningAlertInput!) {
  setListeningAlert(input: $input) {
    listeningQuery { version alertRule { windowMinutes least timesUsual } } userErrors { code path }
  }
}"""
EARLIER = """
mutation($input: FindEarlierMentionsInput!) {
  findEarlierMentions(input: $input) { listeningQuery { version earlierSearch { finishedAt } } userErrors { code path } }
}"""
ALERTS = """
{
  listeningAlerts(first: 5, open: true) {
    nodes { id raisedCount usual endedAt rule { least } query { name earlierSearch { lookedAtCount foundCount } } }
  }
  notifications(first: 5) { nodes { kind target { id } } }
}"""
ACKNOWLEDGE = """
mutation($input: AcknowledgeListeningAlertInput!) {
  acknowledgeListeningAlert(input: $input) {
    listeningAlert { note acknowledgedBy { id } version } userErrors { code path }
  }
}"""


async def listen(world: World, **given: Any) -> dict[str, Any]:
    answer = await world.staff("leyla").execute(CREATE, input=given)
    assert answer["createListeningQuery"]["userErrors"] == []
    query: dict[str, Any] = answer["createListeningQuery"]["listeningQuery"]
    return query


async def test_what_is_said_on_a_channel_is_found_and_counted(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    draft = ChannelDraft(name="Narin on X", kind=ChannelKind.X, send_url="http://127.0.0.1:9/send")
    made = await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())
    brand = await listen(world, name="Narin", kind="BRAND", anyOf=["narin", "نارین"])
    await listen(world, name="Kettle", kind="PRODUCT", allOf=["narin", "ısıtıcı"])
    await listen(world, name="Zarif", kind="COMPETITOR", anyOf=["zarif"], noneOf=["çekiliş"])
    texts = ["NARİN ISITICI bozuldu", "نارین خیلی خوب است", "Zarif daha hızlı", "Zarif çekiliş", "Merhaba"]
    events = [said(text, event_id=f"e{n}", author=f"u{n}", thread=f"t{n}") for n, text in enumerate(texts)]
    body = delivery(*events)
    for webhook_id in ("d-1", "d-2"):
        async with world.portal().http() as http:
            sent = await http.post(
                f"/hooks/{made.channel.id}", content=body, headers=signed(made.secret, body, webhook_id=webhook_id)
            )
        assert sent.status_code == 200
        await world.settle()

    found = (await world.staff("zeynep").execute(MENTIONS))["mentions"]
    named = (await world.staff("zeynep").execute(MENTIONS, filter={"queryIds": [brand["id"]]}))["mentions"]
    span = {"from": (now() - timedelta(days=1)).isoformat(), "until": (now() + timedelta(days=1)).isoformat()}
    report = (await world.staff("leyla").execute(REPORT, range=span))["mentionReport"]

    assert (brand["kind"], brand["owner"]) == ("BRAND", {"id": world.members["leyla"]})
    assert found["totalCount"] == 4
    assert sorted((one["query"]["name"], one["message"]["body"], one["phrases"]) for one in found["nodes"]) == [
        ("Kettle", texts[0], ["narin", "ısıtıcı"]),
        ("Narin", texts[0], ["narin"]),
        ("Narin", texts[1], ["نارین"]),
        ("Zarif", texts[2], ["zarif"]),
    ]
    assert named["totalCount"] == 2
    assert report["whole"] == {"mentionCount": 4, "customerCount": 3, "shareOfVoice": 2 / 3}
    assert [(one["label"], one["mentionCount"]) for one in report["groups"]] == [("Kettle", 1), ("Narin", 2), ("Zarif", 1)]
    archived = await world.staff("leyla").execute(ARCHIVE, input={"queryId": brand["id"], "expectedVersion": brand["version"]})
    assert archived["archiveListeningQuery"] == {"listeningQuery": {"archived": True, "version": 2}, "userErrors": []}


async def test_reply_is_checked_before_it_is_sent(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    case = await make_case()
    body = "Kartınız 4111 1111 1111 1111"

    found = (await world.staff("zeynep").execute(CHECK, caseId=case.id, body=body))["checkReply"]["advice"]

    card = {"kind": "CARD_NUMBER", "severity": "HIGH", "start": 9, "end": 28}
    assert found[0] == {**card, "reason": "This is the number of a payment card. Leave it out, most of all in public."}
    rest = [(one["kind"], one["severity"], one["start"], one["end"]) for one in found[1:]]
    assert rest == [("GREETING_MISSING", "LOW", None, None), ("NAME_MISSING", "LOW", None, None)]


async def test_managers_are_called_when_much_more_is_said_than_usual(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await say(await make_conversation(), "Narin yine geç kaldı")
    query = await listen(world, name="Narin", kind="BRAND", anyOf=["narin"])
    rule = {"windowMinutes": 60, "least": 3, "timesUsual": 2.5}
    set_up = await world.staff("leyla").execute(SET_ALERT, input={"queryId": query["id"], "rule": rule, "expectedVersion": 1})
    since = (now() - timedelta(days=2)).isoformat()
    asked = await world.staff("leyla").execute(EARLIER, input={"queryId": query["id"], "since": since, "expectedVersion": 2})
    await world.settle()
    for number in range(2):
        await say(await make_conversation(), f"Narin kargo {number}")
    await world.settle()

    seen = await world.staff("leyla").execute(ALERTS)
    (alert,) = seen["listeningAlerts"]["nodes"]
    note = "Duyuru hazırlanıyor."
    kept = await world.staff("leyla").execute(ACKNOWLEDGE, input={"alertId": alert["id"], "note": note, "expectedVersion": 1})

    assert set_up["setListeningAlert"] == {"listeningQuery": {"version": 2, "alertRule": rule}, "userErrors": []}
    assert asked["findEarlierMentions"]["listeningQuery"] == {"version": 3, "earlierSearch": {"finishedAt": None}}
    assert (alert["raisedCount"], alert["usual"], alert["endedAt"], alert["rule"]) == (3, 0.0, None, {"least": 3})
    assert alert["query"] == {"name": "Narin", "earlierSearch": {"lookedAtCount": 1, "foundCount": 1}}
    told = [one for one in seen["notifications"]["nodes"] if one["kind"] == "LISTENING_ALERT"]
    assert [one["target"] for one in told] == [{"id": alert["id"]}]
    seen_to = {"note": note, "acknowledgedBy": {"id": world.members["leyla"]}, "version": 2}
    assert kept["acknowledgeListeningAlert"] == {"listeningAlert": seen_to, "userErrors": []}
