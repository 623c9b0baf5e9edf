"""Winning a prospect: a plan of steps, each with an owner and a due time, until it is won or lost."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.cases.departments import department_of
from care.documents.customers import Customer, Lifecycle, LifecycleChange
from care.documents.prospects import ActionPlan, PlanState, PlanStep
from care.events import LifecycleChanged
from care.lifecycles import KEPT_CHANGES
from care.policies import may_edit_customer, may_work_on_plan, require_right
from care.prospects.events import ActionPlanChanged, ActionPlanClosed, PlanStepOverdue
from care.reading.customers import require_known_customer, surviving_customer
from care.reading.prospects import require_plan
from community.creation import insert_once, made_before
from community.documents import Member
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.ids import new_id
from core.records import by_ids, change

MOST_STEPS: Final = 30
LATEST: Final = timedelta(days=366)
ENDS: Final = {PlanState.WON: Lifecycle.CUSTOMER, PlanState.LOST: Lifecycle.VISITOR}
"""How far somebody has come when the plan to win them ended so."""

Line = Annotated[str, text(1, 200, lines="one")]
Reason = Annotated[str, text(1, 500, lines="one")]


class StepDraft(BaseModel):
    """What is to be done by whom, until when."""

    title: Line
    owner_id: str
    due_at: AwareDatetime


class PlanDraft(BaseModel):
    """Whom to win, for what, and how."""

    customer_id: str
    goal: Line
    steps: Annotated[list[StepDraft], Field(max_length=MOST_STEPS)] = Field(default_factory=list)


class StepDone(BaseModel):
    """Which step is done, and what came of it."""

    plan_id: str
    step_id: str
    note: Reason | None = None


class PlanEnd(BaseModel):
    """How a plan ended, and why."""

    plan_id: str
    state: PlanState
    reason: Reason


async def create_plan(actor: Actor, draft: PlanDraft, *, once: Once) -> ActionPlan:
    """Plan how a prospect is to be won; one open plan a customer.

    Raises NotFound, Forbidden without `customer:edit`, AlreadyDone when there is an open plan, InvalidInput for owners
    who are no members, for times past or over a year away and for somebody who was merged, IdempotencyMismatch.
    """
    customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
    may_edit_customer(actor, customer).enforce()
    identifier = once.identifier("pln")
    if before := await made_before(ActionPlan, identifier, once):
        return before
    steps = await _steps(draft.steps, path="steps")
    plan = ActionPlan(
        id=identifier, created_at=now(), customer_id=customer.id, goal=draft.goal, steps=steps,
        created_by=actor.id, department_id=await department_of(actor.member_id), open_key=customer.id,
        fingerprint=once.fingerprint,
    )  # fmt: skip
    _project(plan)
    plan.record(ActionPlanChanged(plan_id=plan.id, customer_id=customer.id), actor=actor.id)
    try:
        return await insert_once(plan, once)
    except DuplicateKeyError:
        raise AlreadyDone("There is an open plan for this customer; add steps to it.", path=("customer_id",)) from None


async def add_step(actor: Actor, plan_id: str, draft: StepDraft, *, expected_version: int) -> ActionPlan:
    """Add something to do to a plan.

    Raises NotFound, Forbidden without `customer:edit`, AlreadyDone for a plan that has ended, InvalidInput as creating
    does, LimitReached, Conflict.
    """
    plan = await require_plan(actor, plan_id)
    require_right(may_work_on_plan(actor, plan))
    (step,) = await _steps([draft])

    def rule(current: ActionPlan) -> None:
        may_work_on_plan(actor, current).enforce()
        if len(current.steps) >= MOST_STEPS:
            raise LimitReached(f"A plan has at most {MOST_STEPS} steps.")
        current.steps = [*current.steps, step]
        _changed(current, actor)

    return await change(plan, rule, expected_version=expected_version)


async def complete_step(actor: Actor, draft: StepDone, *, expected_version: int) -> ActionPlan:
    """Say that a step is done, and what came of it.

    Raises NotFound, Forbidden without `customer:edit`, AlreadyDone for a step that is done and a plan that has ended,
    Conflict.
    """
    plan = await require_plan(actor, draft.plan_id)
    require_right(may_work_on_plan(actor, plan))

    def rule(current: ActionPlan) -> None:
        may_work_on_plan(actor, current).enforce()
        step = next((one for one in current.steps if one.id == draft.step_id), None)
        if step is None:
            raise NotFound("The plan has no such step.", path=("step_id",))
        if step.done_at is not None:
            raise AlreadyDone("This step is done already.", path=("step_id",))
        step.done_at, step.done_by, step.note = now(), actor.id, draft.note
        _changed(current, actor)

    return await change(plan, rule, expected_version=expected_version)


async def close_plan(actor: Actor, draft: PlanEnd, *, expected_version: int) -> ActionPlan:
    """Say that a prospect was won, and is a customer, or was lost.

    Raises NotFound, Forbidden without `customer:edit`, AlreadyDone for a plan that has ended, InvalidInput for OPEN,
    Conflict.
    """
    plan = await require_plan(actor, draft.plan_id)
    require_right(may_work_on_plan(actor, plan))
    if draft.state is PlanState.OPEN:
        raise InvalidInput("A plan ends as WON or LOST.", path=("state",))

    def rule(current: ActionPlan) -> None:
        may_work_on_plan(actor, current).enforce()
        current.state, current.reason = draft.state, draft.reason
        current.closed_at, current.closed_by, current.open_key = now(), actor.id, None
        _project(current)
        current.record(ActionPlanClosed(plan_id=current.id, customer_id=current.customer_id), actor=actor.id)

    closed = await change(plan, rule, expected_version=expected_version)
    await settle_plan(closed.id)
    return closed


async def settle_plan(plan_id: str) -> None:
    """Let a customer, or whom they were merged into since, have come as far as the plan says. Can run twice.

    Who was merged moves the other one on only, never back.
    """
    plan = await ActionPlan.get(plan_id)
    customer = await surviving_customer(plan.customer_id) if plan is not None else None
    if plan is None or customer is None or plan.closed_at is None:
        return
    after, closed_at, own = ENDS[plan.state], plan.closed_at, customer.id == plan.customer_id

    def rule(current: Customer) -> None:
        if any(step.changed_at >= closed_at for step in current.lifecycle_changes) or current.lifecycle is after:
            return
        if not own and _has_come(current.lifecycle) > _has_come(after):
            return
        step = LifecycleChange(
            before=current.lifecycle, after=after, reason=plan.reason or plan.goal,
            changed_by=plan.closed_by or plan.created_by, changed_at=closed_at,
        )  # fmt: skip
        current.lifecycle = after
        current.lifecycle_changes = [*current.lifecycle_changes, step][-KEPT_CHANGES:]
        current.record(LifecycleChanged(customer_id=current.id), actor=step.changed_by)

    await change(customer, rule)


def _has_come(lifecycle: Lifecycle) -> int:
    return tuple(Lifecycle).index(lifecycle)


async def remind_of_steps(at_once: int) -> int:
    """Mark steps that are late, once each, and give how many plans have some."""
    due = {"next_act_at": {"$lte": now()}}
    plans = await ActionPlan.find(due).sort("next_act_at").limit(at_once).to_list()
    for plan in plans:
        await change(plan, _remind)
    return len(plans)


async def _steps(drafts: list[StepDraft], *, path: str | None = None) -> list[PlanStep]:
    at = now()
    members = await by_ids(Member, [draft.owner_id for draft in drafts])
    for number, draft in enumerate(drafts):
        place = (path, str(number)) if path is not None else ()
        if draft.owner_id not in members:
            raise InvalidInput("There is no such member.", path=(*place, "owner_id"))
        if not at < draft.due_at <= at + LATEST:
            raise InvalidInput("Choose a time from now on, at most a year away.", path=(*place, "due_at"))
    return [PlanStep(id=new_id("pst"), **draft.model_dump()) for draft in drafts]


def _changed(plan: ActionPlan, actor: Actor) -> None:
    _project(plan)
    plan.record(ActionPlanChanged(plan_id=plan.id, customer_id=plan.customer_id), actor=actor.id)


def _project(plan: ActionPlan) -> None:
    waiting = [step.due_at for step in plan.steps if step.done_at is None and step.overdue_at is None]
    plan.next_act_at = min(waiting) if waiting and plan.state is PlanState.OPEN else None


def _remind(plan: ActionPlan) -> None:
    at: datetime = now()
    for step in plan.steps:
        if plan.state is PlanState.OPEN and step.done_at is None and step.overdue_at is None and step.due_at <= at:
            step.overdue_at = at
            plan.record(PlanStepOverdue(plan_id=plan.id, customer_id=plan.customer_id, step_id=step.id))
    _project(plan)
