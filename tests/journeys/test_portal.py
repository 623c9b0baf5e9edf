"""The customer's side: requests made, answered and judged, and nothing internal ever shown."""

from typing import Any

import pytest

from auth.actor import Role
from tests.client import Client
from tests.documents import PORTAL, STAFF
from tests.journeys.conftest import World

PUBLISH = "mutation($input: PublishQuestionInput!) { publishQuestion(input: $input) { question { id } userErrors { code } } }"


@pytest.fixture
async def people(world: World) -> World:
    await world.join("zeynep", Role.AGENT)
    await world.register("ayse")
    await world.register("baran")
    return world


async def submit(customer: Client, **more: Any) -> dict[str, Any]:
    given = {"subject": "Çamaşır makinem çalışmıyor", "body": "Üç gündür **su almıyor**.", **more}
    payload = await customer.do(PORTAL["SubmitRequest"], given)
    request: dict[str, Any] = payload["request"]
    return request


async def as_case(world: World, request: dict[str, Any]) -> dict[str, Any]:
    found = await world.staff("zeynep").execute(STAFF["CaseScreen"], id=request["id"].replace("req_", "case_"))
    case: dict[str, Any] = found["node"]
    return case


async def answer(world: World, request: dict[str, Any], body: str = "Teknisyen yarın gelir.") -> dict[str, Any]:
    case = await as_case(world, request)
    given = {"caseId": case["id"], "conversationId": case["conversations"]["nodes"][0]["id"], "body": body}
    reply = await world.staff("zeynep").do(STAFF["ReplyToCase"], given)
    await world.settle()
    return reply


async def test_request_is_answered_and_judged(people: World) -> None:
    customer = people.portal("ayse")
    request = await submit(customer)
    assert (request["status"], request["subject"]) == ("RECEIVED", "Çamaşır makinem çalışmıyor")
    await people.settle()

    await answer(people, request)
    screen = (await customer.execute(PORTAL["RequestScreen"], id=request["id"], last=10))["node"]
    assert screen["status"] == "IN_PROGRESS"
    assert [(one["body"], one["fromCompany"]) for one in screen["messages"]["nodes"]] == [
        ("Üç gündür **su almıyor**.", False),
        ("Teknisyen yarın gelir.", True),
    ]
    assert screen["viewerCanRecordVerdict"] is True

    judged = await customer.do(
        PORTAL["RecordVerdict"], {"requestId": request["id"], "verdict": "UNSATISFIED", "expectedVersion": screen["version"]}
    )
    assert judged["request"]["version"] > screen["version"]
    assert judged["request"]["viewerCanRecordVerdict"] is False
    await people.settle()
    await answer(people, request, "Yeni makine yola çıktı.")
    again = (await customer.execute(PORTAL["RequestScreen"], id=request["id"], last=10))["node"]
    await customer.do(
        PORTAL["RecordVerdict"], {"requestId": request["id"], "verdict": "SATISFIED", "expectedVersion": again["version"]}
    )
    case = await as_case(people, request)
    assert [cycle["outcome"] for cycle in case["cycles"]] == ["UNSATISFIED", "SATISFIED"]


async def test_verdict_on_an_older_version_shows_the_request_as_it_is(people: World) -> None:
    customer = people.portal("ayse")
    request = await submit(customer)
    await people.settle()
    await answer(people, request)

    refused = await customer.refusable(
        PORTAL["RecordVerdict"], {"requestId": request["id"], "verdict": "SATISFIED", "expectedVersion": 1}
    )

    assert [error["code"] for error in refused["userErrors"]] == ["CONFLICT"]
    assert refused["request"]["status"] == "IN_PROGRESS"


async def test_customer_can_write_more(people: World) -> None:
    customer = people.portal("ayse")
    request = await submit(customer)
    await people.settle()

    added = await customer.do(PORTAL["AddMessage"], {"requestId": request["id"], "body": "Bir de ses çıkarıyor."})
    await people.settle()

    assert added["message"]["fromCompany"] is False
    listed = (await customer.execute(PORTAL["MyRequests"], first=5))["viewer"]["requests"]
    assert listed["totalCount"] == 1
    assert listed["nodes"][0]["messages"]["nodes"][0]["body"] == "Bir de ses çıkarıyor."


