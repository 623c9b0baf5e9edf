"""What the viewer was told."""

from datetime import datetime
from typing import Self

import strawberry

from core.paging import Window
from notifications import documents
from notifications.documents import ReadState
from notifications.reading import (
    count_notifications,
    count_unread,
    list_notifications,
    own_state_id,
    read_at,
    read_states_by_ids,
)
from schema.context import Context, Info
from schema.nodes import Node
from schema.paging import pages
from schema.staff.enums import NotificationKind
from schema.staff.reach import reach


@strawberry.type(description="One thing the viewer was told.")
class Notification(Node):
    """One thing the viewer was told."""

    document: strawberry.Private[documents.Notification]
    kind: NotificationKind = strawberry.field(description="Why.")
    text: str = strawberry.field(description="What, in the viewer's language.")
    created_at: datetime = strawberry.field(description="When.")
    silent: bool = strawberry.field(description="Whether it came in the viewer's quiet hours: show it, but do not ring.")

    @classmethod
    def from_document(cls, document: documents.Notification) -> Self:
        """Show a notification."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            text=document.text,
            created_at=document.created_at,
            silent=document.silent,
        )

    @strawberry.field(description="When the viewer read it; null: not yet.")
    async def read_at(self, info: Info) -> datetime | None:
        """Look how far the viewer has read."""
        return read_at(await state_of(info.context), self.document)

    @strawberry.field(description="What it is about; null when the viewer may not know of it any more.")
    async def target(self, info: Info) -> Node | None:
        """Give what it is about."""
        document = await reach(info.context, self.document.target_id)
        target: Node | None = info.context.present(document) if document is not None else None
        return target


async def list_page(info: Info, window: Window) -> object:
    """Give a page of the viewer's notifications, newest first."""
    actor = info.context.actor
    return pages(info, await list_notifications(actor, window), count=lambda: count_notifications(actor))


async def unread(context: Context) -> int:
    """Count what the viewer has not read."""
    return await count_unread(context.actor, await state_of(context))


async def state_of(context: Context) -> ReadState | None:
    """Give how far the viewer has read, read once for all that ask."""
    own = own_state_id(context.actor)
    state: ReadState | None = await context.load(read_states_by_ids, own) if own is not None else None
    return state
