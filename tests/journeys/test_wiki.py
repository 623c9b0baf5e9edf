"""The wiki from a draft over approval to the page that everybody reads and finds."""

from datetime import timedelta

from core.clock import clock, now
from tests.journeys.conftest import World
from tests.journeys.story import begin

RULE = "mutation ($input: SetWikiApprovalInput!) { setWikiApproval(input: $input) { page { version } userErrors { code } } }"
START = "mutation ($input: CreateWikiDraftInput!) { createWikiDraft(input: $input) { draft { id version } userErrors { code } } }"
PUBLISH = """mutation ($input: PublishWikiDraftInput!) { publishWikiDraft(input: $input) {
    page { id version published proposal { body } } userErrors { code path } } }"""
ASK = "mutation ($input: RequestWikiReviewInput!) { requestWikiReview(input: $input) { page { version } userErrors { code } } }"
APPROVE = "mutation ($input: ApproveWikiEditInput!) { approveWikiEdit(input: $input) { page { published } userErrors { code } } }"
TOLD = "{ notifications(first: 20) { nodes { kind text target { id } } } }"
DRAFTS = "{ wikiDrafts(first: 5) { totalCount nodes { id } } }"
PAGE = "query ($path: String!) { wikiPage(path: $path) { id body } }"
FOUND = """query ($query: String!) { search(query: $query, filter: {kind: {eq: WIKI_PAGE}}) { totalCount
    edges { node { ... on WikiPage { id } } } } }"""


async def test_a_draft_becomes_a_page_for_everybody_once_it_is_approved(world: World) -> None:
    story = await begin(world)
    manager, agent, mentor = story.client("manager"), story.client("agent"), story.client("mentor")
    top = await story.page()
    await manager.do(RULE, {"pageId": top.id, "minimum": 1, "expectedVersion": 1})
    words = {"path": f"{top.path}/zeplin", "title": "Zeplin teslimatı", "body": "Zeplin yalnız salı günleri uçar."}
    draft = (await agent.do(START, words))["draft"]
    assert (await agent.execute(DRAFTS))["wikiDrafts"] == {"totalCount": 1, "nodes": [{"id": draft["id"]}]}
    assert (await mentor.execute(DRAFTS))["wikiDrafts"]["totalCount"] == 0

    page = (await agent.do(PUBLISH, {"draftId": draft["id"], "expectedVersion": 1}))["page"]
    await agent.do(ASK, {"pageId": page["id"], "reviewerIds": [world.members["mentor"]], "expectedVersion": 1})
    await world.settle()

    assert (page["published"], page["proposal"]) == (False, {"body": words["body"]})
    assert (await agent.execute(DRAFTS))["wikiDrafts"]["totalCount"] == 0
    asked = [one for one in (await mentor.execute(TOLD))["notifications"]["nodes"] if one["kind"] == "WIKI_REVIEW_REQUESTED"]
    assert [one["target"] for one in asked] == [{"id": page["id"]}]
    reader = story.client("agency_in")
    assert (await reader.execute(PAGE, path=words["path"]))["wikiPage"] is None
    assert (await agent.execute(FOUND, query="zeplin"))["search"]["totalCount"] == 0
    assert (await mentor.do(APPROVE, {"pageId": page["id"], "expectedVersion": 2}))["page"]["published"] is True
    await world.settle()
    assert (await reader.execute(PAGE, path=words["path"]))["wikiPage"] == {"id": page["id"], "body": words["body"]}
    assert (await reader.execute(FOUND, query="zeplin"))["search"]["edges"] == [{"node": {"id": page["id"]}}]
    told = [one["text"] for one in (await agent.execute(TOLD))["notifications"]["nodes"] if one["kind"] == "WIKI_EDIT_APPROVED"]
    assert len(told) == 1


VERIFY = "mutation ($input: VerifyWikiPageInput!) { verifyWikiPage(input: $input) { page { version } userErrors { code } } }"
DUE = "{ wikiReviewsDue(first: 5) { totalCount nodes { id verification } } }"
DESK = "{ expertDesk { reviewsDue(first: 5) { totalCount nodes { __typename ... on WikiPage { id } } } } }"
TEMPLATE = """mutation ($input: CreateWikiTemplateInput!) { createWikiTemplate(input: $input) {
    template { id version variables { name label default } } userErrors { code path } } }"""