async def test_others_and_the_public_see_nothing_of_it(people: World) -> None:
    request = await submit(people.portal("ayse"))
    await people.settle()

    for stranger in (people.portal("baran"), people.portal()):
        assert (await stranger.execute(PORTAL["RequestScreen"], id=request["id"], last=5))["node"] is None
        listed = (await stranger.execute(PORTAL["MyRequests"], first=5))["viewer"]["requests"]
        assert (listed["nodes"], listed["totalCount"]) == ([], 0)
        given = {"requestId": request["id"], "body": "Ben de merak ediyorum."}
        assert await stranger.refused(PORTAL["AddMessage"], given) == [("NOT_FOUND", ["input", "requestId"])]


async def test_nothing_internal_reaches_the_customer(people: World) -> None:
    await people.join("selin", Role.TRAINEE)
    customer = people.portal("ayse")
    request = await submit(customer)
    await people.settle()
    case = await as_case(people, request)
    await people.staff("zeynep").do(STAFF["AddNote"], {"caseId": case["id"], "body": "INT-not: zor müşteri"})
    draft = {"caseId": case["id"], "conversationId": case["conversations"]["nodes"][0]["id"], "body": "INT-taslak"}
    await people.staff("selin").do(STAFF["ReplyToCase"], draft)
    await people.settle()

    for query, variables in (
        (PORTAL["RequestScreen"], {"id": request["id"], "last": 20}),
        (PORTAL["MyRequests"], {"first": 20}),
        (PORTAL["PublicKnowledge"], {"query": "INT", "first": 20}),
    ):
        assert "INT-" not in str(await customer.answer(query, **variables))
    staff_ids = [case["id"], draft["conversationId"], people.members["zeynep"], case["customer"]["id"]]
    for identifier in staff_ids:
        assert (await customer.execute("query($id: ID!) { node(id: $id) { id } }", id=identifier))["node"] is None


async def test_anonymous_request_is_taken_and_cannot_be_read_again(people: World) -> None:
    contact = {"name": "Hamid", "email": "hamid@customers.example"}
    request = await submit(people.portal(), contact=contact)
    await people.settle()

    assert request["number"] >= 1
    assert (await people.portal().execute(PORTAL["RequestScreen"], id=request["id"], last=5))["node"] is None
    assert (await as_case(people, request))["customer"]["displayName"] == "Hamid"


async def test_bad_contact_names_its_field(people: World) -> None:
    given = {"subject": "x", "body": "y", "contact": {"email": "no address"}}

    refused = await people.portal().refused(PORTAL["SubmitRequest"], given)

    assert refused == [("INVALID_INPUT", ["input", "contact", "email"])]


async def test_public_question_shows_once_published_with_answers_and_no_names(people: World) -> None:
    asked = await people.portal("ayse").do(
        PORTAL["AskPublicQuestion"], {"title": "Garanti süresi ne kadar?", "body": "Buzdolabı için soruyorum."}
    )
    question = asked["question"]
    assert question["status"] == "WAITING_FOR_APPROVAL"
    await people.settle()
    assert (await people.portal().execute(PORTAL["KnowledgeScreen"], id=question["id"]))["node"] is None

    agent, inside = people.staff("zeynep"), question["id"].replace("pqs_", "qst_")
    await agent.do(STAFF["AnswerQuestion"], {"questionId": inside, "body": "İki yıldır."})
    version = (await agent.execute(STAFF["QuestionScreen"], id=inside))["node"]["version"]
    await agent.do(PUBLISH, {"questionId": inside, "expectedVersion": version})
    await people.settle()

    shown = (await people.portal().execute(PORTAL["KnowledgeScreen"], id=question["id"]))["node"]
    assert shown["status"] == "ANSWERED"
    assert [(one["bodyHtml"], one["fromCompany"]) for one in shown["answers"]["nodes"]] == [("<p>İki yıldır.</p>\n", True)]
    found = (await people.portal().execute(PORTAL["PublicKnowledge"], query="garanti", first=5))["search"]
    assert [edge["node"]["id"] for edge in found["edges"]] == [question["id"]]
    assert found["totalCount"] == 1


