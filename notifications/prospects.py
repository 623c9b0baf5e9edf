"""Who is told about plans to win prospects: the owner of a step that is late."""

from care.documents.customers import Customer
from care.documents.prospects import ActionPlan
from care.prospects.events import PlanStepOverdue
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.prospects", start="head").on(PlanStepOverdue, remind_owner)


async def remind_owner(event: Recorded[PlanStepOverdue]) -> None:
    """Tell the owner of a step that its time is over."""
    plan = await ActionPlan.get(event.fact.plan_id)
    step = next((one for one in plan.steps if one.id == event.fact.step_id), None) if plan else None
    customer = await Customer.get(plan.customer_id) if plan else None
    if plan is None or step is None or customer is None or step.done_at is not None:
        return
    subject = f"{step.title} ({customer.display_name})"
    await notify([step.owner_id], NotificationKind.PLAN_STEP_OVERDUE, subject=subject, target_id=plan.id, cause=event)
