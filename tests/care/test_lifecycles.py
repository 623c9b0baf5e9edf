import pytest

from auth.actor import Role
from care.documents.customers import Customer, Lifecycle
from care.lifecycles import KEPT_CHANGES, LifecycleDraft, set_lifecycle
from care.merging import merge_customers
from care.reading.customer_lists import CustomerOrderField, CustomerSelection, count_customers, list_customers
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import event_types, everything
from tests.factories.care import make_actor, make_customer

AGENT = make_actor()


def to(customer_id: str, lifecycle: Lifecycle, reason: str = "Bizi herkese öneriyor") -> LifecycleDraft:
    return LifecycleDraft(customer_id=customer_id, lifecycle=lifecycle, reason=reason)


async def names(selection: CustomerSelection, window: Window | None = None) -> list[str]:
    found = await list_customers(AGENT, selection, window=window or Window())
    return [customer.display_name for customer in found.items]


async def test_each_move_is_kept_with_who_when_and_why(store: Database) -> None:
    customer = await make_customer()
    await set_lifecycle(AGENT, to(customer.id, Lifecycle.ADVOCATE), expected_version=1)
    await set_lifecycle(AGENT, to(customer.id, Lifecycle.PROSPECT, "از ما خرید نکرد"), expected_version=2)

    stored = await fresh(customer)

    assert (stored.lifecycle, stored.version) == (Lifecycle.PROSPECT, 3)
    assert [(one.before, one.after, one.reason, one.changed_by) for one in stored.lifecycle_changes] == [
        (Lifecycle.CUSTOMER, Lifecycle.ADVOCATE, "Bizi herkese öneriyor", AGENT.id),
        (Lifecycle.ADVOCATE, Lifecycle.PROSPECT, "از ما خرید نکرد", AGENT.id),
    ]
    assert all(one.changed_at <= now() for one in stored.lifecycle_changes)
    assert (await event_types(Customer)).count("LifecycleChanged") == 2


async def test_only_the_last_hundred_moves_are_kept(store: Database) -> None:
    customer, ways = await make_customer(), (Lifecycle.LEAD, Lifecycle.PROSPECT)
    for number in range(KEPT_CHANGES + 1):
        await set_lifecycle(AGENT, to(customer.id, ways[number % 2], f"Adım {number}"), expected_version=number + 1)

    kept = [one.reason for one in (await fresh(customer)).lifecycle_changes]

    assert kept == [f"Adım {number}" for number in range(1, KEPT_CHANGES + 1)]


async def test_what_is_refused_leaves_no_trace(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=1, once=Once())
    before = await everything(Customer)

    for wrong, actor, draft, version in (
        (AlreadyDone, AGENT, to(survivor.id, Lifecycle.CUSTOMER), 1),
        (Conflict, AGENT, to(survivor.id, Lifecycle.LEAD), 7),
        (InvalidInput, AGENT, to(duplicate.id, Lifecycle.LEAD), 2),
        (NotFound, AGENT, to("cus_nobody", Lifecycle.LEAD), 1),
        (Forbidden, make_actor(Role.TRAINEE), to(survivor.id, Lifecycle.LEAD), 1),
        (NotFound, make_actor(Role.AGENCY), to(survivor.id, Lifecycle.LEAD), 1),
    ):
        with pytest.raises(wrong):
            await set_lifecycle(actor, draft, expected_version=version)

    assert await everything(Customer) == before


async def test_customers_are_listed_by_lifecycle_and_name(store: Database) -> None:
    made = {name: await make_customer(name=name, handle=name) for name in ("Zeynep", "Ali", "Mina", "Ece")}
    for name in ("Zeynep", "Mina"):
        await set_lifecycle(AGENT, to(made[name].id, Lifecycle.LEAD), expected_version=1)
    by_name = CustomerSelection(field=CustomerOrderField.NAME, sign=1)
    leads = CustomerSelection(Lifecycle.LEAD, field=CustomerOrderField.NAME, sign=1)

    assert await names(by_name) == ["Ali", "Ece", "Mina", "Zeynep"]
    assert await names(leads) == ["Mina", "Zeynep"]
    assert await count_customers(AGENT, leads) == 2
    first = await list_customers(AGENT, by_name, window=Window(3))
    assert first.has_next is True
    assert await names(by_name, Window(3, after=first.positions[-1])) == ["Zeynep"]
    assert sorted(await names(CustomerSelection())) == ["Ali", "Ece", "Mina", "Zeynep"]
    assert sorted(await names(CustomerSelection(Lifecycle.LEAD))) == ["Mina", "Zeynep"]


async def test_who_was_merged_is_listed_as_part_of_the_survivor(store: Database) -> None:
    survivor, duplicate = await make_customer(handle="@ayse"), await make_customer(handle="ayse.d")
    await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=1, once=Once())

    found = await list_customers(AGENT, CustomerSelection(), window=Window())

    assert [[identity.handle for identity in one.identities] for one in found.items] == [["@ayse", "ayse.d"]]
    assert await count_customers(AGENT, CustomerSelection()) == 1


async def test_only_who_may_read_all_customers_lists_them(store: Database) -> None:
    for role in (Role.AGENCY, Role.EXPERT, Role.HR):
        with pytest.raises(Forbidden):
            await list_customers(make_actor(role), CustomerSelection(), window=Window())
        with pytest.raises(Forbidden):
            await count_customers(make_actor(role), CustomerSelection())
