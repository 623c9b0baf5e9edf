"""The only way to read plans to win prospects for a person: for who may read all customers."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.prospects import ActionPlan, PlanState
from care.reading.customer_lists import require_all_customers
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

OLDEST_FIRST: Final = Order((("created_at", 1),))


async def plans_by_ids(actor: Actor, plan_ids: Sequence[str]) -> dict[str, ActionPlan]:
    """Give those of the plans that the actor may know of."""
    wanted = [one for one in dict.fromkeys(plan_ids) if may_be_id(one, "pln")]
    return await by_ids(ActionPlan, wanted) if wanted and _reads_all(actor) else {}


async def require_plan(actor: Actor, plan_id: str) -> ActionPlan:
    """Give a plan; NotFound when there is none for this actor."""
    found = (await plans_by_ids(actor, [plan_id])).get(plan_id)
    if found is None:
        raise NotFound("There is no such plan.", path=("plan_id",))
    return found


async def plans_of_customers(actor: Actor, customer_ids: Sequence[str], window: Window) -> dict[str, Slice[ActionPlan]]:
    """Give the same window of every customer's plans, the oldest first."""
    if not _reads_all(actor):
        return {one: Slice([], []) for one in customer_ids}
    return await read_children(ActionPlan, ("customer_id", customer_ids), {}, OLDEST_FIRST, window)


async def plan_counts_of_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, int]:
    """Count every customer's plans."""
    return await count_children(ActionPlan, "customer_id", customer_ids, {}) if _reads_all(actor) else {}


async def list_plans(actor: Actor, state: PlanState, window: Window) -> Slice[ActionPlan]:
    """List plans that stand so, the oldest first. Forbidden for who may not read all customers."""
    require_all_customers(actor)
    return await read_slice(ActionPlan, _standing(state), OLDEST_FIRST, window)


async def count_plans(actor: Actor, state: PlanState) -> int:
    """Count the same plans. Forbidden for who may not read all customers."""
    require_all_customers(actor)
    return await count(ActionPlan, _standing(state))


def _standing(state: PlanState) -> dict[str, Any]:
    return {"state": state.value}


def _reads_all(actor: Actor) -> bool:
    return actor.may(Permission.CUSTOMER_READ) and not actor.scoped
