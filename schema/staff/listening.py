"""Listening: saved queries, the messages that they found, and how much was said."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import listening
from care.documents.listening import ListeningKind
from care.reading.conversations import channels_by_ids, messages_by_ids
from care.reading.listening import (
    MOST_NAMED,
    MentionSelection,
    count_mentions,
    count_queries,
    list_mentions,
    list_queries,
    queries_by_ids,
)
from care.reports import mentions
from care.reports.grouping import MOST_GROUPS
from care.reports.mentions import MentionDimension, mention_report
from care.reports.ranges import ReportRange
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.inputs import given, required, set_fields
from schema.nodes import Node
from schema.paging import paged, pages
from schema.sort_directions import SortDirection
from schema.staff.channels import Channel
from schema.staff.enums import Visibility
from schema.staff.members import Member, member_of
from schema.staff.messages import Message
from schema.staff.ranges import DateTimeRange

told(
    ListeningKind,
    "What a query listens for.",
    BRAND="The company and its brands.",
    PRODUCT="Its products.",
    COMPETITOR="Its rivals.",
    TOPIC="Anything else.",
)
told(
    MentionDimension,
    "What mentions are grouped by.",
    QUERY="The query that found them.",
    CHANNEL="The channel of the message.",
    DAY="The day on which they were said, in UTC.",
)


@strawberry.type(description="When people are told that much more is said than usual: both bounds must be reached.")
class ListeningAlertRule:
    """When people are told of a rise."""

    window_minutes: int = strawberry.field(description="Over how many minutes is counted.")
    least: int = strawberry.field(description="Mentions within the window.")
    times_usual: float | None = strawberry.field(
        description="How many times as many as in an average window of the week before; null: `least` alone decides."
    )

    @classmethod
    def of(cls, rule: listening.AlertRule) -> Self:
        """Show a rule."""
        return cls(window_minutes=rule.window_minutes, least=rule.least, times_usual=rule.times_usual)


@strawberry.type(description="How far the search of messages that were there before has come.")
class EarlierSearch:
    """How far the search has come."""

    since: datetime = strawberry.field(description="Said at this instant or later.")
    asked_at: datetime = strawberry.field(description="When it was asked for.")
    finished_at: datetime | None = strawberry.field(description="When it ended; null while it goes on.")
    looked_at_count: int = strawberry.field(description="How many messages were looked at.")
    found_count: int = strawberry.field(description="In how many of these the query is.")

    @classmethod
    def of(cls, search: listening.EarlierSearch) -> Self:
        """Show a search."""
        return cls(
            since=search.since,
            asked_at=search.asked_at,
            finished_at=search.finished_at,
            looked_at_count=search.looked_at,
            found_count=search.found,
        )


@strawberry.type(
    description="What the company listens for in customers' messages: those that come in, and earlier ones when asked for."
)
class ListeningQuery(Node):
    """What the company listens for."""

    document: strawberry.Private[listening.ListeningQuery]
    name: str = strawberry.field(description="Its name.")
    kind: ListeningKind = strawberry.field(description="What it listens for.")
    any_of: list[str] = strawberry.field(description="Phrases of which one must be there.", directives=list_size(20))
    all_of: list[str] = strawberry.field(description="Phrases that must all be there.", directives=list_size(20))
    none_of: list[str] = strawberry.field(description="Phrases that must not be there.", directives=list_size(20))
    visibilities: list[Visibility] = strawberry.field(
        description="Said to whom; empty: in public and in private.", directives=list_size(2)
    )
    languages: list[str] = strawberry.field(description="In which languages, such as `tr`; empty: all.", directives=list_size(3))
    archived: bool = strawberry.field(description="Whether it is out of use.")
    alert_rule: ListeningAlertRule | None = strawberry.field(description="When people are told of a rise; null: never.")
    earlier_search: EarlierSearch | None = strawberry.field(description="The last search of earlier messages; null: none.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: listening.ListeningQuery) -> Self:
        """Show a query."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            kind=document.kind,
            any_of=document.any_of,
            all_of=document.all_of,
            none_of=document.none_of,
            visibilities=document.visibilities,
            languages=document.languages,
            archived=document.archived,
            alert_rule=ListeningAlertRule.of(document.alert_rule) if document.alert_rule else None,
            earlier_search=EarlierSearch.of(document.earlier) if document.earlier else None,
            created_at=document.created_at,
            version=document.version,
        )

    @strawberry.field(description="In which channels, of those the viewer may see; empty: in all.", directives=list_size(20))
    async def channels(self, info: Info) -> list[Channel]:
        """Give the channels."""
        found = await info.context.load_many(channels_by_ids, self.document.channel_ids)
        return [Channel.from_document(channel) for channel in found]

    @strawberry.field(description="Who made it; null for a program.")
    async def owner(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.owner_id)


