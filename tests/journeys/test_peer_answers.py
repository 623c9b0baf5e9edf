"""Customers among each other in the portal: they answer, are told, say what helped, and read what came of their words."""

import pytest

from auth.actor import Role
from tests.documents import PORTAL, STAFF
from tests.journeys.conftest import World

ANSWER = """mutation($input: AnswerPublicQuestionInput!) { answerPublicQuestion(input: $input) {
    answer { id status isYours fromCompany } question { id } userErrors { code path } } }"""
HELD = "{ heldAnswers { totalCount nodes { id body version peerStatus viewerCanPublish author { id } } } }"
PUBLISH_ANSWER = """mutation($input: PublishAnswerInput!) { publishAnswer(input: $input) {
    answer { id peerStatus version } userErrors { code path } } }"""
DECLINE = """mutation($input: DeclineAnswerInput!) { declineAnswer(input: $input) {
    answer { declinedBecause } userErrors { code path } } }"""
PUBLISH = "mutation($input: PublishQuestionInput!) { publishQuestion(input: $input) { question { id } userErrors { code } } }"
SCREEN = """query($id: ID!) { node(id: $id) { ... on PublicQuestion { status isYours viewerCanAnswer answers { totalCount nodes {
    id bodyHtml status fromCompany isYours declinedBecause helpedCount helpedViewer viewerCanSayItHelped } } } } }"""
HELPED = """mutation($input: SayAnswerHelpedInput!) { sayAnswerHelped(input: $input) {
    answer { helpedCount helpedViewer } userErrors { code path } } }"""
REPORT = (
    "mutation($input: ReportPublicContentInput!) { reportPublicContent(input: $input) { reported userErrors { code path } } }"
)
QUEUE = "{ moderationQueue { nodes { contentId: content { id } reports { reason note reporter { id } } } } }"
TAKE_BACK = """mutation($input: WithdrawPublicAnswerInput!) { withdrawPublicAnswer(input: $input) {
    question { answers { totalCount } } userErrors { code path } } }"""
NOTICES = """{ viewer { unreadNoticeCount notices { totalCount nodes { id kind isRead target { __typename id } } }
    questions { totalCount nodes { title } } } }"""
READ = "mutation($input: MarkNoticesReadInput!) { markNoticesRead(input: $input) { unreadNoticeCount userErrors { code } } }"
CREATE = """mutation($input: CreateOutcomeInput!) { createOutcome(input: $input) {
    outcome { id version status sources { id } } userErrors { code path } } }"""
PUBLISH_OUTCOME = """mutation($input: PublishOutcomeInput!) { publishOutcome(input: $input) {
    outcome { id status } userErrors { code path } } }"""
OUTCOMES = """{ outcomes { totalCount nodes { id title youSaidHtml weDidHtml voiceCount sources {
    __typename ... on Idea { title } ... on PublicQuestion { title } } } } }"""
POLICY = """mutation($input: SetPublicAnswerPolicyInput!) { setPublicAnswerPolicy(input: $input) {
    policy { version trustedAfter } userErrors { code path } } }"""


@pytest.fixture
async def people(world: World) -> World:
    await world.join("zeynep", Role.AGENT)
    await world.join("sara", Role.MANAGER)
    for name in ("ayse", "baran", "can"):
        await world.register(name)
    return world


async def published(people: World) -> str:
    """Give the portal's id of Ayşe's question, which everybody reads."""
    asked = {"title": "Garanti süresi ne kadar?", "body": "Buzdolabı için soruyorum."}
    question: str = (await people.portal("ayse").do(PORTAL["AskPublicQuestion"], asked))["question"]["id"]
    inside = question.replace("pqs_", "qst_")
    version = (await people.staff("zeynep").execute(STAFF["QuestionScreen"], id=inside))["node"]["version"]
    await people.staff("zeynep").do(PUBLISH, {"questionId": inside, "expectedVersion": version})
    await people.settle()
    return question


async def kinds(people: World, name: str) -> list[str]:
    return [one["kind"] for one in (await people.portal(name).execute(NOTICES))["viewer"]["notices"]["nodes"]]


