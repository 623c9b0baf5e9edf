"""What belongs to a message beside its text: its files, and the call, letter or talk that it was."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import conversations
from schema.context import Info
from schema.staff.authors import Author, author_of
from schema.staff.enums import ContactKind

MOST_ATTACHMENTS = 100


@strawberry.type(description="A file that came with a message.")
class Attachment:
    """A file that came with a message."""

    url: str = strawberry.field(description="Where it can be fetched; `/files/…` is ours and asks for the viewer's token.")
    name: str | None = strawberry.field(description="Its name; null when it was not told.")
    content_type: str | None = strawberry.field(description="Its type, as the sender says; null when it was not told.")
    size: int | None = strawberry.field(description="Its size in bytes; null when it was not told.")

    @classmethod
    def from_document(cls, document: conversations.Attachment) -> Self:
        """Show a file."""
        size = document.size if document.size is not None and document.size < 2**31 else None
        return cls(url=document.url, name=document.name, content_type=document.content_type, size=size)


@strawberry.type(description="A call, a letter or a talk that a member wrote down.")
class LoggedContact:
    """A call, a letter or a talk that a member wrote down."""

    document: strawberry.Private[conversations.LoggedContact]
    kind: ContactKind = strawberry.field(description="How the two spoke.")
    logged_at: datetime = strawberry.field(description="When it was written down; the message's time is when it took place.")
    duration_seconds: int | None = strawberry.field(description="How long it took; null when it was not told.")
    answered: bool = strawberry.field(description="Whether the customer was answered within it.")

    @classmethod
    def from_document(cls, document: conversations.LoggedContact | None) -> Self | None:
        """Show what was written down."""
        if document is None:
            return None
        return cls(
            document=document,
            kind=document.kind,
            logged_at=document.logged_at,
            duration_seconds=document.duration_seconds,
            answered=document.answered,
        )

    @strawberry.field(description="Who wrote it down.")
    async def logged_by(self, info: Info) -> Author | None:
        """Give the member."""
        author: Author | None = await author_of(info.context, self.document.logged_by)
        return author
