"""Plans to win prospects: steps with an owner and a due time, and how each plan ended."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import customers, prospects
from care.documents.prospects import PlanState
from care.policies import may_work_on_plan
from care.prospects.planning import (
    MOST_STEPS,
    PlanDraft,
    PlanEnd,
    StepDone,
    StepDraft,
    add_step,
    close_plan,
    complete_step,
    create_plan,
)
from care.reading.customers import customers_by_ids
from care.reading.prospects import (
    OLDEST_FIRST,
    count_plans,
    list_plans,
    plan_counts_of_customers,
    plans_of_customers,
)
from core.clock import now
from core.paging import Window, merge_slices
from schema.connections import Connection, connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.reach import require_staff

told(
    PlanState,
    "Where a plan stands.",
    name="ActionPlanState",
    OPEN="It is being worked on.",
    WON="The prospect became a customer.",
    LOST="The prospect was not won.",
)

_PLAN = "The id of the plan."


@strawberry.type(description="Something to do by somebody until a time.")
class ActionPlanStep:
    """Something to do by somebody until a time."""

    step: strawberry.Private[prospects.PlanStep]
    id: strawberry.ID = strawberry.field(description="By which it is completed.")
    title: str = strawberry.field(description="What is to be done.")
    due_at: datetime = strawberry.field(description="Until when.")
    done_at: datetime | None = strawberry.field(description="When it was done.")
    note: str | None = strawberry.field(description="What came of it.")

    @classmethod
    def of(cls, step: prospects.PlanStep) -> Self:
        """Show a step."""
        return cls(
            step=step, id=strawberry.ID(step.id), title=step.title, due_at=step.due_at, done_at=step.done_at, note=step.note
        )

    @strawberry.field(description="Whether it is not done and its time is over.")
    def overdue(self) -> bool:
        """Compare with the time it is."""
        return self.step.done_at is None and self.step.due_at <= now()

    @strawberry.field(description="Who is to do it; null once they left.")
    async def owner(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.step.owner_id)

    @strawberry.field(description="Who said that it is done.")
    async def done_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.step.done_by)


@strawberry.type(description="How a prospect is to be won.")
class ActionPlan(Node):
    """How a prospect is to be won."""

    document: strawberry.Private[prospects.ActionPlan]
    goal: str = strawberry.field(description="What is to be reached.")
    state: PlanState = strawberry.field(description="Where it stands.")
    steps: list[ActionPlanStep] = strawberry.field(description="What is to be done.", directives=list_size(MOST_STEPS))
    created_at: datetime = strawberry.field(description="When it was made.")
    closed_at: datetime | None = strawberry.field(description="When it ended.")
    reason: str | None = strawberry.field(description="Why it was won or lost.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: prospects.ActionPlan) -> Self:
        """Show a plan."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            goal=document.goal,
            state=document.state,
            steps=[ActionPlanStep.of(step) for step in document.steps],
            created_at=document.created_at,
            closed_at=document.closed_at,
            reason=document.reason,
            version=document.version,
        )

    @strawberry.field(
        description="Who is to be won; null when the viewer may not know of them.",
        graphql_type=later("schema.staff.customers", "Customer", optional=True),
    )
    async def customer(self, info: Info) -> object:
        """Give the customer."""
        found = await info.context.load(customers_by_ids, self.document.customer_id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="Who made it; null for a program.")
    async def created_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.created_by)

    @strawberry.field(description="Who said how it ended.")
    async def closed_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.closed_by)

    @strawberry.field(description="Whether the viewer can work on it.")
    def viewer_can_work(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_work_on_plan(info.context.actor, self.document))


@strawberry.type
class CustomerPlans:
    """The plans to win a customer."""

    document: strawberry.Private[customers.Customer]

    @paged(
        "The plans to win this customer, the oldest first, those of merged duplicates among them.",
        graphql_type=connection_of("schema.staff.prospects", "ActionPlan"),
    )
    async def action_plans(self, info: Info, window: Window) -> object:
        """Give a page of the plans."""
        everybody = [self.document.id, *self.document.absorbed]

        async def count() -> int:
            return sum(await info.context.load_many(plan_counts_of_customers, everybody))

        slices = await info.context.load_many(plans_of_customers, everybody, window)
        return pages(info, merge_slices(slices, OLDEST_FIRST, window), count=count)


