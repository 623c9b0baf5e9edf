"""Orders: what customers bought, as the systems that sell tell it."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import customers, orders
from care.documents.orders import OrderState
from care.orders.recording import MOST_LINES, OrderDraft, record_order
from care.reading.customers import customers_by_ids
from care.reading.orders import NEWEST_FIRST, order_counts_of_customers, orders_of_customers
from core.paging import Window, merge_slices
from schema.connections import Connection, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages

_MINOR = "in the currency's minor units (kuruş, cent) as a whole number in text, for it may be too large for `Int`"

told(
    OrderState,
    "How far an order has come.",
    PLACED="The customer ordered it.",
    PROCESSING="It is being prepared.",
    SHIPPED="It is on its way.",
    DELIVERED="It arrived.",
    CANCELLED="It was called off.",
    RETURNED="It came back.",
)


@strawberry.type(description="One thing that was ordered.")
class OrderLine:
    """One thing that was ordered."""

    name: str = strawberry.field(description="What it is.")
    sku: str | None = strawberry.field(description="Its article number.")
    quantity: int = strawberry.field(description="How many of it.")
    amount_minor: str | None = strawberry.field(description=f"What all of them cost together, {_MINOR}; null when not told.")

    @classmethod
    def of(cls, line: orders.OrderLine) -> Self:
        """Show a line."""
        amount = str(line.amount) if line.amount is not None else None
        return cls(name=line.name, sku=line.sku, quantity=line.quantity, amount_minor=amount)


@strawberry.type(description="An order of a customer, as the system that sells tells it.")
class Order(Node):
    """An order of a customer."""

    document: strawberry.Private[orders.Order]
    system: str = strawberry.field(description="The name of the system that tells of it.")
    number: str = strawberry.field(description="Its number there.")
    placed_at: datetime = strawberry.field(description="When the customer ordered.")
    state: OrderState = strawberry.field(description="How far it has come.")
    total_minor: str = strawberry.field(description=f"What it costs, {_MINOR}.")
    currency: str = strawberry.field(description="The currency by ISO 4217, such as `TRY`.")
    lines: list[OrderLine] = strawberry.field(description="What was ordered.", directives=list_size(MOST_LINES))
    url: str | None = strawberry.field(description="Where it stands in the other system.")
    changed_at: datetime = strawberry.field(description="When the other system changed it last.")

    @classmethod
    def from_document(cls, document: orders.Order) -> Self:
        """Show an order."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            system=document.system,
            number=document.number,
            placed_at=document.placed_at,
            state=document.state,
            total_minor=str(document.total),
            currency=document.currency,
            lines=[OrderLine.of(line) for line in document.lines],
            url=document.url,
            changed_at=document.changed_at,
        )

    @strawberry.field(
        description="Who ordered, as the one whom they are read as part of.",
        graphql_type=later("schema.staff.customers", "Customer", optional=True),
    )
    async def customer(self, info: Info) -> object:
        """Give the customer."""
        found = await info.context.load(customers_by_ids, self.document.customer_id)
        return info.context.present(found) if found is not None else None


@strawberry.type
class CustomerOrders:
    """What a customer bought."""

    document: strawberry.Private[customers.Customer]

    @paged("What the customer ordered, newest first, with what merged duplicates did.", graphql_type=Connection[Order])
    async def orders(self, info: Info, window: Window) -> object:
        """Give a page of the customer's orders."""
        everybody = [self.document.id, *self.document.absorbed]

        async def count() -> int:
            return sum(await info.context.load_many(order_counts_of_customers, everybody))

        slices = await info.context.load_many(orders_of_customers, everybody, window)
        return pages(info, merge_slices(slices, NEWEST_FIRST, window), count=count)


@strawberry.input(description="One thing that was ordered.")
class OrderLineInput:
    """One thing that was ordered."""

    name: str = required("What it is, 1 to 200 characters.")
    sku: str | None = given("Its article number.")
    quantity: int | None = given("How many of it; absent: 1.")
    amount_minor: str | None = given(f"What all of them cost together, {_MINOR}; a discount is negative.")


@strawberry.input(description="An order as it is now in the system that sells.")
class RecordOrderInput:
    """An order as it is now in the system that sells."""

    system: str = required("The name of the system, as in imports; with the number it names the order.")
    number: str = required("The order's number there.")
    customer_id: strawberry.ID | None = given("The id of the customer; or give `customerExternalId`.")
    customer_external_id: str | None = given("The customer's id in the system, as an import or a synchronisation told it.")
    placed_at: datetime = required("When the customer ordered.")
    state: OrderState = required("How far it has come.")
    total_minor: str = required(f"What it costs, {_MINOR}.")
    currency: str = required("The currency by ISO 4217, such as `TRY`.")
    lines: list[OrderLineInput] | None = given(f"What was ordered, up to {MOST_LINES}; taken whole.")
    url: str | None = given("Where it stands in the other system.")
    changed_at: datetime | None = given(
        "When the system changed it last: a word that is older than the one kept changes nothing. Absent: this word counts."
    )


@strawberry.type(description="The answer of `recordOrder`.")
class RecordOrderPayload(Payload):
    """The answer of `recordOrder`."""

    order: Order | None = changed("The order as it is kept now.")


@strawberry.type
class OrderMutations:
    """What is told of orders."""

    @mutation(
        RecordOrderPayload,
        description="Keeps an order as it is now in the system that sells. Told again it is the same order, so that it can be "
        "repeated at will; needs `customer:import`, which a program has as a scope.",
    )
    async def record_order(self, info: Info, input: Annotated[RecordOrderInput, INPUT]) -> object:
        """Keep an order."""
        order = await record_order(info.context.actor, parse(OrderDraft, **values_of(input)))
        return RecordOrderPayload(order=Order.from_document(order))
