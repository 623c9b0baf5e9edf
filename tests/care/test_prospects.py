"""Prospects: found where a competitor is spoken of, won or lost by a plan whose late steps are told."""

from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Role
from care.clock_scan import scan
from care.documents.customers import Customer, Lifecycle
from care.documents.listening import ListeningKind
from care.documents.prospects import ActionPlan, PlanState
from care.lifecycles import LifecycleDraft, set_lifecycle
from care.listening.queries import QueryDraft, create_listening_query
from care.merging import merge_customers
from care.prospects.events import PlanStepOverdue
from care.prospects.planning import (
    PlanDraft,
    PlanEnd,
    StepDone,
    StepDraft,
    add_step,
    close_plan,
    complete_step,
    create_plan,
)
from care.reading.prospects import count_plans, list_plans, plans_by_ids
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.events import Recorded
from core.idempotency import Once
from core.paging import Window
from core.records import change, fresh
from notifications.documents import Notification, NotificationKind
from notifications.prospects import remind_owner
from tests.care.stored import event_types, everything, handle_twice
from tests.factories.care import later, make_actor, make_channel, make_conversation, make_customer, say
from tests.factories.community import make_member

AGENT = make_actor()
RIVAL = "Rakip kargo da kayboldu, kimse cevap vermiyor"


async def listen(kind: ListeningKind = ListeningKind.COMPETITOR) -> None:
    draft = QueryDraft(name="Rakip", kind=kind, any_of=["rakip kargo"])
    await create_listening_query(make_actor(Role.MANAGER), draft, once=Once())


async def spoken(customer: Customer, text: str = RIVAL) -> Customer:
    await say(await make_conversation(await make_channel(), customer), text)
    await handle_twice()
    return await fresh(customer)


async def come_so_far(lifecycle: Lifecycle) -> Customer:
    return await change(await make_customer(), lambda current: setattr(current, "lifecycle", lifecycle))


async def make_plan(customer: Customer, owner: str, **more: Any) -> ActionPlan:
    steps = [StepDraft(title="Arayın", owner_id=owner, due_at=now() + timedelta(hours=hours)) for hours in (2, 4)]
    draft = PlanDraft(customer_id=customer.id, goal="Kış siparişi", steps=steps, **more)
    return await create_plan(AGENT, draft, once=Once())


async def test_who_complains_of_a_competitor_becomes_a_prospect(store: Database) -> None:
    await listen()
    found = await spoken(await make_customer(name="Mina"))

    assert found.lifecycle is Lifecycle.PROSPECT
    assert [(step.before, step.after, step.reason, step.changed_by) for step in found.lifecycle_changes] == [
        (Lifecycle.CUSTOMER, Lifecycle.PROSPECT, "Speaks of a competitor: Rakip", "system")
    ]


async def test_who_is_known_as_a_customer_stays_one(store: Database) -> None:
    await listen()
    decided, known, other = [await make_customer(name=name) for name in ("Mina", "Ali", "Can")]
    moved = LifecycleDraft(customer_id=decided.id, lifecycle=Lifecycle.ADVOCATE, reason="Bizi övüyor")
    await set_lifecycle(AGENT, moved, expected_version=1)
    await change(known, lambda current: setattr(current, "crm_keys", ["crm:id:1"]))

    stayed = [await spoken(decided), await spoken(known), await spoken(other, "Kargom gelmedi")]

    assert [one.lifecycle for one in stayed] == [Lifecycle.ADVOCATE, Lifecycle.CUSTOMER, Lifecycle.CUSTOMER]