@strawberry.type(description="A customer's message that a query found.")
class Mention(Node):
    """A customer's message that a query found."""

    document: strawberry.Private[listening.Mention]
    phrases: list[str] = strawberry.field(description="The query's phrases that are in it.", directives=list_size(40))
    said_at: datetime = strawberry.field(description="When it was said.")

    @classmethod
    def from_document(cls, document: listening.Mention) -> Self:
        """Show a mention."""
        return cls(id=strawberry.ID(document.id), document=document, phrases=document.phrases, said_at=document.said_at)

    @strawberry.field(description="The query.")
    async def query(self, info: Info) -> ListeningQuery | None:
        """Give the query."""
        found = await info.context.load(queries_by_ids, self.document.query_id)
        return ListeningQuery.from_document(found) if found is not None else None

    @strawberry.field(description="The message; null when it was withdrawn, and when the viewer may not know of its case.")
    async def message(self, info: Info) -> Message | None:
        """Give the message."""
        found = await info.context.load(messages_by_ids, self.document.message_id)
        return Message.from_document(found) if found is not None else None


@strawberry.input(description="Which mentions.")
class MentionFilter:
    """Which mentions."""

    query_ids: list[strawberry.ID] | None = given(f"Found by one of these queries, at most {MOST_NAMED}.")
    channel_ids: list[strawberry.ID] | None = given(f"Said in one of these channels, at most {MOST_NAMED}.")
    since: datetime | None = given("Said at this instant or later.")
    until: datetime | None = given("Said before this instant.")


@strawberry.input(description="In which order: by when they were said.")
class MentionOrder:
    """In which order."""

    direction: SortDirection = required("The oldest or the newest first.")


@strawberry.type(description="The mentions of one query, channel or day.")
class MentionReportGroup:
    """The mentions of one query, channel or day."""

    key: str = strawberry.field(description="The id or the day; `ALL` for all together.")
    label: str = strawberry.field(description="Its name, for people.")
    mention_count: int = strawberry.field(description="How many mentions; a message counts for each query that found it.")
    customer_count: int = strawberry.field(description="How many customers spoke.")
    share_of_voice: float | None = strawberry.field(
        description="Messages on brands, of those on brands and on competitors, from 0 to 1; null when there are none."
    )

    @classmethod
    def of(cls, group: mentions.MentionGroup) -> Self:
        """Show a group."""
        return cls(
            key=group.key,
            label=group.label or group.key,
            mention_count=group.mention_count,
            customer_count=len(group.customers),
            share_of_voice=group.share_of_voice,
        )


@strawberry.type(description="How much was said, counted from the mentions themselves.")
class MentionReport:
    """How much was said."""

    as_of: datetime = strawberry.field(description="When it was counted.")
    whole: MentionReportGroup = strawberry.field(description="All together.")
    groups: list[MentionReportGroup] = strawberry.field(description="The groups.", directives=list_size(MOST_GROUPS))


@strawberry.type
class ListeningQueries:
    """What the company listens for, and what it heard."""

    @paged("What the company listens for, the oldest first; needs `case:read`.", graphql_type=Connection[ListeningQuery])
    async def listening_queries(
        self,
        info: Info,
        window: Window,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list those out of use instead.")] = None,
    ) -> object:
        """Give a page of the queries."""
        actor, unused = info.context.actor, archived is True
        found = await list_queries(actor, window, archived=unused)
        return pages(info, found, count=lambda: count_queries(actor, archived=unused))

    @paged(
        "Customers' messages that queries found, the newest first unless told; needs `case:read`.",
        graphql_type=Connection[Mention],
    )
    async def mentions(
        self,
        info: Info,
        window: Window,
        filter: Annotated[MentionFilter | None, strawberry.argument(description="Which ones; absent: all.")] = strawberry.UNSET,
        order_by: Annotated[MentionOrder | None, strawberry.argument(description="In which order.")] = strawberry.UNSET,
    ) -> object:
        """Give a page of the mentions."""
        actor, selection = info.context.actor, _selection(filter, order_by)
        found = await list_mentions(actor, selection, window)
        return pages(info, found, count=lambda: count_mentions(actor, selection))

    @strawberry.field(description="How much was said, by how many, and the share of voice; needs `report:read`.")
    async def mention_report(
        self,
        info: Info,
        range: Annotated[DateTimeRange, strawberry.argument(description="When it was said; at most 92 days.")],
        by: Annotated[MentionDimension, strawberry.argument(description="What to group by.")],
    ) -> MentionReport | None:
        """Give the report."""
        report = await mention_report(info.context.actor, ReportRange.checked(range.from_, range.until), by)
        groups = [MentionReportGroup.of(group) for group in report.groups]
        return MentionReport(as_of=report.as_of, whole=MentionReportGroup.of(report.whole), groups=groups)


def _selection(asked: MentionFilter | None, order: MentionOrder | None) -> MentionSelection:
    values = dict(set_fields(asked)) if asked else {}
    for name in ("query_ids", "channel_ids"):
        if name in values:
            values[name] = tuple(str(one) for one in values[name])
    return MentionSelection(**values, newest_first=not order or order.direction is SortDirection.DESC)
