"""Who is asking, and what is theirs."""

from datetime import datetime
from typing import Annotated

import strawberry

from coaching.reading import count_own_reviews, own_reviews
from core.clock import now
from core.paging import Window
from notifications.marking import mark_read
from notifications.reading import read_states_by_ids
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation
from schema.inputs import INPUT, changed, given, values_of
from schema.live import write_event_cursor
from schema.paging import no_pages, paged, pages
from schema.staff.draft_reviews import DraftReview
from schema.staff.members import Member, member_of
from schema.staff.notifications import Notification, unread
from schema.staff.reach import is_staff


@strawberry.type(description="Who is asking, and what is theirs.")
class Viewer:
    """Who is asking, and what is theirs."""

    server_time: datetime = strawberry.field(description="The time by which everything here is judged.")
    permissions: list[str] = strawberry.field(
        description="What the viewer may do, as `noun:verb`, in alphabetical order; empty when nobody is signed in.",
        directives=list_size(100),
    )
    event_cursor: str = strawberry.field(
        description="Where to start with `eventsSince`: what happens from now on comes after it."
    )

    @classmethod
    def of(cls, info: Info) -> "Viewer":
        """Show who is asking."""
        context = info.context
        return cls(
            server_time=now(),
            permissions=sorted(permission.value for permission in context.actor.permissions) if is_staff(context.actor) else [],
            event_cursor=write_event_cursor(context.keyring, context.tail.head),
        )

    @strawberry.field(description="The member who is asking; null for programs and when nobody is signed in.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, info.context.actor.member_id)

    @strawberry.field(description="How many notifications the viewer has not read.")
    async def unread_notification_count(self, info: Info) -> int:
        """Count what is unread."""
        return await unread(info.context)

    @paged(
        "The viewer's replies that wait for a mentor or were returned, the most urgent first.",
        graphql_type=Connection[DraftReview],
    )
    async def draft_reviews(self, info: Info, window: Window) -> object:
        """Give a page of the viewer's own."""
        member_id = info.context.actor.member_id
        if member_id is None:
            return no_pages(info)
        return pages(info, await own_reviews(member_id, window), count=lambda: count_own_reviews(member_id))


@strawberry.input(description="What the viewer has read.")
class MarkNotificationsReadInput:
    """What the viewer has read."""

    ids: list[strawberry.ID] | None = given("The ids of notifications, at most 100.")
    up_to_id: strawberry.ID | None = given("The id of a notification: it and all before it.")
    group_id: strawberry.ID | None = given("The id of a group: all of it.")
    all: bool | None = given("True: everything there is.")


@strawberry.type(description="The answer of `markNotificationsRead`.")
class MarkNotificationsReadPayload(Payload):
    """The answer of `markNotificationsRead`."""

    notifications: list[Notification] | None = strawberry.field(
        default=None, description="Those that were named, as they are now.", directives=list_size(101)
    )
    viewer: Viewer | None = changed("The viewer, with what is still unread.")


@strawberry.type
class ViewerMutations:
    """What the viewer does with what is theirs."""

    @mutation(MarkNotificationsReadPayload, description="Marks notifications as read; what is read stays read.")
    async def mark_notifications_read(self, info: Info, input: Annotated[MarkNotificationsReadInput, INPUT]) -> object:
        """Mark as read."""
        told = values_of(input)
        marked = await mark_read(info.context.actor, everything=bool(told.pop("all", False)), **told)
        info.context.wrote(read_states_by_ids, marked.state)
        return MarkNotificationsReadPayload(
            notifications=[Notification.from_document(one) for one in marked.notifications], viewer=Viewer.of(info)
        )
