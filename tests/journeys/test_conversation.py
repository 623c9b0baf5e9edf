"""A conversation below a question: mentions, reactions, threads that are closed as done, and who is told by what they watch."""

from typing import Any

from auth.actor import Role
from tests.journeys.conftest import World

ASK = "mutation($input: AskQuestionInput!) { askQuestion(input: $input) { question { id } userErrors { code } } }"
ANSWER = "mutation($input: AnswerQuestionInput!) { answerQuestion(input: $input) { answer { id } userErrors { code } } }"
COMMENT = "comment { id version inReplyTo { id } mentions { handle } } userErrors { code path }"
SAY = "mutation($input: AddCommentInput!) { addComment(input: $input) { " + COMMENT + " } }"
EDIT = "mutation($input: EditCommentInput!) { editComment(input: $input) { " + COMMENT + " } }"
RESOLVE = """mutation($input: ResolveThreadInput!) { resolveThread(input: $input) {
    comment { id version resolvedAt resolvedBy { displayName } viewerCanResolve } userErrors { code path } } }"""
REACTIONS = "target { ... on Answer { reactions { kind count viewerReacted } viewerReactions } } userErrors { code path }"
REACT = "mutation($input: ReactInput!) { react(input: $input) { " + REACTIONS + " } }"
TAKE_BACK = "mutation($input: RemoveReactionInput!) { removeReaction(input: $input) { " + REACTIONS + " } }"
WATCH = """mutation($input: SetWatchLevelInput!) { setWatchLevel(input: $input) {
    target { id } tag { slug viewerWatchLevel } level userErrors { code path } } }"""
SUGGEST = "query($prefix: String!) { mentionSuggestions(prefix: $prefix) { displayName handle } }"
WHO = "query($id: ID!) { node(id: $id) { ... on Answer { reactedBy(kind: HEART) { totalCount nodes { displayName } } } } }"
THREADS = """query($id: ID!, $state: ThreadState) { node(id: $id) { ... on Discussed { comments { totalCount }
    commentThreads(state: $state) { totalCount nodes {
        beginsThread author { displayName } replies { nodes { beginsThread body } } } } } } }"""
TOLD = "{ notifications { nodes { kind } } }"


async def told(world: World, name: str) -> list[str]:
    found = await world.staff(name).execute(TOLD)
    return sorted(one["kind"] for one in found["notifications"]["nodes"])


async def begun(world: World) -> tuple[str, str]:
    """Let four members join, one watch a tag and one mute it, and a question be asked and answered."""
    for name, role in (("ayla", Role.AGENT), ("ali", Role.EXPERT), ("deniz", Role.EXPERT), ("sara", Role.MANAGER)):
        await world.join(name, role)
    watched = await world.staff("deniz").do(WATCH, {"targetId": "tag_kargo", "level": "WATCHING"})
    tag = {"slug": "kargo", "viewerWatchLevel": "WATCHING"}
    assert watched == {"target": None, "tag": tag, "level": "WATCHING", "userErrors": []}
    await world.staff("sara").do(WATCH, {"targetId": "tag_kargo", "level": "MUTED"})
    draft = {"title": "Koli neden gelmedi?", "body": "@Alı bilir, `@sara` değil.", "tagSlugs": ["Kargo"]}
    question = (await world.staff("ayla").do(ASK, draft))["question"]["id"]
    answer = (await world.staff("ali").do(ANSWER, {"questionId": question, "body": "İzmir'de."}))["answer"]["id"]
    await world.settle()
    return question, answer