async def test_a_customer_answers_another_and_nobody_learns_who(people: World) -> None:
    question = await published(people)
    baran, agent = people.portal("baran"), people.staff("zeynep")
    given = {"questionId": question, "body": "Bende **iki yıldı**."}
    assert await people.portal().refused(ANSWER, given) == [("FORBIDDEN", ["input"])]
    answer = (await baran.do(ANSWER, given))["answer"]
    assert (answer["status"], answer["isYours"], answer["fromCompany"]) == ("WAITING_FOR_APPROVAL", True, False)
    await people.settle()
    for name in ("ayse", "can", None):
        assert (await people.portal(name).execute(SCREEN, id=question))["node"]["answers"] == {"totalCount": 0, "nodes": []}
    assert (await people.portal().execute(PORTAL["PublicKnowledge"], query="iki yıldı"))["search"]["totalCount"] == 0

    told = (await agent.execute(STAFF["Notifications"], first=5))["notifications"]["nodes"]
    assert [one["kind"] for one in told] == ["PUBLICATION_AWAITED"]
    assert told[0]["text"].endswith(": “Garanti süresi ne kadar?”")
    (held,) = (await agent.execute(HELD))["heldAnswers"]["nodes"]
    assert (held["peerStatus"], held["viewerCanPublish"]) == ("WAITING_FOR_APPROVAL", True)
    await agent.do(PUBLISH_ANSWER, {"answerId": held["id"], "expectedVersion": held["version"]})
    await agent.do(STAFF["AnswerQuestion"], {"questionId": question.replace("pqs_", "qst_"), "body": "Üç yıldır."})
    await people.settle()

    raw = await people.portal("can").answer(SCREEN, id=question)
    assert all(word not in str(raw) for word in ("baran", "Baran", "ayse", "cus_", "mem_", "zeynep"))
    shown = (await people.portal("can").execute(SCREEN, id=question))["node"]
    assert (shown["status"], shown["isYours"], shown["viewerCanAnswer"]) == ("ANSWERED", False, True)
    said = [(one["fromCompany"], one["bodyHtml"], one["isYours"]) for one in shown["answers"]["nodes"]]
    assert said == [(False, "<p>Bende <strong>iki yıldı</strong>.</p>\n", False), (True, "<p>Üç yıldır.</p>\n", False)]
    assert (await people.portal().execute(PORTAL["PublicKnowledge"], query="iki yıldı"))["search"]["totalCount"] == 1
    assert await kinds(people, "ayse") == ["QUESTION_ANSWERED", "QUESTION_ANSWERED", "QUESTION_PUBLISHED"]
    assert await kinds(people, "baran") == ["ANSWER_PUBLISHED"]
    assert await kinds(people, "can") == []

    told = (await people.portal("ayse").execute(NOTICES))["viewer"]
    assert (told["unreadNoticeCount"], told["questions"]["totalCount"]) == (3, 1)
    assert told["notices"]["nodes"][0]["target"] == {"__typename": "PublicQuestion", "id": question}
    first = told["notices"]["nodes"][0]["id"]
    assert (await people.portal("ayse").do(READ, {"noticeIds": [first]}))["unreadNoticeCount"] == 2


async def test_answers_help_are_reported_and_taken_back(people: World) -> None:
    question, baran = await published(people), people.portal("baran")
    answer = (await baran.do(ANSWER, {"questionId": question, "body": "Bende iki yıldı."}))["answer"]["id"]
    assert await people.portal("can").refused(HELPED, {"answerId": answer, "helped": True}) == [
        ("NOT_FOUND", ["input", "answerId"])
    ]
    (held,) = (await people.staff("zeynep").execute(HELD))["heldAnswers"]["nodes"]
    await people.staff("zeynep").do(PUBLISH_ANSWER, {"answerId": held["id"], "expectedVersion": held["version"]})

    for name, count in (("can", 1), ("ayse", 2), ("can", 2)):
        helped = (await people.portal(name).do(HELPED, {"answerId": answer, "helped": True}))["answer"]
        assert helped == {"helpedCount": count, "helpedViewer": True}
    assert await baran.refused(HELPED, {"answerId": answer, "helped": True}) == [("INVALID_INPUT", ["input", "answerId"])]
    reported = {"contentId": answer, "reason": "MISLEADING", "note": "Artık üç yıl."}
    assert (await people.portal("can").do(REPORT, reported))["reported"] is True
    assert await people.portal("can").refused(REPORT, {**reported, "contentId": held["id"]}) == [
        ("NOT_FOUND", ["input", "contentId"])
    ]
    (item,) = (await people.staff("sara").execute(QUEUE))["moderationQueue"]["nodes"]
    assert item["reports"] == [{"reason": "MISLEADING", "note": "Artık üç yıl.", "reporter": None}]

    left = await baran.do(TAKE_BACK, {"answerId": answer})
    assert left["question"]["answers"]["totalCount"] == 0
    assert (await people.portal().execute(SCREEN, id=question))["node"]["answers"]["totalCount"] == 0


