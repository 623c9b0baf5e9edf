"""The list of customers."""

from typing import Annotated

import strawberry

from care.reading.customer_lists import CustomerOrderField, CustomerSelection, count_customers, list_customers
from care.twins.looking import MOST_FOUND, find_customers
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.inputs import given, required
from schema.paging import paged, pages
from schema.sort_directions import SortDirection
from schema.staff.comparators import BooleanComparator
from schema.staff.customers import Customer
from schema.staff.reach import require_staff
from schema.staff.service_level_enums import Lifecycle

told(
    CustomerOrderField,
    "What customers can be ordered by.",
    NAME="Their names.",
    CREATED_AT="When the company met them.",
    UNREACHABLE_SINCE="Since when they could not be reached; with the filter `unreachable: {eq: true}` only.",
)


@strawberry.input(description="Compares how far a customer has come.")
class CustomerLifecycleComparator:
    """Compares how far a customer has come."""

    eq: Lifecycle = required("Has come exactly so far.")


@strawberry.input(description="Which customers; all that is given must hold.")
class CustomerFilter:
    """Which customers."""

    lifecycle: CustomerLifecycleComparator | None = given("How far they have come with the company.")
    unreachable: BooleanComparator | None = given("Whether the company could not reach them since they were last in contact.")


@strawberry.input(description="The order of customers.")
class CustomerOrder:
    """The order of customers."""

    field: CustomerOrderField = required("What to order by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.type
class CustomerQueries:
    """The list of customers."""

    @paged(
        "Customers; without an order who was met last comes first. Who was merged stands in it as part of the survivor only. "
        "For who may read all customers.",
        graphql_type=Connection[Customer],
    )
    async def customers(
        self,
        info: Info,
        window: Window,
        filter: Annotated[CustomerFilter | None, strawberry.argument(description="Which ones; absent: all.")] = strawberry.UNSET,
        order_by: Annotated[CustomerOrder | None, strawberry.argument(description="In which order.")] = strawberry.UNSET,
    ) -> object:
        """Give a page of customers."""
        require_staff(info)
        actor, selection = info.context.actor, _selection(filter, order_by)
        found = await list_customers(actor, selection, window=window)
        return pages(info, found, count=lambda: count_customers(actor, selection))

    @strawberry.field(
        description="Customers of whom every word of the text begins a name, a handle, an e-mail address, a telephone number or "
        "their id in another system, whatever the case and the accents; nobody for fewer than two characters. For who may read "
        "all customers.",
        directives=list_size(MOST_FOUND),
    )
    async def find_customers(
        self, info: Info, text: Annotated[str, strawberry.argument(description="What was typed so far, at most 200 characters.")]
    ) -> list[Customer]:
        """Find customers."""
        require_staff(info)
        return [Customer.from_document(found) for found in await find_customers(info.context.actor, text)]


def _selection(asked: CustomerFilter | None, order: CustomerOrder | None) -> CustomerSelection:
    lifecycle = asked.lifecycle.eq if asked and asked.lifecycle else None
    unreachable = asked.unreachable.eq if asked and asked.unreachable else None
    if not order:
        return CustomerSelection(lifecycle, unreachable)
    return CustomerSelection(lifecycle, unreachable, order.field, order.direction.sign)
