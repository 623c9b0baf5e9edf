"""Complaints as front ends work on them: what was promised by a phrase is kept."""

from care.documents.conversations import Message
from tests.factories.care import deliver
from tests.journeys.conftest import World
from tests.journeys.story import begin

PHRASES = "{ stockPhrases { version phrases { locale text } } holdingReplies { version phrases { locale text } } }"
SET_PHRASES = """mutation($input: SetPhrasesInput!) { setPhrases(input: $input) {
    phraseBook { version phrases { locale text } } userErrors { code path } } }"""
REPLY = """mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) {
    message { id } case { id status version obligations { id kind fulfilledAt } } userErrors { code path } } }"""
CLOSE = "mutation($input: CloseCaseInput!) { closeCase(input: $input) { case { status } userErrors { code path } } }"
FULFIL = """mutation($input: FulfilObligationInput!) { fulfilObligation(input: $input) {
    obligation { fulfilledAt } case { version } userErrors { code path } } }"""


async def test_stock_phrase_obliges_and_the_case_can_t_be_closed_before_it_is_kept(world: World) -> None:
    story = await begin(world)
    case, agent, manager = await story.case(), story.client("agent"), story.client("manager")
    shown = await agent.execute(PHRASES)
    assert {phrase["locale"] for phrase in shown["stockPhrases"]["phrases"]} == {"tr", "fa", "en"}
    assert shown["holdingReplies"]["version"] == 0

    given = {"caseId": case.id, "conversationId": case.conversation_ids[0]}
    body = "سلام! لطفاً اطلاعات تماس خود را بفرستید."
    answer = await agent.do(REPLY, {**given, "body": body})
    replied, message = answer["case"], await Message.get(answer["message"]["id"])
    assert (replied["status"], [owed["kind"] for owed in replied["obligations"]]) == ("PENDING", ["CONTACT_DETAILS"])
    assert message is not None
    await deliver(message)

    closing = {"caseId": case.id, "reason": "Bitti", "expectedVersion": replied["version"]}
    assert await manager.refused(CLOSE, closing) == [("OBLIGATION_OPEN", ["input", "caseId"])]
    keeping = {"obligationId": replied["obligations"][0]["id"], "expectedVersion": replied["version"]}
    kept = (await agent.do(FULFIL, keeping))["case"]
    closed = await manager.do(CLOSE, {**closing, "expectedVersion": kept["version"]})
    assert closed["case"] == {"status": "CLOSED"}

    phrases = [{"locale": "tr", "text": "bize numaranızı yazın"}]
    wanted = {"kind": "CONTACT_DETAILS", "phrases": phrases, "expectedVersion": 0}
    assert (await manager.do(SET_PHRASES, wanted))["phraseBook"] == {"version": 1, "phrases": phrases}
    stale = await manager.refusable(SET_PHRASES, wanted)
    assert (stale["phraseBook"]["version"], stale["userErrors"][0]["code"]) == (1, "CONFLICT")
    assert await agent.refused(SET_PHRASES, wanted) == [("FORBIDDEN", ["input"])]
