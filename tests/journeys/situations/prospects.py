"""Situations of plans to win prospects."""

from datetime import timedelta

from care.documents.prospects import ActionPlan
from care.prospects.planning import PlanDraft, StepDraft, create_plan
from core.clock import now
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story, tomorrow


async def _create(story: Story, who: str) -> Input:
    customer = await story.stranger()
    owner = (await story.actor("colleague")).member
    step = {"title": f"{MARK} Arayın", "ownerId": owner, "dueAt": tomorrow().isoformat()}
    return {"customerId": customer.id, "goal": f"{MARK} Kazanın", "steps": [step]}


async def _plan(story: Story) -> ActionPlan:
    colleague = await story.actor("colleague")
    customer = await story.stranger()
    step = StepDraft(title=f"{MARK} Arayın", owner_id=colleague.member, due_at=now() + timedelta(days=1))
    draft = PlanDraft(customer_id=customer.id, goal=f"{MARK} Kazanın", steps=[step])
    return await create_plan(colleague, draft, once=Once())


async def _add(story: Story, who: str) -> Input:
    plan, owner = await _plan(story), (await story.actor("colleague")).member
    step = {"title": f"{MARK} Yazın", "ownerId": owner, "dueAt": tomorrow().isoformat()}
    return {"planId": plan.id, "expectedVersion": plan.version, **step}


async def _complete(story: Story, who: str) -> Input:
    plan = await _plan(story)
    return {"planId": plan.id, "stepId": plan.steps[0].id, "note": f"{MARK} Aradım", "expectedVersion": plan.version}


async def _close(story: Story, who: str) -> Input:
    plan = await _plan(story)
    return {"planId": plan.id, "state": "WON", "reason": f"{MARK} Satın aldı", "expectedVersion": plan.version}


SITUATIONS: dict[str, Situation] = {
    "createActionPlan": _create,
    "addActionPlanStep": _add,
    "completeActionPlanStep": _complete,
    "closeActionPlan": _close,
}
