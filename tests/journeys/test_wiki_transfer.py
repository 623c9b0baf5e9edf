"""A part of the wiki leaves as files and comes back as pages, over GraphQL and /files."""

import io
import zipfile

from tests.journeys.conftest import World
from tests.journeys.story import begin

STAGE = "mutation ($input: StageUploadInput!) { stageUpload(input: $input) { upload { id uploadUrl } userErrors { code } } }"
IMPORT = """mutation ($input: ImportWikiPagesInput!) { importWikiPages(input: $input) {
    report { pages { file path title page { id } } problems { file message } } userErrors { code path } } }"""
URLS = "query ($path: String!) { wikiPage(path: $path) { md: exportUrl(format: MARKDOWN) html: exportUrl(format: HTML) } }"
TEXT = "---\ntitle: Kargo takibi\ntags: [kargo]\n---\n\nNumarayla izlenir."


async def test_a_part_of_the_wiki_leaves_as_files_and_comes_as_pages(world: World) -> None:
    story = await begin(world)
    agent = story.client("agent")
    place = (await agent.do(STAGE, {"name": "kargo.md"}))["upload"]
    async with agent.http() as http:
        sent = await http.put(f"/files/{place['uploadUrl'].partition('/files/')[2]}", content=TEXT.encode())
    assert sent.status_code == 200

    looked = (await agent.do(IMPORT, {"fileId": place["id"], "dryRun": True}))["report"]
    page = {"file": "kargo.md", "path": "kargo", "title": "Kargo takibi"}
    assert looked == {"pages": [{**page, "page": None}], "problems": []}
    done = (await agent.do(IMPORT, {"fileId": place["id"]}))["report"]
    assert done == {"pages": [{**page, "page": {"id": done["pages"][0]["page"]["id"]}}], "problems": []}
    assert await agent.refused(IMPORT, {"fileId": "upl_none"}) == [("INVALID_INPUT", ["input", "fileId"])]

    urls = (await agent.execute(URLS, path="kargo"))["wikiPage"]
    async with story.client("agency_in").http() as http:
        zipped, shown = await http.get(urls["md"]), await http.get(urls["html"])
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        written = archive.read("kargo.md").decode()
    assert written.startswith('---\ntitle: "Kargo takibi"\npath: "kargo"\ntags: ["kargo"]\n')
    assert written.endswith("---\n\nNumarayla izlenir.\n")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>Kargo takibi</h1><p>Numarayla izlenir.</p>" in shown.text
    async with story.client("anonymous").http() as http:
        assert [(await http.get(url)).status_code for url in urls.values()] == [404, 404]


START = """mutation ($input: StartWikiExportInput!) { startWikiExport(input: $input) {
    export { id state url total written } userErrors { code path } } }"""
EXPORTS = "{ wikiExports { totalCount nodes { id state url total written size } } notifications { nodes { kind } } }"


async def test_large_part_of_the_wiki_is_written_by_a_worker_for_who_asked(world: World) -> None:
    story = await begin(world)
    agent = story.client("agent")
    place = (await agent.do(STAGE, {"name": "kargo.md"}))["upload"]
    async with agent.http() as http:
        await http.put(f"/files/{place['uploadUrl'].partition('/files/')[2]}", content=TEXT.encode())
    page = (await agent.do(IMPORT, {"fileId": place["id"]}))["report"]["pages"][0]["page"]

    asked = (await agent.do(START, {"pageId": page["id"]}))["export"]
    assert asked == {"id": asked["id"], "state": "WAITING", "url": None, "total": None, "written": 0}
    await story.settle()

    found = await agent.execute(EXPORTS)
    (export,) = found["wikiExports"]["nodes"]
    assert (export["state"], export["total"], export["written"], export["url"]) == ("DONE", 1, 1, f"/files/{asked['id']}")
    assert "WIKI_EXPORTED" in {one["kind"] for one in found["notifications"]["nodes"]}
    async with agent.http() as http:
        fetched = await http.get(export["url"])
    assert (fetched.status_code, len(fetched.content)) == (200, export["size"])
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        assert archive.read("kargo.md").decode().endswith("---\n\nNumarayla izlenir.\n")
    async with story.client("admin").http() as http:
        assert (await http.get(export["url"])).status_code == 404
    assert (await story.client("admin").execute(EXPORTS))["wikiExports"] == {"totalCount": 0, "nodes": []}