FILL = """mutation ($input: CreateWikiPageFromTemplateInput!) { createWikiPageFromTemplate(input: $input) {
    page { id title body path } userErrors { code path } } }"""
BROKEN = "{ wikiBrokenLinks(first: 5) { totalCount nodes { id brokenLinks } } wikiTemplates(first: 5) { nodes { name } } }"


async def test_who_vouches_for_a_page_is_reminded_and_called_in(world: World) -> None:
    story = await begin(world)
    expert, manager, page = story.client("expert"), story.client("manager"), await story.page()
    until = (now() + timedelta(days=60)).isoformat()
    await manager.do(VERIFY, {"pageId": page.id, "ownerId": world.members["expert"], "until": until, "expectedVersion": 1})
    assert (await expert.execute(DUE))["wikiReviewsDue"]["totalCount"] == 0

    clock.shift(timedelta(days=50))
    await world.settle()
    await world.sign_in("expert")
    expert = story.client("expert")
    assert (await expert.execute(DUE))["wikiReviewsDue"] == {"totalCount": 1, "nodes": [{"id": page.id, "verification": "DUE"}]}
    mine = (await expert.execute(DESK))["expertDesk"]["reviewsDue"]
    assert mine == {"totalCount": 1, "nodes": [{"__typename": "WikiPage", "id": page.id}]}
    clock.shift(timedelta(days=20))
    await world.settle()
    for name in ("expert", "manager"):
        await world.sign_in(name)
    expert, manager = story.client("expert"), story.client("manager")

    assert (await expert.execute(DUE))["wikiReviewsDue"]["nodes"] == [{"id": page.id, "verification": "OUTDATED"}]
    told = [one["kind"] for one in (await expert.execute(TOLD))["notifications"]["nodes"]]
    assert told == ["WIKI_OUTDATED", "WIKI_REVIEW_DUE"]
    called = [one["kind"] for one in (await manager.execute(TOLD))["notifications"]["nodes"]]
    assert called.count("WIKI_OUTDATED") == 1


async def test_a_page_is_made_of_a_template_and_its_broken_link_is_told(world: World) -> None:
    story = await begin(world)
    manager, agent = story.client("manager"), story.client("agent")
    given = {"name": "Olay raporu", "title": "Olay: {{subject}}", "body": "Bak: [plan](/wiki/{{plan}}) {{subject}}"}
    gaps = [{"name": "subject", "label": "Konu"}, {"name": "plan", "label": "Plan", "default": "acil-plan"}]
    template = (await manager.do(TEMPLATE, {**given, "variables": gaps}))["template"]
    assert template["variables"] == [{**gaps[0], "default": None}, gaps[1]]
    filled = {"templateId": template["id"], "path": "olay-9", "values": [{"name": "subject", "value": "Su"}]}
    assert await agent.refused(FILL, {**filled, "values": []}) == [("INVALID_INPUT", ["input", "values"])]
    page = (await agent.do(FILL, filled))["page"]
    assert page == {"id": page["id"], "title": "Olay: Su", "body": "Bak: [plan](/wiki/acil-plan) Su", "path": "olay-9"}
    await world.settle()
    assert await agent.execute(BROKEN) == {
        "wikiBrokenLinks": {"totalCount": 1, "nodes": [{"id": page["id"], "brokenLinks": ["acil-plan"]}]},
        "wikiTemplates": {"nodes": [{"name": "Olay raporu"}]},
    }


COMMENT = """mutation ($input: AddWikiCommentInput!) { addWikiComment(input: $input) {
    comment { id version anchor { exact prefix suffix orphaned } } userErrors { code path } } }"""
RESOLVE = """mutation ($input: ResolveWikiThreadInput!) { resolveWikiThread(input: $input) {
    comment { version resolvedAt resolvedBy { id } viewerCanResolve } userErrors { code path } } }"""
THREADS = """query ($path: String!, $state: ThreadState) { wikiPage(path: $path) { viewerCanComment
    commentThreads(first: 5, state: $state) { totalCount nodes { id body bodyHtml author { id } anchor { exact }
        replies(first: 5) { totalCount nodes { body page { path } } } } } } }"""