async def test_viewer_is_the_customer(people: World) -> None:
    viewer = (await people.portal("ayse").execute(PORTAL["PortalViewer"]))["viewer"]
    stranger = (await people.portal().execute(PORTAL["PortalViewer"]))["viewer"]

    assert viewer["customer"]["displayName"] == "Ayse"
    assert viewer["customer"]["id"].startswith("pcu_")
    assert stranger["customer"] is None


WRITE = "mutation($input: CreateWikiPageInput!) { createWikiPage(input: $input) { page { id version } userErrors { code } } }"
PUBLISH_ARTICLE = """mutation($input: PublishHelpArticleInput!) { publishHelpArticle(input: $input) {
    article { id slug locale status version isOutdated source { id } publishedBy { displayName } } userErrors { code path } } }"""
WITHDRAW = """mutation($input: WithdrawHelpArticleInput!) { withdrawHelpArticle(input: $input) {
    article { id status } userErrors { code path } } }"""
ARTICLES = """query($slug: String!) { helpArticle(slug: $slug, locale: "tr") { id title bodyHtml }
    helpArticles(locale: "tr") { totalCount nodes { id slug } } }"""


async def test_pages_are_published_as_help_articles_and_tell_nothing_of_the_inside(people: World) -> None:
    await people.join("sara", Role.MANAGER)
    said = "Kargo **iade** [içeriden](/wiki/gizli), @sara bilir. http://depo.narin.example/iade [dışarı](https://kargo.example/)"
    page = (await people.staff("zeynep").do(WRITE, {"path": "iade", "title": "Nasıl iade edilir?", "body": said}))["page"]
    article = (await people.staff("sara").do(PUBLISH_ARTICLE, {"sourceId": page["id"], "expectedVersion": 0}))["article"]
    assert article["source"] == {"id": page["id"]}
    assert (article["slug"], article["status"], article["isOutdated"]) == ("nasil-iade-edilir", "PUBLISHED", False)
    await people.settle()

    shown_as = article["id"].replace("hlp_", "pha_")
    for portal in (people.portal("ayse"), people.portal()):
        found = await portal.execute(PORTAL["PublicKnowledge"], query="iade")
        (edge,) = found["search"]["edges"]
        assert edge["node"] == {"__typename": "HelpArticle", "id": shown_as, "title": "Nasıl iade edilir?"}
        assert "sara" not in edge["highlight"]["body"]
        assert "depo.narin" not in edge["highlight"]["body"]
        read = await portal.execute(ARTICLES, slug="nasil-iade-edilir")
        assert read["helpArticles"] == {"totalCount": 1, "nodes": [{"id": shown_as, "slug": "nasil-iade-edilir"}]}
        body = read["helpArticle"]["bodyHtml"]
        assert ("/wiki/" in body, "sara" in body, "https://kargo.example/" in body) == (False, False, True)
        screen = (await portal.execute(PORTAL["KnowledgeScreen"], id=shown_as))["node"]
        assert screen == {"__typename": "HelpArticle", "id": shown_as, "title": "Nasıl iade edilir?", "bodyHtml": body}
        for hidden in (article["id"], page["id"]):
            assert (await portal.execute(PORTAL["KnowledgeScreen"], id=hidden))["node"] is None

    gone = {"articleId": article["id"], "expectedVersion": article["version"]}
    assert (await people.staff("sara").do(WITHDRAW, gone))["article"]["status"] == "WITHDRAWN"
    await people.settle()
    for portal in (people.portal("ayse"), people.portal()):
        assert (await portal.execute(PORTAL["PublicKnowledge"], query="iade"))["search"]["edges"] == []
        assert (await portal.execute(ARTICLES, slug="nasil-iade-edilir"))["helpArticle"] is None
