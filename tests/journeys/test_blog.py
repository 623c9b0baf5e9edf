"""A post from its draft to what must be acknowledged: written by two, in a series, planned, read, remarked on and confirmed."""

from datetime import timedelta

from auth.actor import Role
from core.clock import clock, now
from tests.journeys.conftest import World

POST = "post { id version status slug title readingMinutes series { slug name } coAuthors { displayName } viewerCanEdit }"
CREATE = "mutation($input: CreateBlogPostInput!) { createBlogPost(input: $input) { " + POST + " userErrors { code path } } }"
EDIT = "mutation($input: EditBlogPostInput!) { editBlogPost(input: $input) { " + POST + " userErrors { code path } } }"
PUBLISH = "mutation($input: PublishBlogPostInput!) { publishBlogPost(input: $input) { " + POST + " userErrors { code path } } }"
SAY = "mutation($input: AddCommentInput!) { addComment(input: $input) { comment { id } userErrors { code path } } }"
REACT = "mutation($input: ReactInput!) { react(input: $input) { userErrors { code path } } }"
CONFIRM = """mutation($input: AcknowledgeBlogPostInput!) { acknowledgeBlogPost(input: $input) {
    post { announcement { viewerAcknowledgedAt } } userErrors { code path } } }"""
READ = """query($id: ID!) { node(id: $id) { ... on BlogPost { title reactions { kind count } comments { totalCount }
    announcement { acknowledged { nodes { displayName } } missing { nodes { displayName } } } } } }"""
LIST = "{ blogPosts { totalCount nodes { id } } blogDrafts { totalCount } }"
TOLD = "{ notifications { nodes { kind } } }"


async def told(world: World, name: str) -> set[str]:
    return {one["kind"] for one in (await world.staff(name).execute(TOLD))["notifications"]["nodes"]}


async def test_post_is_written_by_two_planned_read_and_acknowledged(world: World) -> None:
    for name, role in (("leyla", Role.MANAGER), ("deniz", Role.EXPERT), ("ece", Role.AGENT)):
        await world.join(name, role)
    leyla, deniz, ece = (world.staff(name) for name in ("leyla", "deniz", "ece"))
    draft = {
        "title": "Bayramda vardiya düzeni",
        "body": "Depo **09:00**'da açılır.",
        "coAuthorIds": [world.members["deniz"]],
        "series": "Depodan haberler",
        "announcement": {"roles": ["AGENT"], "dueAt": (now() + timedelta(days=3)).isoformat()},
    }
    post = (await leyla.do(CREATE, draft))["post"]
    assert (post["status"], post["readingMinutes"], post["slug"]) == ("DRAFT", 1, "bayramda-vardiya-duzeni")
    assert (post["series"], post["coAuthors"]) == (
        {"slug": "depodan-haberler", "name": "Depodan haberler"},
        [{"displayName": "Deniz"}],
    )
    change = {"postId": post["id"], "body": "Depo **08:00**'de açılır.", "expectedVersion": 1}
    edited = (await deniz.do(EDIT, change))["post"]
    assert (await ece.execute(LIST))["blogPosts"]["totalCount"] == 0
    assert await ece.refused(EDIT, {**change, "expectedVersion": edited["version"]}) == [("NOT_FOUND", ["input", "postId"])]

    at = (now() + timedelta(hours=2)).isoformat()
    planned = {"postId": post["id"], "expectedVersion": edited["version"], "publishAt": at}
    assert (await leyla.do(PUBLISH, planned))["post"]["status"] == "SCHEDULED"
    await world.settle()
    assert (await ece.execute(LIST))["blogPosts"]["totalCount"] == 0
    clock.shift(timedelta(hours=3))
    await world.settle()
    for name in ("leyla", "ece"):
        await world.sign_in(name)
    leyla, ece = world.staff("leyla"), world.staff("ece")
    assert [one["id"] for one in (await ece.execute(LIST))["blogPosts"]["nodes"]] == [post["id"]]

    await ece.do(SAY, {"targetId": post["id"], "body": "Cumartesi de mi?"})
    await ece.do(REACT, {"targetId": post["id"], "kind": "THUMBS_UP"})
    await world.settle()
    shown = (await leyla.execute(READ, id=post["id"]))["node"]
    assert (shown["reactions"], shown["comments"]["totalCount"]) == ([{"kind": "THUMBS_UP", "count": 1}], 1)
    assert shown["announcement"]["missing"]["nodes"] == [{"displayName": "Ece"}]
    assert await told(world, "ece") == {"ANNOUNCED"}
    assert await told(world, "leyla") == {"COMMENTED", "POST_PUBLISHED"}
    confirmed = (await ece.do(CONFIRM, {"postId": post["id"]}))["post"]["announcement"]
    assert confirmed["viewerAcknowledgedAt"] is not None
    seen = (await leyla.execute(READ, id=post["id"]))["node"]["announcement"]
    assert (seen["acknowledged"]["nodes"], seen["missing"]["nodes"]) == ([{"displayName": "Ece"}], [])
