"""How the front office works on cases, as front ends ask for it: put aside, labelled."""

from datetime import timedelta

from care.clock_scan import scan
from care.documents.customers import Customer
from core.clock import now
from tests.factories.care import later, make_conversation, say
from tests.journeys.conftest import World
from tests.journeys.story import Story, begin

CASE = "case { id version status tags { slug name } snooze { until by { id } } } userErrors { code path }"
SNOOZE = f"mutation ($input: SnoozeCaseInput!) {{ snoozeCase(input: $input) {{ {CASE} }} }}"
UNSNOOZE = f"mutation ($input: UnsnoozeCaseInput!) {{ unsnoozeCase(input: $input) {{ {CASE} }} }}"
TAG = f"mutation ($input: SetCaseTagsInput!) {{ setCaseTags(input: $input) {{ {CASE} }} }}"
LIST = "query ($filter: CaseFilter) { cases(first: 5, filter: $filter) { totalCount nodes { id status } } }"
TAGS = "query ($starting: String!) { caseTags(first: 5, starting: $starting) { totalCount nodes { id slug name } } }"

REPLY = """mutation ($input: ReplyToCaseInput!) { replyToCase(input: $input) { message { id deliveryStatus viewerCanUndo }
    case { firstResponse { status } } userErrors { code path } } }"""
UNDO = "mutation ($input: UndoReplyInput!) { undoReply(input: $input) { body case { id version } userErrors { code path } } }"
MOVE = """mutation ($input: RescheduleReplyInput!) { rescheduleReply(input: $input) { message { deliveryStatus scheduledFor }
    case { version firstResponse { status } } userErrors { code path } } }"""
SAVE = "mutation ($input: SaveDraftInput!) { saveDraft(input: $input) { draft { body version } userErrors { code path } } }"
DISCARD = """mutation ($input: DiscardDraftInput!) { discardDraft(input: $input) { conversation { id viewerDraft { body } }
    userErrors { code path } } }"""
SCREEN = """query ($id: ID!) { node(id: $id) { ... on Case { viewerDraft { body version conversationId }
    conversations(first: 1) { nodes { viewerDraft { body } messages(first: 9) { nodes { body deliveryStatus } } } } } } }"""


async def listed(story: Story, **wanted: object) -> list[str]:
    found = (await story.client("agent").execute(LIST, filter=wanted))["cases"]
    return [node["id"] for node in found["nodes"]]