async def test_members_talk_and_each_is_told_what_they_want_to_hear(world: World) -> None:
    _, answer = await begun(world)
    assert [await told(world, name) for name in ("ayla", "ali", "deniz", "sara")] == [
        ["ANSWERED"],
        ["MENTIONED"],
        ["ANSWERED", "CONTENT_ADDED"],
        [],
    ]
    assert (await world.staff("ayla").execute(SUGGEST, prefix="@SA"))["mentionSuggestions"] == [
        {"displayName": "Sara", "handle": "sara"}
    ]

    said = (await world.staff("deniz").do(SAY, {"targetId": answer, "body": "@sara emin misin?"}))["comment"]
    assert said["mentions"] == [{"handle": "sara"}]
    reply = {"targetId": answer, "inReplyToId": said["id"], "body": "Evet."}
    assert (await world.staff("ali").do(SAY, reply))["comment"]["inReplyTo"] == {"id": said["id"]}
    changed = {"commentId": said["id"], "body": "@sara, @ayla emin misiniz?", "expectedVersion": said["version"]}
    edited = (await world.staff("deniz").do(EDIT, changed))["comment"]
    assert edited["mentions"] == [{"handle": "sara"}, {"handle": "ayla"}]
    await world.settle()
    assert [await told(world, name) for name in ("ayla", "ali", "deniz", "sara")] == [
        ["ANSWERED", "COMMENTED", "COMMENTED", "MENTIONED"],
        ["COMMENTED", "MENTIONED"],
        ["ANSWERED", "COMMENTED", "CONTENT_ADDED"],
        ["MENTIONED"],
    ]
    crowd = {**reply, "body": " ".join(f"@kisi{number}" for number in range(21))}
    assert await world.staff("ali").refused(SAY, crowd) == [("INVALID_INPUT", ["input", "body"])]

    done = {"commentId": said["id"], "resolved": True, "expectedVersion": edited["version"]}
    assert await world.staff("ayla").refused(RESOLVE, done) == [("FORBIDDEN", ["input"])]
    resolved = (await world.staff("ali").do(RESOLVE, done))["comment"]
    assert (resolved["resolvedBy"], resolved["resolvedAt"] is not None) == ({"displayName": "Ali"}, True)
    thread = {
        "beginsThread": True,
        "author": {"displayName": "Deniz"},
        "replies": {"nodes": [{"beginsThread": False, "body": "Evet."}]},
    }
    for state, nodes in (("RESOLVED", [thread]), ("OPEN", [])):
        shown = (await world.staff("ayla").execute(THREADS, id=answer, state=state))["node"]
        assert shown == {"comments": {"totalCount": 2}, "commentThreads": {"totalCount": len(nodes), "nodes": nodes}}
    again = {**done, "resolved": False, "expectedVersion": resolved["version"]}
    assert (await world.staff("deniz").do(RESOLVE, again))["comment"]["resolvedAt"] is None


async def test_reactions_are_given_once_and_taken_back(world: World) -> None:
    _, answer = await begun(world)
    heart = {"targetId": answer, "kind": "HEART"}

    def one(count: int, *, mine: bool) -> dict[str, Any]:
        shown = [{"kind": "HEART", "count": count, "viewerReacted": mine}] if count else []
        return {"target": {"reactions": shown, "viewerReactions": ["HEART"] if mine else []}, "userErrors": []}

    for _ in range(2):
        assert await world.staff("deniz").do(REACT, heart) == one(1, mine=True)
    assert await world.staff("ayla").do(REACT, heart) == one(2, mine=True)
    listed = (await world.staff("sara").execute(WHO, id=answer))["node"]["reactedBy"]
    assert listed == {"totalCount": 2, "nodes": [{"displayName": "Deniz"}, {"displayName": "Ayla"}]}
    for _ in range(2):
        assert await world.staff("deniz").do(TAKE_BACK, heart) == one(1, mine=False)
    await world.settle()
    assert await told(world, "ali") == ["MENTIONED"]
    assert await world.staff("ali").refused(REACT, {**heart, "targetId": "ans_nowhere"}) == [("NOT_FOUND", ["input", "targetId"])]


SPACE = "mutation($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } userErrors { code } } }"
LET_IN = "mutation($input: AddSpaceMembersInput!) { addSpaceMembers(input: $input) { space { id } userErrors { code } } }"
PAGE = "page { id version mentions { displayName } viewerWatchLevel } userErrors { code path }"
WRITE = "mutation($input: CreateWikiPageInput!) { createWikiPage(input: $input) { " + PAGE + " } }"
REWRITE = "mutation($input: EditWikiPageInput!) { editWikiPage(input: $input) { " + PAGE + " } }"
POST = "post { id version body coAuthors { displayName } } userErrors { code path }"
DRAFT = "mutation($input: CreateBlogPostInput!) { createBlogPost(input: $input) { " + POST + " } }"
REDRAFT = "mutation($input: EditBlogPostInput!) { editBlogPost(input: $input) { " + POST + " } }"


