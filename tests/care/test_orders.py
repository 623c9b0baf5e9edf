"""Orders as other systems tell them: each once, whatever the order of the news, and nobody's where nobody is known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.documents.orders import Order, OrderState
from care.orders.recording import OrderDraft, keep_order, record_order
from care.reading.orders import orders_by_ids, orders_of_customers
from core.clock import now
from core.database import Database
from core.errors import Forbidden, InvalidInput
from core.paging import Window
from core.records import change, fresh
from tests.care.imports_of import MANAGER, take_in
from tests.care.stored import everything
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, make_customer

PLACED = datetime(2026, 3, 1, 9, 30, 0, 123_456, tzinfo=UTC)


def told(**other: Any) -> OrderDraft:
    known = {
        "system": "SAP",
        "number": "1042",
        "placed_at": PLACED,
        "state": "PLACED",
        "total_minor": "129990",
        "currency": "try",
    }
    return OrderDraft.model_validate(known | other)


async def test_order_told_again_is_the_same_and_an_older_word_changes_nothing(store: Database) -> None:
    customer = await make_customer()
    lines = [{"name": "Fincan", "sku": "F-1", "quantity": 2, "amount_minor": "129990"}]
    first = await record_order(MANAGER, told(customer_id=customer.id, lines=lines))
    assert (first.total, first.currency, first.lines[0].amount) == (129_990, "TRY", 129_990)
    before = await everything(Order)
    again = await record_order(MANAGER, told(customer_id=customer.id, lines=lines, system="sap"))
    assert (again.id, await everything(Order)) == (first.id, before)

    shipped = told(customer_id=customer.id, state="SHIPPED", changed_at=PLACED + timedelta(days=2))
    assert (await record_order(MANAGER, shipped)).state is OrderState.SHIPPED
    late = told(customer_id=customer.id, state="PROCESSING", changed_at=PLACED + timedelta(days=1))
    assert (await record_order(MANAGER, late)).state is OrderState.SHIPPED
    assert await Order.count() == 1


async def test_customer_is_named_by_their_id_in_the_system(store: Database) -> None:
    await take_in(store, "id,name\n007,Ayşe\n", system="SAP")
    assert (await record_order(MANAGER, told(customer_external_id="007"))).customer_id.startswith("cus_")
    for given, path in (
        ({"customer_external_id": "8"}, ("customer_external_id",)),
        ({}, ("customer_id",)),
        ({"customer_id": "cus_1", "customer_external_id": "7"}, ("customer_id",)),
    ):
        with pytest.raises(InvalidInput) as refused:
            await record_order(MANAGER, told(number="2", **given))
        assert refused.value.path == path
    assert await Order.count() == 1


async def test_who_is_only_played_orders_nothing_and_nothing_lies_ahead(store: Database) -> None:
    customer = await make_customer()
    with pytest.raises(Forbidden):
        await record_order(make_actor(), told(customer_id=customer.id))
    with pytest.raises(InvalidInput, match="future"):
        await record_order(MANAGER, told(customer_id=customer.id, placed_at=now() + timedelta(hours=1)))

    def play(current: Any) -> None:
        current.is_practice = True

    await change(customer, play)
    with pytest.raises(InvalidInput, match="only played"):
        await record_order(MANAGER, told(customer_id=customer.id))
    assert await Order.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"currency": "lira"}, {"total_minor": "12.5"}, {"total_minor": "-1"}, {"total_minor": str(10**16)}, {"number": ""}]
)
def test_what_is_no_order_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        told(**wrong)


async def test_row_with_a_mark_says_twice_what_it_did(store: Database) -> None:
    customer = await make_customer()
    outcomes = [
        (await keep_order(told(), customer, by="x", mark=mark))[1] for mark in ("syn_1.1.0:1", "syn_1.1.0:1", "syn_1.2.0:1")
    ]
    assert outcomes == ["created", "created", "unchanged"]
    changed = told(state="DELIVERED")
    outcomes = [(await keep_order(changed, customer, by="x", mark="syn_1.3.0:4"))[1] for _ in range(2)]
    assert outcomes == ["updated", "updated"]
    order = (await Order.find_all().to_list())[0]
    assert (await fresh(order)).state is OrderState.DELIVERED


async def test_agencies_people_see_nothing_of_what_the_crm_tells(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    order = await record_order(MANAGER, told(customer_id=customer.id))
    await make_case(await make_conversation(channel, customer))
    agency = make_actor(Role.AGENCY, reach=frozenset({channel.id}))
    assert await orders_of_customers(agency, [customer.id], Window(limit=5)) == {}
    assert await orders_by_ids(agency, [order.id]) == {}
    assert list(await orders_by_ids(make_actor(), [order.id])) == [order.id]
