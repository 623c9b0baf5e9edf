"""From a post to the company's page: a link in a reply, followed by the customer, counted for the manager."""

import httpx2
import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from starlette.applications import Starlette

from api.links import link_route
from auth.actor import Role
from tests.documents import STAFF
from tests.journeys.conftest import World

CREATE = """mutation ($input: CreateTrackedLinkInput!) { createTrackedLink(input: $input) {
    trackedLink { id shortUrl version } userErrors { code path } } }"""
ARCHIVE = """mutation ($input: ArchiveTrackedLinkInput!) { archiveTrackedLink(input: $input) {
    trackedLink { archived } userErrors { code path } } }"""
COUNTED = "{ trackedLinks(first: 5) { nodes { clickCount } } }"


async def test_link_is_followed_counted_and_put_out_of_use(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    zeynep = world.staff("zeynep")
    given = {"url": "https://narin.example/kampanya", "name": "Kampanya", "source": "x"}
    link = (await zeynep.do(CREATE, given))["trackedLink"]
    path = "/l/" + link["shortUrl"].rpartition("/l/")[2]

    async with world.portal().http() as http:
        followed = await http.get(path)
        ahead = await http.get(path, headers={"sec-purpose": "prefetch"})
        unknown = await http.get("/l/nobody")
    counted = (await zeynep.execute(COUNTED))["trackedLinks"]["nodes"]
    await zeynep.do(ARCHIVE, {"linkId": link["id"], "expectedVersion": link["version"]})
    async with world.portal().http() as http:
        gone = await http.get(path)

    target = "https://narin.example/kampanya?utm_source=x"
    assert [(one.status_code, one.headers["location"]) for one in (followed, ahead)] == [(302, target), (302, target)]
    assert counted == [{"clickCount": 1}]
    assert (unknown.status_code, gone.status_code) == (404, 404)


@pytest.mark.parametrize(("error", "status", "again"), [(AutoReconnect("gone"), 503, "5"), (OperationFailure("no"), 500, None)])
async def test_link_can_be_tried_again_once_the_store_is_back(error: Exception, status: int, again: str | None) -> None:
    async def follow(code: str, *, counted: bool) -> str | None:
        raise error

    transport = httpx2.ASGITransport(Starlette(routes=[link_route(follow)]), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        answer = await http.get("/l/kis")

    assert (answer.status_code, answer.headers.get("retry-after")) == (status, again)


SUBMIT = "mutation($input: SubmitRequestInput!) { submitRequest(input: $input) { request { id } userErrors { code } } }"
ASK = "mutation($input: AskPublicQuestionInput!) { askPublicQuestion(input: $input) { question { id } userErrors { code } } }"
PUBLISH = "mutation($input: PublishQuestionInput!) { publishQuestion(input: $input) { question { id } userErrors { code } } }"
COMMUNITY = """query($id: ID!) { node(id: $id) { ... on Case { suggestions { community(first: 5) { nodes {
    ... on Question { id title } } } } } } }"""
LINK = """mutation($input: LinkToCommunityInput!) { linkToCommunity(input: $input) {
    trackedLink { id variable shortUrl clickCount content { id } } userErrors { code path } } }"""
HEARD = """query($id: ID!) { node(id: $id) { ... on Request { messages(last: 1) { nodes { bodyHtml } } } } }"""
PEERS = """query($range: DateTimeRange!) { peerReport(range: $range) {
    whole { key questionCount peerCount staffCount bothCount peerShare staffShare } groups { key questionCount } } }"""


async def test_customer_is_led_from_a_reply_to_what_others_talk_about(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await world.join("mina", Role.MANAGER)
    for name in ("ayse", "baran"):
        await world.register(name)
    zeynep = world.staff("zeynep")
    asked = await world.portal("baran").do(ASK, {"title": "Kargo kaç günde gelir?", "body": "Kargo siparişi merak ediyorum."})
    question = asked["question"]["id"].replace("pqs_", "qst_")
    request = (await world.portal("ayse").do(SUBMIT, {"subject": "Kargo gelmedi", "body": "Kargo kaç günde gelir?"}))["request"][
        "id"
    ]
    await world.settle()
    case_id = request.replace("req_", "case_")
    assert (await zeynep.execute(COMMUNITY, id=case_id))["node"]["suggestions"]["community"]["nodes"] == []
    await zeynep.do(PUBLISH, {"questionId": question, "expectedVersion": 1})
    await world.settle()

    (found,) = (await zeynep.execute(COMMUNITY, id=case_id))["node"]["suggestions"]["community"]["nodes"]
    link = (await zeynep.do(LINK, {"caseId": case_id, "contentId": found["id"]}))["trackedLink"]
    case = (await zeynep.execute(STAFF["CaseScreen"], id=case_id))["node"]
    given = {
        "caseId": case_id,
        "conversationId": case["conversations"]["nodes"][0]["id"],
        "body": f"Başkaları da konuşuyor: {link['variable']}",
    }
    await zeynep.do(STAFF["ReplyToCase"], given)
    await world.settle()
    heard = (await world.portal("ayse").execute(HEARD, id=request))["node"]["messages"]["nodes"][0]["bodyHtml"]
    async with world.portal().http() as http:
        followed = await http.get("/l/" + link["shortUrl"].rpartition("/l/")[2])
    now_known = (await zeynep.do(LINK, {"caseId": case_id, "contentId": found["id"]}))["trackedLink"]
    day = {"from": "2020-01-01T00:00:00Z", "until": "2020-01-02T00:00:00Z"}
    report = (await world.staff("mina").execute(PEERS, range=day))["peerReport"]

    assert found == {"id": question, "title": "Kargo kaç günde gelir?"}
    assert f'href="{link["shortUrl"]}"' in heard
    assert (followed.status_code, followed.headers["location"]) == (
        302,
        f"https://narin.example/topluluk/{asked['question']['id']}",
    )
    assert (now_known["id"], now_known["clickCount"], now_known["content"]) == (link["id"], 1, {"id": question})
    assert report["whole"]["questionCount"] == 0
    assert report["groups"] == []
