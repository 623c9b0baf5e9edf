"""From a post to the company's page: a link in a reply, followed by the customer, counted for the manager."""

import httpx2
import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from starlette.applications import Starlette

from api.links import link_route
from auth.actor import Role
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
