"""The timeline of a customer: everything that happened, whichever department it was with."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import customers
from care.reading.timelines import NEWEST_FIRST, Happened, TimelineKind, timeline_counts_of, timelines_of
from core.paging import Window, merge_slices
from schema.connections import Connection
from schema.context import Info
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.case_departments import department_by
from schema.staff.members import Department

told(
    TimelineKind,
    "What happened with a customer.",
    CASE="The customer came with something.",
    OUTREACH="The company came to the customer.",
    ORDER="The customer ordered something, as the system that sells tells it.",
    CLAIM="Something was said about the customer, by a CRM, a network or a colleague.",
    ACTION_PLAN="A plan was made to win the customer.",
)


@strawberry.type(description="One thing that happened with a customer.")
class TimelineEntry:
    """One thing that happened with a customer."""

    happened: strawberry.Private[Happened]
    kind: TimelineKind = strawberry.field(description="What it is.")
    at: datetime = strawberry.field(description="When it began.")

    @classmethod
    def of(cls, happened: Happened) -> Self:
        """Show what happened."""
        return cls(happened=happened, kind=happened.kind, at=happened.at)

    @strawberry.field(description="Which department it belongs to; null: no one in particular, as orders and claims.")
    async def department(self, info: Info) -> Department | None:
        """Give the department."""
        return await department_by(info, self.happened.department_id)

    @strawberry.field(description="The case, order, claim or plan.")
    def subject(self, info: Info) -> Node:
        """Give what it is about."""
        shown: Node = info.context.present(self.happened.subject)
        return shown


@strawberry.type
class CustomerTimeline:
    """What happened with a customer."""

    document: strawberry.Private[customers.Customer]

    @paged(
        "Everything that happened with this customer and merged duplicates, with any department, the newest first, as far as the "
        "viewer may know of it.",
        graphql_type=Connection[TimelineEntry],
    )
    async def timeline(
        self,
        info: Info,
        window: Window,
        department_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only what that department did with them; orders and claims are of none."),
        ] = None,
    ) -> object:
        """Give a page of the timeline."""
        everybody = [self.document.id, *self.document.absorbed]

        async def count() -> int:
            return sum(await info.context.load_many(timeline_counts_of, everybody, department_id))

        slices = await info.context.load_many(timelines_of, everybody, window, department_id)
        return pages(info, merge_slices(slices, NEWEST_FIRST, window), count=count)
