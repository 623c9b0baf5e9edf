"""Levels through the API: a course from its draft to the learner's last quiz, required of a role."""

import json
from typing import Any

from auth.actor import Role
from care.documents.channels import ChannelKind
from core.clock import clock
from tests.factories.care import later, make_case, make_channel, make_conversation
from tests.journeys.acts import act
from tests.journeys.conftest import World

ENROLMENT = """enrolment { id version number doneUnits completedAt progressPercent member { displayName }
  attempts { number state score questions { key kind prompt choices chosen text right percent remark } } }"""
COURSE = "course { id version number status units { key quiz { asked questions { key right } } } }"


CREATE, UPDATE = act("createCourse", COURSE), act("updateCourse", COURSE)
COMPLETE, START = act("completeUnit", ENROLMENT), act("startQuiz", ENROLMENT)
HAND_IN, MARK = act("handInQuiz", ENROLMENT), act("markQuiz", ENROLMENT)
DUTIES = """{
  trainingDuties {
    id version mandatory dueAt units { body linked { id } } course { title units { quiz { questions { key right } } } }
  }
  guidelineDuties { id } overdueTrainings(first: 5) { totalCount } quizzesToMark(first: 5) { nodes { id viewerCanMark } }
}"""
OWN = "{ myCourses(first: 5) { nodes { attempts { questions { key choices right } } } } }"
RIGHT = {"tone": ["Nazik"], "steps": ["Dinle", "Doğrula", "Çöz"]}
UNITS: list[dict[str, Any]] = [
    {"key": "read", "title": "Temeller", "body": "# Dinle"},
    {
        "key": "check",
        "title": "Sınav",
        "quiz": {
            "passPercent": 75,
            "questions": [
                {"key": "tone", "kind": "SINGLE", "prompt": "Ton?", "choices": ["Alaycı", "Nazik"], "right": [1]},
                {"key": "steps", "kind": "ORDER", "prompt": "Sıra?", "choices": RIGHT["steps"]},
                {"key": "why", "kind": "TEXT", "prompt": "چرا؟"},
            ],
        },
    },
]


async def test_role_learns_a_course_and_nobody_reads_the_answers_before_they_are_given(world: World) -> None:
    for name, role in {"mina": Role.MENTOR, "can": Role.TRAINEE}.items():
        await world.join(name, role)
    mina, can = world.staff("mina"), world.staff("can")
    given = {"title": "İlk adım", "summary": "Yeni başlayanlara", "units": UNITS, "requiredOf": ["TRAINEE"], "dueDays": 7}
    made: dict[str, Any] = (await mina.do(CREATE, given))["course"]
    assert [one["key"] for one in made["units"][1]["quiz"]["questions"]] == ["tone", "steps", "why"]
    assert await can.refused(CREATE, given) == [("FORBIDDEN", ["input"])]
    await mina.do(UPDATE, {"courseId": made["id"], "status": "PUBLISHED", "expectedVersion": made["version"]})
    await world.settle()

    duties = await can.execute(DUTIES)
    (duty,) = duties["trainingDuties"]
    assert (duty["mandatory"], duty["course"]["title"], duty["units"][0]["body"]) == (True, "İlk adım", "# Dinle")
    assert duty["course"]["units"][1]["quiz"]["questions"] == []
    at = {"enrolmentId": duty["id"]}
    early = {**at, "unit": "check", "expectedVersion": duty["version"]}
    assert await can.refused(START, early) == [("INVALID_INPUT", ["input", "unit"])]
    read = (await can.do(COMPLETE, {**at, "unit": "read", "expectedVersion": duty["version"]}))["enrolment"]
    assert (read["doneUnits"], read["progressPercent"]) == (["read"], 50)
    begun = (await can.do(START, {**at, "unit": "check", "expectedVersion": read["version"]}))["enrolment"]
    (attempt,) = begun["attempts"]
    assert {one["right"] for one in attempt["questions"]} == {None}
    assert 'right": [' not in json.dumps(await can.execute(DUTIES))

    answers: list[dict[str, Any]] = [
        {"question": one["key"], "choices": [one["choices"].index(choice) for choice in RIGHT[one["key"]]]}
        for one in attempt["questions"]
        if one["key"] in RIGHT
    ]
    told = {**at, "unit": "check", "answers": [*answers, {"question": "why", "text": "چون اعتماد مهم است"}]}
    waiting = (await can.do(HAND_IN, {**told, "expectedVersion": begun["version"]}))["enrolment"]
    assert (waiting["attempts"][0]["state"], waiting["attempts"][0]["score"]) == ("WAITING", None)
    assert {one["right"] is None for one in waiting["attempts"][0]["questions"]} == {True}
    seen = await mina.execute(DUTIES)
    assert seen["quizzesToMark"]["nodes"] == [{"id": duty["id"], "viewerCanMark": True}]
    marks = {**at, "unit": "check", "marks": [{"question": "why", "percent": 70, "remark": "خوب"}]}
    done = (await mina.do(MARK, {**marks, "expectedVersion": waiting["version"]}))["enrolment"]
    await world.settle()

    assert (done["attempts"][0]["score"], done["progressPercent"], done["completedAt"] is not None) == (90.0, 100, True)
    assert (await can.execute(DUTIES))["trainingDuties"] == []
    own = (await can.execute(OWN))["myCourses"]["nodes"][0]["attempts"][0]["questions"]
    steps = next(one for one in own if one["key"] == "steps")
    assert [steps["choices"][place] for place in steps["right"]] == RIGHT["steps"]
    told_of = (await can.execute("{ notifications(first: 5) { nodes { kind } } }"))["notifications"]["nodes"]
    assert sorted(one["kind"] for one in told_of) == ["COURSE_ENROLLED", "QUIZ_MARKED"]


