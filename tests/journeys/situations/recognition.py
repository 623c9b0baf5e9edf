"""Situations of recognition: a colleague who helped, and the value that it shows."""

from auth.actor import Role
from coaching.recognition.badge_documents import Badge, BadgeGrade
from coaching.recognition.badges import BadgeDraft, RequirementDraft, create_badge
from coaching.recognition.documents import CompanyValue
from coaching.recognition.kudos import KudosDraft, give_kudos
from coaching.recognition.leaderboard_documents import Leaderboard, LeaderboardMeasure, Reward
from coaching.recognition.leaderboards import LeaderboardDraft, create_leaderboard
from coaching.recognition.ledger import Award, award
from coaching.recognition.point_rules import read_point_rules
from coaching.recognition.points_documents import PointCause
from coaching.recognition.rewards import RewardDraft, claim_reward, create_reward
from coaching.recognition.values import ValueDraft, create_value
from community.kudos.documents import Kudos
from core.clock import now
from core.idempotency import Once
from tests.factories.community import make_member, make_skill
from tests.journeys.story import MARK, Input, Situation, Story


async def value(story: Story) -> CompanyValue:
    """Let a manager put down what the company stands for."""
    draft = ValueDraft(name=f"{MARK} Birlikte", description=f"{MARK} Kimse yalnız değil.")
    return await create_value(await story.actor("manager"), draft, once=Once())


async def kudos(story: Story, who: str = "colleague") -> Kudos:
    """Let somebody thank an expert for an answer."""
    answer = await story.answer()
    draft = KudosDraft(
        receiver_id=(await make_member(Role.EXPERT)).id,
        subject_id=answer.id,
        value_id=(await value(story)).id,
        text=f"{MARK} Depoyu buldun.",
    )
    return await give_kudos(await story.actor(who), draft, once=Once())


async def _give(story: Story, who: str) -> Input:
    receiver = (await make_member(Role.EXPERT)).id
    subject, meant = await story.answer(), await value(story)
    return {"receiverId": receiver, "subjectId": subject.id, "valueId": meant.id, "text": f"{MARK} Depoyu buldun."}


async def _withdraw(story: Story, who: str) -> Input:
    given = await kudos(story, who if who in {"manager", "admin", "agent"} else "colleague")
    return {"kudosId": given.id, "expectedVersion": given.version}


async def _create_value(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Birlikte", "description": f"{MARK} Kimse yalnız değil."}


async def _update_value(story: Story, who: str) -> Input:
    found = await value(story)
    return {"valueId": found.id, "description": f"{MARK} Başka", "expectedVersion": found.version}


async def _point_rules(story: Story, who: str) -> Input:
    found = await read_point_rules()
    rules = [{"cause": one.value, "points": 5, "mostADay": 5, "mostFromOne": 1} for one in PointCause]
    return {"rules": rules, "expectedVersion": found.version}


async def badge(story: Story) -> Badge:
    """Let a manager make a badge."""
    asked = RequirementDraft(causes=[PointCause.KUDOS], times=1)
    draft = BadgeDraft(name=f"{MARK} Yoldaş", description=f"{MARK} Yardım.", grade=BadgeGrade.GOLD, requirements=[asked])
    return await create_badge(await story.actor("manager"), draft, once=Once())


async def leaderboard(story: Story) -> Leaderboard:
    """Let a manager make a leaderboard."""
    draft = LeaderboardDraft(name=f"{MARK} Ay", measures=[LeaderboardMeasure.POINTS])
    return await create_leaderboard(await story.actor("manager"), draft, once=Once())


async def reward(story: Story, *who: str) -> Reward:
    """Let a manager offer a reward for a single point, which members earn."""
    draft = RewardDraft(name=f"{MARK} Kitap", description=f"{MARK} Kitap.", least_points=1, stock=5)
    made = await create_reward(await story.actor("manager"), draft, once=Once())
    for one in who:
        member = story.world.members[one]
        await award(Award(member_id=member, cause=PointCause.KUDOS, source_id=made.id, giver="mem_a", at=now()))
    return made


async def _create_badge(story: Story, who: str) -> Input:
    asked = [{"causes": ["KUDOS"], "times": 2}]
    return {"name": f"{MARK} Yoldaş", "description": f"{MARK} Yardım.", "grade": "GOLD", "requirements": asked}


async def _update_badge(story: Story, who: str) -> Input:
    found = await badge(story)
    return {"badgeId": found.id, "description": f"{MARK} Başka", "expectedVersion": found.version}


async def _recompute(story: Story, who: str) -> Input:
    return {"badgeId": (await badge(story)).id}


async def _create_leaderboard(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Ay", "measures": ["ANSWERS", "ANSWER_TIME"]}


async def _close_leaderboard(story: Story, who: str) -> Input:
    found = await leaderboard(story)
    return {"leaderboardId": found.id, "expectedVersion": found.version}


async def _listing(story: Story, who: str) -> Input:
    return {"listed": True}


async def _profile(story: Story, who: str) -> Input:
    member = await make_member(Role.EXPERT)
    return {"memberId": member.id, "jobTitle": f"{MARK} Depo sorumlusu", "expectedVersion": member.version}


async def _availability(story: Story, who: str) -> Input:
    return {"availability": "BUSY"}


async def _openness(story: Story, who: str) -> Input:
    return {"accepts": True}


async def _credit(story: Story, who: str) -> Input:
    return {"credited": True}


async def _create_reward(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Kitap", "description": f"{MARK} Kitap.", "leastPoints": 10, "stock": 2}


async def _update_reward(story: Story, who: str) -> Input:
    found = await reward(story)
    return {"rewardId": found.id, "stock": 3, "expectedVersion": found.version}


async def _claim(story: Story, who: str) -> Input:
    earning = [who] if story.world.members.get(who) else []
    return {"rewardId": (await reward(story, *earning)).id}


async def _decide(story: Story, who: str) -> Input:
    claimed = await claim_reward(await story.actor("colleague"), (await reward(story, "colleague")).id)
    at = {"rewardId": claimed.id, "claimId": claimed.claims[0].id, "expectedVersion": claimed.version}
    return {**at, "approved": True}


async def able(story: Story) -> tuple[str, str]:
    """Let a new expert have a new skill; give the ids of both."""
    skill = await make_skill(f"{MARK} Yüz {next(story.numbers)}")
    return (await make_member(Role.EXPERT, skill_ids=[skill.id])).id, skill.id


async def _choose(story: Story, who: str) -> Input:
    member, skill = await able(story)
    return {"title": f"{MARK} Canlı yayın", "skillIds": [skill], "memberId": member, "reason": f"{MARK} Sakin."}


SITUATIONS: dict[str, Situation] = {
    "giveKudos": _give,
    "withdrawKudos": _withdraw,
    "createCompanyValue": _create_value,
    "updateCompanyValue": _update_value,
    "setPointRules": _point_rules,
    "createBadge": _create_badge,
    "updateBadge": _update_badge,
    "recomputeBadge": _recompute,
    "createLeaderboard": _create_leaderboard,
    "closeLeaderboard": _close_leaderboard,
    "setLeaderboardListing": _listing,
    "setPublicCredit": _credit,
    "setAcceptsQuestions": _openness,
    "setAvailability": _availability,
    "updateMember": _profile,
    "createReward": _create_reward,
    "chooseRepresentative": _choose,
    "updateReward": _update_reward,
    "claimReward": _claim,
    "decideRewardClaim": _decide,
}
