"""Requests for information and the reports beside them, as clients ask for them."""

from datetime import timedelta

from auth.actor import Actor, Role
from care.consultations import count_as_accepted
from community.answers import AnswerDraft, accept_answer, answer_question
from community.documents import Question
from core.clock import now
from core.idempotency import Once
from tests.care.stored import handle_twice
from tests.factories import care, community
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World, consult, make_world

REQUEST = (
    "id version status question answer overdue takenAt answeredAt askedBy { id } takenBy { id } answeredBy { id } case { id }"
)
ASK = f"""mutation ($input: RequestInformationInput!) {{ requestInformation(input: $input) {{
    informationRequest {{ {REQUEST} viewerCanTake viewerCanAnswer }} userErrors {{ code path }} }} }}"""
TAKE = f"""mutation ($input: TakeInformationRequestInput!) {{ takeInformationRequest(input: $input) {{
    informationRequest {{ {REQUEST} }} userErrors {{ code path }} }} }}"""
ANSWER = f"""mutation ($input: AnswerInformationRequestInput!) {{ answerInformationRequest(input: $input) {{
    informationRequest {{ {REQUEST} }} userErrors {{ code path }} }} }}"""
WAITING = "{ informationRequests(first: 5) { totalCount nodes { id viewerCanTake viewerCanAnswer } } }"
OF_CASE = """query ($id: ID!) { node(id: $id) { ... on Case {
    viewerCanRequestInformation informationRequests(first: 5) { totalCount nodes { id answer } } } } }"""
HAND_OFFS = """query ($range: DateTimeRange!) { handOffReport(range: $range) { asOf groups { key label caseCount
    stages { stage count medianSeconds p90Seconds } } } }"""
TALKS = """query ($range: DateTimeRange!) { conversationReport(range: $range) { asOf groups { key label caseCount inboundCount
    outboundCount replyRatio medianTurns p90Turns medianDurationSeconds p90DurationSeconds } } }"""


async def make_agency(world: World) -> Actor:
    member = await community.make_member(Role.AGENCY, display_name="Ece Ajans")
    return care.make_actor(Role.AGENCY, reach=frozenset({world.case.channel_id}), member_id=member.id)


async def test_request_is_asked_taken_and_answered(staff: Staff) -> None:
    world = await make_world()
    agency = await make_agency(world)

    asked = (await staff.do(agency, ASK, caseId=world.case.id, question="Depoda mı?"))["informationRequest"]
    waiting = (await staff.ask(world.agent, WAITING))["informationRequests"]
    taken = (await staff.do(world.agent, TAKE, requestId=asked["id"], expectedVersion=1))["informationRequest"]
    error, payload = await staff.refusal(world.mentor, TAKE, requestId=asked["id"], expectedVersion=1)
    done = (await staff.do(world.manager, ANSWER, requestId=asked["id"], answer="Yolda.", expectedVersion=2))[
        "informationRequest"
    ]

    assert (asked["status"], asked["askedBy"], asked["case"]) == ("ASKED", {"id": agency.member}, {"id": world.case.id})
    assert (asked["viewerCanTake"], asked["viewerCanAnswer"]) == (False, False)
    assert waiting == {"totalCount": 1, "nodes": [{"id": asked["id"], "viewerCanTake": True, "viewerCanAnswer": True}]}
    assert (taken["status"], taken["takenBy"], taken["answeredBy"]) == ("TAKEN", {"id": world.agent.member}, None)
    assert (error["code"], payload["informationRequest"]["version"]) == ("CONFLICT", 2)
    assert (done["status"], done["answer"], done["overdue"]) == ("ANSWERED", "Yolda.", False)
    assert (done["takenBy"], done["answeredBy"]) == ({"id": world.agent.member}, {"id": world.manager.member})
    assert (await staff.ask(world.agent, WAITING))["informationRequests"]["nodes"] == []
    shown = (await staff.ask(agency, OF_CASE, id=world.case.id))["node"]
    assert shown["viewerCanRequestInformation"] is True
    assert shown["informationRequests"] == {"totalCount": 1, "nodes": [{"id": asked["id"], "answer": "Yolda."}]}
    document = f"query ($id: ID!) {{ node(id: $id) {{ ... on InformationRequest {{ {REQUEST} }} }} }}"
    assert (await staff.ask(world.agent, document, id=asked["id"]))["node"] == done
    assert (await staff.ask(care.make_actor(Role.AGENCY), document, id=asked["id"]))["node"] is None
    assert (await staff.error(agency, WAITING)).extensions["code"] == "FORBIDDEN"


async def test_reports_show_the_way_of_a_case_and_what_was_said(staff: Staff) -> None:
    world = await make_world()
    before = now() - timedelta(minutes=5)
    care.later(minutes=5)
    consultation = await consult(world)
    care.later(minutes=4)
    answer, _ = await answer_question(world.expert, AnswerDraft(question_id=consultation.question_id, body="Yolda."), once=Once())
    care.later(minutes=3)
    question = await Question.get(consultation.question_id)
    assert question is not None
    await accept_answer(world.agent, answer.id, expected_version=question.version)
    await handle_twice()
    assert await count_as_accepted("qst_nobody", at=now()) is None
    await care.deliver((await care.make_reply(world.case, world.agent)).message)
    span = {"from": before.isoformat(), "until": (now() + timedelta(minutes=1)).isoformat()}

    (group,) = (await staff.ask(world.manager, HAND_OFFS, range=span))["handOffReport"]["groups"]
    (talk,) = (await staff.ask(world.manager, TALKS, range=span))["conversationReport"]["groups"]

    counted = {one["stage"]: (one["count"], round((one["medianSeconds"] or 0) / 60)) for one in group["stages"]}
    assert (group["key"], group["label"], group["caseCount"]) == (None, "All cases", 1)
    assert counted["EXPERTS_ANSWER"] == (1, 4)
    assert counted["ANSWER_ACCEPTED"] == (1, 3)
    assert counted["REPLY"] == (1, 0)
    assert counted["TOTAL"] == (1, 12)
    assert counted["AGENCY_ASKS"] == (0, 0)
    assert (talk["inboundCount"], talk["outboundCount"], talk["replyRatio"], talk["medianTurns"]) == (1, 1, 1.0, 2)
    for document in (HAND_OFFS, TALKS):
        assert (await staff.error(world.agent, document, range=span)).extensions["code"] == "FORBIDDEN"
        backwards = {"from": span["until"], "until": span["from"]}
        error = await staff.error(world.manager, document, range=backwards)
        assert error.extensions == {"code": "INVALID_INPUT", "path": ["range", "until"]}
