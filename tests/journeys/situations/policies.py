"""Situations of policies, calendars and skills."""

from auth.actor import SYSTEM
from care.assignment.drafts import PolicyDraft as AssignmentDraft
from care.assignment.policies import create_policy as create_assignment
from care.documents.assignment import ORDER_ID as ASSIGNMENT_ORDER_ID
from care.documents.assignment import AssignmentOrder, AssignmentPolicy
from care.documents.service_levels import ORDER_ID, BusinessCalendar, SlaOrder, SlaPolicy
from care.service_levels.calendars import create_calendar
from care.service_levels.drafts import CalendarDraft, PolicyDraft
from care.service_levels.sla_policies import create_policy
from community.documents import Department, Member, Skill
from community.members import MemberChanges, change_member
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _make_policy(story: Story, who: str) -> Input:
    told = [{"kind": "MEMBER", "memberId": story.world.members["mentor"]}, {"kind": "ROLE", "role": "MENTOR"}]
    step, warning = {"afterMinutes": 30, "targets": told}, {"elapsedPercent": 80, "targets": told}
    clock = {"targetMinutes": 60, "calendarId": (await _calendar(story)).id, "renewals": ["REOPENED"], "halts": []}
    return {
        "name": f"{MARK} Deneme",
        "conditions": {"environments": ["PRACTICE"], "tags": ["kargo"], "channelIds": [story.channel.id]},
        "firstResponse": {**clock, "warnings": [warning], "breachTargets": told, "escalations": [step]},
    }


async def _policy(story: Story) -> SlaPolicy:
    """Give a policy in use that fits no real case."""
    found = await SlaPolicy.find({"archived": False}).sort("created_at", "_id").limit(1).to_list()
    draft = PolicyDraft.model_validate({"name": f"{MARK} Deneme", "conditions": {"environments": ["PRACTICE"]}})
    return found[0] if found else await create_policy(await story.actor("manager"), draft, once=Once())


async def _change_policy(story: Story, who: str) -> Input:
    policy = await _policy(story)
    return {"policyId": policy.id, "name": f"{MARK} Yeni", "resolution": {}, "expectedVersion": policy.version}


async def _archive_policy(story: Story, who: str) -> Input:
    policy = await _policy(story)
    return {"policyId": policy.id, "expectedVersion": policy.version}


async def _order_policies(story: Story, who: str) -> Input:
    policy, order = await _policy(story), await SlaOrder.get(ORDER_ID)
    return {"policyIds": [policy.id], "expectedVersion": order.version if order else 0}


async def _make_assignment(story: Story, who: str) -> Input:
    return {
        "name": f"{MARK} Sıra",
        "method": "SKILL",
        "conditions": {"environments": ["PRACTICE"], "channelIds": [story.channel.id]},
        "members": [{"memberId": story.world.members["agent"], "capacity": 3}],
        "departmentIds": [department.id for department in await Department.find({}).to_list()],
        "backupIds": [story.world.members["mentor"]],
        "skillIds": [(await _skilled(story)).skill_ids[0]],
    }


async def _assignment(story: Story) -> AssignmentPolicy:
    """Give a policy in use that fits no real case."""
    found = await AssignmentPolicy.find({"archived": False}).sort("created_at", "_id").limit(1).to_list()
    given = {"name": f"{MARK} Sıra", "method": "BALANCED", "conditions": {"environments": ["PRACTICE"]}}
    draft = AssignmentDraft.model_validate(given)
    return found[0] if found else await create_assignment(await story.actor("manager"), draft, once=Once())


async def _change_assignment(story: Story, who: str) -> Input:
    policy = await _assignment(story)
    return {"policyId": policy.id, "name": f"{MARK} Yeni sıra", "capacity": 7, "expectedVersion": policy.version}


async def _archive_assignment(story: Story, who: str) -> Input:
    policy = await _assignment(story)
    return {"policyId": policy.id, "expectedVersion": policy.version}


async def _order_assignments(story: Story, who: str) -> Input:
    policy, order = await _assignment(story), await AssignmentOrder.get(ASSIGNMENT_ORDER_ID)
    return {"policyIds": [policy.id], "expectedVersion": order.version if order else 0}


async def _skilled(story: Story) -> Member:
    """Give the expert, with a skill."""
    member = await Member.get(story.world.members["expert"])
    assert member is not None
    if member.skill_ids:
        return member
    (skill,) = await Skill.find({"archived_at": None}).sort("_id").limit(1).to_list()
    return await change_member(SYSTEM, member.id, MemberChanges(skill_ids=[skill.id]), expected_version=member.version)


async def _grade(story: Story, who: str) -> Input:
    member = await _skilled(story)
    skill = {"memberId": member.id, "skillId": member.skill_ids[0]}
    return {**skill, "proficiency": 4, "expectedVersion": member.version}


async def _make_calendar(story: Story, who: str) -> Input:
    holiday = {"day": "2027-10-29", "name": f"{MARK} Bayram", "blocks": [{"opens": "09:00", "closes": "12:00"}]}
    week = [{"weekday": 1, "opens": "09:00", "closes": "18:00"}]
    return {"name": f"{MARK} Ofis", "zone": "Europe/Istanbul", "week": week, "exceptions": [holiday]}


async def _calendar(story: Story) -> BusinessCalendar:
    found = await BusinessCalendar.find({}).sort("name", "_id").limit(1).to_list()
    draft = CalendarDraft.model_validate(await _make_calendar(story, "manager"))
    return found[0] if found else await create_calendar(await story.actor("manager"), draft, once=Once())


async def _change_calendar(story: Story, who: str) -> Input:
    calendar = await _calendar(story)
    return {"calendarId": calendar.id, "exceptions": [], "expectedVersion": calendar.version}


SITUATIONS: dict[str, Situation] = {
    "createBusinessCalendar": _make_calendar,
    "updateBusinessCalendar": _change_calendar,
    "createAssignmentPolicy": _make_assignment,
    "updateAssignmentPolicy": _change_assignment,
    "archiveAssignmentPolicy": _archive_assignment,
    "reorderAssignmentPolicies": _order_assignments,
    "setProficiency": _grade,
    "createSlaPolicy": _make_policy,
    "updateSlaPolicy": _change_policy,
    "archiveSlaPolicy": _archive_policy,
    "reorderSlaPolicies": _order_policies,
}
