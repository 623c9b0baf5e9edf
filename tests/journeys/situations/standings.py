"""Situations of levels."""

from auth.actor import Role
from tests.factories.community import make_member
from tests.journeys.story import MARK, Input, Story


async def _set_rule(story: Story, who: str) -> Input:
    rules = "{ levelRules { level version } }"
    found = (await story.client("manager").execute(rules))["levelRules"]
    version = next(one["version"] for one in found if one["level"] == "ADVANCED")
    return {"level": "ADVANCED", "requirements": {"reviews": 3}, "reEvaluateDays": 90, "expectedVersion": version}


async def _member(story: Story) -> str:
    return (await make_member(Role.TRAINEE, display_name=f"{MARK} Can")).id


async def _sign_off(story: Story, who: str) -> Input:
    return {"memberId": await _member(story), "remark": f"{MARK} Hazır", "expectedVersion": 0}


async def _graduate(story: Story, who: str) -> Input:
    return {"memberId": await _member(story), "despite": f"{MARK} Neden", "expectedVersion": 0}


async def _reevaluate(story: Story, who: str) -> Input:
    return {"memberId": await _member(story), "level": "NEWCOMER", "reason": f"{MARK} Neden", "expectedVersion": 0}


SITUATIONS = {
    "setLevelRule": _set_rule,
    "signOffGraduation": _sign_off,
    "graduate": _graduate,
    "reevaluateLevel": _reevaluate,
}
