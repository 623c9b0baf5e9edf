"""A discussion gets heated and is calmed down; a space talks by polls, prompts and drafts: all of it through GraphQL."""

from datetime import timedelta
from typing import Any

from auth.actor import Role
from care.clock_scan import scan
from core.clock import clock, now
from tests.journeys.conftest import World

ERRORS = "userErrors { code message path retryAfter }"
HELD = "slowMode { seconds reason by { displayName } } lock { reason until } viewerCanCalm version"


def mutation(name: str, selection: str) -> str:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {selection} {ERRORS} }} }}"


ASK = mutation("askQuestion", "question { id version }")
ANSWER = mutation("answerQuestion", "answer { id }")
COMMENT = mutation("addComment", "comment { id }")
SLOW = mutation("setSlowMode", "target { ... on Question { " + HELD + " } }")
LOCK = mutation("lockContent", "target { ... on Question { " + HELD + " } ... on Space { lock { reason } } }")
UNLOCK = mutation("unlockContent", "target { ... on Question { " + HELD + " } }")
LIMITS = mutation("setNewcomerLimits", "newcomerLimits { version days contributions perHour perDay }")
LOG = "{ moderationLog { nodes { kind decision reason contentId moderator { displayName } } } }"
SEEN = "query($id: ID!) { node(id: $id) { ... on Question { viewerCanAnswer viewerCanComment " + HELD + " } } }"

BELOW = """query($id: ID!) { node(id: $id) { ... on Question { answers { nodes { viewerCanEdit viewerCanComment } }
    comments { nodes { viewerCanEdit viewerCanDelete viewerCanResolve } } } } }"""


async def refused(world: World, who: str, document: str, given: dict[str, Any]) -> dict[str, Any]:
    """Do what is refused, and give the one error."""
    answer = next(iter((await world.staff(who).execute(document, input=given)).values()))
    (error,) = answer["userErrors"]
    found: dict[str, Any] = error
    return found


async def test_discussion_is_slowed_down_locked_and_let_go_on(world: World) -> None:
    for name, role in {"ayla": Role.AGENT, "ali": Role.EXPERT, "sara": Role.MANAGER}.items():
        await world.join(name, role)
    asked = (await world.staff("ayla").do(ASK, {"title": "İade süresi kaç gün?", "body": "Bilen var mı?"}))["question"]
    given = {"questionId": asked["id"], "body": "On dört gün."}

    calm = {"targetId": asked["id"], "seconds": 60, "reason": "Tartışma büyüdü.", "expectedVersion": 1}
    assert (await refused(world, "ayla", SLOW, calm))["code"] == "FORBIDDEN"
    slowed = (await world.staff("sara").do(SLOW, calm))["target"]
    assert slowed == {
        "slowMode": {"seconds": 60, "reason": "Tartışma büyüdü.", "by": {"displayName": "Sara"}},
        "lock": None,
        "viewerCanCalm": True,
        "version": 2,
    }
    await world.staff("ali").do(ANSWER, given)
    error = await refused(world, "ali", COMMENT, {"targetId": asked["id"], "body": "Emin misiniz?"})
    assert (error["code"], error["retryAfter"] > 50) == ("RATE_LIMITED", True)
    await world.staff("sara").do(COMMENT, {"targetId": asked["id"], "body": "Sakin olalım."})
    clock.shift(timedelta(seconds=60))
    await world.staff("ali").do(COMMENT, {"targetId": asked["id"], "body": "Emin misiniz?"})

    until = (now() + timedelta(hours=2)).isoformat()
    locking = {"targetId": asked["id"], "reason": "Ara veriyoruz.", "until": until, "expectedVersion": 2}
    await world.staff("sara").do(LOCK, locking)
    assert (await refused(world, "sara", LOCK, locking))["code"] == "CONFLICT"
    error = await refused(world, "ayla", ANSWER, given)
    assert (error["code"], "Ara veriyoruz." in error["message"], error["retryAfter"]) == ("LOCKED", True, None)
    seen = (await world.staff("ayla").execute(SEEN, id=asked["id"]))["node"]
    below = (await world.staff("ali").execute(BELOW, id=asked["id"]))["node"]
    (answer,), comments = below["answers"]["nodes"], below["comments"]["nodes"]
    assert answer == {"viewerCanEdit": False, "viewerCanComment": False}
    assert {tuple(one.values()) for one in comments} == {(False, False, False)}
    assert (seen["viewerCanAnswer"], seen["viewerCanComment"], seen["lock"]["reason"]) == (False, False, "Ara veriyoruz.")
    await world.staff("sara").do(UNLOCK, {"targetId": asked["id"], "reason": "Yatıştı.", "expectedVersion": 3})
    await world.staff("ayla").do(ANSWER, given)
    below = (await world.staff("ali").execute(BELOW, id=asked["id"]))["node"]
    assert [one["viewerCanEdit"] for one in below["answers"]["nodes"]] == [True, False]
    await world.settle()
    told = (await world.staff("ayla").execute("{ notifications { nodes { kind } } }"))["notifications"]["nodes"]
    assert "CONTENT_UNLOCKED" in {one["kind"] for one in told}
    log = (await world.staff("sara").execute(LOG))["moderationLog"]["nodes"]
    assert [(one["decision"], one["reason"]) for one in log] == [
        ("UNLOCK", "Yatıştı."),
        ("LOCK", "Ara veriyoruz."),
        ("SLOW_DOWN", "Tartışma büyüdü."),
    ]
    assert (await world.staff("ali").execute(LOG))["moderationLog"]["nodes"] == []


