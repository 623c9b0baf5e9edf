"""A customer of WhatsApp who wrote days ago is answered by a template: read from the provider, filled, sent, delivered."""

from datetime import timedelta
from typing import Any

import orjson

from care.cases.steps import StepDraft, complete_step
from care.clock_scan import scan
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.cycles import ResolutionStep
from core.clock import clock, now
from core.records import fresh
from tests.care.providers.meta_says import template_news, whatsapp, wrote
from tests.care.test_message_templates import enter
from tests.care.test_silence import set_policy
from tests.factories.care import make_actor
from tests.journeys.conftest import World
from tests.journeys.test_providers import Line, open_meta, state_of
from tests.receiver import listening

SYNCHRONISE = """
mutation($input: SynchroniseMessageTemplatesInput!) { synchroniseMessageTemplates(input: $input) {
  channel { version setup { templateSync { endedAt found error askedBy { displayName } } } } userErrors { code path message }
} }"""
TEMPLATES = """
query($channel: ID!) {
  messageTemplates(channelId: $channel, state: APPROVED, first: 5) {
    totalCount nodes { id name language body state valueCount objection channel { id setup { templateSync { found error } } } }
  }
}"""
WINDOW = "query($id: ID!) { node(id: $id) { ... on Conversation { replyWindow { open until } } } }"
SEND = """
mutation($input: SendTemplateInput!) { sendTemplate(input: $input) {
  message { id body deliveryStatus template { name values template { state } } }
  case { status } userErrors { code path message }
} }"""
KARGO = {"name": "kargo", "language": "tr", "status": "APPROVED", "category": "UTILITY"}
TOLD = KARGO | {"components": [{"type": "BODY", "text": "Sayın {{1}}, {{2}} numaralı siparişiniz yolda."}]}


async def window_of(world: World, conversation_id: str) -> dict[str, Any]:
    answer = await world.staff("zeynep").execute(WINDOW, id=conversation_id)
    shown: dict[str, Any] = answer["node"]["replyWindow"]
    return shown


async def synchronised(world: World, line: Line) -> dict[str, Any]:
    """Have the templates read, and give the approved ones as an agent is shown them."""
    channel_id = line.path.removeprefix("/hooks/")
    given = {"channelId": channel_id, "expectedVersion": 1}
    asked = (await world.staff("leyla").execute(SYNCHRONISE, input=given))["synchroniseMessageTemplates"]
    assert asked["userErrors"] == []
    assert asked["channel"]["setup"]["templateSync"]["askedBy"] == {"displayName": "Leyla"}
    await world.settle()
    found = (await world.staff("leyla").execute(TEMPLATES, channel=channel_id))["messageTemplates"]
    assert found["nodes"][0]["channel"]["setup"]["templateSync"] == {"found": 1, "error": None}
    shown: dict[str, Any] = (await world.staff("zeynep").execute(TEMPLATES, channel=channel_id))["messageTemplates"]
    return shown


async def test_who_wrote_days_ago_is_answered_by_a_template(world: World) -> None:
    listed = (200, orjson.dumps({"data": [TOLD]}))
    taken = (200, b'{"messaging_product": "whatsapp", "messages": [{"id": "wamid.T"}]}')
    async with listening(listed, taken) as graph:
        line = await open_meta(world, "WHATSAPP", graph, accountId="106540", businessAccountId="102290")
        asked_at = now().replace(microsecond=0)
        await line.hear(whatsapp(wrote("text", {"body": "Siparişim nerede?"}, timestamp=str(int(asked_at.timestamp())))))
        case, (talk,) = await line.only()
        until = (asked_at + timedelta(hours=24)).isoformat().replace("+00:00", "Z")
        window = await window_of(world, talk["id"])
        assert window["open"] is True
        assert window["until"].startswith(until[:19])

        clock.shift(timedelta(hours=30))
        await world.sign_in("zeynep")
        await world.sign_in("leyla")
        assert (await window_of(world, talk["id"]))["open"] is False
        refused = await line.reply(case, talk, "Yarın kapınızda.")
        assert [one["path"] for one in refused["userErrors"]] == [["input", "conversationId"]]
        assert "send an approved template with `sendTemplate`" in refused["userErrors"][0]["message"]
        assert graph.heard == []

        found = await synchronised(world, line)
        template = found["nodes"][0]
        assert (found["totalCount"], template["name"], template["valueCount"]) == (1, "kargo", 2)
        given = {"caseId": case["id"], "conversationId": talk["id"], "templateId": template["id"], "values": ["Sara"]}
        few = (await world.staff("zeynep").execute(SEND, input=given))["sendTemplate"]
        assert [(one["code"], one["path"]) for one in few["userErrors"]] == [("INVALID_INPUT", ["input", "values"])]
        sent = (await world.staff("zeynep").execute(SEND, input=given | {"values": ["{{customer.firstName}}", "1042"]}))[
            "sendTemplate"
        ]
        await world.settle()
        await line.hear(whatsapp(statuses=({"id": "wamid.T", "status": "delivered"},)))

    assert sent["userErrors"] == []
    assert sent["message"]["body"] == "Sayın Sara, 1042 numaralı siparişiniz yolda."
    assert sent["message"]["template"] == {"name": "kargo", "values": ["Sara", "1042"], "template": {"state": "APPROVED"}}
    (asked, posted) = graph.heard
    assert (asked.method, asked.path.partition("?")[0]) == ("GET", "/102290/message_templates")
    values = [{"type": "text", "text": "Sara"}, {"type": "text", "text": "1042"}]
    body = orjson.loads(posted.body)
    assert (posted.path, body["type"], body["to"]) == ("/106540/messages", "template", "989121234567")
    components = [{"type": "body", "parameters": values}]
    assert body["template"] == {"name": "kargo", "language": {"code": "tr"}, "components": components}
    status, external_id = await state_of(sent["message"]["id"])
    assert (str(status), external_id) == ("DELIVERED", "wamid.T")


