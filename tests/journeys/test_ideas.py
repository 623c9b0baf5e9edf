"""Ideas from customers and members: told, voted for, answered, merged, and followed to the end."""

from auth.actor import Role
from tests.documents import PORTAL
from tests.journeys.conftest import World

IDEA = "idea { id version status voteCount steps { status answer author { displayName } } } userErrors { code path }"
STATUS = "mutation($input: SetIdeaStatusInput!) { setIdeaStatus(input: $input) { " + IDEA + " } }"
MERGE = "mutation($input: MergeIdeaInput!) { mergeIdea(input: $input) { " + IDEA + " } }"
VOTE = "mutation($input: VoteIdeaInput!) { voteIdea(input: $input) { " + IDEA + " } }"
FOUND = "query($q: String!) { search(query: $q) { nodes { ... on Idea { id title } } } }"


async def test_customer_s_idea_goes_its_way(world: World) -> None:
    await world.join("sara", Role.MANAGER)
    await world.join("ali", Role.EXPERT)
    await world.register("ayse")
    await world.register("baran")
    given = {"title": "Kargo takip bildirimi", "body": "Kargo **yola çıkınca** haber verin.", "idempotencyKey": "idea-1"}
    idea = (await world.portal("ayse").do(PORTAL["SubmitIdea"], given))["idea"]
    assert idea == {
        "id": idea["id"],
        "title": "Kargo takip bildirimi",
        "status": "OPEN",
        "voteCount": 0,
        "viewerHasVoted": False,
        "viewerCanVote": True,
    }
    assert (await world.portal("ayse").do(PORTAL["SubmitIdea"], given))["idea"]["id"] == idea["id"]
    second = (await world.portal("baran").do(PORTAL["SubmitIdea"], {"title": "Kargo nerede?", "body": "Haber verin."}))["idea"]
    for _ in range(2):
        voted = (await world.portal("baran").do(PORTAL["VoteIdea"], {"ideaId": idea["id"], "voted": True}))["idea"]
        assert voted == {"id": idea["id"], "voteCount": 1, "viewerHasVoted": True}
    staff_id, second_id = (one["id"].replace("pid_", "ide_") for one in (idea, second))
    assert (await world.staff("ali").do(VOTE, {"ideaId": second_id, "voted": True}))["idea"]["voteCount"] == 1

    merged = (await world.staff("sara").do(MERGE, {"ideaId": second_id, "intoId": staff_id, "expectedVersion": 1}))["idea"]
    assert (merged["id"], merged["voteCount"], merged["version"]) == (staff_id, 2, 1)
    answer = {"ideaId": staff_id, "status": "PLANNED", "answer": "Yazın geliyor.", "expectedVersion": 1}
    planned = (await world.staff("sara").do(STATUS, answer))["idea"]
    assert [(step["status"], step["answer"]) for step in planned["steps"]] == [("PLANNED", "Yazın geliyor.")]
    await world.settle()

    order = {"field": "VOTE_COUNT", "direction": "DESC"}
    shown = (await world.portal("baran").execute(PORTAL["Ideas"], first=10, filter={"status": {"eq": "PLANNED"}}, orderBy=order))[
        "ideas"
    ]
    assert shown.pop("pageInfo")["hasNextPage"] is False
    assert shown == {
        "totalCount": 1,
        "nodes": [
            {
                "id": idea["id"],
                "title": "Kargo takip bildirimi",
                "bodyHtml": "<p>Kargo <strong>yola çıkınca</strong> haber verin.</p>\n",
                "status": "PLANNED",
                "voteCount": 2,
                "viewerHasVoted": True,
                "viewerCanVote": True,
            }
        ],
    }
    found = (await world.staff("ali").execute(FOUND, q="bildirimi"))["search"]["nodes"]
    assert [row for row in found if row] == [{"id": staff_id, "title": "Kargo takip bildirimi"}]