LATE = "{ notificationGroups(first: 5) { nodes { kind total text target { __typename id } } } }"


async def test_managers_are_told_once_of_each_who_is_late_and_of_one_course_in_one_group(world: World) -> None:
    for name, role in {"mina": Role.MENTOR, "leyla": Role.MANAGER, "can": Role.TRAINEE, "ece": Role.TRAINEE}.items():
        await world.join(name, role)
    mina, leyla, ece = (world.staff(name) for name in ("mina", "leyla", "ece"))
    given = {"title": "İlk adım", "summary": "Yeni başlayanlara", "units": UNITS[:1], "requiredOf": ["TRAINEE"], "dueDays": 7}
    made = (await mina.do(CREATE, given))["course"]
    await mina.do(UPDATE, {"courseId": made["id"], "status": "PUBLISHED", "expectedVersion": made["version"]})
    await world.settle()
    for days in (8, 8):
        later(days=days)
        await world.settle()
    clock.reset_shift()

    (group,) = (await leyla.execute(LATE))["notificationGroups"]["nodes"]
    target = {"__typename": "Course", "id": made["id"]}
    assert (group["kind"], group["total"], group["target"]) == ("TRAINING_OVERDUE", 2, target)
    assert group["text"] in {f"A mandatory course was not done in time: “İlk adım · {name}”" for name in ("Can", "Ece")}
    assert "TRAINING_OVERDUE" not in str(await ece.execute(LATE))


CERTIFICATION = "certification { id version enforced requirements { reviews signOff } }"
CERTIFICATE = """certificate { id version status expiresAt viewerCanRevoke steps { status reason byId }
  signOffs { memberId remark } certification { name } member { displayName } }"""
CERTIFY, ENFORCE = act("createCertification", CERTIFICATION), act("updateCertification", CERTIFICATION)
SIGN_OFF, ISSUE = act("signOffCertificate", CERTIFICATE), act("issueCertificate", CERTIFICATE)
REVOKE = act("revokeCertificate", CERTIFICATE)
REPLY = act("replyToCase", "message { deliveryStatus }")
READY = """query($c: ID!, $m: ID) {
  certificationReadiness(certificationId: $c, memberId: $m) { kind needed reached met evidenceIds }
  certificates(first: 5, memberId: $m) { totalCount nodes { status } }
}"""