AUTOMATIC = """
mutation($input: UpdateMessageTemplateInput!) { updateMessageTemplate(input: $input) {
  messageTemplate { version automaticUses { purpose values } } userErrors { code path message }
} }"""
FOUND = "query($channel: ID!) { messageTemplates(channelId: $channel) { nodes { id version } } }"
WITHHELD = """query($id: ID!) { node(id: $id) { ... on Case { withheldReplies { purpose conversationId at } } } }"""
TOLD_OF = "query { notifications(first: 20) { nodes { kind text target { id } } } }"


async def silent(world: World, line: Line, number: int) -> dict[str, Any]:
    """Let a customer write, be answered and asked, and then stay silent for a day and more."""
    said = wrote("text", {"body": "Siparişim nerede?"}, f"wamid.{number}", timestamp=str(int(now().timestamp())))
    await line.hear(whatsapp(said))
    case, (talk,) = await line.only()
    await line.reply(case, talk, "Yola çıktı.")
    document = await Case.get(case["id"])
    assert document is not None
    steps = list(ResolutionStep)
    for step in steps[steps.index(document.current_step) : -1]:
        draft = StepDraft(case_id=document.id, step=step)
        document = await complete_step(make_actor(), draft, expected_version=(await fresh(document)).version)
    clock.shift(timedelta(hours=25))
    await world.settle()
    await scan()
    await world.settle()
    for name in ("zeynep", "leyla"):
        await world.sign_in(name)
    return case | {"talk": talk}


async def test_reminder_outside_of_the_window_leaves_as_the_template_that_a_manager_set_or_is_told_of(world: World) -> None:
    await set_policy(remind_after_minutes=[24 * 60])
    taken = (200, b'{"messages": [{"id": "wamid.A"}]}')
    async with listening(taken) as graph:
        line = await open_meta(world, "WHATSAPP", graph, accountId="106540")
        case = await silent(world, line, 1)
        shown = (await world.staff("zeynep").execute(WITHHELD, id=case["id"]))["node"]["withheldReplies"]
        assert [(one["purpose"], one["conversationId"]) for one in shown] == [("REMINDER", case["talk"]["id"])]
        told = (await world.staff("leyla").execute(TOLD_OF))["notifications"]["nodes"]
        assert [one["target"]["id"] for one in told if one["kind"] == "REPLY_WITHHELD"] == [case["id"]]
        assert len(graph.heard) == 1

        channel_id = line.path.removeprefix("/hooks/")
        channel = await Channel.get(channel_id)
        assert channel is not None
        await enter(channel, name="hatirlatma", body="Talebiniz {{1}} çözüldü mü?")
        (template,) = (await world.staff("leyla").execute(FOUND, channel=channel_id))["messageTemplates"]["nodes"]
        given = {"templateId": template["id"], "expectedVersion": template["version"]}
        use = {"purpose": "REMINDER", "values": ["{{case.number}}"]}
        wrong = {**given, "automatic": [{**use, "values": []}]}
        assert await world.staff("leyla").refused(AUTOMATIC, wrong) == [("INVALID_INPUT", ["input", "automatic", "0", "values"])]
        assert (await world.staff("leyla").do(AUTOMATIC, given | {"automatic": [use]}))["messageTemplate"] == {
            "version": template["version"] + 1,
            "automaticUses": [use],
        }
        again = await silent(world, line, 2)

    assert (await world.staff("zeynep").execute(WITHHELD, id=again["id"]))["node"]["withheldReplies"] == shown
    assert orjson.loads(graph.heard[-1].body)["template"]["name"] == "hatirlatma"


STATE = """query($channel: ID!) { messageTemplates(channelId: $channel) {
  nodes { id state reason quality automaticUses { purpose } }
} }"""


async def test_template_that_whatsapp_pauses_is_shown_with_its_reason_and_told_of(world: World) -> None:
    async with listening() as graph:
        line = await open_meta(world, "WHATSAPP", graph, accountId="106540")
        channel_id = line.path.removeprefix("/hooks/")
        channel = await Channel.get(channel_id)
        assert channel is not None
        template = await enter(channel)
        given = {"templateId": template.id, "expectedVersion": 1}
        use = {"purpose": "HOLDING_REPLY", "values": ["{{customer.firstName}}", "{{case.number}}"]}
        await world.staff("leyla").do(AUTOMATIC, given | {"automatic": [use]})
        why = {"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}
        await line.hear(template_news("PAUSED", int(now().timestamp()), other_info=why))
        await line.hear(template_news("", int(now().timestamp()), field="quality", new_quality_score="RED"))

    (shown,) = (await world.staff("zeynep").execute(STATE, channel=channel_id))["messageTemplates"]["nodes"]
    reason = "FIRST_PAUSE: Paused for 3 hours."
    assert shown == {
        "id": template.id,
        "state": "PAUSED",
        "reason": reason,
        "quality": "RED",
        "automaticUses": [{"purpose": "HOLDING_REPLY"}],
    }
    told = (await world.staff("leyla").execute(TOLD_OF))["notifications"]["nodes"]
    assert [one["target"]["id"] for one in told if one["kind"] == "TEMPLATE_STOPPED"] == [template.id]
    assert await line.cases() == []
