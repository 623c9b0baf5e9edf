"""Mutations refuse by `userErrors` that name the field and the fix, and leave no trace."""

from typing import Any

import pytest

from care.documents.conversations import DeliveryStatus, Message
from community.answers import accept_answer
from community.documents import Question
from tests.factories import care, community
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import make_world

RELEASE = """mutation ($input: ReleaseReplyInput!) { releaseReply(input: $input) {
    message { id deliveryStatus } case { status firstResponse { status } }
    userErrors { code message path documentationUrl } } }"""
PUBLISH = """mutation ($input: PublishQuestionInput!) { publishQuestion(input: $input) {
    question { id version } userErrors { code message path documentationUrl } } }"""
SAVE = """mutation ($input: SaveAnswerInput!) { saveAnswer(input: $input) {
    entry { id title body status } userErrors { code message path documentationUrl } } }"""


async def test_conflict_shows_the_object_as_it_is_now(staff: Staff) -> None:
    world = await make_world()
    await staff.do(world.mentor, "AssignCase", caseId=world.case.id, assigneeId=world.mentor.member, expectedVersion=1)
    before = await care.reread(world.case)
    error, payload = await staff.refusal(world.agent, "AssignCase", caseId=world.case.id, assigneeId=None, expectedVersion=1)
    assert (error["code"], error["path"]) == ("CONFLICT", ["input", "expectedVersion"])
    assert error["documentationUrl"] == "http://127.0.0.1:8000/docs/errors#CONFLICT"
    assert (payload["case"]["version"], payload["case"]["assignee"]["displayName"]) == (2, "Zeynep Ak")
    assert (await care.reread(world.case)).revision == before.revision


async def test_every_field_at_fault_is_named(staff: Staff) -> None:
    world = await make_world()
    given = {"title": "kısa"[:2], "body": " ", "tagSlugs": ["?"], "invitedExpertIds": [f"mem_{n}" for n in range(11)]}
    payload = (await staff.ask(world.agent, "AskQuestion", input=given))["askQuestion"]
    assert payload["question"] is None
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
        ("INVALID_INPUT", ["input", "title"]),
        ("INVALID_INPUT", ["input", "body"]),
        ("INVALID_INPUT", ["input", "tagSlugs"]),
        ("INVALID_INPUT", ["input", "invitedExpertIds"]),
    ]
    assert await Question.count() == 0


@pytest.mark.parametrize("body", ["\ud800", "\0", "", "\u200f", "a" * 20_001])
async def test_text_that_nobody_can_read_is_refused(body: str, staff: Staff) -> None:
    world = await make_world()
    before = await Message.count()
    for document, given in (("AddNote", {}), ("ReplyToCase", {"conversationId": world.conversation_id})):
        error, _ = await staff.refusal(world.agent, document, caseId=world.case.id, body=body, **given)
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "body"])
    assert await Message.count() == before


@pytest.mark.parametrize(("key", "code"), [("", "INVALID_INPUT"), ("k" * 201, "INVALID_INPUT"), ("used", "IDEMPOTENCY_MISMATCH")])
async def test_idempotency_keys_are_held_to_their_promise(key: str, code: str, staff: Staff) -> None:
    world = await make_world()
    given = {"title": "İade süresi ne kadar?", "body": "Yurt dışı için."}
    await staff.do(world.agent, "AskQuestion", **given, idempotencyKey="used")
    error, payload = await staff.refusal(world.agent, "AskQuestion", **{**given, "body": "Başka."}, idempotencyKey=key)
    assert (error["code"], error["path"], payload) == (code, ["input", "idempotencyKey"], {"question": None})
    assert await Question.count() == 1


async def test_null_is_no_text(staff: Staff) -> None:
    world = await make_world()
    entry = await care.make_entry()
    error, _ = await staff.refusal(world.mentor, "EditAnswer", entryId=entry.id, title=None, expectedVersion=1)
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "title"])


@pytest.mark.parametrize(
    ("document", "given", "path"),
    [
        ("AssignCase", {"caseId": "case_x", "expectedVersion": 1}, "caseId"),
        ("FulfilObligation", {"obligationId": "obl_x", "expectedVersion": 1}, "obligationId"),
        ("EditAnswer", {"entryId": "abe_x", "expectedVersion": 1}, "entryId"),
        ("DeclineConsultation", {"consultationId": "con_x", "expectedVersion": 1}, "consultationId"),
        ("AnswerQuestion", {"questionId": "qst_x", "body": "Evet."}, "questionId"),
        ("AcceptAnswer", {"answerId": "ans_x", "expectedVersion": 1}, "answerId"),
        ("Vote", {"targetId": "qst_x", "value": "UP"}, "targetId"),
        ("AddComment", {"targetId": "\0", "body": "Hangi depo?"}, "targetId"),
    ],
)
async def test_what_is_not_there_is_named(document: str, given: dict[str, Any], path: str, staff: Staff) -> None:
    world = await make_world()
    error, _ = await staff.refusal(world.agent, document, **given)
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", path])


async def test_trainees_reply_waits_for_a_mentor(staff: Staff) -> None:
    world = await make_world()
    given = {"caseId": world.case.id, "conversationId": world.conversation_id, "body": "Hemen bakıyorum."}
    held = await staff.do(world.trainee, "ReplyToCase", **given)
    assert (held["message"]["deliveryStatus"], held["case"]["firstResponse"]["status"]) == ("HELD_FOR_REVIEW", "RUNNING")
    message_id = held["message"]["id"]
    error, _ = await staff.refusal(world.trainee, RELEASE, messageId=message_id)
    assert error["code"] == "FORBIDDEN"
    payload = await staff.do(world.mentor, RELEASE, messageId=message_id)
    assert payload["message"] == {"id": message_id, "deliveryStatus": DeliveryStatus.QUEUED.value}
    assert payload["case"] == {"status": "OPEN", "firstResponse": {"status": "MET"}}
    error, _ = await staff.refusal(world.mentor, RELEASE, messageId=message_id)
    assert (error["code"], error["path"]) == ("ALREADY_DONE", ["input", "messageId"])


async def test_customers_question_is_published_once(staff: Staff) -> None:
    world = await make_world()
    question = await community.make_public_question()
    assert (await staff.do(world.agent, PUBLISH, questionId=question.id, expectedVersion=1))["question"] == {
        "id": question.id,
        "version": 2,
    }
    error, _ = await staff.refusal(world.agent, PUBLISH, questionId=question.id, expectedVersion=2)
    assert error["code"] == "ALREADY_DONE"
    error, _ = await staff.refusal(world.expert, PUBLISH, questionId=question.id, expectedVersion=2)
    assert error["code"] == "FORBIDDEN"


async def test_accepted_answer_is_saved_in_the_answer_bank(staff: Staff) -> None:
    world = await make_world()
    question = await community.make_question(world.agent)
    answer = await community.make_answer(question, world.expert)
    error, _ = await staff.refusal(world.agent, SAVE, answerId=answer.id)
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "answerId"])
    await accept_answer(world.agent, answer.id, expected_version=question.version)
    entry = (await staff.do(world.agent, SAVE, answerId=answer.id, idempotencyKey="save-1"))["entry"]
    assert (entry["title"], entry["body"], entry["status"]) == (question.title, answer.body, "DRAFT")
    assert (await staff.do(world.agent, SAVE, answerId=answer.id, idempotencyKey="save-1"))["entry"]["id"] == entry["id"]
