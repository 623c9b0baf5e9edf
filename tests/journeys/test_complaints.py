"""Complaints as front ends work on them: what was promised by a phrase is kept."""

from care.clock_scan import scan
from care.documents.conversations import Message
from care.misses import route_miss
from community.documents import Question
from tests.factories.care import deliver, later, make_entry
from tests.journeys.conftest import World
from tests.journeys.story import begin

PHRASES = "{ stockPhrases { version phrases { locale text } } holdingReplies { version phrases { locale text } } }"
SET_PHRASES = """mutation($input: SetPhrasesInput!) { setPhrases(input: $input) {
    phraseBook { version phrases { locale text } } userErrors { code path } } }"""
REPLY = """mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) {
    message { id } case { id status version obligations { id kind fulfilledAt } } userErrors { code path } } }"""
CLOSE = "mutation($input: CloseCaseInput!) { closeCase(input: $input) { case { status } userErrors { code path } } }"
FULFIL = """mutation($input: FulfilObligationInput!) { fulfilObligation(input: $input) {
    obligation { fulfilledAt note fulfilledBy { id } } case { version } userErrors { code path } } }"""


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
    keeping = {"obligationId": replied["obligations"][0]["id"], "note": "Aradım.", "expectedVersion": replied["version"]}
    done = await agent.do(FULFIL, keeping)
    kept, owed = done["case"], done["obligation"]
    assert (owed["note"], owed["fulfilledBy"]) == ("Aradım.", {"id": world.members["agent"]})
    closed = await manager.do(CLOSE, {**closing, "expectedVersion": kept["version"]})
    assert closed["case"] == {"status": "CLOSED"}

    phrases = [{"locale": "tr", "text": "bize numaranızı yazın"}]
    wanted = {"kind": "CONTACT_DETAILS", "phrases": phrases, "expectedVersion": 0}
    assert (await manager.do(SET_PHRASES, wanted))["phraseBook"] == {"version": 1, "phrases": phrases}
    stale = await manager.refusable(SET_PHRASES, wanted)
    assert (stale["phraseBook"]["version"], stale["userErrors"][0]["code"]) == (1, "CONFLICT")
    assert await agent.refused(SET_PHRASES, wanted) == [("FORBIDDEN", ["input"])]


MISS = """mutation($input: ReportAnswerBankMissInput!) { reportAnswerBankMiss(input: $input) {
    miss { id status question holdingReply reportedBy { id } } userErrors { code path } } }"""
MISSES = """query($status: MissStatus) { answerBankMisses(status: $status) { totalCount nodes {
    id status detected remindedAt alarmedAt answeredAt case { id } expert { id } backup { id }
    consultation { id question { id version } } entry { id title body status useCount owner { id } uses { totalCount } } } } }"""
SUGGEST = """query($caseId: ID!, $text: String!) { answerSuggestions(caseId: $caseId, text: $text) {
    edges { score node { id title locale } } } }"""
ANSWER = "mutation($input: AnswerQuestionInput!) { answerQuestion(input: $input) { answer { id } userErrors { code } } }"
ACCEPT = "mutation($input: AcceptAnswerInput!) { acceptAnswer(input: $input) { question { id } userErrors { code } } }"
TOLD = "{ notifications(first: 20) { nodes { kind } } }"


async def test_what_the_answer_bank_misses_is_asked_reminded_and_learned(world: World) -> None:
    story = await begin(world)
    case, agent, manager = await story.case(), story.client("agent"), story.client("manager")
    await story.settle()

    given = {"caseId": case.id, "question": "Koltuk kılıfı ne zaman yeniden satışa çıkacak?"}
    miss = (await agent.do(MISS, given))["miss"]
    assert (miss["status"], miss["question"], miss["reportedBy"]["id"]) == ("OPEN", given["question"], world.members["agent"])
    assert miss["holdingReply"].startswith("Bize yazdığınız için teşekkür ederiz.")
    await story.settle()

    await route_miss(miss["id"], [world.members["specialist"]])
    (shown,) = (await agent.execute(MISSES, status="ROUTED"))["answerBankMisses"]["nodes"]
    assert (shown["id"], shown["case"]["id"]) == (miss["id"], case.id)
    assert world.members["specialist"] in {(shown[part] or {}).get("id") for part in ("expert", "backup")}

    later(hours=5)
    await scan()
    later(hours=20)
    await scan()
    await story.settle()
    later(hours=-25)  # back to where the tokens hold
    (late,) = (await agent.execute(MISSES))["answerBankMisses"]["nodes"]
    assert late["remindedAt"] < late["alarmedAt"]
    kinds = [row["kind"] for row in (await manager.execute(TOLD))["notifications"]["nodes"]]
    assert kinds.count("ANSWER_OVERDUE") == 1

    question = late["consultation"]["question"]
    answer = await story.client("expert").do(ANSWER, {"questionId": question["id"], "body": "Kasım ayında yeniden satışta."})
    row = await Question.get(question["id"])
    assert row is not None
    await agent.do(ACCEPT, {"answerId": answer["answer"]["id"], "expectedVersion": row.version})
    await story.settle()
    (learned,) = (await agent.execute(MISSES, status="ANSWERED"))["answerBankMisses"]["nodes"]
    assert (learned["entry"]["status"], learned["entry"]["body"]) == ("DRAFT", "Kasım ayında yeniden satışta.")
    assert (learned["entry"]["useCount"], learned["entry"]["uses"]["totalCount"]) == (0, 0)


