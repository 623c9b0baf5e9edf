"""The insights that something shows, on whatever shows them."""

from typing import Final

import strawberry

from care.documents import customers
from community.insights.reading import count_insights_of_customers, count_insights_on, insights_of_customers, insights_on
from core.paging import Order, Window, merge_slices
from core.records import Record
from schema.connections import connection_of
from schema.context import Info
from schema.paging import paged, pages

_INSIGHTS: Final = connection_of("schema.staff.insights", "Insight")
_NEWEST_FIRST: Final = Order((("created_at", -1),))


@strawberry.type
class ShowsInsights:
    """What can show an insight."""

    document: strawberry.Private[Record]

    @paged("The insights that it shows, the newest first.", graphql_type=_INSIGHTS)
    async def insights(self, info: Info, window: Window) -> object:
        """Give a page of the insights."""

        async def count() -> int:
            return int(await info.context.load(count_insights_on, self.document.id))

        return pages(info, await info.context.load(insights_on, self.document.id, window), count=count)


@strawberry.type
class CustomerInsights:
    """What was learned of a customer."""

    document: strawberry.Private[customers.Customer]

    @paged("What was learned of the customer, shown by cases, messages or mentions; the newest first.", graphql_type=_INSIGHTS)
    async def insights(self, info: Info, window: Window) -> object:
        """Give a page of the insights, those of merged duplicates among them."""
        everybody = [self.document.id, *self.document.absorbed]

        async def count() -> int:
            return sum(await info.context.load_many(count_insights_of_customers, everybody))

        slices = await info.context.load_many(insights_of_customers, everybody, window)
        return pages(info, merge_slices(slices, _NEWEST_FIRST, window), count=count)