async def test_newcomers_write_so_much_and_everybody_else_freely(world: World) -> None:
    await world.join("ayla", Role.AGENT)
    await world.join("sara", Role.MANAGER)
    assert (await world.staff("ayla").execute("{ newcomerLimits { version perHour } }"))["newcomerLimits"] == {
        "version": 0,
        "perHour": 0,
    }
    limits = {"days": 30, "contributions": 0, "perHour": 1, "perDay": 0}
    assert (await refused(world, "ayla", LIMITS, limits | {"expectedVersion": 0}))["code"] == "FORBIDDEN"
    set_by = (await world.staff("sara").do(LIMITS, limits | {"expectedVersion": 0}))["newcomerLimits"]
    assert set_by == limits | {"version": 1}

    question = {"title": "İade süresi kaç gün?", "body": "Bilen var mı?"}
    await world.staff("ayla").do(ASK, question)
    error = await refused(world, "ayla", ASK, question)
    assert (error["code"], 3_500 < error["retryAfter"] <= 3_600) == ("RATE_LIMITED", True)
    for _ in range(2):
        await world.staff("sara").do(ASK, question)
    clock.shift(timedelta(days=30))
    await world.sign_in("ayla")
    for _ in range(2):
        await world.staff("ayla").do(ASK, question)


SPACE = mutation("createSpace", "space { id version }")
ADD = mutation("addSpaceMembers", "space { id }")
POLL = """id version title isOpen anonymous options { key text votes voters { nodes { displayName } } } voterCount viewerVote
    viewerCanVote viewerCanClose author { __typename } parent { id }"""
CREATE_POLL = mutation("createPoll", "poll { " + POLL + " }")
VOTE = mutation("voteInPoll", "poll { " + POLL + " }")
CLOSE_POLL = mutation("closePoll", "poll { " + POLL + " }")
POLLS = "query($id: ID!) { node(id: $id) { ... on Space { polls { id voterCount options { votes } } } } }"


async def talking_space(world: World) -> str:
    """Let Ayla make a secret space, with Ali in it and Sara not."""
    for name, role in {"ayla": Role.EXPERT, "ali": Role.EXPERT, "sara": Role.MANAGER}.items():
        await world.join(name, role)
    space: str = (await world.staff("ayla").do(SPACE, {"name": "Kalite", "visibility": "SECRET"}))["space"]["id"]
    await world.staff("ayla").do(ADD, {"spaceId": space, "memberIds": [world.members["ali"]]})
    await world.settle()
    return space


async def test_space_votes_in_a_poll(world: World) -> None:
    space = await talking_space(world)
    draft = {"parentId": space, "title": "Hangi gün toplanalım?", "options": ["Salı", "Cuma"]}
    assert (await refused(world, "sara", CREATE_POLL, draft))["code"] == "NOT_FOUND"
    poll = (await world.staff("ali").do(CREATE_POLL, draft))["poll"]
    assert (poll["voterCount"], [one["votes"] for one in poll["options"]], poll["viewerCanClose"]) == (None, [None, None], True)

    voted = (await world.staff("ayla").do(VOTE, {"pollId": poll["id"], "optionKeys": ["1"]}))["poll"]
    assert (voted["voterCount"], voted["viewerVote"], [one["votes"] for one in voted["options"]]) == (1, ["1"], [1, 0])
    assert voted["options"][0]["voters"]["nodes"] == [{"displayName": "Ayla"}]
    hidden = (await world.staff("ali").execute(POLLS, id=space))["node"]["polls"]
    assert hidden == [{"id": poll["id"], "voterCount": None, "options": [{"votes": None}, {"votes": None}]}]

    closed = (await world.staff("ali").do(CLOSE_POLL, {"pollId": poll["id"], "expectedVersion": 1}))["poll"]
    assert (closed["isOpen"], closed["voterCount"], closed["viewerCanVote"]) == (False, 1, False)
    late = await refused(world, "ali", VOTE, {"pollId": poll["id"], "optionKeys": ["2"]})
    assert (late["code"], late["path"]) == ("INVALID_INPUT", ["input", "pollId"])


CREATE_PROMPT = mutation("createPrompt", "prompt { id version space { id } }")
SCHEDULE = mutation("schedulePrompt", "prompt { version schedule { weekday hour locale nextAt by { __typename } } }")
ASK_PROMPT = mutation("askPrompt", "question { id title prompt { id } campaign { name } responseRate { asked answered rate } }")
CAMPAIGN = mutation("createQuestionCampaign", "campaign { id }")
RATES = """query($id: ID!) { questionCampaigns(spaceId: $id) { nodes { name responseRate { asked answered rate } } }
    discussionPrompts(spaceId: $id) { totalCount nodes { timesAsked } } questions { nodes { title author { __typename } } } }"""


