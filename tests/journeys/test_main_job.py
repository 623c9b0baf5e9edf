"""The main job: a complaint becomes a case, an expert helps, the customer is answered, judges, and the answer is kept."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from auth.actor import SYSTEM, Role
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.channels import ChannelKind
from core.idempotency import Once
from tests.client import delivery, said, signed
from tests.documents import STAFF
from tests.journeys.conftest import World
from tests.receiver import Receiver, listening

RELEASE = """
mutation($input: ReleaseReplyInput!) {
  releaseReply(input: $input) {
    message { id deliveryStatus } case { id firstResponse { status } } userErrors { code path }
  }
}"""
COMPLAINT = "Siparişim iki haftadır gelmedi, kimse ilgilenmiyor!"


@pytest.fixture
async def network() -> AsyncIterator[Receiver]:
    """Stand for the social network that replies are sent to."""
    async with listening() as receiver:
        yield receiver


@pytest.fixture
async def secret(world: World, network: Receiver) -> str:
    """Set a channel up, with people on both sides of it, and give its secret; its id is in `world.members`."""
    await world.join("zeynep", Role.AGENT)
    await world.join("murat", Role.EXPERT)
    await world.join("selin", Role.TRAINEE)
    await world.join("parisa", Role.MENTOR)
    draft = ChannelDraft(name="Narin on X", kind=ChannelKind.X, send_url=f"{network.url}/send")
    made = await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())
    world.members["channel"] = made.channel.id
    return made.secret


async def complain(world: World, secret: str, body: bytes, *, webhook_id: str = "delivery-1", **headers: str) -> int:
    async with world.portal().http() as http:
        path = f"/hooks/{world.members['channel']}"
        response = await http.post(path, content=body, headers={**signed(secret, body, webhook_id=webhook_id), **headers})
    return response.status_code


async def inbox(world: World, who: str = "zeynep") -> list[dict[str, Any]]:
    found = await world.staff(who).execute(STAFF["Inbox"], first=20, orderBy={"field": "OPENED_AT", "direction": "DESC"})
    rows: list[dict[str, Any]] = found["cases"]["nodes"]
    return rows


async def screen(world: World, case_id: str, who: str = "zeynep") -> dict[str, Any]:
    found = await world.staff(who).execute(STAFF["CaseScreen"], id=case_id)
    case: dict[str, Any] = found["node"]
    return case


async def open_case(world: World, secret: str) -> dict[str, Any]:
    assert await complain(world, secret, delivery(said(COMPLAINT))) == 200
    await world.settle()
    (row,) = await inbox(world)
    return row


async def test_complaint_becomes_a_case_with_a_running_clock(world: World, secret: str) -> None:
    row = await open_case(world, secret)

    assert (row["status"], row["currentStep"], row["environment"], row["reach"]) == ("NEW", "CONTACT", "LIVE", 5400)
    assert row["customer"]["displayName"] == "Ayşe"
    assert row["firstResponse"]["status"] == "RUNNING"
    assert (row["lastMessage"]["body"], row["lastMessage"]["direction"]) == (COMPLAINT, "INBOUND")
    assert (row["viewerCanReply"], row["viewerCanAssign"]) == (True, True)


async def test_case_is_worked_from_expert_to_closing(world: World, secret: str, network: Receiver) -> None:
    row = await open_case(world, secret)
    agent, expert = world.staff("zeynep"), world.staff("murat")
    conversation = (await screen(world, row["id"]))["conversations"]["nodes"][0]["id"]

    asked = await agent.do(
        STAFF["ConsultExperts"],
        {
            "caseId": row["id"],
            "title": "Where is order 4711?",
            "body": "The customer has waited two weeks.",
            "expertIds": [world.members["murat"]],
        },
    )
    question = asked["consultation"]["question"]["id"]
    await world.settle()
    told = (await expert.execute(STAFF["Notifications"], first=10))["notifications"]["nodes"]
    assert [(one["kind"], one["target"]["id"]) for one in told] == [("QUESTION_INVITED", question)]
    desk = (await expert.execute(STAFF["ExpertDesk"], first=10))["expertDesk"]["consultations"]["nodes"]
    assert [(one["status"], one["case"]["id"], one["viewerCanAnswer"]) for one in desk] == [("WAITING", row["id"], True)]

    given = await expert.do(STAFF["AnswerQuestion"], {"questionId": question, "body": "It left İzmir this morning."})
    await world.settle()
    shown = await agent.execute(STAFF["QuestionScreen"], id=question)
    assert (shown["node"]["answerCount"], shown["node"]["consultation"]["case"]["number"]) == (1, row["number"])
    accepted = await agent.do(
        STAFF["AcceptAnswer"], {"answerId": given["answer"]["id"], "expectedVersion": shown["node"]["version"]}
    )
    assert accepted["question"]["status"] == "SOLVED"

    reply = await agent.do(
        STAFF["ReplyToCase"],
        {"caseId": row["id"], "conversationId": conversation, "body": "Paketiniz bu sabah yola çıktı.", "idempotencyKey": "r1"},
    )
    assert reply["case"]["firstResponse"]["status"] == "MET"
    assert reply["message"]["deliveryStatus"] == "QUEUED"
    await world.settle()
    (heard,) = network.heard
    assert heard.path == "/send"
    assert orjson.loads(heard.body)["text"] == "Paketiniz bu sabah yola çıktı."
    assert heard.headers["webhook-id"] == reply["message"]["id"]

    case = await screen(world, row["id"])
    assert case["status"] == "OPEN"
    (consultation,) = case["consultations"]["nodes"]
    assert consultation["status"] == "ANSWERED"
    assert [answer["body"] for answer in consultation["question"]["acceptedAnswers"]] == ["It left İzmir this morning."]
    messages = case["conversations"]["nodes"][0]["messages"]["nodes"]
    assert [(one["direction"], one["deliveryStatus"]) for one in messages] == [("INBOUND", None), ("OUTBOUND", "SENT")]

    judged = await agent.do(
        STAFF["RecordVerdict"], {"caseId": row["id"], "outcome": "UNSATISFIED", "expectedVersion": case["version"]}
    )
    assert [cycle["outcome"] for cycle in judged["case"]["cycles"]] == ["UNSATISFIED", None]
    assert (judged["case"]["status"], judged["case"]["currentStep"]) == ("OPEN", "CONTACT")
    version = judged["case"]["version"]
    status = None
    for step in ("CONTACT", "ASSURE", "VERIFY", "SOLVE", "FEEDBACK"):
        done = await agent.do(STAFF["CompleteStep"], {"caseId": row["id"], "step": step, "expectedVersion": version})
        version, status = done["case"]["version"], done["case"]["status"]
    assert status == "RESOLVED"
    await agent.do(
        STAFF["ReplyToCase"], {"caseId": row["id"], "conversationId": conversation, "body": "Bugün teslim edildi, değil mi?"}
    )
    await world.settle()
    satisfied = await agent.do(STAFF["RecordVerdict"], {"caseId": row["id"], "outcome": "SATISFIED", "expectedVersion": version})
    closed = await agent.do(
        STAFF["CloseCase"],
        {"caseId": row["id"], "reason": "Delivered.", "expectedVersion": satisfied["case"]["version"]},
    )
    assert closed["case"]["status"] == "CLOSED"


async def test_answer_is_kept_and_found_by_the_next_search(world: World, secret: str) -> None:
    row = await open_case(world, secret)
    agent, mentor = world.staff("zeynep"), world.staff("parisa")

    saved = await mentor.do(
        STAFF["CreateAnswer"],
        {
            "title": "Geciken sipariş",
            "body": "Kargo takip numarasını verip özür dileriz.",
            "questionVariants": ["Siparişim gelmedi", "Paketim nerede?"],
            "caseId": row["id"],
        },
    )
    await world.settle()

    found = await agent.execute(STAFF["Search"], query="paketim nerede", first=5)
    hits = [(edge["node"]["__typename"], edge["node"]["id"]) for edge in found["search"]["edges"]]
    assert ("AnswerBankEntry", saved["entry"]["id"]) in hits
    proposed = await agent.execute(STAFF["CaseSuggestions"], id=row["id"], first=5)
    entries = [edge["node"]["id"] for edge in proposed["node"]["suggestions"]["answerBankEntries"]["edges"]]
    assert entries == [saved["entry"]["id"]]


async def test_trainees_reply_waits_for_a_mentor(world: World, secret: str, network: Receiver) -> None:
    row = await open_case(world, secret)
    conversation = (await screen(world, row["id"]))["conversations"]["nodes"][0]["id"]
    draft = {"caseId": row["id"], "conversationId": conversation, "body": "Hemen bakıyorum."}

    held = await world.staff("selin").do(STAFF["ReplyToCase"], draft)
    await world.settle()

    assert held["message"]["deliveryStatus"] == "HELD_FOR_REVIEW"
    assert held["case"]["firstResponse"]["status"] == "RUNNING"
    assert network.heard == []
    told = (await world.staff("parisa").execute(STAFF["Notifications"], first=10))["notifications"]["nodes"]
    assert [one["kind"] for one in told] == ["DRAFT_SUBMITTED"]
    given = {"messageId": held["message"]["id"]}
    assert await world.staff("selin").refused(RELEASE, given) == [("FORBIDDEN", ["input"])]
    released = await world.staff("parisa").do(RELEASE, given)
    await world.settle()

    assert released["message"]["deliveryStatus"] == "QUEUED"
    assert released["case"]["firstResponse"]["status"] == "MET"
    assert len(network.heard) == 1


async def test_same_delivery_many_times_is_one_case_and_one_message(world: World, secret: str) -> None:
    body = delivery(said(COMPLAINT))

    first = await asyncio.gather(*(complain(world, secret, body) for _ in range(8)))
    rest = [await complain(world, secret, body) for _ in range(12)]
    await world.settle()

    assert set(first) | set(rest) == {200}
    (row,) = await inbox(world)
    messages = (await screen(world, row["id"]))["conversations"]["nodes"][0]["messages"]["nodes"]
    assert len(messages) == 1


async def test_bad_signature_and_too_large_a_body_store_nothing(world: World, secret: str) -> None:
    body = delivery(said(COMPLAINT))

    assert await complain(world, secret, body, **{"webhook-signature": "v1,bm9wZQ=="}) == 401
    assert await complain(world, secret, b"x" * (3 * 1024 * 1024 + 1)) == 413
    await world.settle()

    assert await inbox(world) == []


async def test_broken_delivery_with_a_good_signature_is_shown_with_a_clock(world: World, secret: str) -> None:
    assert await complain(world, secret, b'{"events": [{"id": ') == 200
    await world.settle()

    (row,) = await inbox(world)
    assert row["firstResponse"]["status"] == "RUNNING"
    assert '{"events": [{"id": ' in row["lastMessage"]["body"]


async def test_expert_sees_only_the_case_they_were_asked_about(world: World, secret: str) -> None:
    row = await open_case(world, secret)

    assert await inbox(world, "murat") == []
    assert (await world.staff("murat").execute(STAFF["CaseScreen"], id=row["id"]))["node"] is None


async def test_delivery_can_be_downloaded_as_it_came_by_who_may_read_the_case(world: World, secret: str) -> None:
    body = b'{"events": [{"id": '
    assert await complain(world, secret, body) == 200
    await world.settle()
    (row,) = await inbox(world)
    address = f"/files/{row['lastMessage']['id'].replace('msg_', 'fil_')}"

    async with world.staff("zeynep").http() as http:
        file = await http.get(address)
        missing = await http.get("/files/fil_nothing")
    async with world.staff("murat").http() as http:
        hidden = await http.get(address)
    async with world.portal().http() as http:
        unknown = await http.get(address)

    assert (file.status_code, file.content) == (200, body)
    assert file.headers["content-disposition"].startswith("attachment")
    assert (file.headers["x-content-type-options"], file.headers["content-security-policy"]) == ("nosniff", "sandbox")
    assert {missing.status_code, hidden.status_code, unknown.status_code} == {404}
    assert missing.content == hidden.content == unknown.content
