"""Alerts of listening: sudden rises of what a query finds."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import listening
from care.reading.listening import count_alerts, list_alerts, queries_by_ids
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.listening import ListeningAlertRule, ListeningQuery
from schema.staff.members import Member, member_of


@strawberry.type(description="A sudden rise of what a query finds, in all channels together.")
class ListeningAlert(Node):
    """A sudden rise of what a query finds."""

    document: strawberry.Private[listening.ListeningAlert]
    rule: ListeningAlertRule = strawberry.field(description="The rule that it was raised by.")
    usual: float = strawberry.field(description="Mentions in an average window of the week before.")
    raised_count: int = strawberry.field(description="Mentions within the window when it was raised.")
    peak_count: int = strawberry.field(description="The most mentions within a window since; up to 10,001.")
    raised_at: datetime = strawberry.field(description="When it was raised.")
    ended_at: datetime | None = strawberry.field(
        description="When the mentions fell below half of `raisedCount`; null while it goes on."
    )
    acknowledged_at: datetime | None = strawberry.field(description="When somebody said that they see to it; null: nobody yet.")
    note: str | None = strawberry.field(description="What they do; null: not told.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: listening.ListeningAlert) -> Self:
        """Show an alert."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            rule=ListeningAlertRule.of(document.rule),
            usual=document.usual,
            raised_count=document.raised_count,
            peak_count=document.peak,
            raised_at=document.raised_at,
            ended_at=document.ended_at,
            acknowledged_at=document.acknowledged_at,
            note=document.note,
            version=document.version,
        )

    @strawberry.field(description="The query; null when the viewer may not know of it.")
    async def query(self, info: Info) -> ListeningQuery | None:
        """Give the query."""
        found = await info.context.load(queries_by_ids, self.document.query_id)
        return ListeningQuery.from_document(found) if found is not None else None

    @strawberry.field(description="Who sees to it; null: nobody yet, or a program.")
    async def acknowledged_by(self, info: Info) -> Member | None:
        """Give the member."""
        if self.document.acknowledged_by is None:
            return None
        return await member_of(info, self.document.acknowledged_by)


@strawberry.type
class ListeningAlertQueries:
    """Reading alerts."""

    @paged(
        "Sudden rises of what the company listens for, the latest first; needs `report:read`.",
        graphql_type=Connection[ListeningAlert],
    )
    async def listening_alerts(
        self,
        info: Info,
        window: Window,
        open: Annotated[bool | None, strawberry.argument(description="Those that go on, or those that ended; null: all.")] = None,
    ) -> object:
        """Give a page of the alerts."""
        actor = info.context.actor
        found = await list_alerts(actor, window, is_open=open)
        return pages(info, found, count=lambda: count_alerts(actor, is_open=open))