async def test_a_declined_answer_tells_its_author_why_and_trust_is_given_by_policy(people: World) -> None:
    question, baran, agent = await published(people), people.portal("baran"), people.staff("zeynep")
    await baran.do(ANSWER, {"questionId": question, "body": "Beni arayın."})
    (held,) = (await agent.execute(HELD))["heldAnswers"]["nodes"]
    await agent.do(DECLINE, {"answerId": held["id"], "reason": "Telefon istenmez.", "expectedVersion": held["version"]})
    await people.settle()
    (own,) = (await baran.execute(SCREEN, id=question))["node"]["answers"]["nodes"]
    assert (own["status"], own["declinedBecause"]) == ("DECLINED", "Telefon istenmez.")
    assert await kinds(people, "baran") == ["ANSWER_DECLINED"]
    assert (await people.portal("can").execute(SCREEN, id=question))["node"]["answers"]["totalCount"] == 0

    policy = {"trustedAfter": 1, "perHour": 5, "perDay": 20, "expectedVersion": 0}
    assert await agent.refused(POLICY, policy) == [("FORBIDDEN", ["input"])]
    assert (await people.staff("sara").do(POLICY, policy))["policy"] == {"version": 1, "trustedAfter": 1}
    can = people.portal("can")
    await can.do(ANSWER, {"questionId": question, "body": "İki yıl."})
    (held,) = (await agent.execute(HELD))["heldAnswers"]["nodes"]
    await agent.do(PUBLISH_ANSWER, {"answerId": held["id"], "expectedVersion": held["version"]})
    at_once = (await can.do(ANSWER, {"questionId": question, "body": "Faturayı saklayın."}))["answer"]
    waits = (await baran.do(ANSWER, {"questionId": question, "body": "Beni arayın."}))["answer"]
    assert (at_once["status"], waits["status"]) == ("PUBLISHED", "WAITING_FOR_APPROVAL")


async def test_customers_are_taught_are_heard_and_read_what_came_of_it(people: World) -> None:
    """Education (help articles, answers), a voice (ideas, questions), and what the company did upon it."""
    question, ayse, sara = await published(people), people.portal("ayse"), people.staff("sara")
    idea = (await people.portal("can").do(PORTAL["SubmitIdea"], {"title": "Garanti hatırlatma", "body": "Bitmeden yazın."}))[
        "idea"
    ]
    await ayse.do(PORTAL["VoteIdea"], {"ideaId": idea["id"], "voted": True})
    given = {
        "title": "Garanti süresi",
        "heard": "Garantinin ne zaman bittiğini **sordunuz**.",
        "done": "Bitmeden bir ay önce yazıyoruz.",
        "ideaIds": [idea["id"].replace("pid_", "ide_")],
        "questionIds": [question.replace("pqs_", "qst_")],
    }
    assert await people.staff("zeynep").refused(CREATE, given) == [("FORBIDDEN", ["input"])]
    outcome = (await sara.do(CREATE, given))["outcome"]
    assert (outcome["status"], len(outcome["sources"])) == ("DRAFT", 2)
    assert (await ayse.execute(OUTCOMES))["outcomes"]["totalCount"] == 0

    await sara.do(PUBLISH_OUTCOME, {"outcomeId": outcome["id"], "expectedVersion": outcome["version"]})
    await people.settle()

    for portal in (ayse, people.portal()):
        (shown,) = (await portal.execute(OUTCOMES))["outcomes"]["nodes"]
        assert shown == {
            "id": outcome["id"].replace("out_", "pou_"),
            "title": "Garanti süresi",
            "youSaidHtml": "<p>Garantinin ne zaman bittiğini <strong>sordunuz</strong>.</p>\n",
            "weDidHtml": "<p>Bitmeden bir ay önce yazıyoruz.</p>\n",
            "voiceCount": 2,
            "sources": [
                {"__typename": "Idea", "title": "Garanti hatırlatma"},
                {"__typename": "PublicQuestion", "title": "Garanti süresi ne kadar?"},
            ],
        }
    assert "OUTCOME_PUBLISHED" in await kinds(people, "can")
    assert (await kinds(people, "ayse"))[0] == "OUTCOME_PUBLISHED"
    newest = (await ayse.execute(NOTICES))["viewer"]["notices"]["nodes"][0]
    assert newest["target"] == {"__typename": "Outcome", "id": outcome["id"].replace("out_", "pou_")}