DISMISS = """mutation($input: DismissAnswerBankMissInput!) { dismissAnswerBankMiss(input: $input) {
    miss { id version status dismissedAt dismissalReason dismissedBy { id } viewerCanDismiss } userErrors { code path } } }"""
WAITING = "{ answerBankMisses(status: OPEN) { nodes { id version viewerCanDismiss dismissedBy { id } } } }"


async def test_what_needs_no_answer_of_the_bank_is_dismissed_with_a_reason(world: World) -> None:
    story = await begin(world)
    case, agent, mentor = await story.case(), story.client("agent"), story.client("mentor")
    miss = (await agent.do(MISS, {"caseId": case.id, "question": "Bugün hava nasıl?"}))["miss"]
    (open_one,) = (await mentor.execute(WAITING))["answerBankMisses"]["nodes"]
    assert (open_one["id"], open_one["viewerCanDismiss"], open_one["dismissedBy"]) == (miss["id"], True, None)

    given = {"missId": miss["id"], "reason": "Bizimle ilgisi yok.", "expectedVersion": open_one["version"]}
    assert await mentor.refused(DISMISS, {**given, "reason": " "}) == [("INVALID_INPUT", ["input", "reason"])]
    gone = (await mentor.do(DISMISS, given))["miss"]
    assert (gone["status"], gone["dismissalReason"], gone["viewerCanDismiss"]) == ("DISMISSED", given["reason"], False)
    assert (gone["dismissedBy"], gone["dismissedAt"] is None) == ({"id": world.members["mentor"]}, False)
    stale = await agent.refusable(DISMISS, given)
    assert (stale["userErrors"][0]["code"], stale["miss"]["status"]) == ("CONFLICT", "DISMISSED")
    again = {**given, "expectedVersion": gone["version"]}
    assert await agent.refused(DISMISS, again) == [("ALREADY_DONE", ["input", "missId"])]
    assert [one["id"] for one in (await agent.execute(MISSES, status="DISMISSED"))["answerBankMisses"]["nodes"]] == [miss["id"]]


async def test_answers_are_suggested_while_a_reply_is_written(world: World) -> None:
    story = await begin(world)
    case = await story.case()
    entry = await make_entry(await story.actor("mentor"), title="استرداد وجه", body="وجه شما ظرف سه روز کاری برمی‌گردد.")
    await story.settle()

    edges = (await story.client("agent").execute(SUGGEST, caseId=case.id, text="استرداد وجه شما"))["answerSuggestions"]["edges"]

    assert [edge["node"] for edge in edges] == [{"id": entry.id, "title": "استرداد وجه", "locale": "fa"}]


ENTRIES = """query($status: AnswerBankStatus, $ownerId: ID) { answerBankEntries(status: $status, ownerId: $ownerId) {
    totalCount nodes { id version status title owner { id } viewerCanEdit } } }"""
WRITE = """mutation($input: CreateAnswerBankEntryInput!) { createAnswerBankEntry(input: $input) {
    entry { id status } userErrors { code path } } }"""
EDIT = """mutation($input: EditAnswerBankEntryInput!) { editAnswerBankEntry(input: $input) {
    entry { id version status owner { id } } userErrors { code path } } }"""
ARCHIVE = """mutation($input: ArchiveAnswerBankEntryInput!) { archiveAnswerBankEntry(input: $input) {
    entry { version status } userErrors { code path } } }"""


async def test_draft_is_found_approved_given_to_an_owner_and_taken_out_of_use(world: World) -> None:
    story = await begin(world)
    case, agent, mentor = await story.case(), story.client("agent"), story.client("mentor")
    await agent.do(WRITE, {"title": "Ayçiçeği deseni", "body": "Ayçiçeği deseni nisanda geliyor."})

    (draft,) = (await mentor.execute(ENTRIES, status="DRAFT"))["answerBankEntries"]["nodes"]
    assert (draft["title"], draft["viewerCanEdit"], draft["owner"]) == ("Ayçiçeği deseni", True, {"id": world.members["agent"]})
    change = {"entryId": draft["id"], "ownerId": world.members["mentor"], "expectedVersion": draft["version"]}
    approved = (await mentor.do(EDIT, change))["entry"]
    assert (approved["status"], approved["owner"]) == ("APPROVED", {"id": world.members["mentor"]})
    assert (await mentor.execute(ENTRIES, status="DRAFT"))["answerBankEntries"]["totalCount"] == 0
    unowned = {**change, "ownerId": None, "expectedVersion": approved["version"]}
    assert await mentor.refused(EDIT, unowned) == [("INVALID_INPUT", ["input", "ownerId"])]

    await story.settle()
    looking = {"caseId": case.id, "text": "Ayçiçeği deseni"}
    assert len((await agent.execute(SUGGEST, **looking))["answerSuggestions"]["edges"]) == 1
    gone = {"entryId": draft["id"], "expectedVersion": approved["version"]}
    assert (await mentor.do(ARCHIVE, gone))["entry"]["status"] == "ARCHIVED"
    await story.settle()
    assert (await agent.execute(SUGGEST, **looking))["answerSuggestions"]["edges"] == []
    found = await agent.execute('{ search(query: "Ayçiçeği", filter: { kind: { eq: ANSWER_BANK_ENTRY } }) { totalCount } }')
    assert found["search"]["totalCount"] == 0
    mine = {"status": "ARCHIVED", "ownerId": world.members["mentor"]}
    assert [one["id"] for one in (await agent.execute(ENTRIES, **mine))["answerBankEntries"]["nodes"]] == [draft["id"]]
