"""Notifications of one object as one row, and what the viewer has read of them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from core.paging import Window
from notifications.documents import NotificationGroup as Group
from notifications.documents import ReadState
from notifications.groups import MOST_ACTORS, count_groups, list_groups, unread_of
from notifications.marking import mark_unread
from notifications.reading import count_unread, read_states_by_ids
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation
from schema.inputs import INPUT, changed, required
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.enums import NotificationKind
from schema.staff.members import Member, members_of
from schema.staff.notifications import Notification, state_of
from schema.staff.reach import reach


@strawberry.type(description="All that the viewer was told of one object for one reason, as one row.")
class NotificationGroup(Node):
    """All that the viewer was told of one object for one reason."""

    document: strawberry.Private[Group]
    kind: NotificationKind = strawberry.field(description="Why.")
    total: int = strawberry.field(description="How many there are.")
    text: str = strawberry.field(description="What the last of them says, in the viewer's language.")
    latest_at: datetime = strawberry.field(description="When the last of them came.")

    @classmethod
    def from_document(cls, document: Group) -> Self:
        """Show a group."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            total=document.total,
            text=document.text,
            latest_at=document.latest_at,
        )

    @strawberry.field(description="How many of the last 100 the viewer has not read.")
    async def unread_count(self, info: Info) -> int:
        """Count what is unread."""
        return unread_of(self.document, await state_of(info.context))

    @strawberry.field(
        description="Who caused the last of them, at most 3, the latest first; empty for kinds that name nobody.",
        directives=list_size(MOST_ACTORS),
    )
    async def last_actors(self, info: Info) -> list[Member]:
        """Give the members."""
        return await members_of(info, self.document.actor_ids)

    @strawberry.field(description="What they are about; null when the viewer may not know of it any more.")
    async def target(self, info: Info) -> Node | None:
        """Give what they are about."""
        document = await reach(info.context, self.document.target_id)
        target: Node | None = info.context.present(document) if document is not None else None
        return target


@strawberry.type(description="How far the viewer has read what they were told.")
class NotificationReadState(Node):
    """How far the viewer has read."""

    document: strawberry.Private[ReadState]

    @classmethod
    def from_document(cls, document: ReadState) -> Self:
        """Show how far."""
        return cls(id=strawberry.ID(document.id), document=document)

    @strawberry.field(description="How many notifications the viewer has not read.")
    async def unread_count(self, info: Info) -> int:
        """Count what is unread."""
        return await count_unread(info.context.actor, self.document)


@strawberry.type
class NotificationGroupQueries:
    """What can be asked about grouped notifications."""

    @paged(
        "What the viewer was told, one row for each object and reason, the latest first.",
        graphql_type=Connection[NotificationGroup],
    )
    async def notification_groups(self, info: Info, window: Window) -> object:
        """Give a page of groups."""
        actor = info.context.actor
        return pages(info, await list_groups(actor, window), count=lambda: count_groups(actor))


@strawberry.input(description="What is to be unread again.")
class MarkNotificationsUnreadInput:
    """What is to be unread again."""

    ids: list[strawberry.ID] = required("The ids of notifications, at most 100.")


@strawberry.type(description="The answer of `markNotificationsUnread`.")
class MarkNotificationsUnreadPayload(Payload):
    """The answer of `markNotificationsUnread`."""

    notifications: list[Notification] | None = strawberry.field(
        default=None, description="Those that were named, as they are now.", directives=list_size(100)
    )
    read_state: NotificationReadState | None = changed("How far the viewer has read now.")


@strawberry.type
class NotificationMutations:
    """What the viewer does with single notifications."""

    @mutation(MarkNotificationsUnreadPayload, description="Makes notifications unread again, to come back to them later.")
    async def mark_notifications_unread(
        self, info: Info, input: Annotated[MarkNotificationsUnreadInput, INPUT]
    ) -> MarkNotificationsUnreadPayload:
        """Make them unread."""
        marked = await mark_unread(info.context.actor, input.ids)
        info.context.wrote(read_states_by_ids, marked.state)
        return MarkNotificationsUnreadPayload(
            notifications=[Notification.from_document(one) for one in marked.notifications],
            read_state=NotificationReadState.from_document(marked.state),
        )
