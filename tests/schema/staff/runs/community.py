"""Runs of the community's documents, and of consultations."""

from community.documents import Evidence, Question
from tests.factories import care, community
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World, consult


@run
async def run_consult_experts(staff: Staff, world: World) -> None:
    given = {"caseId": world.case.id, "title": "Kargo nerede kaldı?", "body": "Acil.", "expertIds": [world.expert.member]}
    consultation = (await staff.do(world.agent, "ConsultExperts", **given, idempotencyKey="ask-1"))["consultation"]
    assert (consultation["status"], consultation["question"]["title"], consultation["question"]["status"]) == (
        "WAITING",
        "Kargo nerede kaldı?",
        "OPEN",
    )
    assert consultation["invitedExperts"] == [{"id": world.expert.member, "displayName": "Ali Rezaei"}]


@run
async def run_ask_question(staff: Staff, world: World) -> None:
    given = {
        "title": "İade süresi ne kadar?",
        "body": "Yurt dışı için.",
        "tagSlugs": ["iade"],
        "invitedExpertIds": [world.expert.member],
    }
    question = (await staff.do(world.agent, "AskQuestion", **given, idempotencyKey="question-1"))["question"]
    assert (question["version"], question["status"], question["tags"]) == (
        1,
        "OPEN",
        [{"id": "tag_iade", "slug": "iade", "name": "iade"}],
    )
    assert question["invitedExperts"] == [{"id": world.expert.member, "displayName": "Ali Rezaei"}]


@run
async def run_answer_question(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent)
    answer = (await staff.do(world.expert, "AnswerQuestion", questionId=question.id, body="14 gün."))["answer"]
    assert (answer["body"], answer["accepted"], answer["score"], answer["author"]["id"]) == (
        "14 gün.",
        False,
        0,
        world.expert.member,
    )
    assert answer["question"] == {"id": question.id, "status": "ANSWERED", "answerCount": 1}


@run
async def run_accept_answer(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent)
    answer = await community.make_answer(question, world.expert)
    accepted = (await staff.do(world.agent, "AcceptAnswer", answerId=answer.id, expectedVersion=1))["question"]
    assert accepted == {
        "id": question.id,
        "version": 2,
        "status": "SOLVED",
        "acceptedAnswers": [{"id": answer.id, "accepted": True}],
    }


@run
async def run_unaccept_answer(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent)
    answer = await community.make_answer(question, world.expert)
    await staff.do(world.agent, "AcceptAnswer", answerId=answer.id, expectedVersion=1)
    left = (await staff.do(world.agent, "UnacceptAnswer", answerId=answer.id, expectedVersion=2))["question"]
    assert left == {"id": question.id, "version": 3, "status": "ANSWERED", "acceptedAnswers": []}


@run
async def run_endorse_skill(staff: Staff, world: World) -> None:
    skill = await community.make_skill("Gümrük")
    member = await community.make_member(skill_ids=[skill.id])
    for note in ("Her beyannameyi bilir.", None):
        given = {"memberId": member.id, "skillId": skill.id, "note": note}
        endorsed = (await staff.do(world.agent, "EndorseSkill", **given))["member"]
        assert endorsed == {"id": member.id, "skills": {"nodes": [{"id": skill.id, "name": "Gümrük"}]}}
    again = await Evidence.find({"member_id": member.id}).to_list()
    assert [(one.kind, one.text, one.source_id) for one in again] == [("ENDORSEMENT", "Gümrük", world.agent.member)]


@run
async def run_vote(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent)
    answer = await community.make_answer(question, world.expert)
    for _ in range(2):
        target = (await staff.do(world.expert, "Vote", targetId=question.id, value="UP"))["target"]
        assert target == {"__typename": "Question", "id": question.id, "score": 1, "viewerVote": "UP"}
    assert (await staff.do(world.agent, "Vote", targetId=answer.id, value="DOWN"))["target"] == {
        "__typename": "Answer",
        "id": answer.id,
        "score": -1,
        "viewerVote": "DOWN",
    }


@run
async def run_add_comment(staff: Staff, world: World) -> None:
    answer = await community.make_answer(await community.make_question(world.agent), world.expert)
    payload = await staff.do(world.agent, "AddComment", targetId=answer.id, body="Hangi depo?", idempotencyKey="remark-1")
    assert payload["target"] == {"__typename": "Answer", "id": answer.id}
    assert (payload["comment"]["body"], payload["comment"]["author"]["id"]) == ("Hangi depo?", world.agent.member)
    reply = {"targetId": answer.id, "inReplyToId": payload["comment"]["id"], "body": "İzmir."}
    assert (await staff.do(world.expert, "AddComment", **reply))["comment"]["version"] == 1


