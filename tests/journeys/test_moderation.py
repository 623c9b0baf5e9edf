"""Something is reported, hidden and shown again: who sees it, who is told, and what the log keeps."""

from auth.actor import Role
from tests.journeys.conftest import World

ITEM = "item { id version state status claimedBy { displayName } content { id } } userErrors { code path }"
ASK = "mutation($input: AskQuestionInput!) { askQuestion(input: $input) { question { id } userErrors { code } } }"
REPORT = "mutation($input: ReportContentInput!) { reportContent(input: $input) { reported " + ITEM + " } }"
CLAIM = "mutation($input: ClaimModerationItemInput!) { claimModerationItem(input: $input) { " + ITEM + " } }"
DECIDE = "mutation($input: DecideModerationItemInput!) { decideModerationItem(input: $input) { " + ITEM + " } }"
QUEUE = """{ moderationQueue { totalCount nodes { id version kind viewerCanDecide content { ... on Question { title isHidden } }
    reports { reason note reporter { displayName } } } } }"""
LOG = "{ moderationLog { totalCount nodes { decision reason contentId moderator { displayName } } } }"
SEEN = """query($id: ID!) { node(id: $id) { ... on Question { isHidden } } questions { totalCount }
    search(query: "forklift") { nodes { ... on Question { id } } }
    notifications { nodes { kind text } } }"""


async def test_reported_question_is_hidden_and_shown_again(world: World) -> None:
    await world.join("ayla", Role.AGENT)
    await world.join("ali", Role.EXPERT)
    await world.join("sara", Role.MANAGER)
    await world.join("deniz", Role.MANAGER)
    draft = {"title": "Satılık forklift var mı?", "body": "Ucuz **forklift** bende."}
    question = (await world.staff("ayla").do(ASK, draft))["question"]["id"]
    given = {"contentId": question, "reason": "SPAM", "note": "Reklam"}
    reported = await world.staff("ali").do(REPORT, given)
    assert (reported["reported"], reported["item"]) == (True, None)
    await world.settle()

    queue = (await world.staff("sara").execute(QUEUE))["moderationQueue"]
    (row,) = queue["nodes"]
    item = row.pop("id")
    assert row == {
        "version": 1,
        "kind": "QUESTION",
        "viewerCanDecide": True,
        "content": {"title": draft["title"], "isHidden": False},
        "reports": [{"reason": "SPAM", "note": "Reklam", "reporter": {"displayName": "Ali"}}],
    }
    assert (await world.staff("ali").execute(QUEUE))["moderationQueue"] == {"totalCount": 0, "nodes": []}

    hide = {"itemId": item, "decision": "HIDE", "reason": "Reklam yazısı.", "expectedVersion": 1}
    claimed = await world.staff("sara").do(CLAIM, {"itemId": item, "claimed": True, "expectedVersion": 1})
    assert (claimed["item"]["claimedBy"], claimed["item"]["version"]) == ({"displayName": "Sara"}, 2)
    late = (await world.staff("deniz").execute(DECIDE, input=hide))["decideModerationItem"]
    assert [error["code"] for error in late["userErrors"]] == ["FORBIDDEN"]
    stale = (await world.staff("sara").execute(DECIDE, input=hide))["decideModerationItem"]
    assert [error["code"] for error in stale["userErrors"]] == ["CONFLICT"]
    assert (stale["item"]["version"], stale["item"]["state"]) == (2, "VISIBLE")
    hidden = (await world.staff("sara").do(DECIDE, hide | {"expectedVersion": 2}))["item"]
    assert (hidden["state"], hidden["status"], hidden["content"]) == ("HIDDEN", "DECIDED", {"id": question})
    await world.settle()

    seen = {name: await world.staff(name).execute(SEEN, id=question) for name in ("ayla", "ali", "sara")}
    assert {name: (one["node"], one["questions"]["totalCount"]) for name, one in seen.items()} == {
        "ayla": ({"isHidden": True}, 1),
        "ali": (None, 0),
        "sara": ({"isHidden": True}, 1),
    }
    assert [one["search"]["nodes"] for one in seen.values()] == [[], [], []]
    assert [note["kind"] for note in seen["ayla"]["notifications"]["nodes"]] == ["CONTENT_MODERATED"]
    assert "Reklam yazısı." in seen["ayla"]["notifications"]["nodes"][0]["text"]
    assert [note["kind"] for note in seen["sara"]["notifications"]["nodes"]] == ["CONTENT_REPORTED"]

    shown = {"itemId": item, "decision": "RESTORE", "reason": "İncelendi, kalabilir.", "expectedVersion": 3}
    await world.staff("deniz").do(DECIDE, shown)
    await world.settle()
    back = await world.staff("ali").execute(SEEN, id=question)
    assert (back["node"], back["search"]["nodes"]) == ({"isHidden": False}, [{"id": question}])
    log = (await world.staff("sara").execute(LOG))["moderationLog"]
    assert [(row["decision"], row["reason"], row["contentId"], row["moderator"]["displayName"]) for row in log["nodes"]] == [
        ("RESTORE", "İncelendi, kalabilir.", question, "Deniz"),
        ("HIDE", "Reklam yazısı.", question, "Sara"),
    ]
