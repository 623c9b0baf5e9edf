"""What clients ask of the wiki beyond the contract's documents."""

from auth.actor import Role
from community.wiki.pages import edit_page
from community.wiki.revisions import revision_id
from community.wiki.writing import PageChanges
from tests.factories import community
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import make_world

CONFLICT = """page { version body } conflict { base { id version } theirs { id version } yours { title body }
    merged { title body } titleConflicts conflicts regions { kind base theirs yours } } userErrors { code path }"""
EDIT = f"mutation ($input: EditWikiPageInput!) {{ editWikiPage(input: $input) {{ {CONFLICT} }} }}"
MERGE = f"mutation ($input: MergeWikiEditInput!) {{ mergeWikiEdit(input: $input) {{ {CONFLICT} }} }}"
REVISIONS = """query ($path: String!) { wikiPage(path: $path) { body
    revisions(first: 1) { nodes { version mergedVersion summary } } } }"""

PROPOSAL = """page { version body published approvalsRequired viewerCanApprove proposal {
    version state body bodyHtml approvalsNeeded approvals { member { id } } reviewers { id } authors { id }
    rejectedBy { id } reason tags { name }
    diff { hunks { kind text } } } } userErrors { code path }"""
SET_RULE = f"mutation ($input: SetWikiApprovalInput!) {{ setWikiApproval(input: $input) {{ {PROPOSAL} }} }}"
ASK = f"mutation ($input: RequestWikiReviewInput!) {{ requestWikiReview(input: $input) {{ {PROPOSAL} }} }}"
APPROVE = f"mutation ($input: ApproveWikiEditInput!) {{ approveWikiEdit(input: $input) {{ {PROPOSAL} }} }}"
REJECT = f"mutation ($input: RejectWikiEditInput!) {{ rejectWikiEdit(input: $input) {{ {PROPOSAL} }} }}"
PROPOSE = f"mutation ($input: EditWikiPageInput!) {{ editWikiPage(input: $input) {{ {PROPOSAL} }} }}"
HISTORY = """query ($path: String!) { wikiPage(path: $path) { body proposal { body } viewerCanApprove
    revisions(first: 9) { totalCount nodes { version proposed approvedBy { id } } } } }"""


async def test_two_edits_of_one_version_are_merged_by_the_second(staff: Staff) -> None:
    world = await make_world()
    page = await community.make_page(body="bir\niki\nüç\ndört")
    await edit_page(world.expert, page.id, PageChanges(body="1\niki\nüç"), expected_version=1)

    edited = {"pageId": page.id, "body": "bir\niki\nüç\n4", "expectedVersion": 1}
    error, payload = await staff.refusal(world.agent, EDIT, **edited)

    assert (error["code"], error["path"]) == ("CONFLICT", ["input", "expectedVersion"])
    assert payload["page"] == {"version": 2, "body": "1\niki\nüç"}
    marked = "1\niki\nüç\n<<<<<<< yours\n4\n||||||| base\ndört\n=======\n>>>>>>> theirs"
    assert payload["conflict"] == {
        "base": {"id": revision_id(page.id, 1), "version": 1},
        "theirs": {"id": page.id, "version": 2},
        "yours": {"title": page.title, "body": edited["body"]},
        "merged": {"title": page.title, "body": marked},
        "titleConflicts": False,
        "conflicts": 1,
        "regions": [
            {"kind": "THEIRS", "base": "bir", "theirs": "1", "yours": "bir"},
            {"kind": "SAME", "base": "iki\nüç", "theirs": "iki\nüç", "yours": "iki\nüç"},
            {"kind": "CONFLICT", "base": "dört", "theirs": None, "yours": "4"},
        ],
    }
    merged = {"pageId": page.id, "baseVersion": 1, "title": page.title, "summary": "Birleşti", "expectedVersion": 2}
    error, payload = await staff.refusal(world.agent, MERGE, **merged, body=marked)
    assert (error["code"], error["path"], payload["conflict"]) == ("INVALID_INPUT", ["input", "body"], None)
    saved = await staff.do(world.agent, MERGE, **merged, body="1\niki\nüç\n4")
    assert (saved["page"], saved["conflict"]) == ({"version": 3, "body": "1\niki\nüç\n4"}, None)
    shown = (await staff.ask(world.agent, REVISIONS, path=page.path))["wikiPage"]
    assert shown["revisions"]["nodes"] == [{"version": 3, "mergedVersion": 1, "summary": "Birleşti"}]


async def test_readers_see_what_was_approved_and_editors_what_waits(staff: Staff) -> None:
    world = await make_world()
    page = await community.make_page(body="bir")
    agency = await community.make_actor(Role.AGENCY)
    one = {"pageId": page.id}
    ruled = (await staff.do(world.manager, SET_RULE, **one, minimum=1, expectedVersion=1))["page"]
    assert (ruled["approvalsRequired"], ruled["proposal"], ruled["viewerCanApprove"]) == (1, None, False)

    proposed = (await staff.do(world.agent, PROPOSE, **one, body="iki", expectedVersion=2))["page"]
    asked = await staff.do(world.agent, ASK, **one, reviewerIds=[world.mentor.member], expectedVersion=3)
    rejected = await staff.do(world.mentor, REJECT, **one, reason="Yanlış", expectedVersion=4)

    assert (proposed["body"], proposed["published"], proposed["viewerCanApprove"]) == ("bir", True, False)
    assert asked["page"]["proposal"] == {
        "version": 3,
        "state": "REVIEW_REQUESTED",
        "body": "iki",
        "bodyHtml": "<p>iki</p>\n",
        "approvalsNeeded": 1,
        "approvals": [],
        "reviewers": [{"id": world.mentor.member}],
        "authors": [{"id": world.agent.member}],
        "rejectedBy": None,
        "reason": None,
        "tags": [],
        "diff": {"hunks": [{"kind": "REMOVED", "text": "bir"}, {"kind": "ADDED", "text": "iki"}]},
    }
    refused = rejected["page"]["proposal"]
    assert (refused["state"], refused["reason"], refused["rejectedBy"]) == ("REJECTED", "Yanlış", {"id": world.mentor.member})
    await staff.do(world.agent, PROPOSE, **one, body="üç", expectedVersion=5)
    shown = (await staff.ask(agency, HISTORY, path=page.path))["wikiPage"]
    assert shown == {
        "body": "bir",
        "proposal": None,
        "viewerCanApprove": False,
        "revisions": {"totalCount": 1, "nodes": [{"version": 1, "proposed": False, "approvedBy": []}]},
    }
    done = (await staff.do(world.mentor, APPROVE, **one, expectedVersion=6))["page"]
    assert (done["body"], done["proposal"]) == ("üç", None)
    shown = (await staff.ask(agency, HISTORY, path=page.path))["wikiPage"]
    assert shown["body"] == "üç"
    assert shown["revisions"]["nodes"][0] == {"version": 7, "proposed": False, "approvedBy": [{"id": world.mentor.member}]}
    seen = (await staff.ask(world.agent, HISTORY, path=page.path))["wikiPage"]["revisions"]
    assert [(row["version"], row["proposed"]) for row in seen["nodes"]] == [(7, False), (6, True), (3, True), (1, False)]