async def test_colleagues_of_several_departments_write_together_in_a_space(world: World) -> None:
    for name, role in (("ayla", Role.AGENT), ("ali", Role.EXPERT), ("deniz", Role.EXPERT)):
        await world.join(name, role)
    ayla, ali, deniz = (world.staff(name) for name in ("ayla", "ali", "deniz"))
    space = (await ayla.do(SPACE, {"name": "Gümrük", "visibility": "CLOSED"}))["space"]["id"]
    await ayla.do(LET_IN, {"spaceId": space, "memberIds": [world.members["ali"]]})
    assert (await ali.do(WATCH, {"targetId": space, "level": "WATCHING"}))["target"] == {"id": space}
    written = {"path": "gumruk", "title": "Gümrük adımları", "body": "@ali ve @deniz bilir.", "spaceId": space}
    page = (await ayla.do(WRITE, written))["page"]
    assert page["mentions"] == [{"displayName": "Ali"}, {"displayName": "Deniz"}]
    await world.settle()
    changed = {"pageId": page["id"], "body": "Önce beyanname.", "expectedVersion": page["version"]}
    again = (await ali.do(REWRITE, changed))["page"]
    assert (again["mentions"], again["viewerWatchLevel"]) == ([], "WATCHING")

    post = {"title": "Gümrükte ne değişti", "body": "Taslak.", "coAuthorIds": [world.members["deniz"]]}
    draft = (await ali.do(DRAFT, post))["post"]
    edit = {"postId": draft["id"], "body": "Birlikte.", "expectedVersion": draft["version"]}
    together = (await deniz.do(REDRAFT, edit))["post"]
    assert (together["body"], together["coAuthors"]) == ("Birlikte.", [{"displayName": "Deniz"}])
    await world.settle()
    kinds = [await told(world, name) for name in ("ayla", "ali", "deniz")]
    assert kinds == [["WIKI_EDITED"], ["CONTENT_ADDED", "MENTIONED", "SPACE_ADDED"], []]


IDEA = "mutation($input: SubmitIdeaInput!) { submitIdea(input: $input) { idea { id version } userErrors { code } } }"
PUBLISH = """mutation($input: PublishBlogPostInput!) { publishBlogPost(input: $input) {
    post { id slug version space { id } viewerCanComment } userErrors { code path } } }"""
MOVE = """mutation($input: MoveToSpaceInput!) { moveToSpace(input: $input) {
    content { ... on BlogPost { id space { id } } ... on Idea { id space { id } } } userErrors { code path } } }"""
THERE = """query($space: ID!, $ids: [ID!]!, $slug: String!) { blogPost(slug: $slug) { id } nodes(ids: $ids) { id }
    blogPosts(filter: {spaceId: {eq: $space}}) { totalCount nodes { id } }
    ideas(filter: {spaceId: {eq: $space}}) { totalCount nodes { id } }
    search(query: "beyanname") { nodes { ... on Node { id } } } }"""


