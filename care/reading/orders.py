"""The only way to read orders for a person: behind the customers who placed them."""

from collections.abc import Sequence
from typing import Final

from auth.actor import Actor, ActorKind
from care.documents.orders import Order
from care.reading.customers import known_customers
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.paging import Order as Sorting
from core.paging import Slice, Window
from core.records import by_ids

_NO_STAFF: Final = frozenset({ActorKind.ANONYMOUS, ActorKind.CUSTOMER})
NEWEST_FIRST: Final = Sorting((("placed_at", -1),))


async def orders_by_ids(actor: Actor, order_ids: Sequence[str]) -> dict[str, Order]:
    """Give those of the orders whose customer the actor may know of; none to an agency's people, as nothing of the CRM."""
    if actor.kind in _NO_STAFF or actor.scoped:
        return {}
    found = await by_ids(Order, [one for one in dict.fromkeys(order_ids) if may_be_id(one, "ord")])
    known = await known_customers(actor, [order.customer_id for order in found.values()]) if found else {}
    return {one: order for one, order in found.items() if order.customer_id in known}


async def orders_of_customers(actor: Actor, customer_ids: Sequence[str], window: Window) -> dict[str, Slice[Order]]:
    """Give the same window of every customer's orders, the newest first; none to an agency's people.

    Whoever calls this holds the customers from a read behind their gate.
    """
    return await read_children(Order, ("customer_id", _readable(actor, customer_ids)), {}, NEWEST_FIRST, window)


async def order_counts_of_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, int]:
    """Count every customer's orders."""
    return await count_children(Order, "customer_id", _readable(actor, customer_ids), {})


def _readable(actor: Actor, customer_ids: Sequence[str]) -> list[str]:
    return [] if actor.kind in _NO_STAFF or actor.scoped else list(customer_ids)
