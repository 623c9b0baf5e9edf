"""What refers to a skill that is another one now: policies of assignment and what channels need."""

from care.documents.assignment import AssignmentPolicy
from care.documents.shifts import CoverageRule
from community.documents import Skill
from core.records import change


async def follow_skill_merge(skill_id: str) -> None:
    """Let policies and coverage rules name the other skill; can run twice."""
    skill = await Skill.get(skill_id)
    if skill is None or skill.merged_into_id is None:
        return
    into_id = skill.merged_into_id

    def rule(current: AssignmentPolicy | CoverageRule) -> None:
        current.skill_ids = list(dict.fromkeys(into_id if one == skill_id else one for one in current.skill_ids))

    for policy in await AssignmentPolicy.find({"skill_ids": skill_id}).to_list():
        await change(policy, rule)
    for needed in await CoverageRule.find({"skill_ids": skill_id}).to_list():
        await change(needed, rule)
