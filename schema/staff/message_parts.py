"""What belongs to a message beside its text: its files, what came of it, and the call, letter or talk that it was."""

from collections import Counter
from datetime import datetime
from typing import Self

import strawberry

from care.documents import conversations
from schema.context import Info
from schema.directives import list_size
from schema.staff.authors import Author, author_of
from schema.staff.enums import ContactKind

MOST_ATTACHMENTS = 100
MOST_KINDS_OF_REACTIONS = 50


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


@strawberry.type(description="How many people put one sign on a message at its channel.")
class MessageReactions:
    """How many people put one sign on a message at its channel."""

    kind: str = strawberry.field(description="The sign, as the channel names it: an emoji, or a word such as `love`.")
    count: int = strawberry.field(description="How many people put it there; each has one at most.")


@strawberry.type
class DeliveredMessage:
    """What of a message says what became of it on its channel."""

    document: strawberry.Private[conversations.Message]

    @strawberry.field(description="Why it did not reach the customer, and what to do; null unless its delivery status is FAILED.")
    def delivery_error(self) -> str | None:
        """Show why it failed."""
        return self.document.delivery_error

    @strawberry.field(description="When its author last put another text in the place of the first; null while nobody did.")
    def edited_at(self) -> datetime | None:
        """Show when it was edited."""
        return self.document.edited_at

    @strawberry.field(description="Whether it stands for something that could not be understood: its text is what came.")
    def unparsed(self) -> bool:
        """Show whether it was not understood."""
        return self.document.unparsed

    @strawberry.field(
        description="The signs that people put on it at its channel, the most frequent first; at most 50 kinds.",
        directives=list_size(MOST_KINDS_OF_REACTIONS),
    )
    def reactions(self) -> list[MessageReactions]:
        """Count the reactions by kind."""
        counts = Counter(one.kind for one in self.document.reactions)
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        return [MessageReactions(kind=kind, count=count) for kind, count in ordered[:MOST_KINDS_OF_REACTIONS]]