async def test_words_of_a_page_are_discussed_until_it_is_resolved(world: World) -> None:
    story = await begin(world)
    agent, expert, page = story.client("agent"), story.client("expert"), await story.page()
    quoted = {"pageId": page.id, "body": "**Hangi** depo?", "quote": {"exact": "Depo kaydı", "suffix": " yapar"}}
    thread = (await expert.do(COMMENT, quoted))["comment"]
    assert (thread["anchor"]["exact"], thread["anchor"]["suffix"]) == ("Depo kaydı", " yapar.")
    wrong = {**quoted, "quote": {"exact": "Mağaza kaydı"}}
    assert await expert.refused(COMMENT, wrong) == [("INVALID_INPUT", ["input", "quote", "exact"])]
    await agent.do(COMMENT, {"pageId": page.id, "body": "İzmir.", "inReplyToId": thread["id"]})
    await world.settle()

    told = [one["kind"] for one in (await expert.execute(TOLD))["notifications"]["nodes"]]
    assert told == ["WIKI_COMMENTED"]
    shown = (await agent.execute(THREADS, path=page.path, state="OPEN"))["wikiPage"]
    assert shown == {
        "viewerCanComment": True,
        "commentThreads": {
            "totalCount": 1,
            "nodes": [
                {
                    "id": thread["id"],
                    "body": "**Hangi** depo?",
                    "bodyHtml": "<p><strong>Hangi</strong> depo?</p>\n",
                    "author": {"id": world.members["expert"]},
                    "anchor": {"exact": "Depo kaydı"},
                    "replies": {"totalCount": 1, "nodes": [{"body": "İzmir.", "page": {"path": page.path}}]},
                }
            ],
        },
    }
    done = (await agent.do(RESOLVE, {"commentId": thread["id"], "resolved": True, "expectedVersion": 1}))["comment"]
    assert (done["version"], done["resolvedBy"], done["viewerCanResolve"]) == (2, {"id": world.members["agent"]}, True)
    assert (await agent.execute(THREADS, path=page.path, state="OPEN"))["wikiPage"]["commentThreads"]["totalCount"] == 0
    assert (await agent.execute(THREADS, path=page.path))["wikiPage"]["commentThreads"]["totalCount"] == 1


STAGE = "mutation ($input: StageUploadInput!) { stageUpload(input: $input) { upload { id uploadUrl } userErrors { code } } }"
ATTACH = """mutation ($input: AttachWikiFileInput!) { attachWikiFile(input: $input) {
    file { id version name contentType size url uploadedBy { id } page { path } } userErrors { code path } } }"""
REMOVE = "mutation ($input: RemoveWikiFileInput!) { removeWikiFile(input: $input) { file { id } userErrors { code } } }"
EDIT = "mutation ($input: EditWikiPageInput!) { editWikiPage(input: $input) { page { bodyHtml } userErrors { code } } }"
FILES = "query ($path: String!) { wikiPage(path: $path) { files(first: 5) { totalCount nodes { id url } } } }"


async def test_a_file_is_sent_attached_shown_and_handed_out_to_who_may_read_the_page(world: World) -> None:
    story = await begin(world)
    agent, page = story.client("agent"), await story.page()
    place = (await agent.do(STAGE, {"name": "şema.png"}))["upload"]
    url = place["uploadUrl"].partition("/files/")[2]
    async with agent.http() as http:
        assert (await http.put(f"/files/{url}", content=b"\x89PNG")).status_code == 200
    file = (await agent.do(ATTACH, {"pageId": page.id, "fileId": place["id"]}))["file"]
    assert file == {
        "id": file["id"],
        "version": 1,
        "name": "şema.png",
        "contentType": "image/png",
        "size": 4,
        "url": f"/files/{file['id']}",
        "uploadedBy": {"id": world.members["agent"]},
        "page": {"path": page.path},
    }
    edited = await agent.do(EDIT, {"pageId": page.id, "body": f"![Şema]({file['url']})", "expectedVersion": 1})
    assert f'<img src="{file["url"]}" alt="Şema">' in edited["page"]["bodyHtml"]
    for name, status in (("agency_in", 200), ("expert", 200), ("anonymous", 404)):
        async with story.client(name).http() as http:
            answer = await http.get(file["url"])
        assert (name, answer.status_code) == (name, status)
        if status == 200:
            assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG", "image/png")
            assert answer.headers["content-security-policy"] == "sandbox"
    shown = {"totalCount": 1, "nodes": [{"id": file["id"], "url": file["url"]}]}
    assert (await agent.execute(FILES, path=page.path))["wikiPage"]["files"] == shown
    await agent.do(REMOVE, {"fileId": file["id"], "expectedVersion": 1})
    async with agent.http() as http:
        assert (await http.get(file["url"])).status_code == 404
