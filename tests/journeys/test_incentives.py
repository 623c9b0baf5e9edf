"""Incentives through the API: who chose to be listed, what can be had for it, and who becomes the visible face."""

from typing import Any

from auth.actor import Role
from coaching.recognition.ledger import Award, award
from coaching.recognition.points_documents import PointCause
from core.clock import now
from tests.factories.community import make_member, make_skill
from tests.journeys.acts import act
from tests.journeys.conftest import World

BOARD = "leaderboard { id version closed measures days skill { name } ranks { place score member { displayName } } }"
CREATE_BOARD, CLOSE_BOARD = act("createLeaderboard", BOARD), act("closeLeaderboard", BOARD)
LIST_ME = act("setLeaderboardListing", "listed")
BOARDS = "{ viewerIsListed leaderboards { name ranks { place score member { displayName } } } }"
REWARD = """reward { id version name stock left closed leastPoints viewerClaims: claims {
  claimId status points reason member { displayName } decidedBy { displayName } } }"""
OFFER, CHANGE_REWARD = act("createReward", REWARD), act("updateReward", REWARD)
CLAIM, DECIDE = act("claimReward", REWARD), act("decideRewardClaim", REWARD)
REWARDS = "{ rewards(first: 5) { totalCount nodes { name left claims { status member { displayName } } } } }"
TOLD = "{ notifications(first: 5) { nodes { kind target { __typename } } } }"
CHOOSE = act(
    "chooseRepresentative",
    """choice { id title reason skills { name } languages chosenBy { displayName } member { displayName }
       shortlist { displayName } }""",
)
CANDIDATES = """query($skills: [ID!]!, $languages: [String!]) {
  representativeCandidates(skillIds: $skills, languages: $languages) {
    points reasons { reason points } profile { member { displayName } passRate }
  }
  representativeChoices(first: 5) { totalCount nodes { title member { displayName } } }
}"""


async def company(world: World) -> None:
    """Let HR, two experts and an agent join, and let the experts earn points."""
    for name, role in {"hale": Role.HR, "ali": Role.EXPERT, "zehra": Role.EXPERT, "ayse": Role.AGENT}.items():
        await world.join(name, role)
    earned = [("ali", f"ans_{number}", f"mem_{number}") for number in range(3)] + [("zehra", "ans_9", "mem_9")]
    for name, source, giver in earned:
        cause = PointCause.ACCEPTED_ANSWER
        await award(Award(member_id=world.members[name], cause=cause, source_id=source, giver=giver, at=now()))


async def test_leaderboard_lists_who_chose_to_be_listed_and_never_goes_by_speed_alone(world: World) -> None:
    await company(world)
    hale, ali, zehra, ayse = (world.staff(name) for name in ("hale", "ali", "zehra", "ayse"))
    given = {"name": "Ayın destekçileri", "measures": ["ANSWERS", "ANSWER_TIME"]}
    assert await ayse.refused(CREATE_BOARD, given) == [("FORBIDDEN", ["input"])]
    assert await hale.refused(CREATE_BOARD, {**given, "measures": ["ANSWER_TIME"]}) == [("INVALID_INPUT", ["input", "measures"])]
    board = (await hale.do(CREATE_BOARD, given))["leaderboard"]
    assert (board["ranks"], board["days"], board["skill"]) == ([], 30, None)
    for member in (ali, zehra):
        assert (await member.do(LIST_ME, {"listed": True}))["listed"] is True

    seen = await ayse.execute(BOARDS)
    ranks = [(1, 3, "Ali"), (2, 1, "Zehra")]
    assert [(one["place"], one["score"], one["member"]["displayName"]) for one in seen["leaderboards"][0]["ranks"]] == ranks
    assert (seen["viewerIsListed"], (await ali.execute(BOARDS))["viewerIsListed"]) == (False, True)
    await ali.do(LIST_ME, {"listed": False})
    (left,) = (await ayse.execute(BOARDS))["leaderboards"][0]["ranks"]
    assert left["member"] == {"displayName": "Zehra"}
    close = {"leaderboardId": board["id"], "expectedVersion": board["version"]}
    assert (await hale.do(CLOSE_BOARD, close))["leaderboard"]["closed"] is True
    assert (await ayse.execute(BOARDS))["leaderboards"] == []