@strawberry.type
class ProspectQueries:
    """Plans to win prospects."""

    @paged("Plans to win prospects, the oldest first; for who may read all customers.", graphql_type=Connection[ActionPlan])
    async def action_plans(
        self,
        info: Info,
        window: Window,
        state: Annotated[PlanState, strawberry.argument(description="Where they stand.")] = PlanState.OPEN,
    ) -> object:
        """Give a page of plans."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_plans(actor, state, window), count=lambda: count_plans(actor, state))


@strawberry.input(description="What is to be done by whom, until when.")
class ActionPlanStepDraft:
    """What is to be done by whom, until when."""

    title: str = required("What is to be done, in a line.")
    owner_id: strawberry.ID = required("The id of the member who is to do it.")
    due_at: datetime = required("Until when, at most a year away.")


@strawberry.input(description="Whom to win, for what, and how.")
class CreateActionPlanInput:
    """Whom to win, for what, and how."""

    customer_id: strawberry.ID = required("The id of the customer.")
    goal: str = required("What is to be reached, in a line.")
    steps: list[ActionPlanStepDraft] | None = given(f"What is to be done, at most {MOST_STEPS} steps.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to add to which plan.")
class AddActionPlanStepInput:
    """What to add to which plan."""

    plan_id: strawberry.ID = required(_PLAN)
    title: str = required("What is to be done, in a line.")
    owner_id: strawberry.ID = required("The id of the member who is to do it.")
    due_at: datetime = required("Until when, at most a year away.")
    expected_version: int = expected_version()


@strawberry.input(description="Which step is done, and what came of it.")
class CompleteActionPlanStepInput:
    """Which step is done, and what came of it."""

    plan_id: strawberry.ID = required(_PLAN)
    step_id: strawberry.ID = required("The id of the step.")
    note: str | None = given("What came of it, in a line.")
    expected_version: int = expected_version()


@strawberry.input(description="How a plan ended, and why.")
class CloseActionPlanInput:
    """How a plan ended, and why."""

    plan_id: strawberry.ID = required(_PLAN)
    state: PlanState = required("WON or LOST.")
    reason: str = required("Why, in a line; it is kept with the plan and with the customer's lifecycle.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `createActionPlan`.")
class CreateActionPlanPayload(Payload):
    """The answer of `createActionPlan`."""

    plan: ActionPlan | None = changed("The plan.")


@strawberry.type(description="The answer of `addActionPlanStep`.")
class AddActionPlanStepPayload(Payload):
    """The answer of `addActionPlanStep`."""

    written: ClassVar[str | None] = "plan"

    plan: ActionPlan | None = changed()


@strawberry.type(description="The answer of `completeActionPlanStep`.")
class CompleteActionPlanStepPayload(Payload):
    """The answer of `completeActionPlanStep`."""

    written: ClassVar[str | None] = "plan"

    plan: ActionPlan | None = changed()


@strawberry.type(description="The answer of `closeActionPlan`.")
class CloseActionPlanPayload(Payload):
    """The answer of `closeActionPlan`."""

    written: ClassVar[str | None] = "plan"

    plan: ActionPlan | None = changed()


@strawberry.type
class ProspectMutations:
    """What is done to win prospects."""

    @mutation(CreateActionPlanPayload, description="Plans how a prospect is to be won; one open plan a customer.")
    async def create_action_plan(self, info: Info, input: Annotated[CreateActionPlanInput, INPUT]) -> object:
        """Make a plan."""
        once = once_for(info, "createActionPlan", input)
        plan = await create_plan(info.context.actor, parse(PlanDraft, **values_of(input)), once=once)
        return CreateActionPlanPayload(plan=ActionPlan.from_document(plan))

    @mutation(AddActionPlanStepPayload, description="Adds something to do to a plan.")
    async def add_action_plan_step(self, info: Info, input: Annotated[AddActionPlanStepInput, INPUT]) -> object:
        """Add a step."""
        draft = parse(StepDraft, **values_of(input, "plan_id"))
        plan = await add_step(info.context.actor, input.plan_id, draft, expected_version=input.expected_version)
        return AddActionPlanStepPayload(plan=ActionPlan.from_document(plan))

    @mutation(CompleteActionPlanStepPayload, description="Says that a step is done, and what came of it.")
    async def complete_action_plan_step(self, info: Info, input: Annotated[CompleteActionPlanStepInput, INPUT]) -> object:
        """Complete a step."""
        draft = parse(StepDone, **values_of(input))
        plan = await complete_step(info.context.actor, draft, expected_version=input.expected_version)
        return CompleteActionPlanStepPayload(plan=ActionPlan.from_document(plan))

    @mutation(
        CloseActionPlanPayload,
        description="Says that a prospect was won, and is a CUSTOMER from then on, or was lost, and is a VISITOR.",
    )
    async def close_action_plan(self, info: Info, input: Annotated[CloseActionPlanInput, INPUT]) -> object:
        """End a plan."""
        draft = parse(PlanEnd, **values_of(input))
        plan = await close_plan(info.context.actor, draft, expected_version=input.expected_version)
        return CloseActionPlanPayload(plan=ActionPlan.from_document(plan))