async def test_who_may_answer_on_a_channel_unreviewed_is_certified_and_it_can_be_taken_away(world: World) -> None:
    for name, role in {"mina": Role.MENTOR, "ece": Role.AGENT, "leyla": Role.MANAGER}.items():
        await world.join(name, role)
    mina, ece, leyla = (world.staff(name) for name in ("mina", "ece", "leyla"))
    case = await make_case(await make_conversation(await make_channel(kind=ChannelKind.X)))
    reply = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Hemen bakıyorum."}

    async def state() -> str:
        return str((await ece.do(REPLY, reply))["message"]["deliveryStatus"])

    told = {"name": "X'te yanıt", "summary": "Herkese açık", "channelKinds": ["X"], "requirements": {"signOff": True}}
    assert await mina.refused(CERTIFY, told) == [("FORBIDDEN", ["input"])]
    made: dict[str, Any] = (await leyla.do(CERTIFY, told))["certification"]
    assert (made["enforced"], await state()) == (False, "QUEUED")
    await leyla.do(ENFORCE, {"certificationId": made["id"], "enforced": True, "expectedVersion": made["version"]})
    assert await state() == "HELD_FOR_REVIEW"

    whose = {"certificationId": made["id"], "memberId": world.members["ece"]}
    assert await mina.refused(ISSUE, {**whose, "expectedVersion": 0}) == [("INVALID_INPUT", ["input", "memberId"])]
    signed = (await mina.do(SIGN_OFF, {**whose, "remark": "Hazır.", "expectedVersion": 0}))["certificate"]
    ready = await ece.execute(READY, c=made["id"], m=None)
    shown = {"kind": "SIGN_OFF", "needed": 1.0, "reached": 1.0, "met": True, "evidenceIds": [world.members["mina"]]}
    assert (ready["certificationReadiness"], ready["certificates"]["nodes"]) == ([shown], [{"status": "CANDIDATE"}])
    issued = (await mina.do(ISSUE, {**whose, "expectedVersion": signed["version"]}))["certificate"]
    assert (issued["status"], issued["viewerCanRevoke"], await state()) == ("ACTIVE", False, "QUEUED")
    taken = {"certificateId": issued["id"], "reason": "Alaycı yanıt", "expectedVersion": issued["version"]}
    gone = (await leyla.do(REVOKE, taken))["certificate"]
    await world.settle()

    assert [(one["status"], one["reason"]) for one in gone["steps"]] == [("ACTIVE", None), ("REVOKED", "Alaycı yanıt")]
    assert (await state(), gone["certification"]["name"]) == ("HELD_FOR_REVIEW", "X'te yanıt")
    told_of = (await ece.execute("{ notifications(first: 9) { nodes { kind } } }"))["notifications"]["nodes"]
    assert {"CERTIFICATE_ISSUED", "CERTIFICATE_REVOKED"} <= {one["kind"] for one in told_of}


STANDING = """standing { id version level reEvaluateAt lapsed steps { level reason becameAgent } signOffs { memberId } }"""
RULE = act("setLevelRule", "levelRule { version requirements { signOff } }")
STAND, GRADUATE = act("signOffGraduation", STANDING), act("graduate", STANDING)
ON_THE_WAY = """query($m: ID) { graduationReadiness(memberId: $m) {
  nextLevel ready standing { level version } requirements { kind met needed reached } } }"""


