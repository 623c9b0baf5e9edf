"""From what an expert wrote to the customer who is told that an expert stands behind the answer."""

from typing import Any

from auth.actor import SYSTEM, Role
from community.members import MemberChanges, change_member
from tests.documents import STAFF
from tests.journeys.conftest import World

SUBMIT = "mutation($input: SubmitRequestInput!) { submitRequest(input: $input) { request { id } userErrors { code } } }"
SOURCES = """query($id: ID!) { node(id: $id) { ... on Message { sources {
  kind version wikiRevision { id version title author { displayName } } answerBankEntry { id } answer { id }
} } } }"""
READ = """query($id: ID!) { node(id: $id) { ... on Request { messages(first: 10) { nodes {
  id body fromCompany experts { department jobTitle }
} } } } }"""
CREDIT = """mutation($input: SetPublicCreditInput!) { setPublicCredit(input: $input) {
  member { id credited } userErrors { code path }
} }"""
WRITE = (
    "mutation($input: CreateWikiPageInput!) { createWikiPage(input: $input) { page { id version } userErrors { code path } } }"
)
REVISIONS = "query($id: ID!) { node(id: $id) { ... on WikiPage { version revisions(first: 1) { nodes { id } } } } }"
SPACE = "mutation($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } userErrors { code path } } }"
MOVE = """mutation($input: MoveToSpaceInput!) { moveToSpace(input: $input) { userErrors { code path } } }"""


async def told(world: World, request_id: str) -> list[dict[str, Any]]:
    found = await world.portal("ayse").execute(READ, id=request_id)
    nodes: list[dict[str, Any]] = found["node"]["messages"]["nodes"]
    return [one for one in nodes if one["fromCompany"]]


async def test_reply_shows_the_staff_the_revision_and_the_customer_the_department(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await world.join("dara", Role.EXPERT)
    await world.register("ayse")
    agent, expert = world.staff("zeynep"), world.staff("dara")
    page = (await expert.do(WRITE, {"path": "iade", "title": "İade nasıl olur?", "body": "14 gün."}))["page"]
    revision = (await agent.execute(REVISIONS, id=page["id"]))["node"]["revisions"]["nodes"][0]["id"]
    request = (await world.portal("ayse").do(SUBMIT, {"subject": "İade süresi", "body": "Kaç gün?"}))["request"]["id"]
    await world.settle()
    case = (await agent.execute(STAFF["CaseScreen"], id=request.replace("req_", "case_")))["node"]
    given = {
        "caseId": case["id"],
        "conversationId": case["conversations"]["nodes"][0]["id"],
        "body": "14 gün sürer.",
        "sourceIds": [revision],
    }

    message = (await agent.do(STAFF["ReplyToCase"], given))["message"]["id"]
    await world.settle()
    (source,) = (await agent.execute(SOURCES, id=message))["node"]["sources"]
    shown = {"id": revision, "version": 1, "title": "İade nasıl olur?", "author": {"displayName": "Dara"}}
    assert source == {
        "kind": "WIKI_REVISION", "version": 1, "wikiRevision": shown, "answerBankEntry": None, "answer": None
    }  # fmt: skip
    assert (await told(world, request))[0]["experts"] == []

    await change_member(SYSTEM, world.members["dara"], MemberChanges(job_title="İade uzmanı"), expected_version=1)
    assert (await expert.do(CREDIT, {"credited": True}))["member"]["credited"] is True
    (heard,) = await told(world, request)
    assert heard["experts"] == [{"department": None, "jobTitle": "İade uzmanı"}]
    assert "Dara" not in str(heard)

    space = (await expert.do(SPACE, {"name": "Gizli", "slug": "gizli", "visibility": "SECRET"}))["space"]["id"]
    await expert.do(MOVE, {"contentId": page["id"], "spaceId": space, "expectedVersion": page["version"]})
    await world.settle()
    assert (await agent.execute(SOURCES, id=message))["node"]["sources"] == []
    assert (await told(world, request))[0]["experts"] == []