async def test_reward_is_offered_claimed_decided_and_never_given_twice(world: World) -> None:
    await company(world)
    hale, ali, zehra, ayse = (world.staff(name) for name in ("hale", "ali", "zehra", "ayse"))
    given = {"name": "Bir gün izin", "description": "Seçtiğiniz bir gün.", "leastPoints": 15, "stock": 1}
    assert await ayse.refused(OFFER, given) == [("FORBIDDEN", ["input"])]
    assert await hale.refused(OFFER, {**given, "leastPoints": None}) == [("INVALID_INPUT", ["input", "leastPoints"])]
    reward = (await hale.do(OFFER, given))["reward"]
    at: dict[str, Any] = {"rewardId": reward["id"]}
    assert await ayse.refused(CLAIM, at) == [("FORBIDDEN", ["input", "rewardId"])]
    first = (await ali.do(CLAIM, at))["reward"]
    assert (first["left"], [one["points"] for one in first["viewerClaims"]]) == (0, [45])
    assert (await ali.do(CLAIM, at))["reward"]["viewerClaims"] == first["viewerClaims"]
    assert await zehra.refused(CLAIM, at) == [("LIMIT_REACHED", ["input", "rewardId"])]
    assert (await zehra.execute(REWARDS))["rewards"]["nodes"] == [{"name": "Bir gün izin", "left": 0, "claims": []}]
    await world.settle()
    assert (await hale.execute(TOLD))["notifications"]["nodes"] == [
        {"kind": "REWARD_CLAIMED", "target": {"__typename": "Reward"}}
    ]

    claim = {**at, "claimId": first["viewerClaims"][0]["claimId"], "expectedVersion": first["version"]}
    assert await ali.refused(DECIDE, {**claim, "approved": True}) == [("FORBIDDEN", ["input"])]
    assert await hale.refused(DECIDE, {**claim, "approved": False}) == [("INVALID_INPUT", ["input", "reason"])]
    refused = (await hale.do(DECIDE, {**claim, "approved": False, "reason": "Bu ay olmaz."}))["reward"]
    await world.settle()
    assert (refused["left"], refused["viewerClaims"][0]["decidedBy"]) == (1, {"displayName": "Hale"})
    assert (await ali.execute(TOLD))["notifications"]["nodes"][0]["kind"] == "REWARD_DECIDED"
    assert (await zehra.do(CLAIM, at))["reward"]["left"] == 0
    more = {**at, "stock": 2, "closed": True, "expectedVersion": refused["version"]}
    assert (await hale.do(CHANGE_REWARD, more))["reward"]["left"] == 1
    assert (await ayse.execute(REWARDS))["rewards"] == {"totalCount": 0, "nodes": []}


async def test_visible_face_is_chosen_among_who_has_what_it_takes(world: World) -> None:
    await company(world)
    hale, ayse = world.staff("hale"), world.staff("ayse")
    skill = await make_skill("Canlı yayın")
    nur = await make_member(Role.EXPERT, display_name="Nur", skill_ids=[skill.id], locales=["tr", "fa"])
    await make_member(Role.EXPERT, display_name="Efe", skill_ids=[skill.id], locales=["tr"])
    asked = {"skills": [skill.id], "languages": ["fa"]}
    (found,) = (await hale.execute(CANDIDATES, **asked))["representativeCandidates"]
    assert (found["profile"], found["points"]) == ({"member": {"displayName": "Nur"}, "passRate": None}, 15)
    assert found["reasons"] == [{"reason": "SKILLS", "points": 10}, {"reason": "LANGUAGES", "points": 5}]
    denied = await ayse.answer(CANDIDATES, **asked)
    assert [error["extensions"]["code"] for error in denied["errors"]] == ["FORBIDDEN"]

    given = {
        "title": "Yayının yüzü",
        "skillIds": [skill.id],
        "languages": ["fa"],
        "memberId": nur.id,
        "reason": "Sakin konuşuyor.",
    }
    assert await ayse.refused(CHOOSE, given) == [("FORBIDDEN", ["input"])]
    wrong = {**given, "memberId": world.members["ali"]}
    assert await hale.refused(CHOOSE, wrong) == [("INVALID_INPUT", ["input", "memberId"])]
    choice = (await hale.do(CHOOSE, given))["choice"]
    assert (choice["member"], choice["chosenBy"]) == ({"displayName": "Nur"}, {"displayName": "Hale"})
    assert choice["shortlist"] == [{"displayName": "Nur"}]
    seen = [(await one.execute(CANDIDATES, **asked))["representativeChoices"] for one in (hale,)]
    assert seen == [{"totalCount": 1, "nodes": [{"title": "Yayının yüzü", "member": {"displayName": "Nur"}}]}]
