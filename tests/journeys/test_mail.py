"""An e-mail's way through the whole product: received, read, answered, answered again, come back; and a call beside it."""

from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtplib import SMTP

from auth.actor import Role
from care.documents.channels import Channel
from care.ingest.mail_receiver import MailReceiver, receiving
from tests.care.mail.post import ADDRESS, PostOffice, mail_settings, post_office, save_mail_channel, written
from tests.care.mail.test_taking_in import bounce
from tests.client import Client
from tests.journeys.conftest import World

INBOX = """{ cases(first: 5) { nodes { id subject status firstResponse { status } nextResponse { status }
  conversations(first: 5) { nodes { id channel { kind name } messages(first: 10) { nodes {
    id direction body automatic deliveryStatus author { displayName } attachments { url name contentType size }
    contact { kind durationSeconds answered loggedBy { displayName } } } } } } } } }"""
REPLY = "mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) { message { id } userErrors { code path } } }"
LOG = """mutation($input: LogContactInput!) { logContact(input: $input) {
  case { id status } message { id } userErrors { code path message } } }"""


async def hand_over(world: World, *raws: bytes) -> None:
    """Be the company's mail server: hand e-mails over, then let the worker work."""
    receiver = MailReceiver(world.platform.database, world.platform.keyring)
    async with receiving(receiver, "smtp", "127.0.0.1", 0) as port:
        for raw in raws:
            async with SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="mx.example") as client:
                await client.sendmail("ayse@example.com", [ADDRESS], raw)
    await world.settle()


async def the_case(agent: Client) -> dict[str, Any]:
    (case,) = (await agent.execute(INBOX))["cases"]["nodes"]
    found: dict[str, Any] = case
    return found


def complaint() -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Ayşe Demir <ayse@example.com>", ADDRESS, "Kırık geldi"
    mail["Message-ID"] = "<kirik@example.com>"
    mail.set_content("Fincanlar kırık geldi, fotoğrafı ekte.", charset="iso-8859-9")
    mail.add_attachment(b"\xff\xd8JPEG", maintype="image", subtype="jpeg", filename="kırık.jpg")
    return mail.as_bytes()


async def answered(world: World, office: PostOffice) -> tuple[Client, dict[str, Any], EmailMessage]:
    """Let a complaint come in and an agent answer it; give the case before the answer, and the e-mail that left."""
    await world.join("agent", Role.AGENT)
    await save_mail_channel(mail_settings(office.port), world.platform.keyring)
    await hand_over(world, complaint())
    agent = world.staff("agent")
    case = await the_case(agent)
    given = {"caseId": case["id"], "conversationId": case["conversations"]["nodes"][0]["id"], "body": "Yenisi yolda."}
    assert (await agent.refusable(REPLY, given))["userErrors"] == []
    await world.settle()
    return agent, case, office.mails()[-1]


async def test_complaint_by_email_is_answered_by_email(world: World) -> None:
    async with post_office() as office:
        agent, case, sent = await answered(world, office)
        await hand_over(world, written("Teşekkürler!", In_Reply_To=sent["Message-ID"], From="ayse@example.com"))

    (conversation,) = case["conversations"]["nodes"]
    (message,) = conversation["messages"]["nodes"]
    assert (case["subject"], case["status"], case["firstResponse"]["status"]) == ("Kırık geldi", "NEW", "RUNNING")
    assert conversation["channel"] == {"kind": "EMAIL", "name": "Narin Destek"}
    assert (message["body"], message["author"]) == ("Fincanlar kırık geldi, fotoğrafı ekte.", {"displayName": "Ayşe Demir"})
    after = await the_case(agent)
    (conversation,) = after["conversations"]["nodes"]
    said = [(one["direction"], one["body"], one["deliveryStatus"]) for one in conversation["messages"]["nodes"]]
    assert said == [
        ("INBOUND", "Fincanlar kırık geldi, fotoğrafı ekte.", None),
        ("OUTBOUND", "Yenisi yolda.", "SENT"),
        ("INBOUND", "Teşekkürler!", None),
    ]
    assert (after["firstResponse"]["status"], after["nextResponse"]["status"]) == ("MET", "RUNNING")


async def test_files_of_an_email_are_handed_out_to_whoever_may_read_it(world: World) -> None:
    async with post_office() as office:
        agent, case, _ = await answered(world, office)
    message = case["conversations"]["nodes"][0]["messages"]["nodes"][0]
    file = f"/files/{message['id'].replace('msg_', 'fil_')}"
    assert message["attachments"] == [{"url": f"{file}-1", "name": "kırık.jpg", "contentType": "image/jpeg", "size": 6}]

    async with agent.http() as http:
        photo, whole, none = [await http.get(path) for path in (f"{file}-1", file, f"{file}-2")]
    async with Client(world.application).http() as http:
        stranger = await http.get(f"{file}-1")

    assert (photo.status_code, photo.content, photo.headers["content-type"]) == (200, b"\xff\xd8JPEG", "image/jpeg")
    assert photo.headers["content-disposition"] == "attachment; filename*=UTF-8''k%C4%B1r%C4%B1k.jpg"
    assert whole.headers["content-type"] == "message/rfc822"
    assert whole.content.startswith(b"Return-Path: <ayse@example.com>\r\nDelivered-To: destek@narin.example\r\nFrom: ")
    assert (none.status_code, stranger.status_code) == (404, 404)


async def test_reply_that_comes_back_is_owed_again(world: World) -> None:
    async with post_office() as office:
        agent, _, sent = await answered(world, office)
        await hand_over(world, bounce(sent["Message-ID"].strip("<>")))

    case = await the_case(agent)
    statuses = [one["deliveryStatus"] for one in case["conversations"]["nodes"][0]["messages"]["nodes"]]
    assert (case["firstResponse"]["status"], statuses) == ("RUNNING", [None, "FAILED"])


async def test_call_is_logged_in_the_case_of_the_email(world: World) -> None:
    async with post_office() as office:
        agent, case, _ = await answered(world, office)
    given = {"caseId": case["id"], "kind": "PHONE", "direction": "INBOUND", "body": "Aradı, yenisi geldi.", "idempotencyKey": "1"}

    logged = await agent.refusable(LOG, {**given, "durationSeconds": 90, "answered": True})
    wrong = await agent.refusable(LOG, {**given, "kind": "LETTER", "durationSeconds": 90, "idempotencyKey": "2"})
    phone = await agent.refusable(
        LOG, {"person": {"name": "Ali", "phone": "x"}, "kind": "PHONE", "direction": "INBOUND", "body": "Aradı."}
    )

    assert (logged["userErrors"], logged["case"]["id"]) == ([], case["id"])
    assert [(one["code"], one["path"]) for one in wrong["userErrors"]] == [("INVALID_INPUT", ["input"])]
    assert [one["path"] for one in phone["userErrors"]] == [["input", "person", "phone"]]
    after = await the_case(agent)
    (_, call) = after["conversations"]["nodes"]
    assert call["channel"]["kind"] == "PHONE"
    (message,) = call["messages"]["nodes"]
    assert (message["id"], message["body"]) == (logged["message"]["id"], "Aradı, yenisi geldi.")
    assert message["contact"] == {
        "kind": "PHONE",
        "durationSeconds": 90,
        "answered": True,
        "loggedBy": {"displayName": "Agent"},
    }
    assert await Channel.find({"kind": "PHONE"}).count() == 1
