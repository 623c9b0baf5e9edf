"""Runs of the front office's documents."""

from care.documents.cycles import ResolutionStep
from core.records import fresh
from tests.factories import care
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World, ask_for_details, consult


@run
async def run_inbox(staff: Staff, world: World) -> None:
    given = {
        "first": 10,
        "filter": {"status": {"in": ["NEW"]}},
        "orderBy": {"field": "FIRST_RESPONSE_DUE_AT", "direction": "ASC"},
    }
    cases = (await staff.ask(world.agent, "Inbox", **given))["cases"]
    (row,) = cases["nodes"]
    assert (cases["totalCount"], cases["pageInfo"]["hasNextPage"]) == (1, False)
    assert (row["id"], row["status"], row["currentStep"], row["severity"]) == (world.case.id, "NEW", "CONTACT", 0)
    assert row["firstResponse"]["status"] == "RUNNING"
    assert row["nextResponse"] == {"status": "NOT_APPLICABLE", "dueAt": None}
    assert (row["channel"]["name"], row["customer"]["displayName"], row["assignee"]) == ("Köprü on X", "Ayşe Demir", None)
    assert (row["lastMessage"]["body"], row["lastMessage"]["direction"], row["lastMessage"]["sentiment"]) == (
        care.SENTENCE,
        "INBOUND",
        {"label": "NEGATIVE", "score": -0.853},
    )
    assert (row["viewerCanReply"], row["viewerCanAssign"]) == (True, True)


@run
async def run_case_screen(staff: Staff, world: World) -> None:
    reply = await care.make_reply(world.case, world.agent)
    consultation = await consult(world)
    case = (await staff.ask(world.agent, "CaseScreen", id=world.case.id))["node"]
    (conversation,) = case["conversations"]["nodes"]
    first, second = conversation["messages"]["nodes"]
    assert (first["author"]["__typename"], second["author"]) == (
        "Customer",
        {"__typename": "Member", "id": world.agent.member, "displayName": "Deniz Kaya"},
    )
    assert (second["id"], second["body"], second["bodyHtml"], second["deliveryStatus"]) == (
        reply.message.id,
        "Hemen bakıyorum.",
        "<p>Hemen bakıyorum.</p>\n",
        "QUEUED",
    )
    assert [step["step"] for step in case["cycles"][0]["steps"]] == [step.value for step in ResolutionStep]
    (asked,) = case["consultations"]["nodes"]
    assert (asked["id"], asked["question"]["id"], asked["invitedExperts"][0]["displayName"]) == (
        consultation.id,
        consultation.question_id,
        "Ali Rezaei",
    )
    assert (case["firstResponse"]["status"], case["draftReviews"]["nodes"], case["customer"]["viewerCanMerge"]) == (
        "MET",
        [],
        True,
    )
    assert case["customer"]["cases"] == {
        "totalCount": 1,
        "nodes": [{"id": world.case.id, "number": case["number"], "subject": case["subject"], "status": "OPEN"}],
    }
    assert case["customer"]["identities"][0]["handle"] == "@ayse"
    told = {name: value for name, value in case.items() if name.startswith("viewerCan")}
    assert told == {
        "viewerCanReply": True,
        "viewerCanAddNote": True,
        "viewerCanAssign": True,
        "viewerCanClose": False,
        "viewerCanConsult": True,
        "viewerCanCompleteStep": True,
        "viewerCanRequestContactDetails": True,
        "viewerCanRecordVerdict": True,
    }


@run
async def run_older_messages(staff: Staff, world: World) -> None:
    for body in ("Bir", "İki", "Üç"):
        await care.say(await care.conversation_of(world.case), body)
    newest = (await staff.ask(world.agent, "OlderMessages", conversationId=world.conversation_id, last=2))["node"]["messages"]
    assert [message["body"] for message in newest["nodes"]] == ["İki", "Üç"]
    assert newest["pageInfo"]["hasPreviousPage"] is True
    before = {"last": 5, "before": newest["pageInfo"]["startCursor"]}
    older = (await staff.ask(world.agent, "OlderMessages", conversationId=world.conversation_id, **before))["node"]["messages"]
    assert [message["body"] for message in older["nodes"]] == [care.SENTENCE, "Bir"]
    assert older["pageInfo"]["hasPreviousPage"] is False


@run
async def run_reply_to_case(staff: Staff, world: World) -> None:
    entry = await care.make_entry()
    given = {
        "caseId": world.case.id,
        "conversationId": world.conversation_id,
        "body": "Bugün yola çıkıyor.",
        "answerBankEntryId": entry.id,
    }
    payload = await staff.do(world.agent, "ReplyToCase", **given, idempotencyKey="reply-1")
    assert (payload["message"]["deliveryStatus"], payload["message"]["visibility"], payload["draftReview"]) == (
        "QUEUED",
        "PUBLIC",
        None,
    )
    assert (payload["case"]["status"], payload["case"]["version"], payload["case"]["firstResponse"]["status"]) == (
        "OPEN",
        1,
        "MET",
    )
    again = await staff.do(world.agent, "ReplyToCase", **given, idempotencyKey="reply-1")
    assert again["message"]["id"] == payload["message"]["id"]