async def test_trainee_graduates_by_evidence_and_replies_unreviewed(world: World) -> None:
    for name, role in {"mina": Role.MENTOR, "can": Role.TRAINEE, "hale": Role.HR}.items():
        await world.join(name, role)
    mina, can, hale = (world.staff(name) for name in ("mina", "can", "hale"))
    case = await make_case(await make_conversation(await make_channel(kind=ChannelKind.X)))
    reply = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Hemen bakıyorum."}
    rule = {"level": "BEGINNER", "requirements": {"signOff": True}, "expectedVersion": 0}
    await hale.do(RULE, rule)
    whose = {"memberId": world.members["can"]}
    on_the_way = (await can.execute(ON_THE_WAY))["graduationReadiness"]
    assert (on_the_way["nextLevel"], on_the_way["ready"], on_the_way["standing"]["level"]) == ("BEGINNER", False, "NEWCOMER")
    assert await hale.refused(GRADUATE, {**whose, "expectedVersion": 0}) == [("INVALID_INPUT", ["input", "memberId"])]
    stands = (await mina.do(STAND, {**whose, "expectedVersion": 0}))["standing"]
    assert (await can.execute(ON_THE_WAY))["graduationReadiness"]["ready"] is True
    agent = {**whose, "becomeAgent": True, "expectedVersion": stands["version"]}
    assert await mina.refused(GRADUATE, agent) == [("FORBIDDEN", ["input"])]
    assert (await can.do(REPLY, reply))["message"]["deliveryStatus"] == "HELD_FOR_REVIEW"

    raised = (await hale.do(GRADUATE, agent))["standing"]
    await world.settle()

    assert raised["steps"] == [{"level": "BEGINNER", "reason": None, "becameAgent": True}]
    assert (await can.do(REPLY, reply))["message"]["deliveryStatus"] == "QUEUED"
    told_of = (await can.execute("{ notifications(first: 9) { nodes { kind } } }"))["notifications"]["nodes"]
    assert "LEVEL_REACHED" in {one["kind"] for one in told_of}


SAMPLING = act("setSamplingPolicy", "samplingPolicy { version rules { percent before } }")
LOOK = act("reviewSampledReply", "sampledReply { verdict feedback author { displayName } }")
DRAWN = "{ sampledReplies(first: 5) { totalCount nodes { id version viewerCanReview message { body } } } }"
INVESTED = "query($m: ID) { trainingInvestment(memberId: $m) { coursesCompleted certificatesIssued repliesReviewed } }"


async def test_some_replies_of_a_graduate_are_looked_at_once_they_have_left(world: World) -> None:
    for name, role in {"mina": Role.MENTOR, "ece": Role.AGENT, "leyla": Role.MANAGER}.items():
        await world.join(name, role)
    mina, ece, leyla = (world.staff(name) for name in ("mina", "ece", "leyla"))
    case = await make_case(await make_conversation(await make_channel(kind=ChannelKind.X)))
    reply = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Hemen bakıyorum."}
    whose = {"memberId": world.members["ece"], "despite": "Yıllardır yazıyor.", "expectedVersion": 0}
    await leyla.do(GRADUATE, whose)
    await leyla.do(SAMPLING, {"rules": [{"percent": 100, "levels": ["BEGINNER"]}], "expectedVersion": 0})
    assert (await ece.do(REPLY, reply))["message"]["deliveryStatus"] == "QUEUED"
    await world.settle()

    (drawn,) = (await mina.execute(DRAWN))["sampledReplies"]["nodes"]
    assert (drawn["viewerCanReview"], drawn["message"]["body"]) == (True, "Hemen bakıyorum.")
    assert (await ece.execute(DRAWN))["sampledReplies"]["totalCount"] == 0
    told = {"sampledReplyId": drawn["id"], "verdict": "NEEDS_WORK", "expectedVersion": drawn["version"]}
    assert await mina.refused(LOOK, told) == [("INVALID_INPUT", ["input", "feedback"])]
    looked = (await mina.do(LOOK, {**told, "feedback": "Önce özür dileyin."}))["sampledReply"]
    await world.settle()

    assert looked == {"verdict": "NEEDS_WORK", "feedback": "Önce özür dileyin.", "author": {"displayName": "Ece"}}
    told_of = (await ece.execute("{ notifications(first: 9) { nodes { kind } } }"))["notifications"]["nodes"]
    assert "SAMPLE_REVIEWED" in {one["kind"] for one in told_of}
    invested = (await leyla.execute(INVESTED, m=world.members["ece"]))["trainingInvestment"]
    assert invested == {"coursesCompleted": 0, "certificatesIssued": 0, "repliesReviewed": 0}