@run
async def run_question_screen(staff: Staff, world: World) -> None:
    consultation = await consult(world)
    asked = await Question.get(consultation.question_id)
    assert asked is not None
    answer = await community.make_answer(asked, world.expert)
    await community.make_comment(answer, world.agent)
    question = (await staff.ask(world.expert, "QuestionScreen", id=consultation.question_id))["node"]
    assert question["consultation"]["case"] == {"id": world.case.id, "number": world.case.number}
    assert question["author"] == {"id": world.agent.member, "displayName": "Deniz Kaya"}
    assert [one["id"] for one in question["answers"]["nodes"]] == [answer.id]
    told = {name: value for name, value in question.items() if name.startswith("viewer")}
    assert told == {
        "viewerVote": "NONE",
        "viewerCanAnswer": True,
        "viewerCanAccept": False,
        "viewerCanEdit": False,
        "viewerCanVote": True,
        "viewerIsFollowing": True,
    }


@run
async def run_questions(staff: Staff, world: World) -> None:
    first = await community.make_question(world.agent, tag_slugs=["kargo"])
    second = await community.make_question(
        world.agent, title="İade nasıl yapılır?", tag_slugs=["iade"], invited_expert_ids=[world.expert.member]
    )
    given = {"first": 1, "filter": {"status": {"eq": "OPEN"}}, "orderBy": {"field": "CREATED_AT"}}
    page = (await staff.ask(world.expert, "Questions", **given))["questions"]
    assert (page["totalCount"], [row["id"] for row in page["nodes"]], page["nodes"][0]["viewerIsFollowing"]) == (
        2,
        [second.id],
        True,
    )
    rest = (await staff.ask(world.expert, "Questions", **given, after=page["pageInfo"]["endCursor"]))["questions"]
    assert ([row["id"] for row in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == ([first.id], False)
    tagged = {"filter": {"and": [{"tag": {"eq": "kargo"}}], "not": {"authorId": {"eq": world.expert.member}}}}
    assert [row["id"] for row in (await staff.ask(world.expert, "Questions", **tagged))["questions"]["nodes"]] == [first.id]


@run
async def run_expert_desk(staff: Staff, world: World) -> None:
    consultation = await consult(world)
    skill = await community.make_skill("İade")
    expert = await community.make_actor(display_name="Ela Tan", skill_ids=[skill.id])
    labelled = await community.make_question(world.agent, tag_slugs=["iade"])
    await community.make_question(world.agent, tag_slugs=["kargo"])
    desk = (await staff.ask(world.expert, "ExpertDesk"))["expertDesk"]
    (row,) = desk["consultations"]["nodes"]
    assert (row["id"], row["status"], row["viewerCanAnswer"], row["viewerCanDecline"]) == (consultation.id, "WAITING", True, True)
    assert (row["case"]["id"], row["case"]["firstResponse"]["status"]) == (world.case.id, "RUNNING")
    assert [one["id"] for one in desk["openQuestions"]["nodes"]] == [consultation.question_id]
    other = (await staff.ask(expert, "ExpertDesk"))["expertDesk"]
    assert (other["consultations"]["totalCount"], [one["id"] for one in other["openQuestions"]["nodes"]]) == (0, [labelled.id])
    entry = await care.make_entry(world.mentor)
    care.later(days=170)
    due = (await staff.ask(world.mentor, "ExpertDesk"))["expertDesk"]["reviewsDue"]["nodes"]
    assert [(one["__typename"], one["id"]) for one in due] == [("AnswerBankEntry", entry.id)]


@run
async def run_decline_consultation(staff: Staff, world: World) -> None:
    consultation = await consult(world)
    given = {"consultationId": consultation.id, "reason": "Başka ekip.", "expectedVersion": 1}
    payload = (await staff.do(world.expert, "DeclineConsultation", **given))["consultation"]
    assert payload == {"id": consultation.id, "version": 2, "status": "DECLINED", "invitedExperts": []}


@run
async def run_delegate_consultation(staff: Staff, world: World) -> None:
    consultation = await consult(world)
    other = await community.make_actor(display_name="Ela Tan")
    given = {"consultationId": consultation.id, "toMemberId": other.member, "note": "Sen bilirsin.", "expectedVersion": 1}
    payload = (await staff.do(world.expert, "DelegateConsultation", **given))["consultation"]
    assert (payload["version"], payload["status"]) == (2, "WAITING")
    assert payload["invitedExperts"] == [{"id": other.member, "displayName": "Ela Tan"}]