async def test_posts_and_ideas_of_a_closed_space_are_its_members_own(world: World) -> None:
    for name in ("ayla", "ali", "deniz"):
        await world.join(name, Role.EXPERT)
    ayla, ali, deniz = (world.staff(name) for name in ("ayla", "ali", "deniz"))
    space = (await ayla.do(SPACE, {"name": "Gümrük", "visibility": "CLOSED"}))["space"]["id"]
    await ayla.do(LET_IN, {"spaceId": space, "memberIds": [world.members["ali"]]})
    await ali.do(WATCH, {"targetId": space, "level": "WATCHING"})
    draft = (await ayla.do(DRAFT, {"title": "Gümrükte ne değişti", "body": "Beyanname.", "spaceId": space}))["post"]
    post = (await ayla.do(PUBLISH, {"postId": draft["id"], "expectedVersion": draft["version"]}))["post"]
    idea = (await ayla.do(IDEA, {"title": "Beyanname kalıbı", "body": "Hazır dursun.", "spaceId": space}))["idea"]
    await world.settle()
    assert (post["space"], post["viewerCanComment"], await told(world, "ali")) == (
        {"id": space},
        True,
        ["CONTENT_ADDED", "CONTENT_ADDED", "SPACE_ADDED"],
    )

    asked = {"space": space, "ids": [post["id"], idea["id"]], "slug": post["slug"]}
    inside, outside = await ali.execute(THERE, **asked), await deniz.execute(THERE, **asked)
    assert inside["blogPosts"] == {"totalCount": 1, "nodes": [{"id": post["id"]}]}
    assert inside["ideas"] == {"totalCount": 1, "nodes": [{"id": idea["id"]}]}
    assert {hit["id"] for hit in inside["search"]["nodes"]} == {post["id"], idea["id"]}
    nothing = {"totalCount": 0, "nodes": []}
    assert outside == {"blogPost": None, "nodes": [None] * 2, "blogPosts": nothing, "ideas": nothing, "search": {"nodes": []}}

    out = {"contentId": post["id"], "expectedVersion": post["version"]}
    assert await deniz.refused(MOVE, out) == [("NOT_FOUND", ["input", "contentId"])]
    assert (await ayla.do(MOVE, out))["content"] == {"id": post["id"], "space": None}
    await world.settle()
    assert (await deniz.execute(THERE, **asked))["search"]["nodes"] == [{"id": post["id"]}]


DELETE = """mutation($input: DeleteCommentInput!) { deleteComment(input: $input) {
    comment { id body isDeleted author { displayName } version } userErrors { code path } } }"""
READ = """query($id: ID!) { node(id: $id) { ... on Discussed { commentThreads { nodes {
    bodyHtml isDeleted author { displayName } viewerCanDelete replies { nodes { bodyHtml } } } } } } }"""


async def test_remarks_are_deleted_by_their_author_and_with_a_reason_by_moderators(world: World) -> None:
    _, answer = await begun(world)
    said = (await world.staff("deniz").do(SAY, {"targetId": answer, "body": "@Alı, emin misin?"}))["comment"]
    reply = {"targetId": answer, "inReplyToId": said["id"], "body": "Evet @kimse."}
    replied = (await world.staff("ali").do(SAY, reply))["comment"]
    thread = {
        "bodyHtml": '<p><a href="/members/ali" rel="nofollow noopener noreferrer ugc">@Alı</a>, emin misin?</p>\n',
        "isDeleted": False,
        "author": {"displayName": "Deniz"},
        "viewerCanDelete": True,
        "replies": {"nodes": [{"bodyHtml": "<p>Evet @kimse.</p>\n"}]},
    }
    assert (await world.staff("deniz").execute(READ, id=answer))["node"]["commentThreads"]["nodes"] == [thread]

    own = {"commentId": said["id"], "expectedVersion": said["version"]}
    assert await world.staff("ali").refused(DELETE, own) == [("FORBIDDEN", ["input"])]
    gone = (await world.staff("deniz").do(DELETE, own))["comment"]
    assert gone == {"id": said["id"], "body": "", "isDeleted": True, "author": None, "version": 2}
    left = {**thread, "bodyHtml": "", "isDeleted": True, "author": None, "viewerCanDelete": False}
    assert (await world.staff("deniz").execute(READ, id=answer))["node"]["commentThreads"]["nodes"] == [left]

    other = {"commentId": replied["id"], "expectedVersion": replied["version"]}
    assert await world.staff("sara").refused(DELETE, other) == [("INVALID_INPUT", ["input", "reason"])]
    await world.staff("sara").do(DELETE, {**other, "reason": "Kişisel veri."})
    await world.settle()
    assert (await world.staff("deniz").execute(READ, id=answer))["node"]["commentThreads"]["nodes"] == []
    assert "CONTENT_MODERATED" in await told(world, "ali")