async def test_case_is_put_aside_and_comes_back_by_itself(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    until = (now() + timedelta(minutes=4)).isoformat()

    put = (await agent.do(SNOOZE, {"caseId": case.id, "until": until, "expectedVersion": 1}))["case"]
    assert (put["status"], put["version"], put["snooze"]["by"]) == ("SNOOZED", 2, {"id": world.members["agent"]})
    assert await listed(story, status={"eq": "SNOOZED"}) == [case.id]
    assert await listed(story, status={"notIn": ["SNOOZED", "CLOSED"]}) == []

    later(minutes=5)
    await scan()
    await story.settle()
    assert await listed(story, status={"eq": "SNOOZED"}) == []

    given = {"caseId": case.id, "expectedVersion": 2}
    assert await agent.refused(UNSNOOZE, given) == [("ALREADY_DONE", ["input", "caseId"])]
    stale = await agent.refusable(SNOOZE, {**given, "expectedVersion": 1})
    assert (stale["case"]["version"], stale["userErrors"][0]["code"]) == (2, "CONFLICT")


async def test_cases_are_labelled_and_found_by_their_labels(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    await story.case()

    given = {"caseId": case.id, "tags": ["Ürün İadesi", "URUN-IADESI"], "expectedVersion": 1}
    tagged = (await agent.do(TAG, given))["case"]

    assert tagged["tags"] == [{"slug": "urun-iadesi", "name": "Ürün İadesi"}]
    assert await listed(story, tag={"eq": "urun-iadesi"}) == [case.id]
    vocabulary = (await agent.execute(TAGS, starting="ürün"))["caseTags"]
    assert vocabulary == {"totalCount": 1, "nodes": [{"id": "tag_urun-iadesi", "slug": "urun-iadesi", "name": "Ürün İadesi"}]}
    refused = await agent.refused(TAG, {**given, "tags": ["🚚"], "expectedVersion": 2})
    assert refused == [("INVALID_INPUT", ["input", "tags"])]


async def test_reply_is_undone_scheduled_moved_and_sent(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    given = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Bakıyorum."}

    reply = await agent.do(REPLY, {**given, "undoable": True})
    assert (reply["message"]["deliveryStatus"], reply["message"]["viewerCanUndo"]) == ("SCHEDULED", True)
    assert reply["case"]["firstResponse"]["status"] == "RUNNING"
    assert (await agent.do(UNDO, {"messageId": reply["message"]["id"]}))["body"] == "Bakıyorum."

    at = (now() + timedelta(hours=1)).isoformat()
    planned = (await agent.do(REPLY, {**given, "body": "Yarın gelir.", "sendAt": at}))["message"]
    moved = await agent.do(MOVE, {"messageId": planned["id"], "expectedVersion": 1})
    assert moved["message"]["deliveryStatus"] in {"QUEUED", "SENT"}
    assert moved["case"] == {"version": 2, "firstResponse": {"status": "MET"}}
    await story.settle()
    assert await agent.refused(UNDO, {"messageId": planned["id"]}) == [("UNDO_EXPIRED", ["input", "messageId"])]
    assert await agent.refused(REPLY, {**given, "sendAt": "2020-01-01T00:00:00Z"}) == [("INVALID_INPUT", ["input", "sendAt"])]

    screen = (await agent.execute(SCREEN, id=case.id))["node"]
    said = [message["body"] for message in screen["conversations"]["nodes"][0]["messages"]["nodes"]]
    assert said == ["Siparişim 1 gündür gelmedi.", "Yarın gelir."]


async def test_what_is_being_written_is_kept_for_its_author(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    place = {"caseId": case.id, "conversationId": case.conversation_ids[0]}

    assert (await agent.do(SAVE, {**place, "body": "Mer"}))["draft"] == {"body": "Mer", "version": 1}
    assert (await agent.do(SAVE, {**place, "body": "Merhaba", "seenVersion": 1}))["draft"]["version"] == 2
    assert await agent.refused(SAVE, {**place, "body": "Selam", "seenVersion": 1}) == [("CONFLICT", ["input", "seenVersion"])]

    mine, theirs = [(await story.client(who).execute(SCREEN, id=case.id))["node"] for who in ("agent", "colleague")]
    assert mine["viewerDraft"] == {"body": "Merhaba", "version": 2, "conversationId": case.conversation_ids[0]}
    assert mine["conversations"]["nodes"][0]["viewerDraft"] == {"body": "Merhaba"}
    assert theirs["viewerDraft"] is None

    gone = await agent.do(DISCARD, {"conversationId": case.conversation_ids[0]})
    assert gone["conversation"] == {"id": case.conversation_ids[0], "viewerDraft": None}
    await agent.do(SAVE, {**place, "body": "Bakıyorum"})
    await agent.do(REPLY, {**place, "body": "Bakıyorum."})
    await story.settle()
    assert (await agent.execute(SCREEN, id=case.id))["node"]["viewerDraft"] is None


CLOSE = "mutation ($input: CloseCaseInput!) { closeCase(input: $input) { case { version viewerCanReopen } userErrors { code } } }"
REOPEN = """mutation ($input: ReopenCaseInput!) { reopenCase(input: $input) { case { status version viewerCanReopen
    nextResponse { status } cycles { outcome reopenings { reason by { id } } } } userErrors { code path } } }"""


async def test_case_closed_by_mistake_is_brought_back(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    given = {"caseId": case.id, "reason": "Yanlış dosyaymış.", "expectedVersion": 1}
    assert await agent.refused(REOPEN, given) == [("ALREADY_DONE", ["input", "caseId"])]

    closing = {"caseId": case.id, "reason": "Bitti.", "expectedVersion": 1}
    closed = (await story.client("manager").do(CLOSE, closing))["case"]
    assert closed == {"version": 2, "viewerCanReopen": True}
    back = (await agent.do(REOPEN, {**given, "expectedVersion": 2}))["case"]
    await story.settle()

    assert (back["status"], back["version"], back["viewerCanReopen"]) == ("OPEN", 3, False)
    assert back["nextResponse"] == {"status": "RUNNING"}
    reopening = {"reason": "Yanlış dosyaymış.", "by": {"id": world.members["agent"]}}
    assert back["cycles"] == [{"outcome": "OVERRIDDEN", "reopenings": []}, {"outcome": None, "reopenings": [reopening]}]
    assert await listed(story, status={"eq": "OPEN"}) == [case.id]


MERGE = """mutation ($input: MergeCasesInput!) { mergeCases(input: $input) { case { id status version mergedInto { id } }
    into { id mergedCases(first: 5) { nodes { id } } conversations(first: 5) { totalCount } } userErrors { code path } } }"""
SPLIT = """mutation ($input: SplitCaseInput!) { splitCase(input: $input) { case { id splitCases(first: 5) { nodes { id } } }
    newCase { id subject splitFrom { id } firstResponse { status } } userErrors { code path } } }"""
OF_OLD_ID = "query ($id: ID!) { node(id: $id) { ... on Case { status viewerCanMerge viewerCanSplit mergedInto { id } } } }"


async def test_two_cases_become_one_and_one_becomes_two(world: World) -> None:
    story = await begin(world)
    case, agent = await story.case(), story.client("agent")
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    other = await say(await make_conversation(story.channel, customer), "Paketim hâlâ yok.")

    merged = await agent.do(MERGE, {"caseId": case.id, "intoId": other.id, "reason": "Aynı paket.", "expectedVersion": 1})
    await story.settle()
    assert merged["case"] == {"id": case.id, "status": "CLOSED", "version": 2, "mergedInto": {"id": other.id}}
    assert merged["into"] == {"id": other.id, "mergedCases": {"nodes": [{"id": case.id}]}, "conversations": {"totalCount": 2}}
    old = (await agent.execute(OF_OLD_ID, id=case.id))["node"]
    assert old == {"status": "CLOSED", "viewerCanMerge": False, "viewerCanSplit": False, "mergedInto": {"id": other.id}}
    again = {"caseId": case.id, "intoId": other.id, "expectedVersion": 2}
    assert await agent.refused(MERGE, again) == [("INVALID_INPUT", ["input", "caseId"])]

    given = {"caseId": other.id, "messageId": other.last_message_id, "subject": "Kayıp paket", "expectedVersion": 1}
    halves = await agent.do(SPLIT, given)
    await story.settle()
    assert halves["case"]["splitCases"]["nodes"] == [{"id": halves["newCase"]["id"]}]
    assert (halves["newCase"]["subject"], halves["newCase"]["splitFrom"]) == ("Kayıp paket", {"id": other.id})
    assert halves["newCase"]["firstResponse"]["status"] == "RUNNING"
