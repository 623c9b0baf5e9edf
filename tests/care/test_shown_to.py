"""What is shown to whom: readers that give nothing, or say that there is nothing, to who may not know."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from auth.actor import Actor, Permission, Role
from care.claims.observing import ClaimDraft, record_claim
from care.documents.claims import ClaimField, ClaimSource
from care.documents.customers import Customer, Lifecycle
from care.prospects.planning import PlanDraft, StepDraft, create_plan
from care.reading import twins
from care.reading.attributions import Attribution, attributions_of
from care.reading.claims import claim_counts_of_customers, claims_of_customers, visible_value
from care.reading.information import count_waiting_information, waiting_information
from care.reading.links import require_link
from care.reading.listening import require_alert
from care.reading.misses import uses_of_entries
from care.reading.prospects import plan_counts_of_customers, plans_of_customers
from care.reading.selection import customers_named, naming_customers
from care.reading.service_levels import require_policy
from care.reading.timelines import timelines_of
from care.reading.twins import suggestions_of_customers
from community.listing import Comparison, Either, Every, Where, Without
from community.members import set_public_credit
from core.clock import now
from core.database import Database
from core.errors import Forbidden, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import change
from tests.care.test_citing import revision_of
from tests.care.twins.test_twins import meet
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, make_customer, make_entry
from tests.factories.community import make_actor as join
from tests.factories.community import make_department, make_member, make_page

MANAGER = make_actor(Role.MANAGER)
C = Comparison


def knowing(*permissions: Permission, scoped: bool = False, channel_id: str | None = None) -> Actor:
    """Give somebody who may do only this, in one channel when bounded."""
    reach = frozenset({channel_id}) if channel_id is not None else frozenset()
    return replace(make_actor(), permissions=frozenset(permissions), scoped=scoped, reach=reach)


async def known_customer() -> tuple[Customer, str]:
    """Give a prospect with a case, a claim that a channel told, and a plan; and the channel."""
    channel = await make_channel()
    customer = await change(await make_customer(channel), lambda current: setattr(current, "lifecycle", Lifecycle.PROSPECT))
    await make_case(await make_conversation(channel, customer))
    told = ClaimDraft(customer_id=customer.id, field=ClaimField.CITY, value="İzmir", source=ClaimSource.CRM_IMPORT)
    await record_claim(MANAGER, told)
    step = StepDraft(title="Arayın", owner_id=(await make_member()).id, due_at=now() + timedelta(hours=2))
    await create_plan(make_actor(), PlanDraft(customer_id=customer.id, goal="Kış siparişi", steps=[step]), once=Once())
    return customer, channel.id


async def happened(actor: Actor, customer: Customer) -> set[str]:
    found = (await timelines_of(actor, [customer.id], Window(), None))[customer.id]
    return {one.kind.value for one in found.items}


async def test_timeline_holds_what_its_reader_may_know(store: Database) -> None:
    customer, channel_id = await known_customer()
    everything = {"CASE", "CLAIM", "ACTION_PLAN"}
    assert await happened(MANAGER, customer) == everything
    assert await happened(knowing(Permission.CASE_READ), customer) == {"CASE"}
    bounded = knowing(Permission.CASE_READ, Permission.CUSTOMER_READ, scoped=True, channel_id=channel_id)
    assert await happened(bounded, customer) == {"CASE"}


async def test_claims_and_plans_are_for_who_may_read_customers(store: Database) -> None:
    customer, _ = await known_customer()
    stranger = knowing(Permission.CASE_READ)
    for actor, many in ((MANAGER, 1), (stranger, 0)):
        claims = await claims_of_customers(actor, [customer.id], Window())
        plans = await plans_of_customers(actor, [customer.id], Window())
        assert (len(claims[customer.id].items), len(plans[customer.id].items)) == (many, many)
        assert (await claim_counts_of_customers(actor, [customer.id])).get(customer.id, 0) == many
        assert (await plan_counts_of_customers(actor, [customer.id])).get(customer.id, 0) == many


async def test_value_without_a_source_is_shown_to_who_reads_all_customers(store: Database) -> None:
    customer, channel_id = await known_customer()
    bare = customer.model_copy(update={"facts": [], "locale": "tr"})
    bounded = knowing(Permission.CUSTOMER_READ, scoped=True, channel_id=channel_id)
    assert (visible_value(MANAGER, bare, ClaimField.LANGUAGE), visible_value(bounded, bare, ClaimField.LANGUAGE)) == ("tr", None)


async def test_suggestions_are_for_who_may_merge_and_so_many(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await meet(handle="@misafir", name="A")
    for name in "BC":
        await meet(handle="@misafir", name=name)
    assert len((await suggestions_of_customers(make_actor(), [first.id]))[first.id]) == 2
    monkeypatch.setattr(twins, "MOST_SHOWN", 1)
    assert len((await suggestions_of_customers(make_actor(), [first.id]))[first.id]) == 1
    assert await suggestions_of_customers(knowing(Permission.CUSTOMER_READ), [first.id]) == {}


async def test_uses_of_answers_are_for_who_reads_all_cases(store: Database) -> None:
    entry = await make_entry()
    assert set(await uses_of_entries(MANAGER, [entry.id], Window())) == {entry.id}
    assert await uses_of_entries(make_actor(Role.AGENCY), [entry.id], Window()) == {}


async def test_front_office_reads_all_cases(store: Database) -> None:
    bounded = knowing(Permission.INFORMATION_ANSWER, Permission.CASE_READ, scoped=True)
    for ask in (lambda actor: waiting_information(actor, Window()), count_waiting_information):
        with pytest.raises(Forbidden, match="Only who may read all cases"):
            await ask(bounded)
    assert await count_waiting_information(knowing(Permission.INFORMATION_ANSWER, Permission.CASE_READ)) == 0


@pytest.mark.parametrize(
    ("require", "identifier", "field"),
    [(require_link, "lnk_none", "link_id"), (require_alert, "lal_none", "alert_id"), (require_policy, "slp_none", "policy_id")],
)
async def test_what_is_not_there_is_named(
    store: Database, require: Callable[[Actor, str], Awaitable[object]], identifier: str, field: str
) -> None:
    with pytest.raises(NotFound, match="There is no such") as refused:
        await require(MANAGER, identifier)
    assert refused.value.path == (field,)


async def test_expert_of_no_department_and_title_is_credited_by_nothing(store: Database) -> None:
    bare, titled = await join(Role.EXPERT), await join(Role.EXPERT, job_title="Uzman")
    unnamed = await join(Role.EXPERT, department_id=(await make_department("Ödemeler")).id)
    found = {}
    for place, expert in enumerate((bare, titled, unnamed)):
        await set_public_credit(expert, credited=True)
        found[expert.id] = (await revision_of((await make_page(f"iade-{place}", actor=expert)).id)).id

    shown = await attributions_of(MANAGER, list(found.values()))

    assert shown == {found[titled.id]: Attribution(None, "Uzman"), found[unnamed.id]: Attribution("Ödemeler", None)}
    assert {one.line for one in shown.values()} == {"Uzman", "Ödemeler"}


def test_customer_of_a_filter_stands_for_everybody_merged_with_them() -> None:
    same = {"cus_a": ["cus_a", "cus_b"]}
    one, other = Where("customer_id", C.EQ, "cus_a"), Where("customer_id", C.NOT_IN, ["cus_a", "cus_c"])
    status = Where("status", C.EQ, "OPEN")
    whole = Every((status, Either((one, Without(other)))))

    assert customers_named(whole) == ["cus_a", "cus_a", "cus_c"]
    assert naming_customers(whole, same) == Every(
        (
            status,
            Either(
                (
                    Where("customer_id", C.IN, ["cus_a", "cus_b"]),
                    Without(Where("customer_id", C.NOT_IN, ["cus_a", "cus_b", "cus_c"])),
                )
            ),
        )
    )