async def test_space_talks_by_prompts_and_a_campaign(world: World) -> None:
    space = await talking_space(world)
    texts = [
        {"locale": "tr", "title": "Bu hafta ne öğrendiniz?", "body": "Anlatın."},
        {"locale": "fa", "title": "این هفته چه آموختید؟", "body": "بگویید."},
    ]
    prompt = (await world.staff("ayla").do(CREATE_PROMPT, {"texts": texts, "spaceId": space, "tagSlugs": ["hafta"]}))["prompt"]
    assert prompt["space"] == {"id": space}
    ends = (now() + timedelta(days=30)).isoformat()
    draft = {"name": "Öğrenme ayı", "goal": "Soralım.", "endsAt": ends, "spaceId": space}
    campaign = (await world.staff("ayla").do(CAMPAIGN, draft))["campaign"]["id"]

    asking = {"promptId": prompt["id"], "locale": "fa", "campaignId": campaign, "expectedVersion": 1}
    question = (await world.staff("ayla").do(ASK_PROMPT, asking))["question"]
    assert (question["title"], question["prompt"]["id"], question["campaign"]) == (
        texts[1]["title"],
        prompt["id"],
        {"name": "Öğrenme ayı"},
    )
    assert question["responseRate"] == {"asked": 1, "answered": 0, "rate": 0.0}
    await world.staff("ali").do(ANSWER, {"questionId": question["id"], "body": "Farsça."})

    weekly = {"promptId": prompt["id"], "weekday": "MONDAY", "hour": 8, "expectedVersion": 2}
    scheduled = (await world.staff("ayla").do(SCHEDULE, weekly))["prompt"]["schedule"]
    assert (scheduled["weekday"], scheduled["hour"], scheduled["locale"]) == ("MONDAY", 8, "tr")
    clock.shift(timedelta(days=7))
    await scan()
    await world.settle()
    for name in ("ali", "sara"):
        await world.sign_in(name)
    seen = await world.staff("ali").execute(RATES, id=space)
    assert seen["questionCampaigns"]["nodes"] == [
        {"name": "Öğrenme ayı", "responseRate": {"asked": 1, "answered": 1, "rate": 1.0}}
    ]
    assert seen["discussionPrompts"] == {"totalCount": 1, "nodes": [{"timesAsked": 2}]}
    assert [one["title"] for one in seen["questions"]["nodes"]] == [texts[0]["title"], texts[1]["title"]]
    outside = await world.staff("sara").execute(RATES, id=space)
    assert outside == {
        "questionCampaigns": {"nodes": []},
        "discussionPrompts": {"totalCount": 0, "nodes": []},
        "questions": {"nodes": []},
    }


DRAFT = "draft { id version title } similarQuestions { title }"
BEGIN = mutation("createQuestionDraft", DRAFT)
GO_ON = mutation("editQuestionDraft", DRAFT)
ASK_DRAFT = mutation("askQuestionDraft", "question { id title anonymous viewerIsAuthor } draft { id }")
DRAFTS = "{ questionDrafts { totalCount nodes { id title body } } }"


async def test_question_is_written_bit_by_bit_beside_similar_ones(world: World) -> None:
    await world.join("ayla", Role.AGENT)
    await world.join("sara", Role.ADMIN)
    await world.staff("sara").do(ASK, {"title": "Kargo hangi depoda bekliyor?", "body": "Bilen?"})
    await world.settle()

    begun = (await world.staff("ayla").do(BEGIN, {"body": "Müşteri soruyor."}))["draft"]
    edit = {"draftId": begun["id"], "title": "Kargo hangi depoda?", "anonymous": True, "expectedVersion": 1}
    edited = await world.staff("ayla").do(GO_ON, edit)
    assert edited["similarQuestions"] == [{"title": "Kargo hangi depoda bekliyor?"}]
    assert (await world.staff("sara").execute(DRAFTS))["questionDrafts"] == {"totalCount": 0, "nodes": []}
    own = (await world.staff("ayla").execute(DRAFTS))["questionDrafts"]
    assert own == {"totalCount": 1, "nodes": [{"id": begun["id"], "title": edit["title"], "body": "Müşteri soruyor."}]}
    assert (await refused(world, "sara", ASK_DRAFT, {"draftId": begun["id"], "expectedVersion": 2}))["code"] == "NOT_FOUND"

    stale = await refused(world, "ayla", ASK_DRAFT, {"draftId": begun["id"], "expectedVersion": 1})
    assert stale["code"] == "CONFLICT"
    asked = (await world.staff("ayla").do(ASK_DRAFT, {"draftId": begun["id"], "expectedVersion": 2}))["question"]
    assert (asked["title"], asked["anonymous"], asked["viewerIsAuthor"]) == (edit["title"], True, True)
    assert (await world.staff("ayla").execute(DRAFTS))["questionDrafts"]["totalCount"] == 0