@run
async def run_add_note(staff: Staff, world: World) -> None:
    payload = await staff.do(world.agent, "AddNote", caseId=world.case.id, body="**Depoyu** aradım.")
    message = payload["message"]
    assert (message["visibility"], message["deliveryStatus"], message["bodyHtml"]) == (
        "INTERNAL",
        None,
        "<p><strong>Depoyu</strong> aradım.</p>\n",
    )
    assert message["conversation"]["id"] == world.conversation_id


@run
async def run_assign_case(staff: Staff, world: World) -> None:
    given = {"caseId": world.case.id, "expectedVersion": 1}
    payload = await staff.do(world.agent, "AssignCase", **given, assigneeId=world.agent.member)
    assert payload["case"] == {
        "id": world.case.id,
        "version": 2,
        "assignee": {"id": world.agent.member, "displayName": "Deniz Kaya"},
        "viewerCanAssign": True,
    }
    payload = await staff.do(world.agent, "AssignCase", caseId=world.case.id, expectedVersion=2, assigneeId=None)
    assert (payload["case"]["version"], payload["case"]["assignee"]) == (3, None)


@run
async def run_request_contact_details(staff: Staff, world: World) -> None:
    given = {
        "caseId": world.case.id,
        "conversationId": world.conversation_id,
        "body": "Size nasıl ulaşabiliriz?",
        "expectedVersion": 1,
    }
    payload = await staff.do(world.agent, "RequestContactDetails", **given)
    assert (payload["obligation"]["kind"], payload["obligation"]["overdue"]) == ("CONTACT_DETAILS", False)
    assert (payload["message"]["deliveryStatus"], payload["draftReview"], payload["case"]["version"]) == ("QUEUED", None, 2)


@run
async def run_fulfil_obligation(staff: Staff, world: World) -> None:
    asked = await ask_for_details(world)
    given = {"obligationId": asked.obligation.id, "note": "Aradım.", "expectedVersion": asked.case.version}
    payload = await staff.do(world.agent, "FulfilObligation", **given)
    assert (payload["obligation"]["id"], payload["obligation"]["overdue"]) == (asked.obligation.id, False)
    assert payload["obligation"]["fulfilledAt"] is not None
    assert payload["case"]["version"] == asked.case.version + 1


@run
async def run_complete_step(staff: Staff, world: World) -> None:
    payload = await staff.do(
        world.agent, "CompleteStep", caseId=world.case.id, step="CONTACT", note="Özür diledim.", expectedVersion=1
    )
    assert (payload["case"]["version"], payload["case"]["currentStep"]) == (2, "ASSURE")
    step = payload["case"]["cycles"][0]["steps"][0]
    assert (step["completedBy"], step["note"]) == ({"id": world.agent.member, "displayName": "Deniz Kaya"}, "Özür diledim.")


@run
async def run_record_verdict(staff: Staff, world: World) -> None:
    given = {"caseId": world.case.id, "outcome": "UNSATISFIED", "note": "Hâlâ gelmedi.", "expectedVersion": 1}
    case = (await staff.do(world.agent, "RecordVerdict", **given))["case"]
    assert ([cycle["outcome"] for cycle in case["cycles"]], case["status"], case["currentStep"]) == (
        ["UNSATISFIED", None],
        "OPEN",
        "CONTACT",
    )


@run
async def run_close_case(staff: Staff, world: World) -> None:
    await staff.do(world.agent, "RecordVerdict", caseId=world.case.id, outcome="SATISFIED", expectedVersion=1)
    case = (await staff.do(world.agent, "CloseCase", caseId=world.case.id, expectedVersion=2))["case"]
    assert (case["status"], case["version"], case["viewerCanClose"], case["obligations"]) == ("CLOSED", 3, False, [])
    assert case["closedAt"] is not None


@run
async def run_create_answer(staff: Staff, world: World) -> None:
    given = {"title": "Kargo gecikmesi", "body": "Özür dileriz.", "questionVariants": ["Kargom nerede?"], "caseId": world.case.id}
    entry = (await staff.do(world.agent, "CreateAnswer", **given, idempotencyKey="entry-1"))["entry"]
    assert (entry["version"], entry["title"], entry["bodyHtml"], entry["status"]) == (
        1,
        "Kargo gecikmesi",
        "<p>Özür dileriz.</p>\n",
        "DRAFT",
    )
    assert (await staff.do(world.agent, "CreateAnswer", **given, idempotencyKey="entry-1"))["entry"]["id"] == entry["id"]


@run
async def run_edit_answer(staff: Staff, world: World) -> None:
    before = await care.make_entry(world.mentor, question_variants=["Kargom nerede?"])
    entry = (await staff.do(world.mentor, "EditAnswer", entryId=before.id, title="Kargo gecikirse", expectedVersion=1))["entry"]
    assert (entry["version"], entry["title"], entry["body"], entry["status"]) == (2, "Kargo gecikirse", before.body, "APPROVED")
    assert (await fresh(before)).question_variants == ["Kargom nerede?"]
    await staff.do(world.mentor, "EditAnswer", entryId=before.id, questionVariants=None, expectedVersion=2)
    assert (await fresh(before)).question_variants == []