@pytest.mark.parametrize(("state", "lifecycle"), [(PlanState.WON, Lifecycle.CUSTOMER), (PlanState.LOST, Lifecycle.VISITOR)])
async def test_plan_is_worked_on_until_it_is_won_or_lost(store: Database, state: PlanState, lifecycle: Lifecycle) -> None:
    await listen()
    customer, owner = await spoken(await make_customer()), await make_member(roles=[Role.AGENT])
    plan = await make_plan(customer, owner.id)
    with pytest.raises(AlreadyDone, match="open plan"):
        await make_plan(customer, owner.id)
    done = StepDone(plan_id=plan.id, step_id=plan.steps[0].id, note="Teklif istedi")
    worked = await complete_step(AGENT, done, expected_version=1)
    with pytest.raises(AlreadyDone):
        await complete_step(AGENT, done, expected_version=2)
    step = StepDraft(title="Teklif gönderin", owner_id=owner.id, due_at=now() + timedelta(days=1))
    more = await add_step(AGENT, plan.id, step, expected_version=2)
    later(seconds=1)

    closed = await close_plan(AGENT, PlanEnd(plan_id=plan.id, state=state, reason="Fiyat"), expected_version=3)
    await handle_twice()

    assert [(one.title, one.note, one.done_by) for one in worked.steps] == [
        ("Arayın", "Teklif istedi", AGENT.id),
        ("Arayın", None, None),
    ]
    assert (len(more.steps), closed.state, closed.reason, closed.next_act_at, closed.open_key) == (3, state, "Fiyat", None, None)
    moved = await fresh(customer)
    assert (moved.lifecycle, moved.lifecycle_changes[-1].reason, len(moved.lifecycle_changes)) == (lifecycle, "Fiyat", 2)
    with pytest.raises(AlreadyDone):
        await add_step(AGENT, plan.id, step, expected_version=4)
    assert (await make_plan(customer, owner.id)).id != plan.id
    assert (await count_plans(AGENT, PlanState.OPEN), await count_plans(AGENT, state)) == (1, 1)


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (PlanState.WON, Lifecycle.LEAD, Lifecycle.CUSTOMER),
        (PlanState.WON, Lifecycle.ADVOCATE, Lifecycle.ADVOCATE),
        (PlanState.LOST, Lifecycle.CUSTOMER, Lifecycle.CUSTOMER),
    ],
)
async def test_plan_of_somebody_merged_since_moves_the_survivor_on(
    store: Database, state: PlanState, before: Lifecycle, after: Lifecycle
) -> None:
    survivor, duplicate = await come_so_far(before), await come_so_far(Lifecycle.PROSPECT)
    plan = await make_plan(duplicate, (await make_member()).id)
    await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=1, once=Once())

    await close_plan(AGENT, PlanEnd(plan_id=plan.id, state=state, reason="Fiyat"), expected_version=1)
    await handle_twice()

    assert ((await fresh(survivor)).lifecycle, (await fresh(duplicate)).lifecycle) == (after, Lifecycle.PROSPECT)
    assert len((await fresh(survivor)).lifecycle_changes) == (after is not before)


async def test_late_steps_are_told_to_their_owner_once(store: Database) -> None:
    customer, owner = await make_customer(), await make_member(roles=[Role.AGENT])
    plan = await make_plan(customer, owner.id)
    later(hours=3)
    assert await scan() == 1
    assert await scan() == 0
    later(hours=2)
    await scan()

    assert (await event_types(ActionPlan)).count("PlanStepOverdue") == 2
    stored = await fresh(plan)
    assert [step.overdue_at is not None for step in stored.steps] == [True, True]
    fact = PlanStepOverdue(plan_id=plan.id, customer_id=customer.id, step_id=plan.steps[0].id)
    event = Recorded(fact=fact, number=1, event_id="event-1", at=now(), actor="system", subject=plan.id)
    for _ in range(2):
        await remind_owner(event)
    (told,) = await Notification.find().to_list()
    assert (told.recipient_id, told.kind, told.target_id) == (owner.id, NotificationKind.PLAN_STEP_OVERDUE, plan.id)
    assert "Arayın (Ayşe Demir)" in told.text


async def test_what_is_refused_leaves_no_trace(store: Database) -> None:
    customer, owner = await make_customer(), await make_member(roles=[Role.AGENT])
    plan = await make_plan(customer, owner.id)
    other = await make_customer()
    before = await everything(ActionPlan, Customer)
    agency = make_actor(Role.AGENCY, reach=frozenset({customer.identities[0].channel_id}))

    def planned(actor: Any = AGENT, **step: Any) -> Any:
        drafted = {"title": "Arayın", "owner_id": owner.id, "due_at": now() + timedelta(hours=1), **step}
        draft = PlanDraft(customer_id=other.id, goal="Kış", steps=[StepDraft.model_validate(drafted)])
        return create_plan(actor, draft, once=Once())

    end = PlanEnd(plan_id=plan.id, state=PlanState.OPEN, reason="Olmadı")
    for refusal, path, act in (
        (InvalidInput, "steps.0.owner_id", lambda: planned(owner_id="mem_nobody")),
        (InvalidInput, "steps.0.due_at", lambda: planned(due_at=now() - timedelta(hours=1))),
        (InvalidInput, "state", lambda: close_plan(AGENT, end, expected_version=1)),
        (Forbidden, "", lambda: planned(make_actor(Role.TRAINEE))),
        (NotFound, "customer_id", lambda: planned(agency)),
        (NotFound, "plan_id", lambda: close_plan(agency, end, expected_version=1)),
        (Forbidden, "", lambda: list_plans(agency, PlanState.OPEN, Window())),
        (Conflict, "expectedVersion", lambda: complete_step(AGENT, StepDone(plan_id=plan.id, step_id="x"), expected_version=9)),
        (NotFound, "step_id", lambda: complete_step(AGENT, StepDone(plan_id=plan.id, step_id="x"), expected_version=1)),
    ):
        with pytest.raises(refusal) as refused:
            await act()
        assert ".".join(refused.value.path) == path

    assert await everything(ActionPlan, Customer) == before
    assert await plans_by_ids(agency, [plan.id]) == {}
